"""Ask other services for what a message does not say: which sentence, and with which facts."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

import httpx

from runtime.ingest.outcomes import DeadLetterReason, UnmappableError
from runtime.ingest.wire import parse_object

KEPT_SECONDS: Final = 300.0
"""How long an answer is kept at most."""

KEPT_ANSWERS: Final = 1_000

_NOT_FOUND: Final = 404


class LookupClient(Protocol):
    """Where questions are put; in tests and in process something else may answer."""

    async def ask(self, service: str, path: str, since: datetime) -> Mapping[str, Any]:
        """Return the answer of a service, as it was after `since`.

        Raises:
            UnmappableError: `look_up_failed` or `no_sentence`; trying later may help.
        """

    def forget(self) -> None:
        """Let go of every answer that is kept."""


@dataclass(frozen=True, slots=True)
class _Answer:
    said: Mapping[str, Any]
    asked_at: datetime
    until: float


class HttpLookupClient:
    """Look-ups by HTTP GET: a JSON object, or 404 where nothing is known.

    The address comes from the settings and never from a message. An answer serves every message
    about an act before it was asked for, for five minutes; a later act is asked about anew.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        services: Mapping[str, str],
        token_file: Path | None = None,
    ) -> None:
        self._client, self._services, self._token_file = client, services, token_file
        self._answers: dict[tuple[str, str], _Answer] = {}

    async def ask(self, service: str, path: str, since: datetime) -> Mapping[str, Any]:
        """Return the answer of a service, as it was after `since`."""
        kept = self._answers.get((service, path))
        if kept is not None and since <= kept.asked_at and time.monotonic() < kept.until:
            return kept.said
        asked_at = datetime.now(UTC)
        said = await self._asked(service, path)
        if len(self._answers) >= KEPT_ANSWERS:
            self._answers.clear()
        self._answers[service, path] = _Answer(said, asked_at, time.monotonic() + KEPT_SECONDS)
        return said

    def forget(self) -> None:
        """Let go of every answer, which may hold personal data."""
        self._answers.clear()

    async def _asked(self, service: str, path: str) -> Mapping[str, Any]:
        base = self._services.get(service)
        if base is None:
            raise UnmappableError(
                DeadLetterReason.LOOK_UP_FAILED,
                f"no address of the look-up service {service} is set",
            )
        try:
            response = await self._client.get(f"{base.rstrip('/')}{path}", headers=self._headers())
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # The error's own words could repeat the address, and with it whom it is about.
            reason = f"the look-up service {service} does not answer ({type(error).__name__})"
            raise UnmappableError(DeadLetterReason.LOOK_UP_FAILED, reason) from None
        if response.status_code == _NOT_FOUND:
            raise UnmappableError(
                DeadLetterReason.NO_SENTENCE, f"the look-up service {service} knows nothing"
            )
        if not response.is_success:
            raise UnmappableError(
                DeadLetterReason.LOOK_UP_FAILED,
                f"the look-up service {service} answers {response.status_code}",
            )
        try:
            return parse_object(response.text)
        except UnmappableError as error:
            raise UnmappableError(
                DeadLetterReason.LOOK_UP_FAILED, f"the look-up service {service}: {error.reason}"
            ) from None

    def _headers(self) -> dict[str, str]:
        # Read for each question: such tokens live for minutes, and something else renews the file.
        if self._token_file is None:
            return {}
        return {"Authorization": f"Bearer {self._token_file.read_text('utf-8').strip()}"}

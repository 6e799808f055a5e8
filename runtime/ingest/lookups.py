"""Look-ups at other services: which sentence a message is about, and facts that it lacks."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, Protocol

import httpx

from runtime.ingest.outcomes import DeadLetterReason, UnmappableError
from runtime.ingest.wire import parse_object

CACHE_SECONDS: Final = 300.0
"""Longest time for which a response is cached."""

MAX_CACHED: Final = 1_000


class LookupClient(Protocol):
    """Port to the look-up services."""

    async def get(self, service: str, path: str, since: datetime) -> Mapping[str, Any]:
        """Return the response of a service, as of some time after `since`.

        Raises:
            UnmappableError: `lookup_failed` or `no_sentence`; a retry may help.
        """

    def clear_cache(self) -> None:
        """Remove every cached response."""


@dataclass(frozen=True, slots=True)
class _CachedResponse:
    content: Mapping[str, Any]
    asked_at: datetime
    expires_at: float


class HttpLookupClient:
    """Look-up client over HTTP GET; a response is a JSON object, or 404 if nothing is known.

    The settings give the address of a service, never a message. A cached response serves every
    message about an act before it was requested, for five minutes; a later act is looked up again.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        services: Mapping[str, str],
        token_file: Path | None = None,
    ) -> None:
        self._client, self._services, self._token_file = client, services, token_file
        self._cache: dict[tuple[str, str], _CachedResponse] = {}

    async def get(self, service: str, path: str, since: datetime) -> Mapping[str, Any]:
        """Return the response of a service, as of some time after `since`."""
        cached = self._cache.get((service, path))
        if cached is not None and since <= cached.asked_at and time.monotonic() < cached.expires_at:
            return cached.content
        asked_at = datetime.now(UTC)
        content = await self._request(service, path)
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        expires_at = time.monotonic() + CACHE_SECONDS
        self._cache[service, path] = _CachedResponse(content, asked_at, expires_at)
        return content

    def clear_cache(self) -> None:
        """Remove every cached response: they may hold personal data."""
        self._cache.clear()

    async def _request(self, service: str, path: str) -> Mapping[str, Any]:
        base = self._services.get(service)
        if base is None:
            raise _failed(service, "has no address in the settings")
        try:
            response = await self._client.get(f"{base.rstrip('/')}{path}", headers=self._headers())
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            # Do not quote the error: its text may contain the address, and so the person.
            raise _failed(service, f"does not answer ({type(error).__name__})") from None
        if response.status_code == HTTPStatus.NOT_FOUND:
            raise UnmappableError(
                DeadLetterReason.NO_SENTENCE, f"the look-up service {service} knows nothing"
            )
        if not response.is_success:
            raise _failed(service, f"answers {response.status_code}")
        try:
            return parse_object(response.text)
        except UnmappableError as error:
            raise _failed(service, f"sends an unreadable response: {error.reason}") from None

    def _headers(self) -> dict[str, str]:
        # Read the file for each request: such tokens live for minutes and are renewed in place.
        if self._token_file is None:
            return {}
        return {"Authorization": f"Bearer {self._token_file.read_text('utf-8').strip()}"}


def _failed(service: str, reason: str) -> UnmappableError:
    return UnmappableError(
        DeadLetterReason.LOOK_UP_FAILED, f"the look-up service {service} {reason}"
    )

"""Web hook channel: one signed POST for each notice, over TLS, to the address of the directory.

Requests are signed by Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over the
id, the timestamp and the body, with a secret for each receiver.
"""

import binascii
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from time import time
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from standardwebhooks import Webhook

from activities.notices.channel import NoticeMessage
from activities.notices.circuit_breaker import ATTEMPT_SECONDS, AttemptLimit, CircuitBreaker
from activities.notices.directory import web_address_problem
from activities.notices.errors import (
    ChannelUnavailableError,
    NoticeDeferredError,
    NoticeRefusedError,
)

DOWN: Final = "ReceiverDown"
BUSY: Final = "ReceiverBusy"
NOT_SET: Final = "ChannelNotSet"

WEBHOOK_ID: Final = "webhook-id"
WEBHOOK_TIMESTAMP: Final = "webhook-timestamp"
WEBHOOK_SIGNATURE: Final = "webhook-signature"

TIMEOUT_SECONDS: Final = 10.0
MAX_DEFERRAL_SECONDS: Final = 86_400.0

_SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - it is no secret
_SECRET_BYTES: Final = range(24, 65)
"""Lengths of a secret that the specification permits."""

_CONNECTED: Final = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})
"""Events of a request at which it has another connection than before."""

_RETRYABLE: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)

WebhookSecrets = Callable[[str], str | None]
"""Returns the secret that is shared with the receiver at a host, or None."""


def webhook_signer(secret: str) -> Webhook:
    """Return what signs with a secret: `whsec_` and 24 to 64 random bytes in base64.

    Raises:
        ValueError: If the secret has another form; the message does not quote it.
    """
    encoded = secret.removeprefix(_SECRET_PREFIX)
    try:
        size = len(b64decode(encoded, validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if encoded == secret or size not in _SECRET_BYTES:
        message = "a secret is whsec_ and 24 to 64 bytes in base64"
        raise ValueError(message)
    return Webhook(secret)


def webhook_body(message: NoticeMessage) -> bytes:
    """Return the body of the request: the same bytes at every attempt."""
    notice = message.notice
    document = message.document
    body: dict[str, Any] = {
        "reference": message.reference,
        "key": notice.key,
        "template": notice.template,
        "recipient": notice.recipient,
        "personalisation": dict(message.personalisation),
        "document": None,
    }
    if document is not None:
        body["document"] = {
            "filename": document.filename,
            "sha256": document.sha256,
            "media_type": "application/pdf",
            "content": b64encode(document.pdf).decode(),
        }
    return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()


class WebhookChannel:
    """Channel that posts each message to its address; it follows no redirect."""

    def __init__(
        self,
        secrets: WebhookSecrets,
        breaker: CircuitBreaker,
        clock: Callable[[], float] = time,
        attempt_seconds: float = ATTEMPT_SECONDS,
    ) -> None:
        self._secrets = secrets
        self._breaker = breaker
        self._clock = clock
        self._attempt_seconds = attempt_seconds
        self._client = httpx.Client(
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
            # Each attempt has a connection of its own, which can be cut off.
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def send(self, message: NoticeMessage) -> bool:
        """Post the signed message; the status of the response alone decides the outcome."""
        if (problem := web_address_problem(message.address)) is not None:
            raise NoticeRefusedError(who="the address", answer=problem)
        parts = urlsplit(message.address)
        signer = self._signer(parts.hostname or "")
        with self._breaker.guard(parts.netloc, DOWN):
            status, retry_after = self._request(message, signer)
        self._raise_for_status(status, retry_after)
        return False

    def _signer(self, host: str) -> Webhook:
        secret = self._secrets(host)
        if not secret:
            raise ChannelUnavailableError(NOT_SET, "there is no secret for this receiver")
        try:
            return webhook_signer(secret)
        except ValueError as error:
            raise ChannelUnavailableError(NOT_SET, str(error)) from None

    def _request(self, message: NoticeMessage, signer: Webhook) -> tuple[int, str | None]:
        body = webhook_body(message)
        timestamp = int(self._clock())
        signed_at = datetime.fromtimestamp(timestamp, UTC)
        headers = {
            "Content-Type": "application/json",
            WEBHOOK_ID: message.reference,
            WEBHOOK_TIMESTAMP: str(timestamp),
            WEBHOOK_SIGNATURE: signer.sign(message.reference, signed_at, body.decode()),
        }
        limit = AttemptLimit(self._attempt_seconds)

        def trace(event: str, info: Mapping[str, Any]) -> None:
            if event in _CONNECTED:
                limit.watch(partial(info["return_value"].get_extra_info, "socket"))

        try:
            # The body of the response is never read: it could be endless.
            with (
                limit,
                self._client.stream(
                    "POST",
                    message.address,
                    content=body,
                    headers=headers,
                    extensions={"trace": trace},
                ) as response,
            ):
                return response.status_code, response.headers.get("Retry-After")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
            raise ChannelUnavailableError(DOWN, "the receiver did not answer") from None

    def _raise_for_status(self, status: int, retry_after: str | None) -> None:
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return
        if status not in _RETRYABLE and status < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NoticeRefusedError(who="the receiver", answer=status)
        seconds = retry_delay(retry_after, self._clock())
        if seconds is not None:
            raise NoticeDeferredError(seconds)
        raise ChannelUnavailableError(BUSY, f"the receiver answered {status}")


def retry_delay(retry_after: str | None, now: float) -> float | None:
    """Return the seconds that a `Retry-After` asks for, 1 to a day; None if it asks for none."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after) if retry_after.isdigit() else _timestamp(retry_after) - now
    except (ValueError, OverflowError):
        return None
    return max(1.0, min(seconds, MAX_DEFERRAL_SECONDS))


def _timestamp(date: str) -> float:
    found = parsedate_to_datetime(date)
    return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()

"""The web hook channel: one signed POST a notice, over TLS, to wherever the directory says."""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from time import time
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from activities.notices.channel import NoticeMessage
from activities.notices.circuit_breaker import CircuitBreaker
from activities.notices.directory import web_address_problem
from activities.notices.errors import (
    ChannelUnavailableError,
    NoticeDeferredError,
    NoticeRefusedError,
)

TIMESTAMP: Final = "X-Notice-Timestamp"
"""Header: seconds since 1970, as a whole number."""

SIGNATURE: Final = "X-Notice-Signature"
"""Header: `v1=` and the signature in hexadecimal."""

TOLERANCE_SECONDS: Final = 300


def sign(secret: bytes, timestamp: int, body: bytes) -> str:
    """Return the value of the signature header."""
    signed = f"{timestamp}.".encode() + body
    return f"v1={hmac.new(secret, signed, sha256).hexdigest()}"


def verify_signature(
    secret: bytes, timestamp: str, signature: str, body: bytes, now: float
) -> bool:
    """Return whether a message is whole, of whoever has the secret, and no older than it says.

    What a receiver does; it keeps the `Idempotency-Key` of what it took, to tell repeats.
    """
    if not timestamp.isascii() or not timestamp.isdigit():
        return False
    fresh = abs(now - int(timestamp)) <= TOLERANCE_SECONDS
    return fresh and hmac.compare_digest(sign(secret, int(timestamp), body), signature)


DOWN: Final = "ReceiverDown"
BUSY: Final = "ReceiverBusy"
NOT_SET: Final = "ChannelNotSet"

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
TIMEOUT_SECONDS: Final = 10.0
MAX_DEFERRAL_SECONDS: Final = 86_400.0

_RETRYABLE: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_EARLY,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)

WebhookSecrets = Callable[[str], bytes | None]
"""The secret shared with the receiver at a host; None where there is none."""


def webhook_body(message: NoticeMessage) -> bytes:
    """Return what is posted: the same bytes at every attempt."""
    notice, document = message.notice, message.document
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
    """Post each message to the address that the directory gives it; redirects are not followed."""

    def __init__(
        self, secrets: WebhookSecrets, rests: CircuitBreaker, clock: Callable[[], float] = time
    ) -> None:
        self._secrets, self._rests, self._clock = secrets, rests, clock
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)

    def send(self, message: NoticeMessage) -> bool:
        """Post the message, signed; the answer's status alone says what became of it."""
        if (fault := web_address_problem(message.address)) is not None:
            raise NoticeRefusedError(who="the address", answer=fault)
        parts = urlsplit(message.address)
        secret = self._secrets(parts.hostname or "")
        if not secret:
            raise ChannelUnavailableError(
                NOT_SET, "there is no secret to sign for this receiver with"
            )
        with self._rests.guard(parts.netloc, DOWN):
            status, retry_after = self._post(message, secret)
        self._raise_for_status(status, retry_after)
        return False

    def _post(self, message: NoticeMessage, secret: bytes) -> tuple[int, str | None]:
        body, timestamp = webhook_body(message), int(self._clock())
        headers = {
            "Content-Type": "application/json",
            IDEMPOTENCY_KEY: message.reference,
            TIMESTAMP: str(timestamp),
            SIGNATURE: sign(secret, timestamp, body),
        }
        try:
            # The answer's body is never read: it could be endless.
            with self._client.stream(
                "POST", message.address, content=body, headers=headers
            ) as answer:
                return answer.status_code, answer.headers.get("Retry-After")
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
    """Return the seconds that a `Retry-After` asks for, 1 to a day; None where it asks none."""
    if retry_after is None:
        return None
    try:
        seconds = float(retry_after) if retry_after.isdigit() else _until(retry_after) - now
    except (ValueError, OverflowError):
        return None
    return max(1.0, min(seconds, MAX_DEFERRAL_SECONDS))


def _until(moment: str) -> float:
    found = parsedate_to_datetime(moment)
    return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()

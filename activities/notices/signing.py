"""Sign what a web hook is sent, so that its receiver knows who said it and when.

The signature is HMAC-SHA256, keyed by the receiver's own secret, over the timestamp, a full stop
and the body as it came. A receiver refuses a timestamp that lies more than five minutes off.
"""

import hmac
from hashlib import sha256
from typing import Final

TIMESTAMP: Final = "X-Notice-Timestamp"
"""Header: seconds since 1970, as a whole number."""

SIGNATURE: Final = "X-Notice-Signature"
"""Header: `v1=` and the signature in hexadecimal."""

TOLERANCE_SECONDS: Final = 300


def sign(secret: bytes, timestamp: int, body: bytes) -> str:
    """Return the value of the signature header."""
    signed = f"{timestamp}.".encode() + body
    return f"v1={hmac.new(secret, signed, sha256).hexdigest()}"


def is_signed(secret: bytes, timestamp: str, signature: str, body: bytes, now: float) -> bool:
    """Return whether a message is whole, of whoever has the secret, and no older than it says.

    What a receiver does; it keeps the `Idempotency-Key` of what it took, to tell repeats.
    """
    if not timestamp.isascii() or not timestamp.isdigit():
        return False
    fresh = abs(now - int(timestamp)) <= TOLERANCE_SECONDS
    return fresh and hmac.compare_digest(sign(secret, int(timestamp), body), signature)

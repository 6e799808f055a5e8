"""Name a request by what it says, so that the server drops it when a client sends it again.

A client that never saw the answer cannot know whether its event arrived, so it sends again. Under
the same request id the server keeps one signal, and an update gives the answer that it gave. That
lasts as long as a run; what comes again later is a repeat to the sentence, which changes nothing.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from activities.sealing.envelope import Signer
from activities.sealing.keys import Key
from states.events.reading import canonical

_LENGTH: Final = 32
"""Hexadecimal digits of the digest."""

_PURPOSE: Final = b"sentences-request-id-v1"
"""Makes a secret of its own out of a key, which itself only ever seals."""


def request_id(
    workflow_id: str, kind: str, arguments: Sequence[Any], *, sealed: str = "", secret: bytes = b""
) -> str:
    """Return the id under which these arguments go to a sentence: codes and a digest.

    Two messages share it only where sentence, kind, event id, organisation and all the rest are
    the same. What has no event id, such as a nudge, is never the same as another: its id is random.

    Args:
        workflow_id: The sentence.
        kind: The name of the signal.
        arguments: What is said, before it is sealed.
        sealed: How it is sealed and signed: ids of keys, and when it was signed. What one key could
            not open, or came too late, must not be taken for the same when it is sealed anew.
        secret: Keys the digest, which stands readable in the history: without it, whoever reads
            that can confirm a guess of the whole content.
    """
    if not _is_event(arguments):
        return str(uuid4())
    said = canonical([kind, sealed, arguments[0]])
    return f"{workflow_id}/{kind}/{hmac.new(secret, said, 'sha256').hexdigest()[:_LENGTH]}"


def sealed_request_id(
    key: Key | None,
    signer: Signer | None,
    workflow_id: str,
    kind: str,
    arguments: Sequence[Any],
    now: datetime,
) -> str:
    """Return the request id of what is sealed with `key` and signed at `now`.

    It is the same for an hour where a signature is dated: a signature that was not taken, for want
    of its key in the file of integrators say, is heard when the message is signed anew later on.

    Args:
        key: Seals it; None where it goes readable.
        signer: Signs it, if anything does.
        workflow_id: The sentence.
        kind: The name of the signal.
        arguments: What is said, before it is sealed.
        now: When it is signed.
    """
    if key is None:
        return request_id(workflow_id, kind, arguments)
    signed = "" if signer is None else f"/{signer.key_id}/{now.astimezone(UTC):%Y-%m-%dT%H}"
    secret = hmac.digest(key.secret, _PURPOSE, "sha256")
    sealed = f"{key.id}{signed}"
    return request_id(workflow_id, kind, arguments, sealed=sealed, secret=secret)


def _is_event(arguments: Sequence[Any]) -> bool:
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        return False
    data = arguments[0]
    return isinstance(data.get("event_id"), str) and isinstance(data.get("by"), dict)

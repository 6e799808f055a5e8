"""Seal a message for a sentence, and open what came: total, whatever came.

Senders seal; a local activity opens, and its answer is recorded. So a key that comes, goes or is
revoked never changes what a replay sees, and nothing that is sent can fail a task.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.api.common.v1 import Payload

from activities.names import LETTER_ENCODING, OWN_ENCODING, SEALED_AS
from activities.sealing.cipher import Purpose, SealError, UnknownKeyError, seal, unseal
from activities.sealing.envelope import LASTS, Envelope, EnvelopeError, Signer, pack, unpack
from activities.sealing.keys import Key, Keys, Use
from activities.sealing.register import NOBODY, Register
from activities.sealing.verdict import Fault, Standing, Verdict, faulty

PLAIN_ENCODING: Final = b"json/plain"

_ENCODING: Final = "encoding"


@dataclass(frozen=True, slots=True)
class Opened:
    """A message that was opened: its text, and who vouches for it."""

    plain: bytes = field(repr=False)
    authentication: Verdict


class Post:
    """Opens letters, by the keys and the integrators of this process."""

    def __init__(
        self,
        keys: Keys | None,
        register: Callable[[], Register] = lambda: NOBODY,
        *,
        plain_allowed: bool = False,
        unsigned_allowed: bool = False,
    ) -> None:
        self._keys, self._register = keys, register
        self._plain_allowed, self._unsigned_allowed = plain_allowed, unsigned_allowed

    def decrypt_message(
        self, payload: Payload, *, workflow_id: str, kind: str, now: datetime
    ) -> Opened | Fault:
        """Return the message in the payload with its verdict, or why it stays shut.

        Args:
            payload: What the signal or update brought.
            workflow_id: The sentence to which it came.
            kind: The name under which it came.
            now: When the sentence took it up.
        """
        encoding = payload.metadata.get(_ENCODING)
        if encoding == OWN_ENCODING or SEALED_AS in payload.metadata:
            return faulty("not_a_letter")
        if encoding == LETTER_ENCODING:
            return self._sealed(payload.data, workflow_id, kind, now)
        if encoding != PLAIN_ENCODING:
            return faulty("undecodable")
        if not self._plain_allowed:
            return faulty("plain_refused")
        return Opened(payload.data, Verdict(Standing.PLAIN))

    def _sealed(self, data: bytes, workflow_id: str, kind: str, now: datetime) -> Opened | Fault:
        if self._keys is None:
            return faulty("sealing_is_off")
        try:
            found = unseal(
                self._keys, data, purpose=Purpose.MESSAGE, workflow_id=workflow_id, kind=kind
            )
            envelope = unpack(found.plain)
        except UnknownKeyError as error:
            return faulty(error.code, error.key_id)
        except SealError as error:
            return faulty(error.code)
        except EnvelopeError:
            return faulty("malformed")
        return self._judged(envelope, found.key, workflow_id, kind, now)

    def _judged(
        self, envelope: Envelope, key: Key, workflow_id: str, kind: str, now: datetime
    ) -> Opened | Fault:
        if envelope.vouched is not None:
            return _vouched(envelope.body, envelope.vouched, key)
        if envelope.signature is None and self._unsigned_allowed:
            return Opened(envelope.body, Verdict(Standing.UNSIGNED))
        verdict = self._register().authenticate(envelope, workflow_id=workflow_id, kind=kind, now=now)
        return verdict if isinstance(verdict, Fault) else Opened(envelope.body, verdict)


def seal_event(  # noqa: PLR0913 - each is a fact of the letter
    keys: Keys | Key | None,
    signer: Signer | None,
    workflow_id: str,
    kind: str,
    data: Any,
    *,
    vouched: Verdict | None = None,
    now: datetime | None = None,
    lasts: timedelta = LASTS,
) -> Payload:
    """Return the payload of a signal: an event sealed for one sentence, and signed if told.

    Args:
        keys: A ring, whose primary key seals, or the key that an integrator holds. None sends the
            message readable, which only a development setting takes.
        signer: Signs it; None leaves it unsigned.
        workflow_id: The sentence for which it is meant.
        kind: The name under which it goes.
        data: The event, which is written as JSON; bytes go as they are.
        vouched: What our own process knows of the sender, in place of a signature.
        now: When it is issued; this moment if left out.
        lasts: How long the signature holds.
    """
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    if keys is None:
        return Payload(metadata={_ENCODING: PLAIN_ENCODING}, data=body)
    signature = None
    if signer is not None:
        signature = signer.sign(kind, workflow_id, body, now or datetime.now(UTC), lasts)
    envelope = Envelope(body, signature, None if vouched is None else asdict(vouched))
    key = keys if isinstance(keys, Key) else keys.primary()
    sealed = seal(key, pack(envelope), purpose=Purpose.MESSAGE, workflow_id=workflow_id, kind=kind)
    return Payload(metadata={_ENCODING: LETTER_ENCODING}, data=sealed)


def _vouched(body: bytes, vouched: dict[str, Any], key: Key) -> Opened | Fault:
    if key.use is not Use.OWN:
        return faulty("not_ours", key.id)
    try:
        found = Verdict(**{**vouched, "standing": Standing(vouched["standing"])})
    except (KeyError, TypeError, ValueError):
        return faulty("malformed", key.id)
    return Opened(body, found)

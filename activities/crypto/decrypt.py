"""Seal a message for a sentence, and open what came: total, whatever came.

Senders seal; a local activity opens, and its answer is recorded. So a key that comes, goes or is
revoked never changes what a replay sees, and nothing that is sent can fail a task.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio import activity
from temporalio.api.common.v1 import Payload

from activities.contracts import (
    DECRYPT_MESSAGES,
    ENCRYPTED_AS,
    MESSAGE_ENCODING,
    OWN_ENCODING,
    DecryptedMessage,
    DecryptedMessages,
    DecryptMessages,
    EncryptedMessage,
)
from activities.crypto.authentication import (
    REFUSAL_REASONS,
    Authentication,
    DecryptionFailure,
    TrustLevel,
    failure,
)
from activities.crypto.cipher import (
    CipherPurpose,
    DecryptionError,
    UnknownKeyError,
    decrypt,
    encrypt,
)
from activities.crypto.envelope import (
    VALIDITY,
    EnvelopeError,
    MessageEnvelope,
    Signer,
    pack,
    unpack,
)
from activities.crypto.integrators import EMPTY_REGISTRY, IntegratorRegistry
from activities.crypto.keys import Key, KeyProvider, KeyUse

PLAIN_ENCODING: Final = b"json/plain"

_ENCODING: Final = "encoding"


@dataclass(frozen=True, slots=True)
class AuthenticatedMessage:
    """A message that was opened: its text, and who vouches for it."""

    plain: bytes = field(repr=False)
    authentication: Authentication


class MessageDecryptor:
    """Opens letters, by the keys and the integrators of this process."""

    def __init__(
        self,
        keys: KeyProvider | None,
        register: Callable[[], IntegratorRegistry] = lambda: EMPTY_REGISTRY,
        *,
        plain_allowed: bool = False,
        unsigned_allowed: bool = False,
    ) -> None:
        self._keys, self._register = keys, register
        self._plain_allowed, self._unsigned_allowed = plain_allowed, unsigned_allowed

    def decrypt_message(
        self, payload: Payload, *, workflow_id: str, kind: str, now: datetime
    ) -> AuthenticatedMessage | DecryptionFailure:
        """Return the message in the payload with its verdict, or why it stays shut.

        Args:
            payload: What the signal or update brought.
            workflow_id: The sentence to which it came.
            kind: The name under which it came.
            now: When the sentence took it up.
        """
        encoding = payload.metadata.get(_ENCODING)
        if encoding == OWN_ENCODING or ENCRYPTED_AS in payload.metadata:
            return failure("not_a_letter")
        if encoding == MESSAGE_ENCODING:
            return self._sealed(payload.data, workflow_id, kind, now)
        if encoding != PLAIN_ENCODING:
            return failure("undecodable")
        if not self._plain_allowed:
            return failure("plain_refused")
        return AuthenticatedMessage(payload.data, Authentication(TrustLevel.PLAIN))

    def _sealed(
        self, data: bytes, workflow_id: str, kind: str, now: datetime
    ) -> AuthenticatedMessage | DecryptionFailure:
        if self._keys is None:
            return failure("sealing_is_off")
        try:
            found = decrypt(
                self._keys, data, purpose=CipherPurpose.MESSAGE, workflow_id=workflow_id, kind=kind
            )
            envelope = unpack(found.plain)
        except UnknownKeyError as error:
            return failure(error.code, error.key_id)
        except DecryptionError as error:
            return failure(error.code)
        except EnvelopeError:
            return failure("malformed")
        return self._judged(envelope, found.key, workflow_id, kind, now)

    def _judged(
        self, envelope: MessageEnvelope, key: Key, workflow_id: str, kind: str, now: datetime
    ) -> AuthenticatedMessage | DecryptionFailure:
        if envelope.vouched is not None:
            return _asserted(envelope.body, envelope.vouched, key)
        if envelope.signature is None and self._unsigned_allowed:
            return AuthenticatedMessage(envelope.body, Authentication(TrustLevel.UNSIGNED))
        verdict = self._register().authenticate(
            envelope, workflow_id=workflow_id, kind=kind, now=now
        )
        return (
            verdict
            if isinstance(verdict, DecryptionFailure)
            else AuthenticatedMessage(envelope.body, verdict)
        )


def encrypt_event(  # noqa: PLR0913 - each is a fact of the letter
    keys: KeyProvider | Key | None,
    signer: Signer | None,
    workflow_id: str,
    kind: str,
    data: Any,
    *,
    vouched: Authentication | None = None,
    now: datetime | None = None,
    lasts: timedelta = VALIDITY,
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
    envelope = MessageEnvelope(body, signature, None if vouched is None else asdict(vouched))
    key = keys if isinstance(keys, Key) else keys.primary()
    sealed = encrypt(
        key, pack(envelope), purpose=CipherPurpose.MESSAGE, workflow_id=workflow_id, kind=kind
    )
    return Payload(metadata={_ENCODING: MESSAGE_ENCODING}, data=sealed)


def _asserted(
    body: bytes, vouched: dict[str, Any], key: Key
) -> AuthenticatedMessage | DecryptionFailure:
    if key.use is not KeyUse.OWN:
        return failure("not_ours", key.id)
    try:
        found = Authentication(**{**vouched, "standing": TrustLevel(vouched["standing"])})
    except (KeyError, TypeError, ValueError):
        return failure("malformed", key.id)
    return AuthenticatedMessage(body, found)


class DecryptionActivities:
    """Answers what a sentence cannot know by itself: keys, and whose they are.

    As a local activity, its answer is recorded once and is the same in every replay.
    """

    def __init__(self, post: MessageDecryptor) -> None:
        self._post = post

    @activity.defn(name=DECRYPT_MESSAGES)
    def decrypt_messages(self, asked: DecryptMessages) -> DecryptedMessages:
        """Return each message opened, or why it stays shut."""
        return DecryptedMessages(
            letters=[self._open(asked.workflow_id, item) for item in asked.letters]
        )

    def _open(self, workflow_id: str, item: EncryptedMessage) -> DecryptedMessage:
        found = self._post.decrypt_message(
            Payload.FromString(b64decode(item.payload)),
            workflow_id=workflow_id,
            kind=item.kind,
            now=item.received_at,
        )
        if not isinstance(found, AuthenticatedMessage):
            return DecryptedMessage(
                code=found.code, reason=found.reason, may_open_later=found.may_decrypt_later
            )
        if not found.authentication.is_allowed:
            return DecryptedMessage(
                code=found.authentication.refusal,
                reason=REFUSAL_REASONS[found.authentication.refusal],
            )
        return DecryptedMessage(
            body=b64encode(found.plain).decode(), sender=sender_label(found.authentication)
        )


def sender_label(verdict: Authentication) -> str:
    """Return in one word who vouches for a message, as the record keeps it."""
    parts = (verdict.standing.value, verdict.sender, verdict.key_id)
    return ":".join(part for part in parts if part)

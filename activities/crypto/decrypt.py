"""Decrypt messages of senders, and authenticate them. Every message gets an answer, never an error.

A local activity decrypts, and its answer is recorded in the history. A key that is added, removed
or revoked later therefore changes no replay, and no message can fail a workflow task.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
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
from activities.crypto.cipher import DecryptionError, UnknownKeyError
from activities.crypto.envelope import PLAIN_ENCODING, MessageEnvelope, open_envelope
from activities.crypto.integrators import EMPTY_REGISTRY, IntegratorRegistry
from activities.crypto.keys import Key, KeyProvider, KeyUse

_ENCODING: Final = "encoding"


@dataclass(frozen=True, slots=True)
class AuthenticatedMessage:
    """Decrypted message, and who sent it."""

    plain: bytes = field(repr=False)
    authentication: Authentication


class MessageDecryptor:
    """Decrypts and authenticates messages by the keys and the integrators of this process."""

    def __init__(
        self,
        keys: KeyProvider | None,
        registry: Callable[[], IntegratorRegistry] = lambda: EMPTY_REGISTRY,
        *,
        plain_allowed: bool = False,
        unsigned_allowed: bool = False,
    ) -> None:
        self._keys = keys
        self._registry = registry
        self._plain_allowed = plain_allowed
        self._unsigned_allowed = unsigned_allowed

    def decrypt_message(
        self, payload: Payload, *, workflow_id: str, kind: str, now: datetime
    ) -> AuthenticatedMessage | DecryptionFailure:
        """Return the message in the payload with its sender, or why it cannot be taken.

        Args:
            payload: Payload of the signal or update.
            workflow_id: The sentence that received it.
            kind: The name under which it was sent.
            now: When the sentence took it up.
        """
        encoding = payload.metadata.get(_ENCODING)
        if encoding == OWN_ENCODING or ENCRYPTED_AS in payload.metadata:
            return failure("internal_encoding")
        if encoding == MESSAGE_ENCODING:
            return self._decrypt(payload.data, workflow_id, kind, now)
        if encoding != PLAIN_ENCODING:
            return failure("undecodable")
        if not self._plain_allowed:
            return failure("plaintext_refused")
        return AuthenticatedMessage(payload.data, Authentication(TrustLevel.PLAIN))

    def _decrypt(
        self, token: bytes, workflow_id: str, kind: str, now: datetime
    ) -> AuthenticatedMessage | DecryptionFailure:
        if self._keys is None:
            return failure("encryption_is_off")
        try:
            envelope = open_envelope(self._keys, token, workflow_id=workflow_id, kind=kind)
        except UnknownKeyError as error:
            return failure(error.code, error.key_id)
        except DecryptionError as error:
            return failure(error.code)
        if envelope.assertion is not None:
            return _asserted(envelope.body, envelope.assertion, envelope.key)
        if envelope.signature is None and self._unsigned_allowed:
            return AuthenticatedMessage(envelope.body, Authentication(TrustLevel.UNSIGNED))
        return self._authenticate(envelope, workflow_id, kind, now)

    def _authenticate(
        self, envelope: MessageEnvelope, workflow_id: str, kind: str, now: datetime
    ) -> AuthenticatedMessage | DecryptionFailure:
        registry = self._registry()
        found = registry.authenticate(envelope, workflow_id=workflow_id, kind=kind, now=now)
        if isinstance(found, DecryptionFailure):
            return found
        return AuthenticatedMessage(envelope.body, found)


class DecryptionActivities:
    """Local activity that decrypts: a workflow has no keys, and replay must not need them."""

    def __init__(self, decryptor: MessageDecryptor) -> None:
        self._decryptor = decryptor

    @activity.defn(name=DECRYPT_MESSAGES)
    def decrypt_messages(self, asked: DecryptMessages) -> DecryptedMessages:
        """Return each message decrypted, or why it cannot be taken, in the same order."""
        return DecryptedMessages(
            messages=[self._decrypt(asked.workflow_id, item) for item in asked.messages]
        )

    def _decrypt(self, workflow_id: str, item: EncryptedMessage) -> DecryptedMessage:
        found = self._decryptor.decrypt_message(
            Payload.FromString(b64decode(item.payload)),
            workflow_id=workflow_id,
            kind=item.kind,
            now=item.received_at,
        )
        if isinstance(found, DecryptionFailure):
            return DecryptedMessage(code=found.code, reason=found.reason)
        refusal = found.authentication.refusal
        if refusal:
            return DecryptedMessage(code=refusal, reason=REFUSAL_REASONS[refusal])
        return DecryptedMessage(
            body=b64encode(found.plain).decode(), sender=sender_label(found.authentication)
        )


def sender_label(authentication: Authentication) -> str:
    """Return trust level, sender and key in one word, as the record keeps it."""
    parts = (authentication.trust.value, authentication.sender, authentication.key_id)
    return ":".join(part for part in parts if part)


def _asserted(
    body: bytes, assertion: dict[str, Any], key: Key
) -> AuthenticatedMessage | DecryptionFailure:
    if key.use is not KeyUse.OWN:
        return failure("not_internal", key.id)
    try:
        trust = TrustLevel(assertion["trust"])
        return AuthenticatedMessage(body, Authentication(**{**assertion, "trust": trust}))
    except (KeyError, TypeError, ValueError):
        return failure("malformed", key.id)

"""Seal what our own processes hand to Temporal, and open it again.

Temporal, its database and its UI hold ciphertext then, bound to the sentence that it is of. What
senders seal, in an encoding of its own, passes through shut: whether it opens depends on keys, and
history must not. An activity opens it, and history records the answer.

Decoding never raises, for a signal that cannot be decoded would stall its sentence for good. What
cannot be opened stays as it is and says why, and only who reads it raises: the sentence for a
result of its own activities, which waits so until the key is here; nobody for a signal.
"""

from collections.abc import Sequence
from typing import Any, Final, Self

from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticPayloadConverter
from temporalio.converter import (
    ActivitySerializationContext,
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    EncodingPayloadConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)

from activities.contracts import DECRYPTION_FAULT, ENCRYPTED_AS, MESSAGE_ENCODING, OWN_ENCODING
from activities.crypto.authentication import FAILURE_REASONS
from activities.crypto.cipher import (
    DecryptionError,
    TamperedError,
    decrypt,
    encrypt,
)
from activities.crypto.envelope import read_message_header
from activities.crypto.keys import KeyProvider
from activities.errors import UserFacingError

_ENCODING: Final = "encoding"


class UndecryptablePayloadError(UserFacingError):
    """A value of our own cannot be opened; it is tried again, for its key may come.

    Attributes:
        code: What is wrong with it.
    """

    def __init__(self, code: str) -> None:
        super().__init__(
            f"a payload cannot be opened: {FAILURE_REASONS.get(code, FAILURE_REASONS['no_key'])}"
        )
        self.code = code

    @property
    def sentence(self) -> str:
        """What is wrong, and where it says how to mend it."""
        return f"{self}: docs/encryption.md says which settings it takes"


class EncryptionCodec(PayloadCodec, WithSerializationContext):
    """Seals every payload for the sentence that the SDK says it is of."""

    def __init__(self, keys: KeyProvider, workflow_id: str | None = None) -> None:
        """Take the keys, and the sentence; None where the SDK says nothing of it."""
        self._keys, self._workflow_id = keys, workflow_id

    @property
    def keys(self) -> KeyProvider:
        """Return what it seals with."""
        return self._keys

    def with_context(self, context: SerializationContext) -> Self:
        """Return a codec for the sentence of the context."""
        match context:
            case WorkflowSerializationContext():
                return type(self)(self._keys, context.workflow_id)
            case ActivitySerializationContext():
                # Of an activity that no workflow started there is no sentence.
                return type(self)(self._keys, context.workflow_id or "")
            case _:
                return self

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads sealed; letters, which are sealed already, go as they are."""
        return [
            payload if _is_encrypted_message(payload) else self._encrypted(payload)
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads opened where they are ours, and each other one as it came."""
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        data = encrypt(
            self._keys.primary(),
            _unmarked(payload).SerializeToString(),
            workflow_id=self._workflow_id or "",
        )
        return Payload(metadata={_ENCODING: OWN_ENCODING}, data=data)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get(_ENCODING) != OWN_ENCODING:
            return _unmarked(payload)
        opened, marks = Payload(), {ENCRYPTED_AS: OWN_ENCODING}
        try:
            found = decrypt(self._keys, payload.data, workflow_id=self._workflow_id)
            opened.ParseFromString(found.plain)
        except DecryptionError as error:
            opened.CopyFrom(payload)
            marks[DECRYPTION_FAULT] = error.code.encode()
        except DecodeError:
            opened.CopyFrom(payload)
            marks[DECRYPTION_FAULT] = TamperedError.code.encode()
        # A signal must look alike whether its key is here or not, so both are marked.
        for name, value in marks.items():
            opened.metadata[name] = value
        return opened


class UndecryptablePayloadConverter(EncodingPayloadConverter):
    """Raises where somebody reads a value of ours that could not be opened."""

    @property
    def encoding(self) -> str:
        """Return the encoding of what our own processes seal."""
        return OWN_ENCODING.decode()

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ARG002 - its base has it
        """Return None: nothing is converted to this."""
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Refuse the payload.

        Raises:
            StillSealedError: Always.
        """
        del type_hint
        raise UndecryptablePayloadError(
            payload.metadata.get(DECRYPTION_FAULT, b"").decode("ascii", "replace")
        )


class SentencePayloadConverter(CompositePayloadConverter):
    """The converter of all our values, which says clearly what could not be opened."""

    def __init__(self) -> None:
        super().__init__(
            *PydanticPayloadConverter().converters.values(), UndecryptablePayloadConverter()
        )


def data_converter(keys: KeyProvider | None) -> DataConverter:
    """Return what converts our values: sealed under these keys, readable without any."""
    if keys is None:
        # What was sealed elsewhere is then refused by its own name.
        return DataConverter(payload_converter_class=SentencePayloadConverter)
    return DataConverter(
        payload_converter_class=SentencePayloadConverter,
        payload_codec=EncryptionCodec(keys),
        # Messages of errors and stack traces are sealed too; only the error's type is not.
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def _unmarked(payload: Payload) -> Payload:
    """Return the payload without our marks, which a sender might have put there."""
    if ENCRYPTED_AS not in payload.metadata and DECRYPTION_FAULT not in payload.metadata:
        return payload
    bare = Payload()
    bare.CopyFrom(payload)
    for name in (ENCRYPTED_AS, DECRYPTION_FAULT):
        bare.metadata.pop(name, None)
    return bare


def _is_encrypted_message(payload: Payload) -> bool:
    if payload.metadata.get(_ENCODING) != MESSAGE_ENCODING:
        return False
    try:
        read_message_header(payload.data)
    except DecryptionError:
        # It claims to be encrypted and is not: it must not leave us readable.
        return False
    return True

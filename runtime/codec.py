"""Payload codec: encrypts what our own processes hand to Temporal, and decrypts it.

Temporal, its database and its UI hold ciphertext, bound to the sentence that it belongs to. What
senders encrypted passes through undecoded: decoding depends on keys, and replay must not. An
activity decrypts it, and history records the result.

Decoding never raises: a signal that cannot be decoded would block its sentence for good. A payload
that cannot be decrypted is kept and marked with the reason, and only its reader raises: the
sentence, for results of its own activities; it retries until the key is there.
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
from activities.crypto.cipher import DecryptionError, TamperedError, decrypt, encrypt
from activities.crypto.envelope import read_message_header
from activities.crypto.keys import KeyProvider
from activities.errors import UserFacingError

_ENCODING: Final = "encoding"


class UndecryptablePayloadError(UserFacingError):
    """A payload of our own cannot be decrypted; a retry succeeds once its key is there.

    Attributes:
        code: Code of the fault.
    """

    def __init__(self, code: str) -> None:
        super().__init__(
            f"a payload cannot be decrypted: {FAILURE_REASONS.get(code, FAILURE_REASONS['no_key'])}"
        )
        self.code = code

    @property
    def user_message(self) -> str:
        """Return the fault, and where the settings are described."""
        return f"{self}; docs/encryption.md describes the settings"


class EncryptionCodec(PayloadCodec, WithSerializationContext):
    """Codec that encrypts every payload for the sentence that the SDK names."""

    def __init__(self, keys: KeyProvider, workflow_id: str | None = None) -> None:
        """Use the keys for one sentence; None if the SDK names no sentence."""
        self._keys = keys
        self._workflow_id = workflow_id

    @property
    def keys(self) -> KeyProvider:
        """Return the keys."""
        return self._keys

    def with_context(self, context: SerializationContext) -> Self:
        """Return a codec for the sentence of the context."""
        match context:
            case WorkflowSerializationContext():
                return type(self)(self._keys, context.workflow_id)
            case ActivitySerializationContext():
                # An activity that no workflow started has no sentence.
                return type(self)(self._keys, context.workflow_id or "")
            case _:
                return self

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return the payloads encrypted; messages that are encrypted already stay unchanged."""
        return [
            payload if _is_encrypted_message(payload) else self._encrypted(payload)
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Return our own payloads decrypted, and all others unchanged."""
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
        decrypted = Payload()
        marks = {ENCRYPTED_AS: OWN_ENCODING}
        try:
            found = decrypt(self._keys, payload.data, workflow_id=self._workflow_id)
            decrypted.ParseFromString(found.plain)
        except DecryptionError as error:
            decrypted.CopyFrom(payload)
            marks[DECRYPTION_FAULT] = error.code.encode()
        except DecodeError:
            decrypted.CopyFrom(payload)
            marks[DECRYPTION_FAULT] = TamperedError.code.encode()
        # Marked in both cases: a signal must look the same with and without its key.
        for name, value in marks.items():
            decrypted.metadata[name] = value
        return decrypted


class UndecryptablePayloadConverter(EncodingPayloadConverter):
    """Converter that raises when a payload that could not be decrypted is read."""

    @property
    def encoding(self) -> str:
        """Return the encoding of our own encrypted payloads."""
        return OWN_ENCODING.decode()

    def to_payload(self, value: Any) -> Payload | None:  # noqa: ARG002 - its base has it
        """Return None: no value is converted to this encoding."""
        return None

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Raise for the payload.

        Raises:
            UndecryptablePayloadError: Always.
        """
        del type_hint
        raise UndecryptablePayloadError(
            payload.metadata.get(DECRYPTION_FAULT, b"").decode("ascii", "replace")
        )


class SentencePayloadConverter(CompositePayloadConverter):
    """Converter of all our values, with a clear error for what could not be decrypted."""

    def __init__(self) -> None:
        super().__init__(
            *PydanticPayloadConverter().converters.values(), UndecryptablePayloadConverter()
        )


def data_converter(keys: KeyProvider | None) -> DataConverter:
    """Return the converter of our values: encrypted with these keys, plaintext without keys."""
    if keys is None:
        # A payload that was encrypted elsewhere is then refused by its encoding.
        return DataConverter(payload_converter_class=SentencePayloadConverter)
    return DataConverter(
        payload_converter_class=SentencePayloadConverter,
        payload_codec=EncryptionCodec(keys),
        # Error messages and stack traces are encrypted too; only the type of an error is not.
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def _unmarked(payload: Payload) -> Payload:
    """Return the payload without our marks, which a sender might have set."""
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

"""Messages that senders encrypt for a sentence: a compact JWE, usually around a compact JWS.

The JWE is encrypted with a shared key (`dir`, A256GCM). Its protected header is readable and
authenticated: it names the key (`kid`), the workflow id (`sub`), the kind, and what the content is
(`cty`), so that a codec server, which has only the token, knows which sentence it decrypts.

The JWS is signed with Ed25519 over the bytes of the event and over a header of its own, which
repeats workflow id and kind: whoever shares an encryption key cannot move a signature to another
message. Each header has exactly the names that are listed here; anything more or less is refused.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey, OKPKey
from joserfc.registry import HeaderParameter
from joserfc.util import urlsafe_b64decode
from temporalio.api.common.v1 import Payload

from activities.contracts import MESSAGE_ENCODING
from activities.crypto.authentication import Authentication
from activities.crypto.cipher import (
    DecryptionError,
    TamperedError,
    UnknownKeyError,
    WrongContextError,
)
from activities.crypto.keys import KEY_ID, Key, KeyProvider
from activities.reloading_file import FileError

PLAIN_ENCODING: Final = b"json/plain"

VALIDITY: Final = timedelta(hours=24)
"""Validity of a signature of our own."""

MAX_VALIDITY: Final = timedelta(days=7)
"""Longest validity of any signature after its `iat`, whatever its `exp` is."""

MAX_TOKEN_BYTES: Final = 1_000_000
"""Bytes of a JWE. A sentence takes far less; this bounds what the libraries are given."""

_MAX_HEADER_BYTES: Final = 2_500
"""Bytes of a header in base64url: a workflow id has up to 1,000, a kind up to 300."""

_KEY_MANAGEMENT: Final = "dir"
_ENCRYPTION: Final = "A256GCM"
_SIGNATURE: Final = "Ed25519"
_SIGNATURES: Final = frozenset({_SIGNATURE, "EdDSA"})
"""RFC 9864 names the algorithm by its curve; `EdDSA` is what older libraries call it."""

_JWE_HEADER: Final = frozenset({"alg", "enc", "kid", "cty", "sub", "kind"})
_JWS_HEADER: Final = frozenset({"alg", "kid", "iat", "exp", "sub", "kind"})
_JWE_SEGMENTS: Final = 5
_JWS_SEGMENTS: Final = 3

_NOT_ED25519: Final = "it holds no Ed25519 private key in PEM without a password"


class EnvelopeContent(StrEnum):
    """Content of a JWE, as its `cty` names it."""

    SIGNED = "JOSE"
    """A compact JWS of an integrator over the event."""
    UNSIGNED = "json"
    """The event alone."""
    ASSERTED = "vnd.sentences.asserted+json"
    """The event, with the sender as a process of ours knows it."""


class EnvelopeError(DecryptionError):
    """A token that is no JWE or JWS of the documented form; nothing of it is quoted."""

    code = "malformed"

    def __init__(self) -> None:
        super().__init__("the message is not JOSE of the documented form")


@dataclass(frozen=True, slots=True)
class MessageHeader:
    """Protected header of a JWE. It is authentic only after decryption."""

    key_id: str
    workflow_id: str
    kind: str
    content: EnvelopeContent


@dataclass(frozen=True, slots=True)
class MessageSignature:
    """JWS around an event, with the statements of its protected header. Parsed, not verified."""

    key_id: str
    workflow_id: str
    kind: str
    issued_at: datetime
    expires_at: datetime
    """End of validity, exclusive: `exp`, or seven days after `iat` if that is earlier."""
    token: bytes = field(repr=False)

    def verify(self, public: Ed25519PublicKey) -> bool:
        """Return whether the holder of `public` made the signature."""
        try:
            jws.deserialize_compact(self.token, OKPKey.import_key(public), registry=_JWS)
        except (JoseError, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class MessageEnvelope:
    """Decrypted message: the event, the key, and at most one of signature and assertion."""

    header: MessageHeader
    key: Key
    body: bytes = field(repr=False)
    signature: MessageSignature | None = None
    assertion: dict[str, Any] | None = None


class Signer:
    """Private key of an integrator, which signs its messages."""

    def __init__(self, key_id: str, private: Ed25519PrivateKey) -> None:
        self.key_id = key_id
        self._key = OKPKey.import_key(private)

    @classmethod
    def read(cls, key_id: str, path: Path) -> "Signer":
        """Return the signer whose private key is in a PEM file.

        Raises:
            FileError: If the file holds no such key.
        """
        try:
            private = load_pem_private_key(path.read_bytes(), None)
        except OSError as error:
            raise FileError.of(path, error.strerror) from None
        except (TypeError, ValueError):
            raise FileError.of(path, _NOT_ED25519) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise FileError.of(path, _NOT_ED25519)
        return cls(key_id, private)

    def sign(
        self,
        kind: str,
        workflow_id: str,
        body: bytes,
        *,
        at: datetime,
        validity: timedelta = VALIDITY,
    ) -> bytes:
        """Return the compact JWS over `body`, issued at `at` in whole seconds."""
        issued = int(at.timestamp())
        header = {
            "alg": _SIGNATURE,
            "kid": self.key_id,
            "iat": issued,
            "exp": issued + int(validity.total_seconds()),
            "sub": workflow_id,
            "kind": kind,
        }
        return jws.serialize_compact(header, body, self._key, registry=_JWS).encode()


class _JweRegistry(jwe.JWERegistry):
    """Rules of the library for a JWE: these algorithms, these header names, these sizes."""

    max_protected_header_length = _MAX_HEADER_BYTES
    max_ciphertext_length = MAX_TOKEN_BYTES


class _JwsRegistry(jws.JWSRegistry):
    """Rules of the library for a JWS: these algorithms, these header names, these sizes."""

    max_header_length = _MAX_HEADER_BYTES
    max_payload_length = MAX_TOKEN_BYTES

    def get_alg(self, name: str) -> Any:
        """Return the algorithm of that name; both names are Ed25519 and no other curve."""
        return super().get_alg(_SIGNATURE if name in _SIGNATURES else name)


_CONTEXT: Final = {
    "sub": HeaderParameter("Workflow id of the sentence", "str", required=True),
    "kind": HeaderParameter("Kind of the event", "str", required=True),
}
_JWE: Final = _JweRegistry(_CONTEXT, (_KEY_MANAGEMENT, _ENCRYPTION))
_JWS: Final = _JwsRegistry(
    {
        **_CONTEXT,
        "iat": HeaderParameter("Issued at", "int", required=True),
        "exp": HeaderParameter("Expires at", "int", required=True),
    },
    (_SIGNATURE,),
)


def encrypt_event(  # noqa: PLR0913 - each is a fact of the message
    keys: KeyProvider | Key | None,
    signer: Signer | None,
    workflow_id: str,
    kind: str,
    data: Any,
    *,
    asserted: Authentication | None = None,
    now: datetime | None = None,
    validity: timedelta = VALIDITY,
) -> Payload:
    """Return the payload of a signal: an event encrypted for one sentence, and signed by `signer`.

    Args:
        keys: A key provider, whose primary key encrypts, or the key that an integrator holds. With
            None the message goes readable, which only a development setting accepts.
        signer: Signs the event; None leaves it unsigned.
        workflow_id: The sentence that may decrypt it.
        kind: The name of the signal.
        data: The event, which is written as JSON; bytes go as they are.
        asserted: The sender as our own process knows it, in place of a signature.
        now: When it is issued; the present if left out.
        validity: Validity of the signature.
    """
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    if keys is None:
        return Payload(metadata={"encoding": PLAIN_ENCODING}, data=body)
    if asserted is not None:
        content = EnvelopeContent.ASSERTED
        plain = _pack_assertion(asserted, body)
    elif signer is not None:
        content = EnvelopeContent.SIGNED
        issued_at = now or datetime.now(UTC)
        plain = signer.sign(kind, workflow_id, body, at=issued_at, validity=validity)
    else:
        content = EnvelopeContent.UNSIGNED
        plain = body
    key = keys if isinstance(keys, Key) else keys.primary()
    header = MessageHeader(key.id, workflow_id, kind, content)
    return Payload(
        metadata={"encoding": MESSAGE_ENCODING}, data=encrypt_content(key, header, plain)
    )


def encrypt_content(key: Key, header: MessageHeader, plain: bytes) -> bytes:
    """Return the compact JWE of any content; the same content never gives the same bytes."""
    protected = {
        "alg": _KEY_MANAGEMENT,
        "enc": _ENCRYPTION,
        "kid": header.key_id,
        "cty": header.content.value,
        "sub": header.workflow_id,
        "kind": header.kind,
    }
    return jwe.encrypt_compact(protected, plain, _jose_key(key), registry=_JWE).encode()


def read_message_header(token: bytes) -> MessageHeader:
    """Return the protected header of a JWE, which nothing has authenticated yet.

    Raises:
        EnvelopeError: If it is no JWE of the documented form.
    """
    segments = token.split(b".") if len(token) <= MAX_TOKEN_BYTES else []
    if len(segments) != _JWE_SEGMENTS or segments[1]:
        # The second segment is an encrypted key, which `dir` does not have.
        raise EnvelopeError
    header = _parse_header(segments[0], _JWE_HEADER)
    if not all(isinstance(value, str) for value in header.values()):
        raise EnvelopeError
    if (header["alg"], header["enc"]) != (_KEY_MANAGEMENT, _ENCRYPTION):
        raise EnvelopeError
    # The id of an unknown key is shown to operators, so it must be a code.
    if not KEY_ID.fullmatch(header["kid"]) or header["cty"] not in set(EnvelopeContent):
        raise EnvelopeError
    return MessageHeader(
        key_id=header["kid"],
        workflow_id=header["sub"],
        kind=header["kind"],
        content=EnvelopeContent(header["cty"]),
    )


def open_envelope(
    keys: KeyProvider, token: bytes, *, workflow_id: str | None, kind: str | None = None
) -> MessageEnvelope:
    """Decrypt a JWE and parse its content; the signature is not verified here.

    Args:
        keys: The key ring.
        token: The compact JWE.
        workflow_id: The sentence that it must be encrypted for; None takes any.
        kind: The kind that it must be encrypted for; None takes any.

    Raises:
        EnvelopeError: If it, or its content, is not of the documented form.
        UnknownKeyError: If the ring lacks the key.
        TamperedError: If it is not what was encrypted, or not with that key.
        WrongContextError: If it is whole, and for another sentence or kind.
    """
    header = read_message_header(token)
    key = keys.find(header.key_id)
    if key is None:
        raise UnknownKeyError(header.key_id)
    try:
        plain = jwe.decrypt_compact(token, _jose_key(key), registry=_JWE).plaintext
    except (JoseError, ValueError):
        raise TamperedError from None
    if plain is None:
        raise TamperedError
    if workflow_id not in (None, header.workflow_id) or kind not in (None, header.kind):
        raise WrongContextError
    match header.content:
        case EnvelopeContent.SIGNED:
            signature, body = _parse_signed(plain)
            return MessageEnvelope(header, key, body, signature=signature)
        case EnvelopeContent.ASSERTED:
            assertion, body = _parse_assertion(plain)
            return MessageEnvelope(header, key, body, assertion=assertion)
        case EnvelopeContent.UNSIGNED:
            return MessageEnvelope(header, key, plain)


def _parse_signed(token: bytes) -> tuple[MessageSignature, bytes]:
    """Return the statements of a JWS, and the event inside it."""
    segments = token.split(b".")
    if len(segments) != _JWS_SEGMENTS:
        raise EnvelopeError
    header = _parse_header(segments[0], _JWS_HEADER)
    texts = [header[name] for name in ("alg", "kid", "sub", "kind")]
    if not all(isinstance(text, str) for text in texts) or header["alg"] not in _SIGNATURES:
        raise EnvelopeError
    issued_at = _parse_time(header["iat"])
    try:
        expires_at = min(_parse_time(header["exp"]), issued_at + MAX_VALIDITY)
        body = urlsafe_b64decode(segments[1])
    except (ValueError, OverflowError):
        raise EnvelopeError from None
    signature = MessageSignature(
        key_id=header["kid"],
        workflow_id=header["sub"],
        kind=header["kind"],
        issued_at=issued_at,
        expires_at=expires_at,
        token=token,
    )
    return signature, body


def _pack_assertion(asserted: Authentication, body: bytes) -> bytes:
    packed = {"authentication": asdict(asserted), "body": b64encode(body).decode()}
    return json.dumps(packed, separators=(",", ":")).encode()


def _parse_assertion(plain: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        packed = json.loads(plain)
        if packed.keys() != {"authentication", "body"}:
            raise EnvelopeError
        return dict(packed["authentication"]), b64decode(packed["body"], validate=True)
    except (AttributeError, TypeError, ValueError, RecursionError):
        raise EnvelopeError from None


def _parse_header(segment: bytes, names: frozenset[str]) -> dict[str, Any]:
    """Return a protected header that has exactly these names, each once."""
    if len(segment) > _MAX_HEADER_BYTES:
        raise EnvelopeError
    try:
        header = json.loads(urlsafe_b64decode(segment).decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError):
        raise EnvelopeError from None
    if not isinstance(header, dict) or header.keys() != names:
        raise EnvelopeError
    return header


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise EnvelopeError
    return found


def _parse_time(value: object) -> datetime:
    """Return the moment of a NumericDate in whole seconds."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise EnvelopeError
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise EnvelopeError from None


@lru_cache(maxsize=64)
def _jose_key(key: Key) -> OctKey:
    return OctKey.import_key(key.secret)

"""A message is a JWE of exactly one form around a JWS of exactly one form, or it is refused."""

import hmac
import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from activities.crypto.cipher import (
    DecryptionError,
    TamperedError,
    UnknownKeyError,
    WrongContextError,
    encrypt,
)
from activities.crypto.envelope import (
    MAX_TOKEN_BYTES,
    MAX_VALIDITY,
    VALIDITY,
    EnvelopeContent,
    EnvelopeError,
    MessageEnvelope,
    MessageHeader,
    encrypt_event,
    open_envelope,
    read_message_header,
)
from activities.crypto.keys import KeyRing
from tests.activities.crypto.rings import (
    AT,
    EVENT,
    HERE,
    KIND,
    MARKER,
    NEW,
    OLD,
    PRIVATE,
    RING,
    SHARED,
    SIGNER,
    THERE,
)
from tests.activities.crypto.tokens import (
    BODY,
    FROM_TYPESCRIPT,
    ISSUED,
    JWE_HEADER,
    JWS_HEADER,
    b64,
    header_bytes,
    jwe,
    jws,
)

PUBLIC = PRIVATE.public_key()
OURS = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT).data


def opened(
    token: bytes, *, workflow_id: str | None = HERE, kind: str | None = KIND
) -> MessageEnvelope:
    """The envelope of a token, by the whole ring."""
    return open_envelope(RING, token, workflow_id=workflow_id, kind=kind)


def segments(token: bytes) -> list[bytes]:
    """The parts of a token."""
    return token.split(b".")


@pytest.mark.parametrize(
    ("token", "key_id"),
    [(jwe(), NEW.id), (jwe(key=SHARED), SHARED.id), (FROM_TYPESCRIPT, SHARED.id)],
    ids=["by hand", "by hand, shared key", "by npm jose"],
)
def test_other_implementations_write_what_is_opened(token: bytes, key_id: str) -> None:
    """From the RFCs alone, and by the library that the example in TypeScript uses."""
    found = opened(token)

    assert MessageHeader(key_id, HERE, KIND, EnvelopeContent.SIGNED) == found.header
    assert BODY == found.body
    assert found.signature is not None
    assert (SIGNER.key_id, HERE, KIND) == (
        found.signature.key_id,
        found.signature.workflow_id,
        found.signature.kind,
    )
    assert (AT, AT + VALIDITY) == (found.signature.issued_at, found.signature.expires_at)
    assert found.signature.verify(PUBLIC)


def test_what_is_written_has_the_documented_headers_and_no_others() -> None:
    """Byte for byte the form that the tokens by hand have."""
    signed = SIGNER.sign(KIND, HERE, BODY, at=AT.replace(microsecond=999_999))

    assert dict(JWE_HEADER) == json.loads(_decoded(segments(OURS)[0]))
    assert b"" == segments(OURS)[1]
    assert dict(JWS_HEADER) == json.loads(_decoded(segments(signed)[0]))
    assert BODY == _decoded(segments(signed)[1])
    assert OURS != encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT).data


def _decoded(segment: bytes) -> bytes:
    return urlsafe_b64decode(segment + b"=" * (-len(segment) % 4))


def test_a_codec_server_reads_the_sentence_from_the_header() -> None:
    """It decrypts for any sentence, and the header is part of what the tag authenticates."""
    assert (HERE, KIND) == (read_message_header(OURS).workflow_id, read_message_header(OURS).kind)
    assert opened(OURS, workflow_id=None, kind=None).header == read_message_header(OURS)
    moved = {**JWE_HEADER, "sub": THERE}
    with pytest.raises(TamperedError):
        opened(b".".join([b64(header_bytes(moved)), *segments(OURS)[1:]]), workflow_id=THERE)


@pytest.mark.parametrize(
    "context", [{"workflow_id": THERE}, {"kind": "breach_decided"}], ids=["sentence", "kind"]
)
def test_a_message_for_another_sentence_or_kind_is_refused(context: dict[str, Any]) -> None:
    """It is whole, hence not `tampered`: someone sent it again elsewhere."""
    with pytest.raises(WrongContextError) as fault:
        opened(OURS, **context)
    assert "wrong_context" == fault.value.code


@pytest.mark.parametrize(
    "change",
    [
        *({name: None} for name in JWE_HEADER),
        *({name: 7} for name in JWE_HEADER),
        {"alg": "none"},
        {"alg": "A256KW"},
        {"alg": "A256GCMKW"},
        {"alg": "RSA-OAEP-256"},
        {"alg": "ECDH-ES"},
        {"alg": "PBES2-HS256+A128KW"},
        {"alg": "DIR"},
        {"enc": "A128GCM"},
        {"enc": "A256CBC-HS512"},
        {"cty": "JWT"},
        {"cty": ""},
        {"kid": "a key\nid"},
        {"kid": ""},
        {"kid": "x" * 65},
        {"zip": "DEF"},
        {"crit": ["kind"]},
        {"typ": "JOSE"},
        {"jku": "https://elsewhere.example/keys"},
        {"jwk": {"kty": "oct", "k": "AAAA"}},
        {"x5u": "https://elsewhere.example/cert"},
        {"p2c": 10_000_000},
        {"epk": {}},
        {"more": "x" * 3_000},
    ],
    ids=str,
)
def test_any_other_header_of_a_jwe_is_refused(change: dict[str, Any]) -> None:
    """Each name once, no name more, and one algorithm: before any key is looked at."""
    with pytest.raises(EnvelopeError) as fault:
        opened(jwe(None, change))
    assert "malformed" == fault.value.code


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b"x",
        b"....",
        OURS + b".",
        b".".join(segments(OURS)[:4]),
        jwe(header=b"[]"),
        jwe(header=b"null"),
        jwe(header=b"\xff"),
        jwe(header=b"[" * 1_500),
        jwe(header=header_bytes(JWE_HEADER)[:-1] + b', "sub": "sentence-X320741-1"}'),
        jwe(encrypted_key=bytes(32)),
        segments(OURS)[0] + b"=." + b".".join(segments(OURS)[1:]),
        jws(),
        encrypt(NEW, BODY, workflow_id=HERE),
        jwe(b"x" * MAX_TOKEN_BYTES),
    ],
    ids=range(15),
)
def test_what_is_no_jwe_is_refused(token: bytes) -> None:
    """A part too few or many, a name twice, an encrypted key, another format, too many bytes."""
    with pytest.raises(EnvelopeError) as fault:
        opened(token)
    assert "the message is not JOSE of the documented form" == str(fault.value)


@pytest.mark.parametrize(
    "change",
    [
        *({name: None} for name in JWS_HEADER),
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "ES256"},
        {"alg": "Ed448"},
        {"alg": "ed25519"},
        {"alg": ["Ed25519"]},
        {"kid": 7},
        {"sub": 7},
        {"kind": None, "Kind": KIND},
        {"iat": str(ISSUED)},
        {"iat": float(ISSUED)},
        {"iat": True},
        {"iat": -(10**20)},
        {"exp": "2026-11-23T10:00:00Z"},
        {"exp": 10**20},
        {"exp": 1e400},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}},
        {"b64": False, "crit": ["b64"]},
        {"typ": "JWT"},
        {"nbf": ISSUED},
        {"x5u": "https://elsewhere.example/cert"},
    ],
    ids=str,
)
def test_any_other_header_of_a_jws_is_refused(change: dict[str, Any]) -> None:
    """Also with the right signature, whichever key encrypted it."""
    with pytest.raises(EnvelopeError):
        opened(jwe(jws(change), key=SHARED))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        BODY,
        b"..",
        jws() + b".x",
        jws(header=b"[]"),
        jws(header=header_bytes(JWS_HEADER)[:-1] + b', "kid": "other"}'),
        segments(jws())[0] + b".?." + segments(jws())[2],
    ],
    ids=range(7),
)
def test_what_is_no_jws_is_refused(content: bytes) -> None:
    """Where the header of the JWE says that it is one."""
    with pytest.raises(EnvelopeError):
        opened(jwe(content))


@pytest.mark.parametrize(
    "token",
    [
        jws(private=Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))),
        b".".join([*segments(jws())[:2], b64(bytes(64))]),
        b".".join([*segments(jws())[:2], b""]),
        b".".join([*segments(jws())[:2], b"?"]),
        b".".join([segments(jws())[0], b64(BODY + b" "), segments(jws())[2]]),
        b".".join([segments(jws({"exp": ISSUED + 1}))[0], *segments(jws())[1:]]),
    ],
    ids=["stranger", "zeros", "none", "no base64", "other body", "other header"],
)
def test_only_the_holder_of_the_key_signs(token: bytes) -> None:
    """The signature is over the whole header and every byte of the event."""
    found = opened(jwe(token)).signature

    assert found is not None
    assert not found.verify(PUBLIC)


def test_the_public_key_is_no_secret_of_a_mac() -> None:
    """The confusion of algorithms that JOSE is known for: the header decides nothing."""
    header = b64(header_bytes({**JWS_HEADER, "alg": "HS256"}))
    text = header + b"." + b64(BODY)
    mac = hmac.digest(PUBLIC.public_bytes_raw(), text, "sha256")

    with pytest.raises(EnvelopeError):
        opened(jwe(text + b"." + b64(mac)))


def test_the_older_name_of_the_algorithm_is_the_same_signature() -> None:
    """`EdDSA`, with a key on the curve Ed25519."""
    found = opened(jwe(jws({"alg": "EdDSA"}))).signature

    assert found is not None
    assert found.verify(PUBLIC)


def test_a_signature_is_valid_for_a_week_at_most() -> None:
    """Whatever it says; and for as long as it says, if that is less."""
    ends = [ISSUED + 60, ISSUED - 60, ISSUED + 3_650 * 86_400]
    found = [opened(jwe(jws({"exp": end}))).signature for end in ends]

    assert [timedelta(minutes=1), timedelta(minutes=-1), MAX_VALIDITY] == [
        one.expires_at - AT for one in found if one is not None
    ]


@given(st.binary(max_size=2_000))
def test_any_event_comes_back_as_it_was(body: bytes) -> None:
    """Signed or not, the bytes of the event are not touched."""
    for signer in (SIGNER, None):
        token = encrypt_event(RING, signer, HERE, KIND, body, now=AT).data
        assert body == opened(token).body


@given(st.integers(0, len(OURS) * 8 - 1))
def test_any_flipped_bit_is_found(bit: int) -> None:
    """Header, nonce, text or tag: each bit counts, and the error quotes nothing."""
    broken = bytearray(OURS)
    broken[bit // 8] ^= 1 << bit % 8

    with pytest.raises((EnvelopeError, TamperedError, UnknownKeyError)) as fault:
        opened(bytes(broken))
    assert MARKER not in str(fault.value)


@pytest.mark.parametrize("length", range(0, len(OURS), 3))
def test_any_truncation_is_found(length: int) -> None:
    """A prefix of a message is not a message."""
    with pytest.raises((EnvelopeError, TamperedError)):
        opened(OURS[:length])


@given(st.binary(max_size=300))
def test_any_other_bytes_are_refused(found: bytes) -> None:
    """As a token, and as the content of one."""
    with pytest.raises(DecryptionError):
        opened(found)
    with pytest.raises(DecryptionError):
        opened(jwe(found))


def test_an_unknown_key_is_named() -> None:
    """Its id shows the operator which key to add; the same message decrypts once it is there."""
    with pytest.raises(UnknownKeyError) as fault:
        open_envelope(KeyRing(OLD), OURS, workflow_id=HERE)
    assert NEW.id == fault.value.key_id
    assert EVENT == json.loads(opened(OURS).body)


def test_no_representation_shows_an_event() -> None:
    """A value that is printed by mistake shows only ids."""
    assert MARKER not in repr(opened(OURS))

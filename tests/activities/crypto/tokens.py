"""JOSE tokens made by hand from the RFCs: well formed, or wrong in any way a test asks for."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload

from activities.contracts import MESSAGE_ENCODING
from activities.crypto.keys import Key
from tests.activities.crypto.rings import AT, HERE, KIND, NEW, PRIVATE, SIGNER

BODY: Final = b'{"event_id": "e-1", "by": {"id": "a", "role": "officer", "organisation": "NPS"}}'
ISSUED: Final = int(AT.timestamp())

JWS_HEADER: Final[Mapping[str, Any]] = {
    "alg": "Ed25519",
    "kid": SIGNER.key_id,
    "iat": ISSUED,
    "exp": ISSUED + 86_400,
    "sub": HERE,
    "kind": KIND,
}
JWE_HEADER: Final[Mapping[str, Any]] = {
    "alg": "dir",
    "enc": "A256GCM",
    "kid": NEW.id,
    "cty": "JOSE",
    "sub": HERE,
    "kind": KIND,
}

FROM_TYPESCRIPT: Final = (
    b"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwia2lkIjoiZGVsaXVzLWxldHRlcnMiLCJjdHkiOiJKT1NFIiwic3Vi"
    b"Ijoic2VudGVuY2UtWDMyMDc0MS0xIiwia2luZCI6Indhcm5pbmdfaXNzdWVkIn0..PKqi26GRIW8LqKSX.dfrwEeYFko"
    b"9AKFFmhKpyizjQz5lpGnuM2Xuhje5m4zS5NuRWin9N3NMtEBcnUH11wvLgkb_TJIwzthNnbxo6GbfMdmuQZGVNz4mBtl"
    b"yUGqhyEq6qudD38ZA-cE7Zh7xRlh-lwKHo58NTNi0cEiTBaHb5srHVwVMQdaSdHAdir6TefoPq9mD60_FdDpP_RRxHMR"
    b"i8FdRPcI7daxgC5qvPXOCHrKwIPCFdNfvhMf74dDBU11PH7s3dSfxqG7Mi03EniEnAonYyEqXyFBQffMHu2Wqt56idjL"
    b"nnWRUky6Bst8VEwZ3xBbxMWF-btH3rrI_2qYTDyIL8ZcFFFfLWlssM6OUdfR1Ny1ghr8l5SKEV0gHakm3JZypFxylI0L"
    b"OjdhgLiJis5ZeTNWe5TRXFmRRIZq5dTX2GjsZCHID1L8iaF6PQlGFDTaz5b7l8u0cXaUkCwlUVo-hqN6JdSwH8Q2b99r"
    b"3ZHSO3VA.X_BzzMGXrjtr2jEVC9-VGA"
)
"""`BODY`, signed with the key of `SIGNER` and encrypted with `SHARED` by npm `jose` 6.2.18."""


def b64(data: bytes) -> bytes:
    """Base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=")


def header_bytes(header: Mapping[str, Any]) -> bytes:
    """A header as JSON, without the names whose value is None."""
    return json.dumps({name: value for name, value in header.items() if value is not None}).encode()


def jws(
    change: Mapping[str, Any] | None = None,
    *,
    body: bytes = BODY,
    private: Ed25519PrivateKey = PRIVATE,
    header: bytes | None = None,
) -> bytes:
    """A signed event; `change` replaces, adds or (by None) removes names of its header."""
    chosen = header if header is not None else header_bytes({**JWS_HEADER, **(change or {})})
    text = b64(chosen) + b"." + b64(body)
    return text + b"." + b64(private.sign(text))


def jwe(
    content: bytes | None = None,
    change: Mapping[str, Any] | None = None,
    *,
    key: Key = NEW,
    header: bytes | None = None,
    encrypted_key: bytes = b"",
) -> bytes:
    """An encrypted message, around a signed event unless there is other content."""
    names = {**JWE_HEADER, "kid": key.id, **(change or {})}
    protected = b64(header if header is not None else header_bytes(names))
    nonce = bytes(12)
    plain = jws() if content is None else content
    ciphertext = AESGCM(key.secret).encrypt(nonce, plain, protected)
    segments = (
        protected,
        b64(encrypted_key),
        b64(nonce),
        b64(ciphertext[:-16]),
        b64(ciphertext[-16:]),
    )
    return b".".join(segments)


def payload(token: bytes) -> Payload:
    """The payload of a signal that carries a token."""
    return Payload(metadata={"encoding": MESSAGE_ENCODING}, data=token)

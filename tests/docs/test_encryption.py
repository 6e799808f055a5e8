"""The page on encryption is right for a sender that has none of our code."""

import json
import re
import shutil
import subprocess
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc.jwk import OctKey, OKPKey

from activities.contracts import MESSAGE_ENCODING
from activities.crypto.authentication import Authentication, TrustLevel
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor
from activities.crypto.integrators import IntegratorRegistry, read_integrators
from tests.activities.crypto.rings import (
    EVENT,
    HERE,
    KIND,
    PRIVATE,
    RING,
    SHARED,
    SIGNER,
    integrators_file,
)
from tests.activities.crypto.tokens import JWE_HEADER, JWS_HEADER, payload

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "encryption.md").read_text("utf-8")
TYPESCRIPT = ROOT / "examples" / "typescript"
COMPILER = TYPESCRIPT / "node_modules" / ".bin" / "tsc"
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

PROGRAM = """
import { readFileSync } from "node:fs";
import { encryptEvent, payloadOf, signingKeyFrom } from "./build/encrypt.js";
const given = JSON.parse(readFileSync(0, "utf8"));
const sender = {
  signingKey: await signingKeyFrom(given.pem), signingKeyId: given.signer,
  encryptionKey: Buffer.from(given.key, "base64"), encryptionKeyId: given.keyId,
};
const found = payloadOf(await encryptEvent(sender, given.workflowId, given.kind, given.event));
console.log(Buffer.from(found.metadata.encoding).toString(), Buffer.from(found.data).toString());
"""


def block(language: str) -> str:
    """The block of code in a language."""
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def decryptor(tmp_path: Path) -> MessageDecryptor:
    """A decryptor that takes signed messages alone, of one integrator."""
    registry = IntegratorRegistry.from_file(read_integrators(integrators_file(tmp_path)))
    return MessageDecryptor(RING, lambda: registry)


def is_taken(decryptor: MessageDecryptor, token: bytes) -> bool:
    """Return whether the sentence accepts the token as this event of the integrator."""
    found = decryptor.decrypt_message(
        payload(token), workflow_id=HERE, kind=KIND, now=datetime.now(UTC)
    )
    assert isinstance(found, AuthenticatedMessage), found
    expected = Authentication(
        TrustLevel.SIGNED,
        sender="delius",
        organisation="NPS",
        role="officer",
        key_id=SIGNER.key_id,
    )
    return (EVENT, expected) == (json.loads(found.plain), found.authentication)


def test_the_python_of_the_page_writes_a_message_that_is_taken(
    decryptor: MessageDecryptor,
) -> None:
    """It runs unchanged, with the library alone."""
    names: dict[str, Any] = {}
    exec(block("python"), names)  # noqa: S102 - it is our own page
    signing = OKPKey.import_key(PRIVATE, {"kid": SIGNER.key_id})
    encryption = OctKey.import_key(SHARED.secret, {"kid": SHARED.id})

    assert is_taken(
        decryptor, names["encrypt_event"](signing, encryption, HERE, KIND, EVENT).encode()
    )


def test_the_typescript_of_the_page_is_the_file() -> None:
    """The code on the page is the code that is compiled."""
    assert (TYPESCRIPT / "encrypt.ts").read_text("utf-8") == block("ts")


@pytest.mark.skipif(
    shutil.which("node") is None or not COMPILER.exists(),
    reason="there is no Node with the packages of examples/typescript: `make typescript`",
)
def test_the_typescript_of_the_page_writes_a_message_that_is_taken(
    decryptor: MessageDecryptor, tmp_path: Path
) -> None:
    """Compiled under strict rules, with npm `jose`."""
    for name in ("package.json", "tsconfig.json", "sentence.ts", "encrypt.ts"):
        shutil.copy(TYPESCRIPT / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(TYPESCRIPT / "node_modules")
    (tmp_path / "program.mjs").write_text(PROGRAM, "utf-8")
    given = {
        "pem": PEM.decode(),
        "signer": SIGNER.key_id,
        "key": b64encode(SHARED.secret).decode(),
        "keyId": SHARED.id,
        "workflowId": HERE,
        "kind": KIND,
        "event": EVENT,
    }
    subprocess.run([COMPILER, "--project", tmp_path], check=True)
    node = shutil.which("node") or "node"
    out = subprocess.run(
        [node, "program.mjs"],
        cwd=tmp_path,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert MESSAGE_ENCODING.decode() == out[0]
    assert is_taken(decryptor, out[1].encode())


def test_every_name_of_a_header_is_on_the_page() -> None:
    """The table has no other name."""
    table = PAGE.partition("| Header |")[2].partition("\n\n")[0]
    named = set(
        re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines()[2:]))
    )

    assert {*JWE_HEADER, *JWS_HEADER} == named

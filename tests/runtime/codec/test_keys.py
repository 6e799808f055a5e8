"""Settings name keys, integrators and signer; an error is one sentence before any work."""

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from temporalio.api.common.v1 import Payload

from activities.crypto.authentication import DecryptionFailure, TrustLevel
from activities.crypto.decrypt import AuthenticatedMessage
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import new_key
from activities.reloading_file import FileError
from runtime.codec import EncryptionCodec, UndecryptablePayloadError, data_converter
from runtime.codec_server.app import UiOrigins, generated_keys
from runtime.keys import keys_of, signer_of
from runtime.ports import Ports
from runtime.worker import message_decryptor_of
from settings import Settings, SettingsError, load_settings
from tests.activities.crypto.rings import (
    AT,
    EVENT,
    HERE,
    KIND,
    PRIVATE,
    RING,
    SIGNER,
    integrators_file,
)
from tests.isolation import isolated


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user who runs the tests may have settings of their own."""
    for field in Settings.model_fields:
        monkeypatch.delenv(f"SENTENCES_{field.upper()}", raising=False)


def key_file(folder: Path) -> Path:
    """A file with one fresh key."""
    path = folder / "ring"
    path.write_text(new_key("2026-11"), "utf-8")
    return path


def test_keys_come_from_one_place(tmp_path: Path) -> None:
    """A file, a variable, or the file that `up` made beside its data; without one, none."""
    assert keys_of(isolated(tmp_path)) is None
    path = key_file(tmp_path)
    for given in ({"keys_file": path}, {"keys": path.read_text("utf-8")}):
        keys = keys_of(isolated(tmp_path, **given))
        assert keys is not None
        assert "2026-11" == keys.primary().id
    made = generated_keys(tmp_path)
    keys = keys_of(isolated(tmp_path))
    assert keys is not None
    assert (made.read_text("utf-8").split()[0], 0o600) == (
        keys.primary().id,
        made.stat().st_mode & 0o777,
    )
    assert made.read_text("utf-8") == generated_keys(tmp_path).read_text("utf-8")


def test_without_plain_payloads_there_must_be_keys(tmp_path: Path) -> None:
    """A worker that was given no keys by mistake does not go on without."""
    with pytest.raises(FileError, match="set SENTENCES_KEYS_FILE or SENTENCES_KEYS"):
        keys_of(isolated(tmp_path, plain_payloads=False))


@pytest.mark.parametrize(
    "variables",
    [
        {"KEYS_FILE": "/keys", "KEYS": "2026-11 s3cret"},
        {"SIGNING_KEY_FILE": "/signer.pem"},
        {"SIGNING_KEY_ID": "delius-2026"},
    ],
)
def test_settings_that_contradict_each_other_are_refused(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    """The sentence names the variables; no secret is repeated."""
    for name, value in variables.items():
        monkeypatch.setenv(f"SENTENCES_{name}", value)

    with pytest.raises(SettingsError, match="SENTENCES_KEYS_FILE or SENTENCES_KEYS") as refusal:
        load_settings()
    assert "s3cret" not in str(refusal.value)


def test_settings_never_show_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where they are printed by mistake, either."""
    monkeypatch.setenv("SENTENCES_KEYS", "2026-11 s3cret")

    assert "s3cret" not in f"{load_settings()!r} {load_settings()}"


def test_the_signer_is_the_one_of_the_settings(tmp_path: Path) -> None:
    """Two settings go together: the key, and its id in the file of integrators."""
    assert signer_of(isolated(tmp_path)) is None
    path = tmp_path / "signer.pem"
    path.write_bytes(PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    chosen = isolated(tmp_path, signing_key_file=path, signing_key_id="delius-2026")

    signer = signer_of(chosen)
    assert signer is not None
    assert SIGNER.sign(KIND, HERE, b"{}", at=AT) == signer.sign(KIND, HERE, b"{}", at=AT)


@pytest.mark.parametrize(
    ("changes", "plain", "unsigned", "signed"),
    [
        ({}, TrustLevel.PLAIN, TrustLevel.UNSIGNED, TrustLevel.SIGNED),
        ({"plain_payloads": False}, "plaintext_refused", TrustLevel.UNSIGNED, TrustLevel.SIGNED),
        ({"unsigned_senders": False}, TrustLevel.PLAIN, "unsigned", TrustLevel.SIGNED),
        ({"integrators_file": None}, TrustLevel.PLAIN, TrustLevel.UNSIGNED, "unknown_signer"),
    ],
)
def test_the_settings_say_what_is_taken(
    tmp_path: Path, changes: dict[str, Any], plain: str, unsigned: str, signed: str
) -> None:
    """Plaintext, encrypted and signed messages, under each setting."""
    given = {"keys_file": key_file(tmp_path), "integrators_file": integrators_file(tmp_path)}
    settings = isolated(tmp_path, **(given | changes))
    decryptor, keys = message_decryptor_of(settings), keys_of(settings)
    messages = [
        encrypt_event(None, None, HERE, KIND, EVENT),
        encrypt_event(keys, None, HERE, KIND, EVENT),
        encrypt_event(keys, SIGNER, HERE, KIND, EVENT, now=AT),
    ]
    found = [
        decryptor.decrypt_message(one, workflow_id=HERE, kind=KIND, now=AT) for one in messages
    ]

    assert [plain, unsigned, signed] == [
        one.code if isinstance(one, DecryptionFailure) else one.authentication.trust
        for one in found
    ]
    assert all(
        EVENT == json.loads(one.plain) for one in found if isinstance(one, AuthenticatedMessage)
    )


async def test_a_value_without_a_sentence_is_sealed_for_none() -> None:
    """A payload encoded without a sentence is decrypted only where no sentence is asked for."""
    converter = data_converter(RING)
    payloads = await converter.encode(["a", None, b"b"])

    assert {b"binary/encrypted"} == {payload.metadata["encoding"] for payload in payloads}
    assert ["a", None, b"b"] == await converter.decode(payloads)
    elsewhere = EncryptionCodec(RING, HERE)
    (opened, *_) = await elsewhere.decode(payloads)
    assert b"wrong_context" == opened.metadata["decryption-fault"]
    with pytest.raises(UndecryptablePayloadError, match="encrypted for another sentence"):
        converter.payload_converter.from_payload(opened)


async def test_a_payload_that_only_claims_to_be_a_message_is_encrypted() -> None:
    """No plaintext is sent under the encoding of encrypted messages."""
    false = Payload(metadata={"encoding": b"application/jose"}, data=b"Bartholomew Marker")
    message = encrypt_event(RING, None, HERE, KIND, EVENT)
    encrypted, passed = await EncryptionCodec(RING, HERE).encode([false, message])

    assert b"Bartholomew" not in encrypted.data
    assert message == passed


def test_only_the_ui_that_was_started_may_ask() -> None:
    """Ports are chosen again where they were taken; pages of those before may ask no more."""
    ports = iter([Ports(1, 2, 3), Ports(4, 5, 6)])
    pages = UiOrigins(lambda: next(ports))
    held = pages.origins
    for ui in (2, 5):
        assert ui == pages.choose_ports().ui
        assert [f"http://127.0.0.1:{ui}", f"http://localhost:{ui}"] == held

"""A message decrypts for its sentence alone, and its sender is known."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from activities.contracts import ENCRYPTED_AS, OWN_ENCODING
from activities.crypto.authentication import (
    FAILURE_REASONS,
    Authentication,
    DecryptionFailure,
    TrustLevel,
)
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor
from activities.crypto.envelope import EnvelopeContent, Signer, encrypt_event
from activities.crypto.integrators import IntegratorRegistry, read_integrators
from activities.crypto.keys import KeyRing
from activities.reloading_file import FileError, ReloadingFile
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
    STRANGER,
    THERE,
    integrators_file,
    integrators_text,
)
from tests.activities.crypto.tokens import JWS_HEADER, jwe, jws, payload

SIGNED = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT)


def of(path: Path) -> IntegratorRegistry:
    """The registry of a file."""
    return IntegratorRegistry.from_file(read_integrators(path))


@pytest.fixture
def decryptor(tmp_path: Path) -> MessageDecryptor:
    """A decryptor that takes signed messages alone."""
    registry = of(integrators_file(tmp_path))
    return MessageDecryptor(RING, lambda: registry)


def code(found: AuthenticatedMessage | DecryptionFailure) -> str:
    """The code of a failure; empty if the message was decrypted."""
    return found.code if isinstance(found, DecryptionFailure) else ""


def opened(
    decryptor: MessageDecryptor,
    payload: Payload,
    *,
    kind: str = KIND,
    after: timedelta = timedelta(),
) -> AuthenticatedMessage | DecryptionFailure:
    """Return the result of decrypting a payload for the sentence here."""
    return decryptor.decrypt_message(payload, workflow_id=HERE, kind=kind, now=AT + after)


def test_a_signed_message_has_its_sender(decryptor: MessageDecryptor) -> None:
    """Integrator, organisation, role and key: `by` is more than a claim."""
    found = opened(decryptor, SIGNED)

    assert isinstance(found, AuthenticatedMessage)
    assert EVENT == json.loads(found.plain)
    assert (
        Authentication(TrustLevel.SIGNED, "delius", "NPS", "officer", "delius-2026")
        == found.authentication
    )
    assert not found.authentication.refusal


def test_a_message_copied_to_another_sentence_is_refused(decryptor: MessageDecryptor) -> None:
    """It says so, and quotes nothing."""
    found = decryptor.decrypt_message(SIGNED, workflow_id=THERE, kind=KIND, now=AT)

    assert "wrong_context" == code(found)
    assert "wrong_context" == code(opened(decryptor, SIGNED, kind="breach_decided"))
    assert MARKER not in repr(found)


def test_a_signature_cannot_be_moved_to_another_sentence(decryptor: MessageDecryptor) -> None:
    """A shared key lets a sender encrypt, but not make a signature fit elsewhere."""
    moved = jwe(jws({"sub": THERE}), key=SHARED)

    assert "wrong_signature" == code(opened(decryptor, payload(moved)))


def test_an_unknown_key_may_yet_come(decryptor: MessageDecryptor) -> None:
    """The message is left as it is, and decrypts with the ring that has the key."""
    message = encrypt_event(NEW, SIGNER, HERE, KIND, EVENT, now=AT)
    found = opened(MessageDecryptor(KeyRing(OLD)), message)

    assert DecryptionFailure("unknown_key", FAILURE_REASONS["unknown_key"], NEW.id) == found
    assert "" == code(opened(decryptor, message))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (encrypt_event(RING, STRANGER, HERE, KIND, EVENT, now=AT), "wrong_signature"),
        (
            encrypt_event(RING, Signer("other", PRIVATE), HERE, KIND, EVENT, now=AT),
            "unknown_signer",
        ),
        (encrypt_event(RING, None, HERE, KIND, EVENT), "unsigned"),
        (encrypt_event(None, SIGNER, HERE, KIND, EVENT), "plaintext_refused"),
        (encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT - timedelta(hours=24)), "expired"),
        (
            encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT + timedelta(hours=1)),
            "not_yet_valid",
        ),
        (Payload(metadata={"encoding": b"binary/null"}), "undecodable"),
        (Payload(metadata={"encoding": OWN_ENCODING}, data=b"x"), "internal_encoding"),
        (
            Payload(metadata={"encoding": b"json/plain", ENCRYPTED_AS: OWN_ENCODING}, data=b"{}"),
            "internal_encoding",
        ),
        (payload(b"x"), "malformed"),
        (payload(jwe(b"[]")), "malformed"),
        (payload(jwe(jws({"alg": "none"}))), "malformed"),
        (payload(jwe(None, {"zip": "DEF"})), "malformed"),
        (payload(jwe()[:-2] + b"AA"), "tampered"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_failure_has_its_code(
    decryptor: MessageDecryptor, message: Payload, expected: str
) -> None:
    """One code, one sentence of ours; nothing of the message."""
    found = opened(decryptor, message)

    assert expected == code(found)
    assert isinstance(found, DecryptionFailure)
    assert FAILURE_REASONS[expected] == found.reason


def test_a_signature_holds_until_its_last_second(decryptor: MessageDecryptor) -> None:
    """The end is not included; what says it holds longer than a week holds a week."""
    day, week, second = timedelta(days=1), timedelta(days=7), timedelta(seconds=1)

    def codes(message: Payload, end: timedelta) -> list[str]:
        return [code(opened(decryptor, message, after=after)) for after in (end - second, end)]

    assert ["", "expired"] == codes(SIGNED, day)
    for_years = encrypt_event(
        RING, SIGNER, HERE, KIND, EVENT, now=AT, validity=timedelta(days=3_650)
    )
    assert ["", "expired"] == codes(for_years, week)


def test_plain_and_unsigned_messages_are_taken_where_settings_say_so() -> None:
    """The trust level says which it was: neither has a proof of its sender."""
    lenient = MessageDecryptor(RING, plain_allowed=True, unsigned_allowed=True)
    plain, unsigned = (encrypt_event(keys, None, HERE, KIND, EVENT) for keys in (None, RING))

    found = [opened(lenient, message) for message in (plain, unsigned)]
    assert [Authentication(TrustLevel.PLAIN), Authentication(TrustLevel.UNSIGNED)] == [
        one.authentication for one in found if isinstance(one, AuthenticatedMessage)
    ]


def test_without_keys_an_encrypted_message_says_so() -> None:
    """A worker that was started without its keys says so, and does not call it garbage."""
    assert "encryption_is_off" == code(opened(MessageDecryptor(None, plain_allowed=True), SIGNED))


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ({"role": "senior_manager", "organisation": "NPS"}, "role_not_allowed"),
        ({"role": "officer", "organisation": "HMPS"}, "organisation_not_allowed"),
        ({"role": "line_manager", "organisation": "CRC"}, ""),
        ({}, ""),
        (None, ""),
        (7, ""),
    ],
)
def test_only_those_roles_and_organisations_may_be_named(
    decryptor: MessageDecryptor, by: object, refusal: str
) -> None:
    """Authority is data: an integrator speaks for the roles that its entry lists, for no other."""
    found = opened(decryptor, encrypt_event(RING, SIGNER, HERE, KIND, {**EVENT, "by": by}, now=AT))

    assert isinstance(found, AuthenticatedMessage)
    assert refusal == found.authentication.refusal


def test_a_second_by_cannot_slip_past_the_authentication(decryptor: MessageDecryptor) -> None:
    """The body is parsed as the sentence parses it, which refuses a field that stands twice."""
    body = b'{"by": {"role": "senior_manager"}, "by": {"role": "officer"}}'
    found = opened(decryptor, encrypt_event(RING, SIGNER, HERE, KIND, body, now=AT))

    assert isinstance(found, AuthenticatedMessage)
    assert ("", "") == (found.authentication.role, found.authentication.organisation)


def test_an_integrator_may_be_held_to_kinds(tmp_path: Path) -> None:
    """A system of courts sends what courts do."""
    path = tmp_path / "integrators.yaml"
    text = integrators_text().replace("    keys:", "    kinds: [court_decided]\n    keys:")
    path.write_text(text, "utf-8")
    registry = of(path)
    found = opened(MessageDecryptor(RING, lambda: registry), SIGNED)

    assert isinstance(found, AuthenticatedMessage)
    assert "kind_not_allowed" == found.authentication.refusal


def test_a_key_has_its_time(tmp_path: Path) -> None:
    """A revoked key proves nothing from then on; what was authenticated before stays so."""
    path = integrators_file(
        tmp_path, valid_from="2026-11-01T00:00:00Z", valid_until="2026-11-22T10:00:00Z"
    )
    registry = of(path)
    decryptor = MessageDecryptor(RING, lambda: registry)
    message = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT - timedelta(seconds=1))

    assert "" == code(opened(decryptor, message, after=-timedelta(seconds=1)))
    assert "signer_revoked" == code(opened(decryptor, message))
    early = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT - timedelta(days=30))
    assert "signer_revoked" == code(opened(decryptor, early, after=-timedelta(days=30)))


def test_integrators_change_without_a_restart(tmp_path: Path) -> None:
    """A key that is taken out of the file counts no longer from the next message on."""
    path = integrators_file(tmp_path)
    decryptor = MessageDecryptor(RING, ReloadingFile(path, of).current)
    assert "" == code(opened(decryptor, SIGNED))
    path.write_text(integrators_text().replace("delius-2026", "delius-2027"), "utf-8")

    assert "unknown_signer" == code(opened(decryptor, SIGNED))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("officer,", "wizard,", "roles.0: Input should be"),
        ("public: ", "public: x", "a public key is the 32 raw bytes"),
        ("organisations: [NPS, CRC]", "organisations: []", "at least 1 item"),
        ("    keys:", "    key: 1\n    keys:", "Extra inputs are not permitted"),
        ("integrators:", "- [", "line"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    """It says where, and what holds instead."""
    path = tmp_path / "integrators.yaml"
    path.write_text(integrators_text().replace(old, new), "utf-8")

    with pytest.raises(FileError, match=sentence):
        ReloadingFile(path, of)


def test_ids_in_the_file_stand_once(tmp_path: Path) -> None:
    """Two holders of one key id would leave open who signed."""
    path = tmp_path / "integrators.yaml"
    text = integrators_text()
    path.write_text(text + text.removeprefix("integrators:\n").replace("id: delius\n", "id: x\n"))

    with pytest.raises(FileError, match="one is used twice"):
        ReloadingFile(path, of)


def test_our_own_processes_assert_whom_they_know() -> None:
    """A sentence that forwards, and the HTTP API, say what they found; integrators cannot."""
    known = Authentication(TrustLevel.ASSERTED, "delius", "NPS", "officer", "delius-2026")
    strict = MessageDecryptor(RING)

    found = opened(strict, encrypt_event(RING, None, HERE, KIND, EVENT, asserted=known))
    assert isinstance(found, AuthenticatedMessage)
    assert known == found.authentication
    forged = encrypt_event(SHARED, None, HERE, KIND, EVENT, asserted=known)
    assert "not_internal" == code(opened(strict, forged))


@pytest.mark.parametrize(
    "content",
    [
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"authentication": {"trust": "crowned"}, "body": ""}',
        b'{"authentication": {"trust": "signed", "crown": 1}, "body": ""}',
        b'{"authentication": {}, "body": ""}',
        b'{"authentication": 7, "body": ""}',
        b'{"authentication": {"trust": "signed"}, "body": "not base64!"}',
        b'{"authentication": {"trust": "signed"}, "body": 7}',
        b'{"authentication": {"trust": "signed"}, "body": "", "more": 1}',
    ],
    ids=range(11),
)
def test_an_assertion_of_another_form_is_refused(content: bytes) -> None:
    """A newer version may assert in a way that is not known here."""
    token = jwe(content, {"cty": EnvelopeContent.ASSERTED.value})

    assert "malformed" == code(opened(MessageDecryptor(RING), payload(token)))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*JWS_HEADER, "authentication", "body", "trust"]),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(EnvelopeContent),
    st.booleans(),
)
def test_any_content_has_a_sender_or_a_failure(
    content: Any,
    kind: EnvelopeContent,
    inside: bool,  # noqa: FBT001 - drawn
) -> None:
    """An integrator that shares a key can encrypt whatever it likes; nothing of it raises."""
    packed = json.dumps(content).encode()
    token = jwe(jws(header=packed) if inside else packed, {"cty": kind.value}, key=SHARED)

    found = opened(MessageDecryptor(RING, unsigned_allowed=True), payload(token))
    assert isinstance(found, AuthenticatedMessage | DecryptionFailure)
    assert code(found) in {*FAILURE_REASONS, ""}


@pytest.mark.parametrize("change", [{"iat": "yesterday"}, {"exp": 1e400}, {"exp": 10**20}], ids=str)
def test_times_that_are_none_are_a_failure(
    decryptor: MessageDecryptor, change: dict[str, Any]
) -> None:
    """Also where the integrator's own key signed them."""
    assert "malformed" == code(opened(decryptor, payload(jwe(jws(change)))))


def test_a_signer_is_read_from_a_file(tmp_path: Path) -> None:
    """A PEM of `openssl genpkey -algorithm ed25519`; anything else is one sentence without it."""
    path = tmp_path / "signer.pem"
    path.write_bytes(PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    body = json.dumps(EVENT).encode()
    read = Signer.read("delius-2026", path)
    assert SIGNER.sign(KIND, HERE, body, at=AT) == read.sign(KIND, HERE, body, at=AT)

    secret = base64.b64encode(b"private!" * 8)
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\n" + secret + b"\n-----END PRIVATE KEY-----\n")
    with pytest.raises(FileError, match="holds no Ed25519 private key") as fault:
        Signer.read("delius-2026", path)
    assert secret.decode() not in str(fault.value)
    with pytest.raises(FileError, match="No such file"):
        Signer.read("delius-2026", tmp_path / "none.pem")

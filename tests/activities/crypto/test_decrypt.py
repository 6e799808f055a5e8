"""A letter opens for its sentence alone, and its verdict says who vouches for it."""

import base64
import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload

from activities.contracts import ENCRYPTED_AS, MESSAGE_ENCODING, OWN_ENCODING
from activities.crypto.authentication import (
    FAILURE_REASONS,
    Authentication,
    DecryptionFailure,
    TrustLevel,
)
from activities.crypto.cipher import CipherPurpose, encrypt
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor, encrypt_event
from activities.crypto.envelope import MessageEnvelope, MessageSignature, Signer, pack
from activities.crypto.integrators import IntegratorRegistry, read_integrators
from activities.crypto.keys import KeyRing
from activities.reloading_file import CredentialFileError, ReloadingFile
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

SIGNED = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT)


def of(path: Path) -> IntegratorRegistry:
    """The register that a file holds."""
    return IntegratorRegistry.from_file(read_integrators(path))


@pytest.fixture
def post(tmp_path: Path) -> MessageDecryptor:
    """A post that takes signed letters alone."""
    register = of(integrators_file(tmp_path))
    return MessageDecryptor(RING, lambda: register)


def code(found: AuthenticatedMessage | DecryptionFailure) -> str:
    """The code of a fault; nothing where the letter opened."""
    return found.code if isinstance(found, DecryptionFailure) else ""


def opened(
    post: MessageDecryptor, payload: Payload, *, kind: str = KIND, after: timedelta = timedelta()
) -> AuthenticatedMessage | DecryptionFailure:
    """What the sentence here makes of a payload."""
    return post.decrypt_message(payload, workflow_id=HERE, kind=kind, now=AT + after)


def test_a_signed_letter_opens_with_its_sender(post: MessageDecryptor) -> None:
    """The verdict names integrator, organisation, role and key: `by` is more than a claim."""
    found = opened(post, SIGNED)

    assert isinstance(found, AuthenticatedMessage)
    assert EVENT == json.loads(found.plain)
    assert (
        Authentication(TrustLevel.SIGNED, "delius", "NPS", "officer", "delius-2026")
        == found.authentication
    )
    assert found.authentication.is_allowed


def test_a_letter_copied_to_another_sentence_stays_shut(post: MessageDecryptor) -> None:
    """It says so, and quotes nothing."""
    found = post.decrypt_message(SIGNED, workflow_id=THERE, kind=KIND, now=AT)

    assert "replayed_elsewhere" == code(found)
    assert "replayed_elsewhere" == code(opened(post, SIGNED, kind="breach_decided"))
    assert MARKER not in repr(found)


def test_the_body_of_one_letter_cannot_be_signed_into_another(post: MessageDecryptor) -> None:
    """Whoever shares a key of letters may seal, yet cannot make a signature fit elsewhere."""
    signature = SIGNER.sign(KIND, THERE, json.dumps(EVENT).encode(), AT)
    packed = pack(MessageEnvelope(json.dumps(EVENT).encode(), signature))
    sealed = encrypt(SHARED, packed, purpose=CipherPurpose.MESSAGE, workflow_id=HERE, kind=KIND)

    payload = Payload(metadata={"encoding": MESSAGE_ENCODING}, data=sealed)
    assert "wrong_signature" == code(opened(post, payload))


def test_an_unknown_key_may_yet_come(post: MessageDecryptor) -> None:
    """The letter is left as it is, and opens under the ring that has the key."""
    letter = encrypt_event(NEW, SIGNER, HERE, KIND, EVENT, now=AT)
    found = opened(MessageDecryptor(KeyRing(OLD)), letter)

    assert DecryptionFailure("unknown_key", FAILURE_REASONS["unknown_key"], NEW.id) == found
    assert found.may_decrypt_later
    assert "" == code(opened(post, letter))


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        (encrypt_event(RING, STRANGER, HERE, KIND, EVENT, now=AT), "wrong_signature"),
        (
            encrypt_event(RING, Signer("other", PRIVATE), HERE, KIND, EVENT, now=AT),
            "unknown_signer",
        ),
        (encrypt_event(RING, None, HERE, KIND, EVENT), "unsigned"),
        (encrypt_event(None, SIGNER, HERE, KIND, EVENT), "plain_refused"),
        (encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT - timedelta(hours=24)), "expired"),
        (
            encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT + timedelta(hours=1)),
            "not_yet_valid",
        ),
        (Payload(metadata={"encoding": b"binary/null"}), "undecodable"),
        (Payload(metadata={"encoding": OWN_ENCODING}, data=b"x"), "not_a_letter"),
        (
            Payload(metadata={"encoding": b"json/plain", ENCRYPTED_AS: OWN_ENCODING}, data=b"{}"),
            "not_a_letter",
        ),
        (Payload(metadata={"encoding": MESSAGE_ENCODING}, data=b"x"), "tampered"),
        (
            Payload(
                metadata={"encoding": MESSAGE_ENCODING},
                data=encrypt(
                    NEW, b"[]", purpose=CipherPurpose.MESSAGE, workflow_id=HERE, kind=KIND
                ),
            ),
            "malformed",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_fault_has_its_code(post: MessageDecryptor, letter: Payload, expected: str) -> None:
    """One code, one sentence of ours; nothing of the letter."""
    found = opened(post, letter)

    assert expected == code(found)
    assert isinstance(found, DecryptionFailure)
    assert FAILURE_REASONS[expected] == found.reason


def test_a_signature_holds_until_its_last_second(post: MessageDecryptor) -> None:
    """The end is not included; what says it holds longer than a week holds a week."""
    just, day = timedelta(hours=24, seconds=-1), timedelta(hours=24)
    assert ["", "expired"] == [code(opened(post, SIGNED, after=after)) for after in (just, day)]
    for_years = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT, lasts=timedelta(days=3_650))
    week = timedelta(days=7)
    assert ["", "expired"] == [
        code(opened(post, for_years, after=after)) for after in (week - timedelta(seconds=1), week)
    ]


def test_plain_and_unsigned_letters_open_where_settings_say_so() -> None:
    """The verdict says which it was: nobody vouches for either."""
    lenient = MessageDecryptor(RING, plain_allowed=True, unsigned_allowed=True)
    plain, unsigned = (encrypt_event(keys, None, HERE, KIND, EVENT) for keys in (None, RING))

    found = [opened(lenient, letter) for letter in (plain, unsigned)]
    assert [Authentication(TrustLevel.PLAIN), Authentication(TrustLevel.UNSIGNED)] == [
        one.authentication for one in found if isinstance(one, AuthenticatedMessage)
    ]


def test_without_keys_a_sealed_letter_says_so() -> None:
    """A worker that was started without its keys tells so, rather than call it garbage."""
    assert "sealing_is_off" == code(opened(MessageDecryptor(None, plain_allowed=True), SIGNED))


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
    post: MessageDecryptor, by: object, refusal: str
) -> None:
    """Authority is data: an integrator speaks for the roles that its entry lists, for no other."""
    found = opened(post, encrypt_event(RING, SIGNER, HERE, KIND, {**EVENT, "by": by}, now=AT))

    assert isinstance(found, AuthenticatedMessage)
    assert refusal == found.authentication.refusal
    assert (refusal == "") is found.authentication.is_allowed


def test_a_second_by_cannot_slip_past_the_verdict(post: MessageDecryptor) -> None:
    """The verdict reads the body as the sentence does, which refuses a field that stands twice."""
    body = b'{"by": {"role": "senior_manager"}, "by": {"role": "officer"}}'
    found = opened(post, encrypt_event(RING, SIGNER, HERE, KIND, body, now=AT))

    assert isinstance(found, AuthenticatedMessage)
    assert ("", "") == (found.authentication.role, found.authentication.organisation)


def test_an_integrator_may_be_held_to_kinds(tmp_path: Path) -> None:
    """A system of courts sends what courts do."""
    path = tmp_path / "integrators.yaml"
    text = integrators_text().replace("    keys:", "    kinds: [court_decided]\n    keys:")
    path.write_text(text, "utf-8")
    register = of(path)
    found = opened(MessageDecryptor(RING, lambda: register), SIGNED)

    assert isinstance(found, AuthenticatedMessage)
    assert "kind_not_allowed" == found.authentication.refusal


def test_a_key_has_its_time(tmp_path: Path) -> None:
    """A revoked key opens nothing from then on; what was opened before keeps its verdict."""
    path = integrators_file(
        tmp_path, valid_from="2026-11-01T00:00:00Z", valid_until="2026-11-22T10:00:00Z"
    )
    register = of(path)
    post = MessageDecryptor(RING, lambda: register)
    letter = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT - timedelta(seconds=1))

    assert "" == code(opened(post, letter, after=-timedelta(seconds=1)))
    assert "signer_revoked" == code(opened(post, letter))
    early = encrypt_event(RING, SIGNER, HERE, KIND, EVENT, now=AT - timedelta(days=30))
    assert "signer_revoked" == code(opened(post, early, after=-timedelta(days=30)))


def test_integrators_change_without_a_restart(tmp_path: Path) -> None:
    """A key that is taken out of the file counts no more from the next letter on."""
    path = integrators_file(tmp_path)
    post = MessageDecryptor(RING, ReloadingFile(path, of).current)
    assert "" == code(opened(post, SIGNED))
    path.write_text(integrators_text().replace("delius-2026", "delius-2027"), "utf-8")

    assert "unknown_signer" == code(opened(post, SIGNED))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("officer,", "wizard,", "roles.0: Input should be"),
        ("public: ", "public: x", "32 bytes in base64 are wanted"),
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

    with pytest.raises(CredentialFileError, match=sentence):
        ReloadingFile(path, of)


def test_ids_in_the_file_stand_once(tmp_path: Path) -> None:
    """Two holders of one key id would leave open who signed."""
    path = tmp_path / "integrators.yaml"
    text = integrators_text()
    path.write_text(text + text.removeprefix("integrators:\n").replace("id: delius\n", "id: x\n"))

    with pytest.raises(CredentialFileError, match="stands twice"):
        ReloadingFile(path, of)


def test_our_own_processes_vouch_for_whom_they_know() -> None:
    """A sentence that forwards a message, or the door, says what it found; integrators cannot."""
    known = Authentication(TrustLevel.ASSERTED, "delius", "NPS", "officer", "delius-2026")
    strict = MessageDecryptor(RING)

    found = opened(strict, encrypt_event(RING, None, HERE, KIND, EVENT, vouched=known))
    assert isinstance(found, AuthenticatedMessage)
    assert known == found.authentication
    forged = encrypt_event(SHARED, None, HERE, KIND, EVENT, vouched=known)
    assert "not_ours" == code(opened(strict, forged))


def test_a_record_of_ours_that_is_none_is_a_fault() -> None:
    """A newer version may vouch in a way that is not known here."""
    packed = pack(MessageEnvelope(b"{}", vouched={"standing": "crowned"}))
    sealed = encrypt(NEW, packed, purpose=CipherPurpose.MESSAGE, workflow_id=HERE, kind=KIND)

    payload = Payload(metadata={"encoding": MESSAGE_ENCODING}, data=sealed)
    assert "malformed" == code(opened(MessageDecryptor(RING), payload))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["v", "body", "signature", "vouched", "key_id", "issued_at", "value"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_any_envelope_has_a_verdict_or_a_fault(content: object) -> None:
    """An integrator that shares a key can seal whatever it likes; nothing of it raises."""
    packed = json.dumps(content).encode()
    sealed = encrypt(SHARED, packed, purpose=CipherPurpose.MESSAGE, workflow_id=HERE, kind=KIND)
    payload = Payload(metadata={"encoding": MESSAGE_ENCODING}, data=sealed)

    found = opened(MessageDecryptor(RING, unsigned_allowed=True), payload)
    assert isinstance(found, AuthenticatedMessage | DecryptionFailure)
    assert code(found) in {*FAILURE_REASONS, ""}


@pytest.mark.parametrize(
    "change",
    [
        {"issued_at": "yesterday"},
        {"expires_at": "2026-11-23T10:00:00"},
        {"expires_at": "9999-12-31T23:59:59-23:59"},
        {"issued_at": "2026-11-22T10:00:00+00:00\nx"},
    ],
)
def test_times_that_are_none_are_a_fault(post: MessageDecryptor, change: dict[str, str]) -> None:
    """Also where the integrator's own key signed them."""
    body = json.dumps(EVENT).encode()
    made = SIGNER.sign(KIND, HERE, body, AT)
    times = {"issued_at": made.issued_at, "expires_at": made.expires_at} | change
    lines = [
        "sentences-letter-v1",
        made.key_id,
        KIND,
        HERE,
        times["issued_at"],
        times["expires_at"],
        sha256(body).hexdigest(),
    ]
    value = PRIVATE.sign("".join(f"{line}\n" for line in lines).encode())
    signature = MessageSignature(made.key_id, times["issued_at"], times["expires_at"], value)
    sealed = encrypt(
        NEW,
        pack(MessageEnvelope(body, signature)),
        purpose=CipherPurpose.MESSAGE,
        workflow_id=HERE,
        kind=KIND,
    )

    payload = Payload(metadata={"encoding": MESSAGE_ENCODING}, data=sealed)
    assert code(opened(post, payload)) in {"malformed", "expired", "wrong_signature"}


def test_a_signer_is_read_from_a_file(tmp_path: Path) -> None:
    """A PEM of `openssl genpkey -algorithm ed25519`; anything else is one sentence without it."""
    path = tmp_path / "signer.pem"
    path.write_bytes(PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    body = json.dumps(EVENT).encode()
    read = Signer.read("delius-2026", path)
    assert SIGNER.sign(KIND, HERE, body, AT) == read.sign(KIND, HERE, body, AT)

    secret = base64.b64encode(b"private!" * 8)
    path.write_bytes(b"-----BEGIN PRIVATE KEY-----\n" + secret + b"\n-----END PRIVATE KEY-----\n")
    with pytest.raises(CredentialFileError, match="holds no Ed25519 private key") as fault:
        Signer.read("delius-2026", path)
    assert secret.decode() not in str(fault.value)
    with pytest.raises(CredentialFileError, match="No such file"):
        Signer.read("delius-2026", tmp_path / "none.pem")

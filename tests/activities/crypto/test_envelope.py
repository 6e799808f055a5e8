"""What is signed is a text of seven lines, and an envelope is whole or it is none."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from activities.crypto.authentication import Authentication, DecryptionFailure, TrustLevel
from activities.crypto.envelope import (
    VALIDITY,
    EnvelopeError,
    MessageEnvelope,
    MessageSignature,
    pack,
    signed_text,
    unpack,
    validity,
    verify,
)
from activities.crypto.integrators import (
    CLOCK_SKEW,
    EMPTY_REGISTRY,
    Integrator,
    IntegratorFile,
    IntegratorRegistry,
    PublicKey,
)
from states.vocabulary import Role
from tests.activities.crypto.rings import AT, HERE, KIND, PRIVATE, SIGNER, THERE, public_text

BODY = b'{"event_id": "e-1", "by": {"id": "a", "role": "officer", "organisation": "NPS"}}'
SIGNATURE = SIGNER.sign(KIND, HERE, BODY, AT)
SIGNED = MessageEnvelope(BODY, SIGNATURE)
PUBLIC = PRIVATE.public_key()


def register(**more: Any) -> IntegratorRegistry:
    """A register with one integrator and its key."""
    key = PublicKey.model_validate({"id": SIGNER.key_id, "public": public_text(), **more})
    holder = Integrator(
        id="delius", organisations=("NPS",), roles=(Role.OFFICER,), kinds=(KIND,), keys=(key,)
    )
    return IntegratorRegistry.from_file(IntegratorFile(integrators=(holder,)))


def judged(
    envelope: MessageEnvelope = SIGNED, *, kind: str = KIND, now: datetime = AT, **key: Any
) -> Authentication | str:
    """The verdict, or the code of the fault."""
    found = register(**key).authenticate(envelope, workflow_id=HERE, kind=kind, now=now)
    return found.code if isinstance(found, DecryptionFailure) else found


def changed(**fields: Any) -> bytes:
    """A packed envelope in which these fields are others; None takes one away."""
    found = json.loads(pack(SIGNED)) | fields
    return json.dumps({name: value for name, value in found.items() if value is not None}).encode()


def test_a_program_in_any_language_can_write_what_is_signed() -> None:
    """The lines of the contract, spelt out: no sender depends on our JSON."""
    issued, expires = "2026-11-22T10:00:00+00:00", "2026-11-23T10:00:00+00:00"
    lines = (
        "sentences-letter-v1\n"
        "delius-2026\n"
        "warning_issued\n"
        "sentence-X320741-1\n"
        "2026-11-22T10:00:00+00:00\n"
        "2026-11-23T10:00:00+00:00\n"
        f"{sha256(BODY).hexdigest()}\n"
    )

    assert lines.encode() == signed_text(SIGNER.key_id, KIND, HERE, issued, expires, BODY)
    assert (
        MessageSignature(SIGNER.key_id, issued, expires, PRIVATE.sign(lines.encode())) == SIGNATURE
    )


def test_a_signature_is_over_message_sentence_and_name() -> None:
    """And over nothing where there is none."""
    assert verify(PUBLIC, SIGNED, HERE, KIND)
    assert [False] * 4 == [
        verify(PUBLIC, SIGNED, THERE, KIND),
        verify(PUBLIC, SIGNED, HERE, "breach_decided"),
        verify(PUBLIC, MessageEnvelope(BODY + b" ", SIGNATURE), HERE, KIND),
        verify(PUBLIC, MessageEnvelope(BODY), HERE, KIND),
    ]


def test_lines_cannot_be_moved_from_one_text_into_the_next() -> None:
    """One signed text is one message, also where a name has a line within."""
    kind, sentence = f"{KIND}\n{HERE}", THERE
    made = SIGNER.sign(kind, sentence, BODY, AT)

    assert not verify(PUBLIC, MessageEnvelope(BODY, made), sentence, kind)


@pytest.mark.parametrize(
    "envelope",
    [
        SIGNED,
        MessageEnvelope(b""),
        MessageEnvelope(bytes(range(256))),
        MessageEnvelope(BODY, None, {"standing": "vouched"}),
    ],
    ids=["signed", "empty", "bytes", "vouched"],
)
def test_what_is_packed_is_unpacked(envelope: MessageEnvelope) -> None:
    """Whatever the body is."""
    assert envelope == unpack(pack(envelope))


@pytest.mark.parametrize(
    "packed",
    [
        *(b"", b"[]", b"null", b'"v"', b"\xff", b"[" * 100_000),
        changed(v=None),
        changed(v=2),
        changed(body=None),
        changed(body="not base64!"),
        changed(body=7),
        changed(more="x"),
        changed(signature="x"),
        changed(signature={"key_id": "a"}),
        changed(signature={**json.loads(pack(SIGNED))["signature"], "issued_at": 7}),
        changed(signature={**json.loads(pack(SIGNED))["signature"], "value": "?"}),
        changed(vouched="x"),
    ],
    ids=range(17),
)
def test_what_is_no_envelope_is_none(packed: bytes) -> None:
    """One error, that quotes nothing: another version, a field too many, one that is no text."""
    with pytest.raises(EnvelopeError) as found:
        unpack(packed)

    assert "" == str(found.value)


def test_a_signature_of_our_own_holds_for_a_day() -> None:
    """Whole seconds are counted, in UTC."""
    made = SIGNER.sign(KIND, HERE, BODY, AT.replace(microsecond=999_999))

    assert (AT, AT + VALIDITY) == validity(made)


def test_an_integrator_is_named_with_what_it_may_say() -> None:
    """What the record is told of a message that is in order."""
    assert Authentication(TrustLevel.SIGNED, "delius", "NPS", "officer", "delius-2026") == judged()


def test_who_may_not_say_it_is_named_without_what_it_claimed() -> None:
    """The sender stands in the record with the refusal; for whom it spoke does not."""
    other = BODY.replace(b"NPS", b"CRC")
    found = judged(MessageEnvelope(other, SIGNER.sign(KIND, HERE, other, AT)))

    assert isinstance(found, Authentication)
    assert ("delius", "delius-2026", "", "", "organisation_not_allowed") == (
        found.sender,
        found.key_id,
        found.organisation,
        found.role,
        found.refusal,
    )
    assert not found.is_allowed


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"by": "NPS"}',
        b'{"by": {"role": 7, "organisation": ["NPS"]}}',
        b'{"by": {}, "by": {"role": "police"}}',
    ],
)
def test_a_body_that_names_nobody_speaks_for_nobody(body: bytes) -> None:
    """It is the sentence that refuses it: the verdict is on who sent it alone."""
    found = judged(MessageEnvelope(body, SIGNER.sign(KIND, HERE, body, AT)))

    assert Authentication(TrustLevel.SIGNED, "delius", "", "", "delius-2026") == found


def test_a_clock_may_be_ahead_of_ours_by_so_much() -> None:
    """Five minutes and no second more."""
    second = timedelta(seconds=1)

    assert isinstance(judged(now=AT - CLOCK_SKEW), Authentication)
    assert "not_yet_valid" == judged(now=AT - CLOCK_SKEW - second)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ({"valid_from": AT, "valid_until": AT + timedelta(seconds=1)}, ""),
        ({"valid_from": AT + timedelta(seconds=1)}, "signer_revoked"),
        ({"valid_until": AT}, "signer_revoked"),
    ],
    ids=["in force", "not begun", "ended"],
)
def test_a_key_is_in_force_from_its_first_moment_to_before_its_last(
    key: dict[str, Any], expected: str
) -> None:
    """Of the moment at which the sentence took the message up."""
    found = judged(**key)

    assert expected == (found if isinstance(found, str) else "")


def test_where_nobody_is_named_no_signature_is_anybodys() -> None:
    """And a message that none signed is told from one that a stranger signed."""
    found = EMPTY_REGISTRY.authenticate(SIGNED, workflow_id=HERE, kind=KIND, now=AT)
    bare = EMPTY_REGISTRY.authenticate(MessageEnvelope(BODY), workflow_id=HERE, kind=KIND, now=AT)

    assert ["unknown_signer", "unsigned"] == [
        one.code for one in (found, bare) if isinstance(one, DecryptionFailure)
    ]

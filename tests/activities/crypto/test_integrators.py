"""A signature is one of an integrator, in its time, for those for whom it may speak."""

from datetime import timedelta
from typing import Any

import pytest

from activities.crypto.authentication import Authentication, DecryptionFailure, TrustLevel
from activities.crypto.envelope import MessageEnvelope, open_envelope
from activities.crypto.integrators import (
    CLOCK_SKEW,
    EMPTY_REGISTRY,
    Integrator,
    IntegratorFile,
    IntegratorRegistry,
    PublicKey,
)
from states.vocabulary import Role
from tests.activities.crypto.rings import AT, HERE, KIND, RING, SIGNER, THERE, public_text
from tests.activities.crypto.tokens import BODY, jwe, jws


def envelope(content: bytes | None = None, **change: Any) -> MessageEnvelope:
    """Return a decrypted message."""
    return open_envelope(RING, jwe(content, change), workflow_id=HERE)


SIGNED = envelope()
UNSIGNED = envelope(BODY, cty="json")


def registry(**more: Any) -> IntegratorRegistry:
    """A registry with one integrator and its key."""
    key = PublicKey.model_validate({"id": SIGNER.key_id, "public": public_text(), **more})
    holder = Integrator(
        id="delius", organisations=("NPS",), roles=(Role.OFFICER,), kinds=(KIND,), keys=(key,)
    )
    return IntegratorRegistry.from_file(IntegratorFile(integrators=(holder,)))


def authenticated(
    message: MessageEnvelope = SIGNED, *, now: Any = AT, **key: Any
) -> Authentication | str:
    """The sender, or the code of the failure."""
    found = registry(**key).authenticate(message, workflow_id=HERE, kind=KIND, now=now)
    return found.code if isinstance(found, DecryptionFailure) else found


def test_an_integrator_is_named_with_what_it_may_say() -> None:
    """The record stores trust level, sender, organisation, role and key of a valid message."""
    expected = Authentication(
        TrustLevel.SIGNED,
        sender="delius",
        organisation="NPS",
        role="officer",
        key_id="delius-2026",
    )
    assert expected == authenticated()


@pytest.mark.parametrize("change", [{"sub": THERE}, {"kind": "breach_decided"}], ids=str)
def test_a_signature_for_another_message_is_refused(change: dict[str, str]) -> None:
    """A sender that shares an encryption key could otherwise encrypt it again for this one."""
    assert "wrong_signature" == authenticated(envelope(jws(change)))


def test_who_may_not_say_it_is_named_without_what_it_claimed() -> None:
    """The sender stands in the record with the refusal; for whom it spoke does not."""
    found = authenticated(envelope(jws(body=BODY.replace(b"NPS", b"CRC"))))

    assert isinstance(found, Authentication)
    assert ("delius", "delius-2026", "", "", "organisation_not_allowed") == (
        found.sender,
        found.key_id,
        found.organisation,
        found.role,
        found.refusal,
    )


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
    """It is the sentence that refuses it: authentication is about the sender alone."""
    expected = Authentication(TrustLevel.SIGNED, sender="delius", key_id="delius-2026")

    assert expected == authenticated(envelope(jws(body=body)))


def test_a_clock_may_be_ahead_of_ours_by_so_much() -> None:
    """Five minutes and no second more."""
    second = timedelta(seconds=1)

    assert isinstance(authenticated(now=AT - CLOCK_SKEW), Authentication)
    assert "not_yet_valid" == authenticated(now=AT - CLOCK_SKEW - second)


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
    found = authenticated(**key)

    assert expected == (found if isinstance(found, str) else "")


def test_without_integrators_every_signature_is_unknown() -> None:
    """A message without a signature has a code of its own."""
    found = [
        EMPTY_REGISTRY.authenticate(message, workflow_id=HERE, kind=KIND, now=AT)
        for message in (SIGNED, UNSIGNED)
    ]
    assert ["unknown_signer", "unsigned"] == [
        one.code for one in found if isinstance(one, DecryptionFailure)
    ]

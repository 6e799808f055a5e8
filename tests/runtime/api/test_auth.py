"""A sender of the API is authenticated by a key or a token that is valid now."""

from datetime import UTC, datetime
from typing import Any

import pytest

from activities.crypto.authentication import Authentication, TrustLevel
from activities.crypto.integrators import IntegratorFile
from runtime.api.auth import (
    KEY_PREFIX,
    LOCAL_SENDER,
    TOKEN_KEY_ID,
    IntegratorAuth,
    SenderIdentity,
    new_api_key,
)
from runtime.http.auth import AllowAll, AuthenticationError, TokenVerifier

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET, DIGEST = new_api_key()
NEXT, NEXT_DIGEST = new_api_key()
FILE = IntegratorFile.model_validate(
    {
        "integrators": [
            {
                "id": "courts",
                "organisations": ["NPS"],
                "roles": ["court_officer"],
                "kinds": ["sentence_imposed"],
                "api_keys": [
                    {"id": "courts-1", "sha256": DIGEST, "valid_until": NOW},
                    {"id": "courts-2", "sha256": NEXT_DIGEST, "valid_from": NOW},
                ],
            },
            {
                "id": "delius",
                "organisations": ["CRC"],
                "roles": ["officer"],
                "api_subjects": ["delius-client"],
            },
        ]
    },
    strict=False,
)


class FixedClaims(TokenVerifier):
    """Verifier that accepts every token with the given claims."""

    def __init__(self, **claims: Any) -> None:
        self.said = claims

    async def verify(self, token: str) -> dict[str, Any]:
        """Return the given claims."""
        del token
        return self.said


def known(
    at: datetime = NOW, tokens: TokenVerifier | None = None, claim: str = "sub"
) -> IntegratorAuth:
    """Authenticator of the file at a moment."""
    return IntegratorAuth(lambda: FILE, tokens, subject_claim=claim, now=lambda: at)


async def refused(guard: IntegratorAuth, header: str | None) -> str:
    """Return the code with which a header is refused."""
    with pytest.raises(AuthenticationError) as found:
        await guard.authenticate(header)
    return found.value.code


async def test_a_key_is_valid_in_its_period_only() -> None:
    """The last moment is not included, the first is: one key follows another without a gap."""
    before = NOW.replace(hour=9)

    assert "courts-1" == (await known(before).authenticate(f"Bearer {SECRET}")).key_id
    assert "key_not_valid" == await refused(known(before), f"Bearer {NEXT}")
    assert "key_not_valid" == await refused(known(), f"Bearer {SECRET}")
    assert "courts-2" == (await known().authenticate(f"bearer  {NEXT} ")).key_id


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "no_token"),
        ("", "no_token"),
        ("Bearer", "no_token"),
        ("Bearer  ", "no_token"),
        (f"Basic {NEXT}", "no_token"),
        (NEXT, "no_token"),
        (f"Bearer {NEXT}x", "unknown_key"),
        (f"Bearer {NEXT[:-1]}", "unknown_key"),
        (f"Bearer {KEY_PREFIX}", "unknown_key"),
        (f"Bearer {KEY_PREFIX}{'x' * 100_000}", "unknown_key"),
        (f"Bearer {KEY_PREFIX}\udcff", "unknown_key"),
        (f"Bearer {NEXT_DIGEST}", "unknown_key"),
    ],
    ids=range(12),
)
async def test_a_key_that_is_not_in_the_file_is_refused(header: str | None, code: str) -> None:
    """Neither part of a key, nor its digest, nor any bytes; and nothing but a code is said."""
    assert code == await refused(known(), header)


async def test_a_token_authenticates_an_integrator_of_the_file() -> None:
    """By the claim that the settings name; a key stays a key where tokens are taken too."""
    guard = known(tokens=FixedClaims(sub="x", client_id="delius-client"), claim="client_id")

    assert ("delius", TOKEN_KEY_ID) == _who(await guard.authenticate("Bearer ey.a.b"))
    assert ("courts", "courts-2") == _who(await guard.authenticate(f"Bearer {NEXT}"))


@pytest.mark.parametrize("subject", ["stranger", "", None, 7, ["delius-client"]])
async def test_a_token_of_an_unlisted_client_is_refused(subject: object) -> None:
    """The issuer knows them; the file does not."""
    assert "unknown_subject" == await refused(
        known(tokens=FixedClaims(sub=subject)), "Bearer ey.a.b"
    )


async def test_without_an_issuer_a_token_is_refused() -> None:
    """It is not sent to any issuer."""
    assert "unknown_key" == await refused(known(), "Bearer ey.a.b")


async def test_an_authentication_has_the_name_and_key_of_the_sender() -> None:
    """The record states who sent, for whom, and with which key."""
    sender = await known().authenticate(f"Bearer {NEXT}")

    assert Authentication(
        TrustLevel.ASSERTED, "courts", "NPS", "court_officer", "courts-2"
    ) == sender.authentication("court_officer", "NPS")
    assert ["", "kind_not_allowed", "role_not_allowed", "organisation_not_allowed"] == [
        sender.refusal_for("sentence_imposed", "court_officer", "NPS"),
        sender.refusal_for("case_closed", "court_officer", "NPS"),
        sender.refusal_for("sentence_imposed", "officer", "NPS"),
        sender.refusal_for("sentence_imposed", "court_officer", "CRC"),
    ]


async def test_without_authentication_there_is_no_authentication_to_record() -> None:
    """The sender may send everything, without an authentication."""
    sender = await AllowAll(LOCAL_SENDER).authenticate(None)

    assert "" == sender.refusal_for("case_closed", "officer", "CRC")
    assert None is sender.authentication("officer", "CRC")


def test_a_new_key_has_the_prefix() -> None:
    """A leaked key can be recognised, and no two keys are equal."""
    assert SECRET.startswith(KEY_PREFIX)
    assert (SECRET, DIGEST) != (NEXT, NEXT_DIGEST)
    assert 43 == len(SECRET.removeprefix(KEY_PREFIX))


def _who(sender: SenderIdentity) -> tuple[str, str]:
    return sender.id, sender.key_id

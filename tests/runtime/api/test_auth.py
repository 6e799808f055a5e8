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
    """The guard of the file at a moment."""
    return IntegratorAuth(lambda: FILE, tokens, subject_claim=claim, now=lambda: at)


async def refused(guard: IntegratorAuth, header: str | None) -> str:
    """The code of why a header admits nobody."""
    with pytest.raises(AuthenticationError) as found:
        await guard.authenticate(header)
    return found.value.code


async def test_a_key_holds_in_its_time_alone() -> None:
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
async def test_what_is_no_key_of_the_file_admits_nobody(header: str | None, code: str) -> None:
    """Neither part of a key, nor its digest, nor any bytes; and nothing but a code is said."""
    assert code == await refused(known(), header)


async def test_a_token_admits_whom_the_file_names() -> None:
    """By the claim that the settings name; a key stays a key where tokens are taken too."""
    guard = known(tokens=FixedClaims(sub="x", client_id="delius-client"), claim="client_id")

    assert ("delius", TOKEN_KEY_ID) == _who(await guard.authenticate("Bearer ey.a.b"))
    assert ("courts", "courts-2") == _who(await guard.authenticate(f"Bearer {NEXT}"))


@pytest.mark.parametrize("subject", ["stranger", "", None, 7, ["delius-client"]])
async def test_a_token_of_a_stranger_admits_nobody(subject: object) -> None:
    """The issuer knows them; the file does not."""
    assert "unknown_subject" == await refused(
        known(tokens=FixedClaims(sub=subject)), "Bearer ey.a.b"
    )


async def test_where_no_issuer_is_set_a_token_is_no_key() -> None:
    """Nobody is asked about it."""
    assert "unknown_key" == await refused(known(), "Bearer ey.a.b")


async def test_a_sender_is_vouched_for_by_name_and_key() -> None:
    """The record is told who sent, for whom, and with which key."""
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


async def test_this_machine_itself_speaks_for_nobody() -> None:
    """It may say all, and nobody vouches for it."""
    sender = await AllowAll(LOCAL_SENDER).authenticate(None)

    assert "" == sender.refusal_for("case_closed", "officer", "CRC")
    assert None is sender.authentication("officer", "CRC")


def test_a_fresh_key_is_found_by_how_it_begins() -> None:
    """A secret in a log or a repository is told from a token, and no two are alike."""
    assert SECRET.startswith(KEY_PREFIX)
    assert (SECRET, DIGEST) != (NEXT, NEXT_DIGEST)
    assert 43 == len(SECRET.removeprefix(KEY_PREFIX))


def _who(sender: SenderIdentity) -> tuple[str, str]:
    return sender.id, sender.key_id

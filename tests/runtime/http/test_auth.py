"""Keys of an OpenID issuer are cached, renewed, and kept through an outage of the issuer."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import jwt.api_jwk
import jwt.jwk_set_cache
import jwt.jwks_client
import pytest

from runtime.http import auth
from runtime.http.auth import AuthenticationError, IssuerKeys, TokenVerifier, bearer_token
from tests.runtime.codec.issuer import Issuer, running_issuer

SetTime = Callable[[float], None]


@pytest.fixture
def set_time(monkeypatch: pytest.MonkeyPatch) -> SetTime:
    """Set the monotonic clock of the key cache, which starts at 1,000 seconds."""
    now = [1_000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    for module in (auth, jwt.api_jwk, jwt.jwks_client, jwt.jwk_set_cache):
        monkeypatch.setattr(module, "time", clock)

    def set_to(seconds: float) -> None:
        now[0] = 1_000.0 + seconds

    return set_to


async def find(keys: IssuerKeys, key_id: str = "k1") -> str | None:
    """Return the id of the key found, as a server does: in a thread beside the issuer's loop."""
    return (await asyncio.to_thread(keys.find, key_id)).key_id


async def refusal(keys: IssuerKeys, key_id: str = "k1") -> str:
    """Return the code with which a key is refused."""
    with pytest.raises(AuthenticationError) as found:
        await find(keys, key_id)
    return found.value.code


async def test_keys_are_fetched_once_for_many_tokens(set_time: SetTime) -> None:
    """And again when their lifespan is over."""
    async with running_issuer() as issuer:
        keys = IssuerKeys(issuer.url)
        for at, fetches in ((0, 1), (0, 1), (599, 1), (601, 2)):
            set_time(at)
            assert "k1" == await find(keys)
            assert fetches == issuer.asked


async def test_an_unknown_key_id_is_asked_for_only_after_the_cooldown(set_time: SetTime) -> None:
    """A caller cannot make the server call the issuer for each request."""
    async with running_issuer() as issuer:
        keys = IssuerKeys(issuer.url)
        await find(keys)
        for at, fetches in ((1, 1), (31, 2), (32, 2), (62, 3)):
            set_time(at)
            assert "unknown_key" == await refusal(keys, "k2")
            assert fetches == issuer.asked
        issuer.keys["k2"] = Issuer().keys["k1"]
        set_time(93)
        assert "k2" == await find(keys, "k2")


async def test_known_keys_stay_valid_during_an_outage(set_time: SetTime) -> None:
    """They are used for another lifespan, and unknown ones are refused, without a call for each."""
    async with running_issuer() as issuer:
        keys = IssuerKeys(issuer.url)
        await find(keys)
        issuer.is_away = True
        for at, fetches in ((10_000, 2), (10_001, 2), (10_602, 3)):
            set_time(at)
            assert "k1" == await find(keys)
            assert fetches == issuer.asked
        for at, fetches in ((10_640, 4), (10_641, 4)):
            set_time(at)
            assert "unknown_key" == await refusal(keys, "k2")
            assert fetches == issuer.asked
        issuer.is_away = False
        set_time(11_300)
        assert "k1" == await find(keys)


async def test_an_issuer_that_never_answered_is_unavailable(set_time: SetTime) -> None:
    """It is asked again after the cooldown, and works as soon as it answers."""
    async with running_issuer() as issuer:
        issuer.is_away = True
        keys = IssuerKeys(issuer.url)
        for at, fetches in ((0, 1), (29, 1), (31, 2)):
            set_time(at)
            assert "issuer_unavailable" == await refusal(keys)
            assert fetches == issuer.asked
        issuer.is_away = False
        assert "issuer_unavailable" == await refusal(keys)
        set_time(62)
        assert "k1" == await find(keys)


async def test_a_discovery_document_of_another_issuer_is_not_used() -> None:
    """Nor is an issuer that nobody reaches."""
    async with running_issuer() as issuer:
        issuer.named = "https://elsewhere.example"
        assert "issuer_unavailable" == await refusal(IssuerKeys(issuer.url))
        assert 0 == issuer.asked
    assert "issuer_unavailable" == await refusal(IssuerKeys("http://127.0.0.1:9"))


@pytest.mark.parametrize("address", ["file:///etc/passwd", "keys.json", ""])
async def test_keys_are_read_from_an_http_address_only(address: str) -> None:
    """The issuer's document cannot make the server read a local file."""
    async with running_issuer() as issuer:
        issuer.key_address = address
        assert "issuer_unavailable" == await refusal(IssuerKeys(issuer.url))


@pytest.mark.parametrize(
    "published", [[], 7, {"keys": []}, {"keys": 7}, {"keys": [7]}, {"keys": [{"kty": "EC"}]}, None]
)
async def test_an_answer_that_is_no_key_set_is_an_outage(published: object) -> None:
    """Nothing that an issuer publishes breaks the server."""
    async with running_issuer() as issuer:
        issuer.published_instead = published
        assert "issuer_unavailable" == await refusal(IssuerKeys(issuer.url))


async def test_a_token_is_verified_with_the_published_key() -> None:
    """Its claims are returned; a token of another audience is refused."""
    async with running_issuer() as issuer:
        claims = await TokenVerifier(issuer.url, "sentences-codec").verify(issuer.token())
        assert "N07A001" == claims["sub"]
        with pytest.raises(AuthenticationError, match="token_for_another"):
            await TokenVerifier(issuer.url, "another").verify(issuer.token())


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic abc", "abc"])
def test_a_header_without_a_bearer_token_is_refused(header: str | None) -> None:
    """The scheme is compared without regard to case."""
    assert "abc" == bearer_token("bearer  abc ")
    with pytest.raises(AuthenticationError, match="no_token"):
        bearer_token(header)

"""Look-ups by HTTP, against a real server: answers, what is kept of them, and failures."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from runtime.ingest.lookups import HttpLookupClient
from runtime.ingest.outcomes import DeadLetterReason, UnmappableError
from runtime.ports import free_ports
from tests.runtime.ingest.fakes import Server, serving

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PATH = "/people/X901001/sentences/1"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that knows one sentence."""
    with serving() as running:
        running.said["probation/people/X901001/sentences/1"] = {"type": "340"}
        yield running


@pytest.fixture
async def asking() -> AsyncIterator[httpx.AsyncClient]:
    """A client that waits for a second at most."""
    async with httpx.AsyncClient(timeout=1) as client:
        yield client


def look_ups(
    asking: httpx.AsyncClient, server: Server, token: Path | None = None
) -> HttpLookupClient:
    """Look-ups at the server."""
    return HttpLookupClient(asking, {"probation": f"{server.url}/probation/"}, token)


async def test_an_answer_is_asked_for_once(asking: httpx.AsyncClient, server: Server) -> None:
    """Until an act that came after it; then it could be out of date."""
    asked = look_ups(asking, server)

    for _ in range(2):
        assert {"type": "340"} == await asked.get("probation", PATH, LONG_AGO)
    assert 1 == len(server.asked)
    await asked.get("probation", PATH, datetime.now(UTC) + timedelta(minutes=1))
    assert 2 == len(server.asked)
    asked.clear_cache()
    await asked.get("probation", PATH, LONG_AGO)
    assert 3 == len(server.asked)


async def test_the_token_is_read_for_each_question(
    asking: httpx.AsyncClient, server: Server, tmp_path: Path
) -> None:
    """Something else renews it."""
    token = tmp_path / "token"
    asked = look_ups(asking, server, token)
    for value in ("one", "two"):
        token.write_text(f"{value}\n", "utf-8")
        await asked.get("probation", PATH, LONG_AGO)
        asked.clear_cache()

    assert ["Bearer one", "Bearer two"] == [given for _, given in server.asked]
    token.unlink()
    with pytest.raises(UnmappableError, match=r"does not answer \(FileNotFoundError\)"):
        await asked.get("probation", PATH, LONG_AGO)


@pytest.mark.parametrize(
    ("path", "status", "why", "said"),
    [
        (
            "/people/X901002/sentences/1",
            200,
            DeadLetterReason.NO_SENTENCE,
            "probation knows nothing",
        ),
        (PATH, 503, DeadLetterReason.LOOK_UP_FAILED, "answers 503"),
        (PATH, 302, DeadLetterReason.LOOK_UP_FAILED, "answers 302"),
        ("/broken", 200, DeadLetterReason.LOOK_UP_FAILED, "it is not JSON"),
        ("/list", 200, DeadLetterReason.LOOK_UP_FAILED, "not a JSON object"),
    ],
)
async def test_a_failed_look_up_says_why(
    asking: httpx.AsyncClient,
    server: Server,
    path: str,
    status: int,
    why: DeadLetterReason,
    said: str,
) -> None:
    """Nothing known, an error, a redirection that is not followed, no JSON; nothing is kept."""
    server.said |= {"probation/broken": "{", "probation/list": []}
    server.status = status
    asked = look_ups(asking, server)

    with pytest.raises(UnmappableError, match=said) as found:
        await asked.get("probation", path, LONG_AGO)
    assert why == found.value.why
    assert path not in found.value.reason
    with pytest.raises(UnmappableError):
        await asked.get("probation", path, LONG_AGO)
    assert 2 == len(server.asked)


async def test_a_service_that_is_not_there_is_a_failure(asking: httpx.AsyncClient) -> None:
    """No address in the settings, and nobody at the address."""
    nowhere = f"http://127.0.0.1:{free_ports().grpc}"
    asked = HttpLookupClient(asking, {"probation": nowhere})

    for service, said in (("probation", "ConnectError"), ("workload", "has no address")):
        with pytest.raises(UnmappableError, match=said) as found:
            await asked.get(service, PATH, LONG_AGO)
        assert DeadLetterReason.LOOK_UP_FAILED == found.value.why

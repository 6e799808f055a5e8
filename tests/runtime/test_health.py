"""The probes answer what they are asked, and survive callers who ask badly."""

import asyncio
import json

import pytest

from runtime.health import HealthError, health_server
from settings import Address

ANY_PORT = Address("127.0.0.1", 0)


async def nothing_wrong() -> tuple[str, ...]:
    """Say that the process is ready."""
    return ()


async def something_wrong() -> tuple[str, ...]:
    """Say that it is not."""
    return ("Temporal does not answer",)


async def ask(port: int, request: bytes) -> tuple[int, dict[str, object]]:
    """Send raw bytes; return status and body, (0, {}) when the server just hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split()[1]), json.loads(body)) if head else (0, {})


async def get(port: int, path: str) -> tuple[int, dict[str, object]]:
    """Send the request that a probe sends."""
    return await ask(port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())


async def test_a_ready_process_is_alive_and_ready() -> None:
    """Both probes are 200."""
    async with health_server(ANY_PORT, nothing_wrong) as port:
        assert (200, {"status": "ok"}) == await get(port, "/healthz")
        assert (200, {"ready": True, "faults": []}) == await get(port, "/readyz?verbose=1")


async def test_a_waiting_process_is_alive_and_says_why_it_is_not_ready() -> None:
    """Liveness stays 200, readiness is 503 with the reason."""
    async with health_server(ANY_PORT, something_wrong) as port:
        assert (200, {"status": "ok"}) == await get(port, "/healthz")
        expected = (503, {"ready": False, "faults": ["Temporal does not answer"]})
        assert expected == await get(port, "/readyz")


async def test_a_ready_process_can_have_something_to_say() -> None:
    """It takes work, and whoever looks finds what is not in order."""
    note = "the directory of recipients is not in order"
    async with health_server(ANY_PORT, nothing_wrong, lambda: (note,)) as port:
        expected = (200, {"ready": True, "faults": [], "notes": [note]})
        assert expected == await get(port, "/readyz")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"POST /healthz HTTP/1.1\r\n\r\n", 405),
        (b"\r\n\r\n", 404),
        (b"\xff\xfe\x00\r\n\r\n", 404),
        (b"GET /healthz" + b"x" * 20_000 + b"\r\n\r\n", 0),
    ],
)
async def test_odd_requests_are_answered_or_dropped(request_bytes: bytes, status: int) -> None:
    """Nothing that a scanner sends stops the next probe from being answered."""
    async with health_server(ANY_PORT, nothing_wrong) as port:
        try:
            assert status == (await ask(port, request_bytes))[0]
        except ConnectionError:
            assert 0 == status  # the rest of an endless request was thrown away
        assert (200, {"status": "ok"}) == await get(port, "/healthz")


async def test_a_taken_port_is_one_clear_sentence() -> None:
    """The refusal names the address and the reason."""
    async with health_server(ANY_PORT, nothing_wrong) as port:
        with pytest.raises(HealthError, match=f"health cannot be served at 127.0.0.1:{port}"):
            async with health_server(Address("127.0.0.1", port), nothing_wrong):
                pass

"""Health probes: what they answer, and that odd requests do not stop them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from runtime.http.serving import ServingError, serve
from runtime.process import health_app
from settings import Address

LOCAL = "127.0.0.1"


async def nothing_wrong() -> tuple[str, ...]:
    """Say that the process is ready."""
    return ()


async def something_wrong() -> tuple[str, ...]:
    """Say that it is not."""
    return ("Temporal does not answer",)


@asynccontextmanager
async def served(
    faults: object = nothing_wrong, notes: Callable[[], tuple[str, ...]] = tuple
) -> AsyncIterator[int]:
    """Serve the probes on a free port."""
    async with serve(health_app(faults, notes), Address(LOCAL, 0)) as url:  # type: ignore[arg-type]
        yield urlsplit(url).port or 0


async def ask(port: int, request: bytes) -> tuple[int, bytes]:
    """Send raw bytes; return status and body, (0, b"") when the server just hangs up."""
    reader, writer = await asyncio.open_connection(LOCAL, port)
    writer.write(request)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split()[1]), body) if head else (0, b"")


async def get(port: int, path: str) -> tuple[int, dict[str, object]]:
    """Send the request that a probe sends."""
    line = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    status, body = await ask(port, line.encode())
    return status, json.loads(body)


async def test_a_ready_process_is_alive_and_ready() -> None:
    """Both probes are 200."""
    async with served() as port:
        assert (200, {"status": "ok"}) == await get(port, "/healthz")
        assert (200, {"ready": True, "faults": []}) == await get(port, "/readyz?verbose=1")


async def test_a_waiting_process_is_alive_and_says_why_it_is_not_ready() -> None:
    """Liveness stays 200, readiness is 503 with the reason."""
    async with served(something_wrong) as port:
        assert (200, {"status": "ok"}) == await get(port, "/healthz")
        expected = (503, {"ready": False, "faults": ["Temporal does not answer"]})
        assert expected == await get(port, "/readyz")


async def test_a_ready_process_can_report_notes() -> None:
    """It works, and the probe lists what ops should look at."""
    note = "the directory of recipients is not in order"
    async with served(notes=lambda: (note,)) as port:
        expected = (200, {"ready": True, "faults": [], "notes": [note]})
        assert expected == await get(port, "/readyz")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"POST /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 405),
        (b"\xff\xfe\x00\r\n\r\n", 400),
        (b"GET /healthz" + b"x" * 200_000 + b"\r\n\r\n", 400),
    ],
)
async def test_odd_requests_do_not_stop_the_next_probe(request_bytes: bytes, status: int) -> None:
    """Whatever a scanner sends is refused."""
    async with served() as port:
        try:
            assert status == (await ask(port, request_bytes))[0]
        except ConnectionError:
            assert 400 == status  # the rest of an endless request was thrown away
        assert (200, {"status": "ok"}) == await get(port, "/healthz")


async def test_a_caller_that_says_nothing_does_not_delay_the_end() -> None:
    """A connection without a request is closed with the server."""
    async with served() as port:
        _, writer = await asyncio.open_connection(LOCAL, port)
        writer.write(b"GET /healthz HTTP/1.1\r\n")
        await writer.drain()
    writer.close()


async def test_a_taken_port_is_one_clear_sentence() -> None:
    """The refusal names the address and the reason."""
    async with served() as port:
        with pytest.raises(ServingError, match=f"cannot serve at 127.0.0.1:{port}"):
            async with serve(health_app(nothing_wrong), Address(LOCAL, port)):
                pass

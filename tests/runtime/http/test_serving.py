"""A server says why it cannot listen, and keeps no connection on which no request arrives."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from runtime.http.serving import ServingError, TlsFiles, is_loopback, serve
from settings import Address
from tests.runtime.tls import Authority


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *((host, True) for host in ("127.0.0.1", "127.8.9.1", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "10.0.0.1", "localhost.example", "")),  # noqa: S104 - asked about
    ],
)
def test_only_loopback_is_this_machine_alone(host: str, own: bool) -> None:  # noqa: FBT001 - the expected result
    """Every other address, and every name but one, may be reached from elsewhere."""
    assert own == is_loopback(host)


async def test_a_taken_port_is_an_error_with_its_reason() -> None:
    """The server that has the port keeps it."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        where = Address("127.0.0.1", other.getsockname()[1])
        place = f"{where.host}:{where.port}: Address already in use"
        with pytest.raises(ServingError) as found:
            async with serve(Starlette(), where):
                pytest.fail("it is served")
        assert str(found.value).startswith(f"cannot serve at {place}")


async def test_a_server_is_gone_when_its_context_ends() -> None:
    """Its port was chosen for it, is yielded, and is free again."""
    async with serve(Starlette(), Address("127.0.0.1", 0)) as url:
        port = int(url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"
SECONDS = 0.3


async def _slow_echo(request: Request) -> Response:
    body = await request.body()
    await asyncio.sleep(2 * SECONDS)
    return PlainTextResponse(body)


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """Port of a server that waits a short time for a request and is slow to answer one."""
    monkeypatch.setattr("runtime.http.serving.RECEIVE_SECONDS", SECONDS)
    app = Starlette(routes=[Route("/", _slow_echo, methods=["POST"])])
    async with serve(app, Address("127.0.0.1", 0)) as url:
        yield int(url.rpartition(":")[2])


async def _closed_after(port: int, *parts: bytes, pause: float = 0.0) -> float:
    """Send the parts, then wait until the server closes; return the seconds it took."""
    started = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await asyncio.sleep(pause)
        await asyncio.wait_for(reader.read(), 5)
    except ConnectionError:
        pass
    finally:
        writer.close()
    return time.monotonic() - started


@pytest.mark.parametrize(
    "parts",
    [(), (b"POST / HT",), (HEAD[:-2],), (HEAD,), (HEAD, b"abc")],
    ids=["nothing", "half a line", "half a head", "no body", "half a body"],
)
async def test_a_request_that_does_not_arrive_is_dropped(
    port: int, parts: tuple[bytes, ...]
) -> None:
    """Each would keep a file descriptor: 256 of them, and the server answers nobody."""
    assert SECONDS <= await _closed_after(port, *parts) < 10 * SECONDS


async def test_a_byte_now_and_then_gains_no_time(port: int) -> None:
    """The whole request has one deadline, which a client that drips does not move."""
    drops = [HEAD[at : at + 1] for at in range(40)]

    assert SECONDS <= await _closed_after(port, *drops, pause=SECONDS / 10) < 10 * SECONDS


async def test_a_second_request_that_begins_and_does_not_arrive_is_dropped(port: int) -> None:
    """The bytes of its beginning end the wait for a next request, and begin this one."""
    whole = HEAD + b"hello"

    assert 2 * SECONDS <= await _closed_after(port, whole + HEAD[:9]) < 15 * SECONDS


async def test_four_hundred_half_open_connections_keep_nobody_out(port: int) -> None:
    """A caller behind them is answered, also if the answer takes longer than a request may."""
    half_open = [asyncio.create_task(_closed_after(port, HEAD[:20])) for _ in range(400)]
    await asyncio.sleep(SECONDS / 2)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HEAD + b"hello")
    answer = await asyncio.wait_for(reader.readuntil(b"hello"), 10)
    writer.close()

    assert answer.startswith(b"HTTP/1.1 200")
    assert max(await asyncio.gather(*half_open)) < 5


async def test_a_tls_handshake_that_does_not_arrive_is_dropped(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Before TLS there is no request that could be late."""
    monkeypatch.setattr("runtime.http.serving.RECEIVE_SECONDS", SECONDS)
    pair = Authority(tmp_path, "authority").issue("localhost")
    tls = TlsFiles(pair.certificate, pair.key)
    async with serve(Starlette(), Address("127.0.0.1", 0), tls) as url:
        assert SECONDS <= await _closed_after(int(url.rpartition(":")[2])) < 10 * SECONDS

"""Answer `GET /healthz` and `GET /readyz` from the process's own event loop.

A loop that hangs answers neither, which is what a liveness probe is there to find out.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

from settings import Address

Faults = Callable[[], Awaitable[tuple[str, ...]]]
"""Say in sentences why the process is not ready; nothing when it is."""

Notes = Callable[[], tuple[str, ...]]
"""Say in sentences what ops should know of a process that works nevertheless."""

_PATIENCE = 5.0
"""Seconds that a caller has to say what it wants."""

_LONGEST_REQUEST = 8_192
_Answer = tuple[HTTPStatus, dict[str, object]]


class HealthError(Exception):
    """The probes cannot be served where the settings say; the message is one sentence."""

    def __init__(self, where: Address, why: str | None) -> None:
        super().__init__(f"health cannot be served at {where.host}:{where.port}: {why}")


@asynccontextmanager
async def health_server(where: Address, faults: Faults, notes: Notes = tuple) -> AsyncIterator[int]:
    """Serve the probes while the context lasts; give the port, which was chosen when it is 0.

    `/healthz` is 200 while the loop turns. `/readyz` is 200 when `faults` has none, else 503
    with the faults in its body. `faults` has the whole patience of the caller: bound its waits.
    Either body has the `notes`, where there are any.

    Raises:
        HealthError: If the address cannot be listened on.
    """

    async def on_connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _converse(reader, writer, faults, notes)

    try:
        server = await asyncio.start_server(
            on_connect, where.host, where.port, limit=_LONGEST_REQUEST
        )
    except OSError as error:
        raise HealthError(where, error.strerror) from error
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, faults: Faults, notes: Notes
) -> None:
    try:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _PATIENCE)
        writer.write(_rendered(*await _answer(head, faults, notes)))
        await writer.drain()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        # A caller that hangs up, dawdles or shouts gets no answer and harms no one else.
        pass
    finally:
        writer.close()


async def _answer(head: bytes, faults: Faults, notes: Notes) -> _Answer:
    method, _, rest = head.partition(b" ")
    path = rest.split(b" ", 1)[0].split(b"?", 1)[0]
    if path not in {b"/healthz", b"/readyz"}:
        return HTTPStatus.NOT_FOUND, {"error": "only /healthz and /readyz are here"}
    if method != b"GET":
        return HTTPStatus.METHOD_NOT_ALLOWED, {"error": "only GET is answered"}
    if path == b"/healthz":
        return HTTPStatus.OK, {"status": "ok"}
    found = await faults()
    status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
    said = notes()
    noted = {"notes": list(said)} if said else {}
    return status, {"ready": not found, "faults": list(found), **noted}


def _rendered(status: HTTPStatus, body: dict[str, object]) -> bytes:
    payload = json.dumps(body).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + payload

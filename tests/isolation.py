"""Isolation of tests: settings, queues and folders that no other test shares."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from uuid import uuid4

from temporalio.service import RPCError, RPCStatusCode

from settings import Settings
from tests.stores import prepared_files

Working = Callable[..., AbstractAsyncContextManager[Settings]]
"""`working([Workflow], **settings)`: both workers of a process, while the context lasts."""


def isolated(folder: Path, **changes: object) -> Settings:
    """Settings that share nothing with another test: random queues, free ports, one folder."""
    name = uuid4().hex
    own: dict[str, object] = {
        "task_queue": f"sentences-{name}",
        "io_queue": f"sentences-io-{name}",
        "data_dir": folder,
        "http_bind": "127.0.0.1:0",
        "metrics_bind": "none",
        "graceful_shutdown_seconds": 2,
        # As in `make run`: a test of the defaults sets them itself.
        "plain_payloads": True,
        "unsigned_senders": True,
    }
    settings = Settings.model_validate({**own, **changes})
    if settings.database_url is None:
        # Copying prepared databases costs a hundredth of creating them.
        prepared_files(settings.data_dir)
    return settings


PATIENCE_SECONDS = 60.0
"""Longest wait in seconds: most waits take a second or two, but many more on a busy machine."""


_BUSY = frozenset(
    {
        RPCStatusCode.CANCELLED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        # After three attempts that no worker completed the server rejects queries until one does.
        RPCStatusCode.FAILED_PRECONDITION,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.UNAVAILABLE,
    }
)
"""Status codes of a server, or its connection, that is busy at the moment."""


async def eventually(
    holds: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS
) -> None:
    """Return once the check is true; raise `TimeoutError` if it is not within the seconds."""
    async with asyncio.timeout(seconds):
        while not await _holds_now(holds):  # noqa: ASYNC110 - nothing says when to look
            await asyncio.sleep(0.05)


async def _holds_now(holds: Callable[[], Awaitable[bool]]) -> bool:
    try:
        return await holds()
    except RPCError as error:
        if error.status not in _BUSY:
            raise
        return False


async def becomes(expected: object, look: Callable[[], Awaitable[object]]) -> None:
    """Return once `look` returns what is expected; else fail with its last result."""
    found: list[object] = []

    async def is_as_expected() -> bool:
        found[:] = [await look()]
        return [expected] == found

    try:
        await eventually(is_as_expected)
    except TimeoutError:
        assert [expected] == found

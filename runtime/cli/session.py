"""Do one piece of work with a client, and say in one sentence why it cannot be done."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.cli.errors import (
    AccessDeniedError,
    CommandError,
    ConfigurationError,
    NoWorkerError,
    ServerRefusedError,
    TemporalUnreachableError,
)
from runtime.client import ConnectionFileError, NoConnectionError, configured_address, connect

CONNECT_SECONDS: Final = 10.0
"""How long a server may take to answer the first call."""

_Got = TypeVar("_Got")


def with_client(work: Callable[[Client], Awaitable[_Got]]) -> _Got:
    """Return what `work` comes to with a client of the configured server.

    Raises:
        CommandError: If there is no such server, or it turns a call down.
    """
    return asyncio.run(_session(work))


async def _session(work: Callable[[Client], Awaitable[_Got]]) -> _Got:
    client = await _opened()
    try:
        return await work(client)
    except RPCError as error:
        raise explain_rpc_error(error) from error


async def _opened() -> Client:
    try:
        address = configured_address()
    except Exception as error:  # the SDK's own error for this is not exported
        raise ConfigurationError(str(error)) from error
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await connect()
    except NoConnectionError as error:
        if error.is_silent:
            raise TemporalUnreachableError(address) from error
        raise AccessDeniedError(str(error)) from error
    except ConnectionFileError as error:
        raise ConfigurationError(str(error)) from error
    except (RuntimeError, RPCError, TimeoutError) as error:
        raise TemporalUnreachableError(address) from error
    except ValueError as error:
        raise ConfigurationError(str(error)) from error


def explain_rpc_error(error: RPCError) -> CommandError:
    """Return what a person makes of a call that failed."""
    match error.status:
        case RPCStatusCode.UNAVAILABLE:
            return TemporalUnreachableError(configured_address())
        case RPCStatusCode.DEADLINE_EXCEEDED | RPCStatusCode.CANCELLED:
            return NoWorkerError()
        case RPCStatusCode.FAILED_PRECONDITION if "poller" in error.message:
            return NoWorkerError()
        case _:
            return ServerRefusedError(error.status.name, error.message)

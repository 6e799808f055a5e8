"""Session of one command with Temporal: connect, run, and turn failures into one sentence."""

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import typer
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.errors import UserFacingError
from runtime.cli.errors import (
    AccessDeniedError,
    CommandError,
    ConfigurationError,
    NoWorkerError,
    ServerRefusedError,
    TemporalUnreachableError,
)
from runtime.client import (
    ConnectionFileError,
    NoConnectionError,
    configured_address,
    configured_target,
    connect,
)
from runtime.logs import get_logger
from settings import SettingsError

CONNECT_SECONDS: Final = 10.0
"""Time that a server has to answer the first call."""

_Result = TypeVar("_Result")


def with_client(work: Callable[[Client], Awaitable[_Result]], *, logged: bool = False) -> _Result:
    """Run `work` with a client of the configured server and return its result.

    The server and the namespace go to standard error.

    Args:
        work: What to do with the client.
        logged: Name the server in a line of the log, because the command writes a log there.

    Raises:
        CommandError: If the server cannot be reached, or refuses a call.
    """
    return asyncio.run(_session(work, logged=logged))


def stop_event() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set; call it on a running loop."""
    stop = asyncio.Event()
    # Only the main thread receives signals; tests run commands in others.
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _session(work: Callable[[Client], Awaitable[_Result]], *, logged: bool) -> _Result:
    client = await _connected()
    server = client.service_client.config.target_host
    if logged:
        get_logger("client").info("connected", address=server, namespace=client.namespace)
    else:
        typer.echo(f"server {server}, namespace {client.namespace}", err=True)
    try:
        return await work(client)
    except RPCError as error:
        raise explain_rpc_error(error) from error


def target() -> str:
    """Return the namespace and the server of `with_client`, as `NAMESPACE@HOST:PORT`.

    Raises:
        ConfigurationError: If Temporal's configuration contradicts itself.
    """
    try:
        return configured_target()
    except (SettingsError, UserFacingError):
        raise
    except Exception as error:  # the SDK does not export its own error for this
        raise ConfigurationError(str(error)) from error


async def _connected() -> Client:
    address = target().partition("@")[2]
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
    """Return the error to show for a failed call."""
    match error.status:
        case RPCStatusCode.UNAVAILABLE:
            return TemporalUnreachableError(configured_address())
        case RPCStatusCode.DEADLINE_EXCEEDED | RPCStatusCode.CANCELLED:
            return NoWorkerError()
        case RPCStatusCode.FAILED_PRECONDITION if "poller" in error.message:
            return NoWorkerError()
        case _:
            return ServerRefusedError(error.status.name, error.message)

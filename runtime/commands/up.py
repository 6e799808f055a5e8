"""`up`: a server with its UI, a worker and a sample caseload, in one terminal until Ctrl-C."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from activities.standards import load_shelf
from runtime.attributes import register_attributes
from runtime.child import Child, worker_child
from runtime.client import connect
from runtime.codec_server.development import UiOrigins, development_codec, generated_keys
from runtime.commands.invitation import invitation
from runtime.commands.refusal import CommandError
from runtime.door.development import development_door
from runtime.embedded import EmbeddedServer, embedded_server
from runtime.folder import held
from runtime.ports import Ports, free_ports, standard_or_free
from runtime.report.pages import Pages
from runtime.report.scope import Kinds
from runtime.report.serving import ReportError, report_server
from runtime.sample import play_caseload, recall, rows_of
from runtime.stores import store_of
from settings import PREFIX, Address, Settings, address, load_settings
from states.london import day_of

NAMESPACE = "default"

_DEVELOPMENT = ("PLAIN_PAYLOADS", "UNSIGNED_SENDERS")
"""What is on here, and off anywhere else."""


class ServerEndedError(CommandError):
    """The embedded server ended by itself."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(f"the server ended by itself (see {settings.data_dir / 'temporal.log'})")


def up(
    *,
    any_ports: Annotated[
        bool, typer.Option("--any-ports", help="Take free ports instead of 7233 and 8233.")
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="Make no key: payloads stay readable in the histories.")
    ] = False,
) -> None:
    """Start a server with its UI, a worker and a sample caseload; Ctrl-C stops all of it.

    Data stay in SENTENCES_DATA_DIR, var/ if unset. It ends with 1 if the worker or server dies.
    What it hands to Temporal is sealed under a key that is made once; unless the settings say
    otherwise it takes readable messages too, for whoever tries it has no key.
    """
    for name in _DEVELOPMENT:
        os.environ.setdefault(f"{PREFIX}{name}", "true")
    settings = load_settings()
    with held(settings.data_dir):
        if not plain:
            generated_keys(settings.data_dir)
        asyncio.run(_until_told(lambda: _run(settings, any_ports=any_ports)))
    _say("stopped; the data stay")


def _say(text: str) -> None:
    typer.echo(text)


async def _until_told(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` until a signal comes; it then unwinds, and stops what it started."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    task, stop = asyncio.create_task(work()), asyncio.create_task(told.wait())
    await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        stop.cancel()
        await task
        return
    _say("\nstopping: the worker drains, then the server stops")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _run(settings: Settings, *, any_ports: bool) -> None:
    choose = free_ports if any_ports else standard_or_free
    memory = recall(settings.data_dir, day_of(datetime.now(UTC)))
    _say("1/4 server: starting")
    async with _server(settings, choose) as server:
        moved = "; a standard port was taken" if server.moved and not any_ports else ""
        _say(f"1/4 server: {server.address}, process {server.pid}, UI {server.ui_url}{moved}")
        _point_at(server)
        client = await connect()
        added = await register_attributes(client)
        _say(f"2/4 search attributes: {len(added) or 'all'} registered")
        _say("3/4 worker: starting")
        async with worker_child(settings) as child:
            _say(f"3/4 worker: ready, process {child.process.pid}, log {child.log}")
            calendar = load_shelf(settings.standards_dir).calendar()
            _say("4/4 caseload: playing")
            new = await play_caseload(
                client, settings.data_dir, memory, calendar, settings.task_queue
            )
            played = f"{new} orders played" if new else "it is here from an earlier run"
            _say(f"4/4 caseload: {played}, dated around {memory.base}")
            rows = await rows_of(client, memory.base)
            async with (
                _report(settings, server, any_ports=any_ports) as url,
                development_door(client, settings, any_port=any_ports) as door,
            ):
                _say(invitation(server, rows, url, door))
                await _watch(settings, server, child)


@asynccontextmanager
async def _server(settings: Settings, choose: Callable[[], Ports]) -> AsyncIterator[EmbeddedServer]:
    """Run the server while the context lasts, with what opens sealed payloads for its UI."""
    pages = UiOrigins(choose)
    async with development_codec(settings, pages.origins) as codec:
        options = () if codec is None else ("--ui-codec-endpoint", codec)
        if codec is not None:
            _say(f"1/4 server: payloads are sealed, and opened for its UI at {codec}")
        served = embedded_server(
            settings.data_dir, choose_ports=pages.choose_ports, options=options
        )
        async with served as server:
            yield server


@asynccontextmanager
async def _report(
    settings: Settings, server: EmbeddedServer, *, any_ports: bool
) -> AsyncIterator[str]:
    """Serve the caseload report while the context lasts; give its address."""
    where = address(settings.report_bind)
    free = Address(where.host, 0)
    store, kinds = store_of(settings), Kinds.of(load_shelf(settings.standards_dir))
    pages = Pages(store.main, kinds, f"{server.ui_url}/namespaces/{NAMESPACE}/workflows")
    async with AsyncExitStack() as stack:
        stack.callback(store.close)
        try:
            url = await stack.enter_async_context(
                report_server(free if any_ports else where, pages)
            )
        except ReportError:
            # Its usual port is taken, as those of the server may be.
            url = await stack.enter_async_context(report_server(free, pages))
        yield url


def _point_at(server: EmbeddedServer) -> None:
    # For this process and for the worker: somebody's own profile must not lead them elsewhere.
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]
    os.environ.update(
        TEMPORAL_ADDRESS=server.address,
        TEMPORAL_NAMESPACE=NAMESPACE,
        TEMPORAL_CONFIG_FILE=os.devnull,
    )


async def _watch(settings: Settings, server: EmbeddedServer, child: Child) -> None:
    """Wait until the worker or the server ends, which neither should.

    Raises:
        WorkerEndedError: If it was the worker.
        ServerEndedError: If it was the server.
    """
    while not _has_ended(server.pid):
        child.check()
        await asyncio.sleep(0.5)
    raise ServerEndedError(settings)


def _has_ended(pid: int) -> bool:
    # It is looked at and not reaped: whoever started the child waits for it.
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

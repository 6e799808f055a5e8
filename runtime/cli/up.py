"""`up`: a server with its UI, a worker and a sample caseload, in one terminal until Ctrl-C."""

import asyncio
import fcntl
import os
import shlex
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from activities.standards import load_catalogue
from runtime.api.app import development_api
from runtime.caseload import CaseloadRow
from runtime.cli.errors import CommandError
from runtime.client import connect
from runtime.codec_server.app import UiOrigins, development_codec_server, generated_keys
from runtime.databases import store_of
from runtime.dev_server import (
    LOOPBACK,
    STANDARD,
    DevServer,
    LocalProcessError,
    Ports,
    free_ports,
    run_dev_server,
    standard_or_free,
)
from runtime.report.model import TimescaleKinds
from runtime.report.web import ReportError, ReportPages, report_server
from runtime.sample_caseload import load_played, play_samples, rows_of
from runtime.search_attributes import register_search_attributes
from runtime.worker_process import WorkerProcess, run_worker_process
from settings import PREFIX, PROJECT, Address, Settings, address, load_settings
from states.time.london import day_of
from states.vocabulary import State
from workflows.ids import workflow_id_of

EXAMPLE_SENTENCE: Final = ("X646120", "1")
"""The order of the caseload whose failure waits for a judgement."""

JUDGEMENT: Final = (
    '{"failure_id": "F1", "acceptable": true, "rationale": "Was ill; a note was seen.", '
    '"alternatives_considered": ["A warning."]}'
)


def welcome_text(server: DevServer, rows: Sequence[CaseloadRow], report: str, api: str) -> str:
    """Return the text: the caseload in a line, addresses, and commands that work."""
    crn, number = EXAMPLE_SENTENCE
    sentence = f"{crn} --event {number}"
    judged = f"--by N07A021:officer:CRC --at now --event-id judged-1 --data '{JUDGEMENT}'"
    commands = (
        "list --overdue",
        "report",
        f"show {crn} {number}",
        f"documents list {crn} {number}",
        f"submit failure_judged --crn {sentence} {judged}",
    )
    return "\n".join(
        (
            "",
            f"ready: {_counted(rows)}",
            "",
            "Open",
            f"  the report        {report}",
            f"  all sentences     {_listing(server, '')}",
            f"  what is overdue   {_listing(server, 'Overdue > 0')}",
            f"  one sentence      {_ui(server)}/{workflow_id_of(crn, number)}",
            f"  events over HTTP  {api}/kinds",
            "",
            "Try next, in another terminal",
            *(f"  {_program(server)} {command}" for command in commands),
            "",
            "Ctrl-C stops everything.",
        )
    )


def _counted(rows: Sequence[CaseloadRow]) -> str:
    states = Counter(row.state for row in rows)
    each = [f"{states[state]} {state}" for state in State if states[state]]
    late = sum(1 for row in rows if row.overdue)
    return f"{len(rows)} sentences ({', '.join(each)}), {late} with something overdue"


def _ui(server: DevServer) -> str:
    return f"{server.ui_url}/namespaces/default/workflows"


def _listing(server: DevServer, query: str) -> str:
    return f"{_ui(server)}?query={quote(query)}" if query else _ui(server)


def _program(server: DevServer) -> str:
    python = Path(sys.executable)
    shown = python.relative_to(PROJECT) if python.is_relative_to(PROJECT) else python
    command = f"{shlex.quote(str(shown))} starter.py"
    standard = f"{LOOPBACK}:{STANDARD.grpc}"
    return command if server.address == standard else f"TEMPORAL_ADDRESS={server.address} {command}"


LOCK = "up.lock"


class DataDirLockedError(LocalProcessError):
    """Another process works in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"something already runs in {folder}; stop it, or set SENTENCES_DATA_DIR to another"
        )


@contextmanager
def lock_data_dir(folder: Path) -> Iterator[None]:
    """Hold the folder, made for its owner alone if it is missing, while the context lasts.

    Raises:
        FolderHeldError: If another process holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataDirLockedError(folder) from None
        yield


NAMESPACE = "default"

_DEVELOPMENT = ("PLAIN_PAYLOADS", "UNSIGNED_SENDERS")
"""What is on here, and off anywhere else."""


class DevServerEndedError(CommandError):
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
    with lock_data_dir(settings.data_dir):
        if not plain:
            generated_keys(settings.data_dir)
        asyncio.run(_run_until_signal(lambda: _run(settings, any_ports=any_ports)))
    _say("stopped; the data stay")


def _say(text: str) -> None:
    typer.echo(text)


async def _run_until_signal(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
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
    memory = load_played(settings.data_dir, day_of(datetime.now(UTC)))
    _say("1/4 server: starting")
    async with _server(settings, choose) as server:
        moved = "; a standard port was taken" if server.moved and not any_ports else ""
        _say(f"1/4 server: {server.address}, process {server.pid}, UI {server.ui_url}{moved}")
        _point_at(server)
        client = await connect()
        added = await register_search_attributes(client)
        _say(f"2/4 search attributes: {len(added) or 'all'} registered")
        _say("3/4 worker: starting")
        async with run_worker_process(settings) as child:
            _say(f"3/4 worker: ready, process {child.process.pid}, log {child.log}")
            calendar = load_catalogue(settings.standards_dir).calendar()
            _say("4/4 caseload: playing")
            new = await play_samples(
                client, settings.data_dir, memory, calendar, settings.task_queue
            )
            played = f"{new} orders played" if new else "it is here from an earlier run"
            _say(f"4/4 caseload: {played}, dated around {memory.base}")
            rows = await rows_of(client, memory.base)
            async with (
                _report(settings, server, any_ports=any_ports) as url,
                development_api(client, settings, any_port=any_ports) as api,
            ):
                _say(welcome_text(server, rows, url, api))
                await _watch(settings, server, child)


@asynccontextmanager
async def _server(settings: Settings, choose: Callable[[], Ports]) -> AsyncIterator[DevServer]:
    """Run the server while the context lasts, with what opens sealed payloads for its UI."""
    pages = UiOrigins(choose)
    async with development_codec_server(settings, pages.origins) as codec:
        options = () if codec is None else ("--ui-codec-endpoint", codec)
        if codec is not None:
            _say(f"1/4 server: payloads are sealed, and opened for its UI at {codec}")
        served = run_dev_server(settings.data_dir, choose_ports=pages.choose_ports, options=options)
        async with served as server:
            yield server


@asynccontextmanager
async def _report(settings: Settings, server: DevServer, *, any_ports: bool) -> AsyncIterator[str]:
    """Serve the caseload report while the context lasts; give its address."""
    where = address(settings.report_bind)
    free = Address(where.host, 0)
    store, kinds = store_of(settings), TimescaleKinds.of(load_catalogue(settings.standards_dir))
    pages = ReportPages(store.main, kinds, f"{server.ui_url}/namespaces/{NAMESPACE}/workflows")
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


def _point_at(server: DevServer) -> None:
    # For this process and for the worker: somebody's own profile must not lead them elsewhere.
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]
    os.environ.update(
        TEMPORAL_ADDRESS=server.address,
        TEMPORAL_NAMESPACE=NAMESPACE,
        TEMPORAL_CONFIG_FILE=os.devnull,
    )


async def _watch(settings: Settings, server: DevServer, child: WorkerProcess) -> None:
    """Wait until the worker or the server ends, which neither should.

    Raises:
        WorkerEndedError: If it was the worker.
        ServerEndedError: If it was the server.
    """
    while not _has_ended(server.pid):
        child.check()
        await asyncio.sleep(0.5)
    raise DevServerEndedError(settings)


def _has_ended(pid: int) -> bool:
    # It is looked at and not reaped: whoever started the child waits for it.
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

"""`up`: development server with UI, worker, report, API and a sample caseload in one terminal."""

import asyncio
import fcntl
import os
import shlex
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
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
from runtime.dev_server import LOG, DevServer, run_dev_server
from runtime.http.serving import ServingError
from runtime.ports import STANDARD, Ports, free_ports, standard_or_free
from runtime.report.model import TimescaleKinds
from runtime.report.web import ReportPages, report_server
from runtime.running_stack import RunningStack
from runtime.sample_caseload import list_rows, load_played, play_samples
from runtime.search_attribute_registration import register_search_attributes
from runtime.worker_process import WorkerProcess, run_worker_process
from settings import PREFIX, PROJECT, Address, Settings, address, load_settings
from states.sentence_ref import SentenceRef
from states.time.london import day_of
from states.vocabulary import State

NAMESPACE: Final = "default"
LOCK: Final = "up.lock"
EXAMPLE_SENTENCE: Final = ("X646120", "1")
"""Order of the sample caseload with a failure that is not judged yet."""

JUDGEMENT: Final = (
    '{"failure_id": "F1", "acceptable": true, "rationale": "Was ill; a note was seen.", '
    '"alternatives_considered": ["A warning."]}'
)
_DEVELOPMENT: Final = ("PLAIN_PAYLOADS", "UNSIGNED_SENDERS")
"""Settings that are on by default here, and off everywhere else."""

_WATCH_SECONDS: Final = 0.5


class DataDirLockedError(CommandError):
    """Another process uses the data folder: two servers would corrupt its database."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"another process uses {folder}; stop it, or set SENTENCES_DATA_DIR to another folder"
        )


def up(
    *,
    any_ports: Annotated[
        bool, typer.Option("--any-ports", help="Use free ports, not 7233, 8233 and 7243.")
    ] = False,
    sealed: Annotated[
        bool, typer.Option("--sealed", help="Encrypt payloads, with a key made at the first start.")
    ] = False,
) -> None:
    """Run a server with its UI, a worker and a sample caseload; Ctrl-C stops everything.

    Data stay in SENTENCES_DATA_DIR, by default var/. Exit status 1 if the worker or server dies.
    Payloads are readable, so that Temporal's UI and every client can be tried without a key. With
    --sealed they are encrypted, and so is every later start on the same folder; plaintext messages
    are still accepted, unless the settings say otherwise.
    """
    for name in _DEVELOPMENT:
        os.environ.setdefault(f"{PREFIX}{name}", "true")
    settings = load_settings()
    with lock_data_dir(settings.data_dir):
        if sealed:
            generated_keys(settings.data_dir)
        asyncio.run(_run_until_signal(lambda: _run(settings, any_ports=any_ports)))
    _say("stopped; the data stay")


@contextmanager
def lock_data_dir(folder: Path) -> Iterator[None]:
    """Lock the folder while the context lasts; create it, for its owner only, if it is missing.

    Raises:
        DataDirLockedError: If another process holds the lock.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataDirLockedError(folder) from None
        yield


def _say(text: str) -> None:
    typer.echo(text)


async def _run_until_signal(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `work` until a signal comes, then cancel it, so that it stops what it started."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    working = asyncio.create_task(work())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        stopped.cancel()
        await working
        return
    _say("\nstopping: the worker drains, then the server stops")
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


async def _run(settings: Settings, *, any_ports: bool) -> None:
    earlier = RunningStack.read(settings.data_dir)
    kept = STANDARD if earlier is None else earlier.ports
    choose = free_ports if any_ports else partial(standard_or_free, kept)
    played = load_played(settings.data_dir, day_of(datetime.now(UTC)))
    _say("1/4 server: starting")
    async with _server(settings, choose) as (server, codec_url):
        moved = "; a standard port was taken" if server.moved and not any_ports else ""
        _say(f"1/4 server: {server.address}, process {server.pid}, UI {server.ui_url}{moved}")
        _point_environment_at(server)
        stack = RunningStack(
            address=server.address,
            namespace=NAMESPACE,
            sealed=codec_url is not None,
            http=server.http_url,
            ui=server.ui_url,
            codec=codec_url,
        )
        stack.save(settings.data_dir)
        client = await connect()
        added = await register_search_attributes(client)
        _say(f"2/4 search attributes: {len(added) or 'all'} registered")
        _say("3/4 worker: starting")
        async with run_worker_process(settings) as worker:
            _say(f"3/4 worker: ready, process {worker.process.pid}, log {worker.log}")
            calendar = load_catalogue(settings.standards_dir).calendar()
            _say("4/4 caseload: playing")
            new = await play_samples(
                client, settings.data_dir, played, calendar=calendar, task_queue=settings.task_queue
            )
            what = f"{new} orders played" if new else "present from an earlier run"
            _say(f"4/4 caseload: {what}, dated around {played.base}")
            rows = await list_rows(client, played.base)
            async with (
                _report(settings, server, any_ports=any_ports) as report_url,
                development_api(client, settings, any_port=any_ports) as api_url,
            ):
                stack = replace(stack, report=report_url, api=api_url)
                stack.save(settings.data_dir)
                _say(welcome_text(stack, rows))
                await _watch(settings, server, worker)


@asynccontextmanager
async def _server(
    settings: Settings, choose: Callable[[], Ports]
) -> AsyncIterator[tuple[DevServer, str | None]]:
    """Run the server while the context lasts; yield it and the URL of its codec server, if any."""
    origins = UiOrigins(choose)
    async with development_codec_server(settings, origins.origins) as codec_url:
        options = () if codec_url is None else ("--ui-codec-endpoint", codec_url)
        if codec_url is not None:
            _say(f"1/4 server: payloads are encrypted; {codec_url} decrypts them for its UI")
        running = run_dev_server(
            settings.data_dir, choose_ports=origins.choose_ports, options=options
        )
        async with running as server:
            yield server, codec_url


@asynccontextmanager
async def _report(settings: Settings, server: DevServer, *, any_ports: bool) -> AsyncIterator[str]:
    """Serve the caseload report while the context lasts; yield its address."""
    configured = address(settings.report_bind)
    free = Address(configured.host, 0)
    store = store_of(settings)
    kinds = TimescaleKinds.of(load_catalogue(settings.standards_dir))
    pages = ReportPages(store.main, kinds, f"{server.ui_url}/namespaces/{NAMESPACE}/workflows")
    async with AsyncExitStack() as stack:
        stack.callback(store.close)
        try:
            served = report_server(free if any_ports else configured, pages)
            url = await stack.enter_async_context(served)
        except ServingError:
            # Its usual port is taken, as those of the server may be.
            url = await stack.enter_async_context(report_server(free, pages))
        yield url


def _point_environment_at(server: DevServer) -> None:
    # For this process and the worker: a profile of the user must not lead them elsewhere.
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        del os.environ[name]
    os.environ.update(
        TEMPORAL_ADDRESS=server.address,
        TEMPORAL_NAMESPACE=NAMESPACE,
        TEMPORAL_CONFIG_FILE=os.devnull,
    )


async def _watch(settings: Settings, server: DevServer, worker: WorkerProcess) -> None:
    """Wait until the worker or the server ends, which neither should.

    Raises:
        WorkerEndedError: If the worker ended.
        CommandError: If the server ended.
    """
    while not server.has_ended():
        worker.check()
        await asyncio.sleep(_WATCH_SECONDS)
    raise CommandError(f"the server ended unexpectedly (see {settings.data_dir / LOG})")


def welcome_text(stack: RunningStack, rows: Sequence[CaseloadRow]) -> str:
    """Return what is printed once everything runs: caseload, addresses, commands to try.

    Args:
        stack: Addresses of what runs.
        rows: The sentences that the server lists.
    """
    listed = f"{stack.ui}/namespaces/{NAMESPACE}/workflows"
    crn, number = EXAMPLE_SENTENCE
    judged = f"--by N07A021:officer:CRC --at now --event-id judged-1 --data '{JUDGEMENT}'"
    commands = (
        "list --overdue",
        "report",
        f"show {crn} {number}",
        f"documents list {crn} {number}",
        f"submit failure_judged --crn {crn} --event {number} {judged}",
    )
    return "\n".join(
        (
            "",
            f"ready: {_count_by_state(rows)}",
            "",
            "Open",
            f"  the report        {stack.report}",
            f"  all sentences     {listed}",
            f"  what is overdue   {listed}?query={quote('Overdue > 0')}",
            f"  one sentence      {listed}/{SentenceRef(crn, number).workflow_id}",
            f"  events over HTTP  {stack.api}/kinds",
            "",
            "Connect",
            f"  Temporal clients  {stack.address}, namespace {stack.namespace}",
            f"  Temporal's HTTP   {stack.http}",
            f"  payloads          {_payloads(stack)}",
            "",
            "Try next, in another terminal",
            *(f"  {_program(stack)} {command}" for command in commands),
            "",
            "Ctrl-C stops everything.",
        )
    )


def _count_by_state(rows: Sequence[CaseloadRow]) -> str:
    states = Counter(row.state for row in rows)
    each = [f"{states[state]} {state}" for state in State if states[state]]
    late = sum(1 for row in rows if row.overdue)
    return f"{len(rows)} sentences ({', '.join(each)}), {late} with something overdue"


def _payloads(stack: RunningStack) -> str:
    if stack.sealed:
        return f"encrypted; {stack.codec} decrypts them"
    return "readable; `make run SEALED=1` encrypts them"


def _program(stack: RunningStack) -> str:
    python = Path(sys.executable)
    shown = python.relative_to(PROJECT) if python.is_relative_to(PROJECT) else python
    command = f"{shlex.quote(str(shown))} starter.py"
    is_standard = stack.ports.grpc == STANDARD.grpc
    return command if is_standard else f"TEMPORAL_ADDRESS={stack.address} {command}"

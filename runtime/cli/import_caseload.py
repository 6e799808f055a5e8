"""`import`: a whole caseload from a file, at a pace, resumed where it was stopped."""

import asyncio
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.standards import load_catalogue
from runtime import bulk_import as memory
from runtime import event_sender
from runtime.bulk_import import ProgressError, ProgressTracker, send_many
from runtime.cli.errors import CommandError
from runtime.cli.options import BaseDay, read_lines
from runtime.cli.session import with_client
from runtime.keys import signer_of
from runtime.streams import RelativeBase, StreamError, StreamEvent, read_line
from settings import load_settings
from states.time.london import day_of

SAVE_SECONDS: Final = 0.5
"""How often it is written down how far an import has come."""

PER_SECOND: Final = 200.0


class ImportStoppedError(CommandError):
    """An import was stopped; sent again it goes on."""

    def __init__(self, left: int) -> None:
        super().__init__(f"stopped: {left} events are not sent yet; the same command goes on")


class ImportIncompleteError(CommandError):
    """Some lines of an import could not be sent."""

    def __init__(self, bad: int, closed: Sequence[int]) -> None:
        which = ", ".join(map(str, closed[:20])) + (", ..." if len(closed) > 20 else "")  # noqa: PLR2004
        parts = [
            f"{bad} lines cannot be read" if bad else "",
            f"the files of their sentences are closed for lines {which}" if closed else "",
        ]
        super().__init__(f"not all of it is imported: {'; '.join(filter(None, parts))}")


class BaseMismatchError(CommandError):
    """An import is resumed from another base, which would make other events of its lines."""

    def __init__(self, base: str) -> None:
        super().__init__(f"this import was begun with --base {base}, and goes on so")


@dataclass(frozen=True)
class CaseloadImport:
    """What is to be imported."""

    events: list[StreamEvent]
    faults: list[StreamError]
    tally: ProgressTracker
    path: Path

    def save(self) -> None:
        """Write down how far it has come.

        Raises:
            ProgressError: If that cannot be written.
        """
        memory.save_progress(self.path, self.tally.progress())


def import_caseload(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines, as `play` takes them.")],
    *,
    base: BaseDay = None,
    per_second: Annotated[
        float, typer.Option("--per-second", min=0.1, help="Events a second, at most.")
    ] = PER_SECOND,
    strict: Annotated[
        bool, typer.Option("--strict", help="Send nothing unless every line can be read.")
    ] = False,
    progress: Annotated[
        Path | None,
        typer.Option(help="Where it is written how far it has come; FILE.progress if left."),
    ] = None,
) -> None:
    """Import a caseload; stopped or cut off, the same command goes on and doubles nothing.

    A faulty line is named with all that is wrong with it, and the others are sent.
    """
    path = progress or Path(f"{file}.progress")
    try:
        found = _read(file, path, base)
        for fault in found.faults:
            typer.echo(f"line {fault.number}: {'; '.join(fault.faults)}", err=True)
        if not (strict and found.faults):
            _send(found, per_second)
    except ProgressError as error:
        raise CommandError(str(error)) from error
    if strict and found.faults:
        raise ImportIncompleteError(len(found.faults), ())
    _conclude(found)


def _read(file: str, path: Path, base: datetime | None) -> CaseloadImport:
    lines = read_lines(file)
    begun = memory.load_progress(path, digest := memory.digest_of("\n".join(lines)))
    if begun is None:
        day = base.date() if base is not None else day_of(datetime.now(UTC))
        begun = memory.Progress(digest, day.isoformat())
    elif base is not None and base.date() != begun.day:
        raise BaseMismatchError(begun.base)
    origin = RelativeBase(begun.day, load_catalogue(load_settings().standards_dir).calendar())
    events: list[StreamEvent] = []
    faults: list[StreamError] = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                events.append(read_line(number, line, origin))
        except StreamError as error:
            faults.append(error)
    return CaseloadImport(
        events, faults, ProgressTracker(begun, [event.number for event in events]), path
    )


def _send(found: CaseloadImport, per_second: float) -> None:
    settings = load_settings()
    signer = signer_of(settings)
    left = [event for event in found.events if not found.tally.has(event.number)]
    # Before anything is sent: where it cannot be written down, nothing begins.
    found.save()

    async def work(client: Client) -> None:
        stop, saved = _stop_event(), time.monotonic()

        async def send(event: StreamEvent) -> None:
            nonlocal saved
            to: tuple[Any, ...] = (client, event.crn, event.event_number, event.kind, [event.data])
            closed = False
            try:
                await event_sender.send_event(*to, task_queue=settings.task_queue, signer=signer)
            except WorkflowAlreadyStartedError:
                closed = True
            found.tally.count(event.number, closed=closed)
            bar.advance(task)
            if time.monotonic() - saved >= SAVE_SECONDS:
                saved = time.monotonic()
                found.save()

        await send_many(left, send, per_second=per_second, stop=stop)

    with _bar() as bar:
        task = bar.add_task("importing", total=len(left))
        try:
            if left:
                with_client(work)
        finally:
            found.save()
    if found.tally.left:
        raise ImportStoppedError(found.tally.left)


def _bar() -> Progress:
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def _stop_event() -> asyncio.Event:
    """Return what is set when the process is told to stop; what is on its way is finished."""
    stop = asyncio.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def _conclude(found: CaseloadImport) -> None:
    held = found.tally.progress()
    sent = [event for event in found.events if event.number not in set(held.closed)]
    before = sum(found.tally.begun.has(event.number) for event in found.events)
    again = f", {before} of them before" if before else ""
    sentences = len({event.workflow_id for event in sent})
    typer.echo(f"imported {len(sent)} events to {sentences} sentences{again}")
    if (loud := _count_without_live_from(found)) > 0:
        typer.echo(f"{loud} of them name no live_from: what is overdue there is notified", err=True)
    if found.faults or held.closed:
        raise ImportIncompleteError(len(found.faults), held.closed)


def _count_without_live_from(found: CaseloadImport) -> int:
    """Return how many orders of the past do not say from when on somebody is to be told."""
    return sum(
        event.kind == "sentence_imposed"
        and event.data.get("live_from") is None
        and event.data["sentenced_on"] < found.tally.begun.base
        for event in found.events
    )

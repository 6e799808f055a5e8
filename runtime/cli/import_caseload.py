"""`import`: a whole caseload from a file, at a bounded rate, resumable where it stopped."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.standards import load_catalogue
from runtime.bulk_import import (
    Progress,
    ProgressError,
    ProgressTracker,
    digest_of,
    load_progress,
    progress_path,
    save_progress,
    send_many,
)
from runtime.cli.console import print_result, progress_bar
from runtime.cli.errors import CommandError
from runtime.cli.options import BaseDay, Json, read_lines
from runtime.cli.session import stop_event, target, with_client
from runtime.event_sender import send_event
from runtime.keys import signer_of
from runtime.streams import RelativeBase, StreamError, StreamEvent, read_line
from settings import load_settings
from states.time.london import day_of

SAVE_SECONDS: Final = 0.5
"""Interval at which the progress is saved."""

PER_SECOND: Final = 200.0
_LINES_SHOWN: Final = 20


class ImportIncompleteError(CommandError):
    """Some lines of the file could not be imported."""

    def __init__(self, invalid: int, closed: Sequence[int]) -> None:
        more = ", ..." if len(closed) > _LINES_SHOWN else ""
        lines = ", ".join(map(str, closed[:_LINES_SHOWN])) + more
        parts = [
            f"{invalid} lines are invalid" if invalid else "",
            f"the files of the sentences of lines {lines} are closed" if closed else "",
        ]
        super().__init__(f"not everything was imported: {'; '.join(filter(None, parts))}")


@dataclass(frozen=True)
class CaseloadImport:
    """Events of one file, its invalid lines, and the progress of their import."""

    events: list[StreamEvent]
    faults: list[StreamError]
    tracker: ProgressTracker
    path: Path

    def save(self) -> None:
        """Save the progress.

        Raises:
            ProgressError: If it cannot be written.
        """
        save_progress(self.path, self.tracker.progress())


def import_caseload(
    file: Annotated[str, typer.Argument(metavar="FILE", help="JSON lines, as for `play`.")],
    *,
    base: BaseDay = None,
    per_second: Annotated[
        float, typer.Option("--per-second", min=0.1, help="Highest number of events a second.")
    ] = PER_SECOND,
    strict: Annotated[
        bool, typer.Option("--strict", help="Send nothing unless every line is valid.")
    ] = False,
    progress: Annotated[
        Path | None,
        typer.Option(help="Progress file; default: FILE.NAMESPACE@SERVER.progress."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Import a caseload. Re-run the same command to resume; nothing is sent twice.

    An invalid line is reported with all its faults; the other lines are sent.
    """
    into = target()
    try:
        found = _read(file, progress or progress_path(file, into), into, base)
        for fault in found.faults:
            typer.echo(f"line {fault.number}: {'; '.join(fault.faults)}", err=True)
        if strict and found.faults:
            raise ImportIncompleteError(len(found.faults), ())
        _send(found, per_second)
    except ProgressError as error:
        raise CommandError(str(error)) from error
    _report(found, as_json=as_json)


def _read(file: str, path: Path, into: str, base: datetime | None) -> CaseloadImport:
    lines = read_lines(file)
    digest = digest_of("\n".join(lines))
    begun = load_progress(path, digest, into)
    if begun is None:
        day = base.date() if base is not None else day_of(datetime.now(UTC))
        begun = Progress(digest, day.isoformat(), into)
    elif base is not None and base.date() != begun.day:
        raise CommandError(
            f"this import started with --base {begun.base}; use the same date to resume"
        )
    origin = RelativeBase(begun.day, load_catalogue(load_settings().standards_dir).calendar())
    events: list[StreamEvent] = []
    faults: list[StreamError] = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                events.append(read_line(number, line, origin))
        except StreamError as error:
            faults.append(error)
    tracker = ProgressTracker(begun, [event.number for event in events])
    return CaseloadImport(events, faults, tracker, path)


def _send(found: CaseloadImport, per_second: float) -> None:
    settings = load_settings()
    signer = signer_of(settings)
    left = [event for event in found.events if not found.tracker.has(event.number)]
    # Before anything is sent: if the progress cannot be written, nothing is sent.
    found.save()

    async def work(client: Client) -> None:
        saved = time.monotonic()

        async def send(event: StreamEvent) -> None:
            nonlocal saved
            closed = False
            try:
                await send_event(
                    client,
                    event.crn,
                    event.event_number,
                    kind=event.kind,
                    arguments=[event.data],
                    task_queue=settings.task_queue,
                    signer=signer,
                )
            except WorkflowAlreadyStartedError:
                closed = True
            found.tracker.count(event.number, closed=closed)
            bar.advance(task)
            if time.monotonic() - saved >= SAVE_SECONDS:
                saved = time.monotonic()
                found.save()

        await send_many(left, send, per_second=per_second, stop=stop_event())

    with progress_bar() as bar:
        task = bar.add_task("importing", total=len(left))
        try:
            if left:
                with_client(work)
        finally:
            found.save()
    if found.tracker.left:
        raise CommandError(
            f"stopped: {found.tracker.left} events are not sent yet; re-run the command to resume"
        )


def _report(found: CaseloadImport, *, as_json: bool) -> None:
    closed = found.tracker.progress().closed
    sent = [event for event in found.events if event.number not in set(closed)]
    before = sum(found.tracker.begun.has(event.number) for event in found.events)
    earlier = f", {before} of them before" if before else ""
    sentences = len({event.workflow_id for event in sent})
    print_result(
        f"imported {len(sent)} events to {sentences} sentences{earlier}",
        {
            "events": len(sent),
            "sentences": sentences,
            "before": before,
            "invalid": [{"line": one.number, "faults": list(one.faults)} for one in found.faults],
            "closed": list(closed),
        },
        as_json=as_json,
    )
    if (count := _count_without_live_from(found)) > 0:
        typer.echo(
            f"{count} of them have no live_from: notices go out for overdue clocks", err=True
        )
    if found.faults or closed:
        raise ImportIncompleteError(len(found.faults), closed)


def _count_without_live_from(found: CaseloadImport) -> int:
    """Return how many past orders do not say from which day notices are to be sent."""
    return sum(
        event.kind == "sentence_imposed"
        and event.data.get("live_from") is None
        and event.data["sentenced_on"] < found.tracker.begun.base
        for event in found.events
    )

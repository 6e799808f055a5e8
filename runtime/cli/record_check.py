"""`record check` and `record rebuild`: compare records with their workflows, and mend them.

After a restore from a backup either side may be behind. What a workflow holds and the record lacks
is written again. What only the record holds is an event that its sender has to send again: a
command cannot sign it in the sender's place.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from activities.contracts import BatchRow, ClosedSentence, RecordBatch
from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.read import (
    RowDifference,
    compare_rows,
    missing_texts,
    open_record_ids,
    read_rows,
    read_sync_head,
)
from runtime.caseload import RUNNING_SENTENCES
from runtime.cli.console import local_time, progress_bar
from runtime.cli.errors import CommandError, UnknownSentenceError
from runtime.cli.options import CrnArgument, EventArgument, Json, OptionalCrn, OptionalEvent
from runtime.cli.session import explain_rpc_error, stop_event, with_client
from runtime.cli.show import QUERY_TIMEOUT, find_cut_off, last_run
from runtime.databases import open_records
from runtime.event_sender import is_missing, send_event
from settings import load_settings
from states.events.free_text import stored_digests
from states.events.parsing import UnreadableError
from states.events.registry import NUDGE
from states.record import RecordRow
from states.sentence_ref import SentenceRef
from states.snapshot import from_record

SETTLE_SECONDS: Final = 10.0
"""Time to wait for a sentence that is still writing its record."""

REBUILD_ATTEMPTS: Final = 3
"""Attempts of a rebuild while the sentence writes at the same time."""

AT_ONCE: Final = 16
"""Sentences that are compared at the same time."""

_POLL_SECONDS: Final = 0.3
_EVENT_TABLES: Final = ("events", "victim_events")


@dataclass(frozen=True, slots=True)
class ExpectedRecord:
    """Record that a workflow expects in the databases, all of one moment."""

    rows: tuple[RecordRow, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class LostEvent:
    """Event that its sender has to send again.

    Attributes:
        workflow_id: Its sentence.
        event_id: Its id.
        kind: Its kind.
        organisation: Its sender.
        received_at: Time of its first arrival, as in the record.
        reason: `workflow` if only the record holds it: it is sent again as it was. `text` if the
            databases lack its free text: it is withdrawn and sent again under another id.
    """

    workflow_id: str
    event_id: str
    kind: str
    organisation: str
    received_at: str
    reason: str


@dataclass(frozen=True, slots=True)
class SentenceCheck:
    """Result of the comparison of one sentence with its record.

    Attributes:
        workflow_id: The sentence.
        differing: Number of differing rows by table, without events that only the record holds.
        is_lost: True if the record is open and no workflow keeps the sentence.
        is_mended: True if what differed was mended.
        fault: Why it could not be compared; None if it was.
        lost: Events to send again.
        newest: Time at which the newest event arrived that either side holds.
    """

    workflow_id: str
    differing: dict[str, int]
    is_lost: bool = False
    is_mended: bool = False
    fault: str | None = None
    lost: tuple[LostEvent, ...] = ()
    newest: str | None = None

    @property
    def is_equal(self) -> bool:
        """Return whether nothing is wrong, or was."""
        return not (self.differing or self.is_lost or self.fault or self.lost)


def check(
    crn: OptionalCrn = None,
    event: OptionalEvent = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="All sentences, as after a restore from a backup.")
    ] = False,
    mend: Annotated[
        bool, typer.Option("--mend", help="With --all: mend the records that differ.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare a record with its workflow row by row, or all records with --all.

    The exit status is 1 if they differ, or if something ended the workflow before its time. --all
    also lists the events that have to be sent again; --mend mends what can be mended.
    """
    if every and crn is None:
        _check_all(mend=mend, as_json=as_json)
    elif not every and not mend and crn is not None and event is not None:
        _check_one(crn, event, as_json=as_json)
    else:
        raise typer.BadParameter("give a CRN and an event number, or --all with or without --mend")


def _check_one(crn: str, event: str, *, as_json: bool) -> None:
    expected = with_client(lambda client: fetch_expected_record(client, crn, event))
    cut_off = with_client(lambda client: find_cut_off(client, crn, event))
    with open_records() as store:
        held = read_rows(store, SentenceRef(crn, event).workflow_id)
    found = compare_rows(held, expected.rows)
    if as_json:
        typer.echo(json.dumps([asdict(difference) for difference in found], indent=2))
    else:
        _print_differences(found)
    if found:
        rows = "1 row" if len(found) == 1 else f"{len(found)} rows"
        raise CommandError(
            f"the record of {crn} {event} differs from its workflow in {rows}; "
            "`record rebuild` replaces it"
        )
    if cut_off is not None:
        raise cut_off
    if not as_json:
        typer.echo(f"the record equals the workflow in all {len(expected.rows)} rows")


def rebuild(crn: CrnArgument, event: EventArgument, *, as_json: Json = False) -> None:
    """Replace a record by what its workflow expects.

    The differences are printed.
    """
    name = SentenceRef(crn, event).workflow_id
    with open_records() as store:
        for _ in range(REBUILD_ATTEMPTS):
            expected = with_client(lambda client: fetch_expected_record(client, crn, event))
            found = compare_rows(read_rows(store, name), expected.rows)
            if not found or _write(store, expected, name):
                break
        else:
            raise CommandError(f"sentence {crn} {event} is writing its record; try again")
    if as_json:
        differences = [asdict(difference) for difference in found]
        data = {"differences": differences, "rows": len(expected.rows)}
        typer.echo(json.dumps(data, indent=2))
        return
    _print_differences(found)
    typer.echo(f"{len(found) or 'no'} rows differed; the record has {len(expected.rows)} now")


async def fetch_expected_record(client: Client, crn: str, event_number: str) -> ExpectedRecord:
    """Return the record that the workflow of a sentence expects, also of a closed sentence.

    While the sentence is still writing, it is asked again for up to `SETTLE_SECONDS`.

    Raises:
        UnknownSentenceError: If Temporal has no such workflow.
        RPCError: If no worker answers.
    """
    name = SentenceRef(crn, event_number).workflow_id
    try:
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(name)
        first = await _query_page(handle, 1)
        if not first["total"] and (earlier := await last_run(client, name)) is not None:
            handle = earlier
        return await _query_until_settled(handle)
    except RPCError as error:
        if is_missing(error):
            raise UnknownSentenceError(crn, event_number) from error
        raise


async def _query_until_settled(handle: WorkflowHandle[Any, Any]) -> ExpectedRecord:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + SETTLE_SECONDS
    while True:
        first = await _query_page(handle, 1)
        rest = [await _query_page(handle, number + 1) for number in range(1, first["pages"])]
        pages = [first, *rest]
        # If the sentence changed between two pages, all pages are read again.
        consistent = {page["as_of"] for page in pages} == {first["as_of"]}
        if consistent and (first["in_sync"] or loop.time() > deadline):
            rows = tuple(RecordRow(*row) for page in pages for row in page["rows"])
            return ExpectedRecord(rows, datetime.fromisoformat(first["as_of"]))
        await asyncio.sleep(_POLL_SECONDS)


async def _query_page(handle: WorkflowHandle[Any, Any], number: int) -> dict[str, Any]:
    page: dict[str, Any] = await handle.query("record", number, rpc_timeout=QUERY_TIMEOUT)
    return page


def _write(store: Store, expected: ExpectedRecord, name: str) -> bool:
    """Write the whole record; return False if the sentence wrote meanwhile."""
    head = read_sync_head(store, name)
    # The workflow's next batch finds another sequence than its own, and resends everything.
    sequence = 1 if head is None else head.sequence + 1
    return RecordActivities(store).write_record(full_batch(expected, name, sequence)).accepted


def full_batch(expected: ExpectedRecord, workflow_id: str, sequence: int) -> RecordBatch:
    """Return one batch that replaces the whole record."""
    ref = SentenceRef.parse(workflow_id)
    if ref is None:
        raise ValueError(workflow_id)
    return RecordBatch(
        workflow_id=workflow_id,
        crn=ref.crn,
        event_number=ref.event_number,
        sequence=sequence,
        full_resync=True,
        is_complete=True,
        as_of=expected.as_of,
        rows=[
            BatchRow(table=row.table, key=row.key, values=dict(row.values)) for row in expected.rows
        ],
    )


def _print_differences(found: Sequence[RowDifference]) -> None:
    for item in found:
        columns = f": {', '.join(item.columns)}" if item.columns else ""
        typer.echo(f"{item.what}  {item.table}  {item.key or '-'}{columns}")


class RecordAudit:
    """Comparison of all records of an installation with the workflows of its queue."""

    def __init__(self, client: Client, store: Store, task_queue: str, *, mends: bool) -> None:
        self._client = client
        self._store = store
        self._queue = task_queue
        self._mends = mends
        self._running: frozenset[str] = frozenset()

    async def check_all(
        self, done: Callable[[int, int], None], stop: asyncio.Event
    ) -> list[SentenceCheck]:
        """Return the result of every sentence that Temporal runs or whose record is open.

        Args:
            done: Gets the number of sentences that are done, and of all.
            stop: Set it to stop early.

        Raises:
            StoreError: If a database does not answer.
            RPCError: If the server does not list the sentences.
        """
        query = f'{RUNNING_SENTENCES} AND TaskQueue = "{self._queue}"'
        self._running = frozenset([run.id async for run in self._client.list_workflows(query)])
        recorded = await asyncio.to_thread(open_record_ids, self._store)
        names = sorted(self._running | set(recorded))
        left = iter(names)
        found: list[SentenceCheck] = []
        done(0, len(names))

        async def work() -> None:
            for name in left:
                if stop.is_set():
                    return
                ref = SentenceRef.parse(name)
                # The record of an erased person has a token in place of the CRN.
                if ref is not None:
                    found.append(await self._checked(ref))
                done(len(found), len(names))

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(work())
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        return sorted(found, key=lambda result: result.workflow_id)

    async def _checked(self, ref: SentenceRef) -> SentenceCheck:
        try:
            status = await self._status(ref)
            if status not in (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED):
                return await self._take_up(ref)
            result = await self._compare(ref)
            if status is WorkflowExecutionStatus.COMPLETED and self._mends:
                await self._close(ref)
        except UnknownSentenceError as error:
            return SentenceCheck(ref.workflow_id, {}, fault=error.user_message)
        except RPCError as error:
            return SentenceCheck(ref.workflow_id, {}, fault=explain_rpc_error(error).user_message)
        return result

    async def _status(self, ref: SentenceRef) -> WorkflowExecutionStatus | None:
        if ref.workflow_id in self._running:
            return WorkflowExecutionStatus.RUNNING
        try:
            return (await self._client.get_workflow_handle(ref.workflow_id).describe()).status
        except RPCError as error:
            if is_missing(error):
                return None
            raise

    async def _take_up(self, ref: SentenceRef) -> SentenceCheck:
        """Start the sentence, if it is to be mended: a new run takes it up from its record."""
        if self._mends:
            await send_event(
                self._client,
                ref.crn,
                ref.event_number,
                NUDGE,
                [],
                task_queue=self._queue,
            )
        return SentenceCheck(ref.workflow_id, {}, is_lost=True, is_mended=self._mends)

    async def _compare(self, ref: SentenceRef) -> SentenceCheck:
        expected = await fetch_expected_record(self._client, ref.crn, ref.event_number)
        held = await asyncio.to_thread(read_rows, self._store, ref.workflow_id)
        found = [
            item
            for item in compare_rows(held, expected.rows)
            # Rows of events are never removed, so those that only the record has are listed.
            if not (item.table in _EVENT_TABLES and item.what == "left over")
        ]
        lost = await asyncio.to_thread(self._lost_events, ref, held, expected.rows)
        arrivals = (row.values["received_at"] for row in (*held, *expected.rows) if _is_event(row))
        return SentenceCheck(
            ref.workflow_id,
            dict(sorted(Counter(item.table for item in found).items())),
            is_mended=bool(found) and self._mends and await self._rewrite(ref, expected),
            lost=lost,
            newest=max(arrivals, default=None),
        )

    async def _rewrite(self, ref: SentenceRef, expected: ExpectedRecord) -> bool:
        for _ in range(REBUILD_ATTEMPTS):
            if await asyncio.to_thread(_write, self._store, expected, ref.workflow_id):
                return True
            expected = await fetch_expected_record(self._client, ref.crn, ref.event_number)
        return False

    def _lost_events(
        self, ref: SentenceRef, held: Sequence[RecordRow], wanted: Sequence[RecordRow]
    ) -> tuple[LostEvent, ...]:
        known = {row.key for row in wanted if _is_event(row)}
        unknown = [row for row in held if _is_event(row) and row.key not in known]
        without_text = self._without_text(ref, wanted)
        return (
            *(_lost_event(ref, row, "workflow") for row in unknown),
            *(
                _lost_event(ref, row, "text")
                for row in wanted
                if _is_event(row) and row.key in without_text
            ),
        )

    def _without_text(self, ref: SentenceRef, rows: Sequence[RecordRow]) -> frozenset[str]:
        try:
            log = from_record(row for row in rows if row.table in _EVENT_TABLES).log
        except UnreadableError:
            # Of another build: its texts cannot be told from other values.
            return frozenset()
        digests = {entry.event.uid: set(stored_digests(entry.event)) for entry in log}
        every = sorted({digest for found in digests.values() for digest in found})
        missing = missing_texts(self._store, ref.workflow_id, every)
        return frozenset(uid for uid, found in digests.items() if found & missing)

    async def _close(self, ref: SentenceRef) -> None:
        """Enter a sentence whose run has ended in the register, which lacks it."""
        handle = self._client.get_workflow_handle(ref.workflow_id)
        described = await handle.describe()
        ended = await handle.result()
        if described.close_time is None or ended.get("ended") not in ("closed", "moved"):
            return
        is_moved = ended["ended"] == "moved"
        closed = ClosedSentence.model_validate(
            {
                "workflow_id": ref.workflow_id,
                "crn": ref.crn,
                "event_number": ref.event_number,
                "outcome": ended["ended"] if is_moved else ended["outcome"],
                "ended_on": None if is_moved else ended["ended_on"],
                "closed_at": described.close_time,
            }
        )
        await asyncio.to_thread(RecordActivities(self._store).close_sentence, closed)


def _is_event(row: RecordRow) -> bool:
    return row.table == "events"


def _lost_event(ref: SentenceRef, row: RecordRow, reason: str) -> LostEvent:
    values = row.values
    return LostEvent(
        workflow_id=ref.workflow_id,
        event_id=values["event_id"],
        kind=values["kind"],
        organisation=values["organisation"],
        received_at=values["received_at"],
        reason=reason,
    )


def _check_all(*, mend: bool, as_json: bool) -> None:
    queue = load_settings().task_queue

    async def work(client: Client) -> tuple[list[SentenceCheck], bool]:
        stop = stop_event()
        with (
            open_records() as store,
            progress_bar() as bar,
        ):
            task = bar.add_task("checking", total=None)
            audit = RecordAudit(client, store, queue, mends=mend)
            found = await audit.check_all(
                lambda done, total: bar.update(task, completed=done, total=total), stop
            )
        return found, stop.is_set()

    found, is_stopped = with_client(work)
    if as_json:
        wrong = [asdict(result) for result in found if not result.is_equal]
        typer.echo(json.dumps({"checked": len(found), "found": wrong}, indent=2))
    else:
        for line in _report(found):
            typer.echo(line)
    if is_stopped:
        raise CommandError(f"stopped after {len(found)} sentences; re-run the command")
    if refusal := _refusal(found):
        raise CommandError(refusal)


def _report(found: Sequence[SentenceCheck]) -> Iterator[str]:
    for result in found:
        mended = ", mended" if result.is_mended else ""
        if result.is_lost:
            yield f"{result.workflow_id}: no workflow keeps it{mended}"
        if result.fault is not None:
            yield f"{result.workflow_id}: not compared: {result.fault}"
        if result.differing:
            rows = ", ".join(f"{count} {table}" for table, count in result.differing.items())
            yield f"{result.workflow_id}: rows differ: {rows}{mended}"
    for result in found:
        for event in result.lost:
            yield (
                f"send again: {event.workflow_id} {event.kind} {event.event_id} of "
                f"{event.organisation}, received {_minute(event.received_at)}: {_why(event)}"
            )
    yield f"checked {len(found)} sentences: {sum(result.is_equal for result in found)} are equal"
    newest = max((result.newest for result in found if result.newest is not None), default=None)
    if newest is not None:
        yield (
            f"the newest event was received at {_minute(newest)}: if both sides were restored, "
            "senders send again what they sent since"
        )


def _minute(instant: str) -> str:
    return local_time(datetime.fromisoformat(instant))


def _why(event: LostEvent) -> str:
    if event.reason == "text":
        return "its free text is lost: withdraw it, and send it under another id"
    return "its workflow lacks it"


def _refusal(found: Sequence[SentenceCheck]) -> str:
    unmended = sum(bool(r.differing or r.is_lost) and not r.is_mended for r in found)
    parts = (
        (unmended, "sentences differ from their record; --mend mends them"),
        (sum(r.fault is not None for r in found), "sentences could not be compared"),
        (sum(len(r.lost) for r in found), "events have to be sent again"),
    )
    return "; ".join(f"{count} {what}" for count, what in parts if count)

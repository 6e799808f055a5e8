"""`list`: the caseload, or a part of it, with what is due next."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from rich.table import Table
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from activities.standards import load_catalogue
from runtime.caseload import (
    CaseloadFilter,
    CaseloadRow,
    DueSpan,
    find,
    refuse_unknown_codes,
)
from runtime.cli.console import WIDE, deadline, make_console, make_table, utc_text
from runtime.cli.options import Json, OfficerOption, ProviderOption
from runtime.cli.session import with_client
from settings import load_settings
from states.sentence_ref import SentenceRef
from states.standards.law import StandardsCatalogue
from states.standards.terms import Direction
from states.time.london import day_of
from states.vocabulary import ClockStatus, State

COLUMNS: Final = (
    "CRN",
    "event",
    "state",
    "phase",
    "provider",
    "officer",
    "next due",
    "timescale",
    "overdue",
    "failures",
    "not applied",
)


NARROW_COLUMNS: Final = ("sentence", "state", "officer", "next due", "overdue")
"""Columns on a terminal that is narrower than the whole table."""

_WHOLE_WIDTH: Final = 130
"""Columns of a terminal from which the whole table fits."""

_LATE_ASKED: Final = 200
"""Sentences that `list --due` asks for the due dates of what is overdue."""

_CONCURRENCY: Final = 20
_QUERY_TIMEOUT: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class OverdueClock:
    """Missed clock of a sentence.

    Attributes:
        timescale: Id of its timescale.
        title: What had to be done.
        due_on: Day on which it was due, in London; None if the sentence did not answer.
        days_late: Days since then.
    """

    timescale: str
    title: str
    due_on: date | None = None
    days_late: int | None = None


_Overdue = Mapping[tuple[str, str], Sequence[OverdueClock]]
"""Missed clocks of a sentence, longest overdue first, by its CRN and event number."""


def caseload_table(
    title: str, rows: Sequence[CaseloadRow], catalogue: StandardsCatalogue, width: int = WIDE
) -> Table:
    """Return the table of `rows`; the catalogue has the direction of the next timescale.

    On a narrow terminal it has fewer columns.
    """
    is_whole = width >= _WHOLE_WIDTH
    table = make_table(title, *(COLUMNS if is_whole else NARROW_COLUMNS))
    for row in rows:
        table.add_row(*(_cells(row, catalogue) if is_whole else _narrow_cells(row, catalogue)))
    return table


def due_table(
    title: str, rows: Sequence[CaseloadRow], overdue: _Overdue, catalogue: StandardsCatalogue
) -> Table:
    """Return what `rows` have to do: what is overdue first, the longest overdue before."""
    table = make_table(title, "sentence", "what", "due", "late")
    late = [(row, clock) for row in rows for clock in overdue.get(_ref(row), ())]
    late.sort(key=lambda item: (item[1].due_on or date.min, _ref(item[0])))
    for row, clock in late:
        days = "overdue" if clock.days_late is None else _days(clock.days_late)
        table.add_row(_sentence(row), clock.title, str(clock.due_on or "-"), days)
    for row in rows:
        if row.next_deadline is not None:
            table.add_row(
                _sentence(row), _next_title(row, catalogue), _next_due(row, catalogue), ""
            )
    return table


def row_data(row: CaseloadRow) -> dict[str, Any]:
    """Return a row as data for JSON, instants in UTC."""
    at = row.next_deadline
    return asdict(row) | {"next_deadline": utc_text(at) if at is not None else None}


def _clock_data(clock: OverdueClock) -> dict[str, Any]:
    return asdict(clock) | {"due_on": str(clock.due_on) if clock.due_on is not None else None}


async def find_overdue(
    client: Client, rows: Sequence[CaseloadRow], catalogue: StandardsCatalogue, today: date
) -> dict[tuple[str, str], list[OverdueClock]]:
    """Return the missed clocks of `rows`, with the due dates of the first 200 sentences.

    A sentence that no worker answers for is there too, without the dates.
    """
    slots = asyncio.Semaphore(_CONCURRENCY)

    async def ask(row: CaseloadRow) -> list[OverdueClock]:
        async with slots:
            try:
                found = [clock async for clock in _missed(client, row, today)]
            except (RPCError, WorkflowQueryFailedError):
                found = []
        return found or _undated(row, catalogue)

    late = [row for row in rows if row.overdue]
    asked = await asyncio.gather(*(ask(row) for row in late[:_LATE_ASKED]))
    rest = [_undated(row, catalogue) for row in late[_LATE_ASKED:]]
    return dict(zip(map(_ref, late), [*asked, *rest], strict=True))


async def _missed(client: Client, row: CaseloadRow, today: date) -> AsyncIterator[OverdueClock]:
    handle = client.get_workflow_handle(SentenceRef(row.crn, row.event_number).workflow_id)
    page = 1
    while True:
        answer = await handle.query("clocks", page, rpc_timeout=_QUERY_TIMEOUT)
        for clock in answer["clocks"]:
            is_missed = clock["status"] == ClockStatus.MISSED and clock["settled_at"] is None
            if is_missed and clock["timescale"] in row.overdue_timescales:
                due_on = _day_due(clock)
                days = (today - due_on).days if due_on is not None else None
                yield OverdueClock(clock["timescale"], clock["title"], due_on, days)
        if page >= answer["pages"]:
            return
        page += 1


def _day_due(clock: dict[str, Any]) -> date | None:
    if clock["due_on"] is not None:
        return date.fromisoformat(clock["due_on"])
    if clock["due_at"] is not None:
        return day_of(datetime.fromisoformat(clock["due_at"]))
    return None


def _undated(row: CaseloadRow, catalogue: StandardsCatalogue) -> list[OverdueClock]:
    return [OverdueClock(name, _title(row, name, catalogue)) for name in row.overdue_timescales]


def _ref(row: CaseloadRow) -> tuple[str, str]:
    return (row.crn, row.event_number)


def _sentence(row: CaseloadRow) -> str:
    return f"{row.crn} {row.event_number}"


def _days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def _next_title(row: CaseloadRow, catalogue: StandardsCatalogue) -> str:
    return _title(row, row.next_timescale or "-", catalogue)


def _title(row: CaseloadRow, name: str, catalogue: StandardsCatalogue) -> str:
    edition = catalogue.editions.get(row.edition or "")
    timescale = edition.timescales.get(name) if edition is not None else None
    return timescale.title if timescale is not None else name


def _narrow_cells(row: CaseloadRow, catalogue: StandardsCatalogue) -> list[str]:
    return [
        _sentence(row),
        row.state or "opening",
        row.officer or row.provider_code or row.provider or "-",
        "\n".join(filter(None, [_next_due(row, catalogue), row.next_timescale])),
        "\n".join(row.overdue_timescales) or "-",
    ]


def _cells(row: CaseloadRow, catalogue: StandardsCatalogue) -> list[str]:
    return [
        row.crn,
        row.event_number,
        row.state or "opening",
        row.phase or "-",
        " ".join(filter(None, [row.provider, row.provider_code])) or "-",
        row.officer or "-",
        _next_due(row, catalogue),
        row.next_timescale or "-",
        ", ".join(row.overdue_timescales) or "-",
        str(row.counted_failures),
        str(row.unapplied),
    ]


def _next_due(row: CaseloadRow, catalogue: StandardsCatalogue) -> str:
    if row.next_deadline is None:
        return "-"
    edition = catalogue.editions.get(row.edition or "")
    timescales = edition.timescales if edition is not None else {}
    timescale = timescales.get(row.next_timescale or "")
    opens = timescale is not None and timescale.direction is Direction.EARLIEST_BEFORE
    return deadline(row.next_deadline, opens=opens)


def list_sentences(  # noqa: PLR0913 - each is an option
    *,
    state: Annotated[State | None, typer.Option(help="Only in this state.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only with overdue clocks.")] = False,
    stuck: Annotated[
        bool, typer.Option("--stuck", help="Only those that stand still: see `status`.")
    ] = False,
    provider: ProviderOption = None,
    officer: OfficerOption = None,
    due: Annotated[
        DueSpan | None,
        typer.Option(help="Only what is overdue or due by then, grouped by officer."),
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Include closed sentences.")] = False,
    as_json: Json = False,
) -> None:
    """List sentences with their next deadline.

    --due groups them by officer, and lists what is overdue first.
    """
    chosen = CaseloadFilter(
        state=state,
        overdue=overdue,
        stuck=stuck,
        provider=provider,
        officer=officer,
        due=due,
        closed=closed,
    )
    today = day_of(datetime.now(UTC))

    catalogue = load_catalogue(load_settings().standards_dir)

    async def work(client: Client) -> tuple[list[CaseloadRow], _Overdue]:
        found = [row async for row in find(client, chosen, today)]
        if not found:
            await refuse_unknown_codes(client, chosen, today)
        wanted = found if due is not None else []
        return found, await find_overdue(client, wanted, catalogue, today)

    listed, late = with_client(work)
    rows = sorted(listed, key=_by_officer if due is not None else _by_deadline)
    if as_json:
        typer.echo(json.dumps([_as_data(row, late) for row in rows], indent=2))
        return
    console = make_console()
    if due is not None:
        for name, group in groupby(rows, key=lambda row: row.officer or "no officer"):
            console.print(due_table(name, list(group), late, catalogue))
    elif rows:
        console.print(caseload_table("Sentences", rows, catalogue, console.width))
    console.print(f"{len(rows) or 'no'} sentence{'' if len(rows) == 1 else 's'}")


def _as_data(row: CaseloadRow, late: _Overdue) -> dict[str, Any]:
    clocks = late.get(_ref(row))
    more = {} if clocks is None else {"overdue_clocks": [_clock_data(clock) for clock in clocks]}
    return row_data(row) | more


def _by_deadline(row: CaseloadRow) -> tuple[str, ...]:
    # A sentence without a deadline comes last.
    at = row.next_deadline
    return (utc_text(at) if at is not None else "~", row.crn, row.event_number)


def _by_officer(row: CaseloadRow) -> tuple[str, ...]:
    return (row.officer or "~", *_by_deadline(row))

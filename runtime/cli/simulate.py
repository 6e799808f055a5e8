"""`simulate`: a stream through virtual time, a year in seconds."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from activities.standards import load_catalogue
from runtime.ahead import placed_ahead
from runtime.cli.console import local_time, make_console, make_table
from runtime.cli.errors import UnreadableEventError
from runtime.cli.options import Json
from runtime.cli.play import BaseDay, Stream, lines_of
from runtime.cli.sentence_tables import due_text, headline, reason_text
from runtime.logs import configure_logs
from runtime.simulation import Arrival, Life, Simulation
from runtime.simulation import simulate as run_through
from runtime.streams import RelativeBase, StreamError, StreamEvent, read_stream
from runtime.virtual import virtual_world
from settings import Settings, load_settings
from states.time.calendar import WorkingCalendar
from states.time.london import day_of
from workflows.sentence import SentenceWorkflow

Row = tuple[datetime, str, str]
"""When, what sort of thing, and what."""

_SORTS: Final = ("event", "state", "clock", "notice")


def chronicle(simulation: Simulation, base: date) -> Group:
    """Return everything that `simulate` prints."""
    began, ended = local_time(simulation.began_at), local_time(simulation.ended_at)
    head = Text(
        f"Virtual time ran from {began} to {ended}. The base of the stream is {base}: the clock of "
        "the server starts now and only goes forward. @ counts days from the base."
    )
    return Group(head, *(part for life in simulation.lives for part in _life(life, base)))


def _life(life: Life, base: date) -> Iterator[Text | Table]:
    yield Text("")
    yield headline(life.view)
    found = make_table("Timeline", "when", "@", "what", "")
    for at, sort, what in sorted(happenings(life), key=_place):
        found.add_row(local_time(at), offset(day_of(at), base), sort, what)
    yield found
    clocks = make_table(
        "Every clock, and why it was due when it was", "clock", "due", "@", "was", "why"
    )
    for clock in life.view["clocks"]:
        day = clock["due_on"]
        counted = offset(date.fromisoformat(day), base) if day is not None else ""
        clocks.add_row(clock["id"], due_text(clock), counted, clock["status"], reason_text(clock))
    yield clocks


def _place(row: Row) -> tuple[str, int]:
    # Within a minute causes come first: the server answers some milliseconds after the act.
    return local_time(row[0].astimezone(UTC)), _SORTS.index(row[1])


def offset(day: date, base: date) -> str:
    """Return how many days after the base a day lies, signed."""
    return f"{(day - base).days:+d}d"


def happenings(life: Life) -> Iterator[Row]:
    """Yield all that happened to a sentence: events, changes of state, clocks, notices."""
    for arrival in life.arrivals:
        yield arrival.sent_at, "event", _told(arrival)
    for move in life.view["transitions"]:
        at = datetime.fromisoformat(move["at"])
        yield at, "state", f"{move['from']} -> {move['to']} ({move['name']})"
    for clock in life.view["clocks"]:
        yield from _ends(clock)
    for delivery in life.deliveries:
        notice = delivery.notice
        yield delivery.at, "notice", f"{notice.template} to {notice.recipient}: {notice.subject}"


def _told(arrival: Arrival) -> str:
    event, receipt = arrival.event, arrival.receipt
    text = f"{event.kind} {event.data.get('event_id', '')}".strip()
    if (late := arrival.late_by) is not None:
        text += f", entered {late.days}d after it happened"
    became = receipt.get("disposition", "applied")
    return text if became == "applied" else f"{text}: {became}, {receipt['reason']}"


def _ends(clock: dict[str, Any]) -> Iterator[Row]:
    status, name = clock["status"], clock["id"]
    due_at, settled_at = _read(clock["due_at"]), _read(clock["settled_at"])
    until = f", due {due_text(clock)}" if due_at is not None else ""
    if due_at is not None and (reached := _reached(clock)) is not None:
        yield due_at, "clock", f"{name} {reached}{until}"
    if settled_at is not None:
        yield settled_at, "clock", f"{name} {status}{until}"


def _reached(clock: dict[str, Any]) -> str | None:
    """Return what a clock became at its due time; None where it had come to rest by then."""
    status, settled_at = clock["status"], clock["settled_at"]
    if status in {"missed", "met_late"}:
        return "missed"
    if status in {"opened", "ended"} and settled_at is None:
        return str(status)
    # A window that opened, and came to rest later.
    return "opened" if status == "ended" and clock["due_at"] < settled_at else None


def _read(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def as_data(simulation: Simulation, base: date) -> dict[str, Any]:
    """Return the same for programs."""
    return {
        "base": base.isoformat(),
        "began_at": _iso(simulation.began_at),
        "ended_at": _iso(simulation.ended_at),
        "sentences": [
            {
                "events": [
                    {
                        "event_id": arrival.event.data.get("event_id"),
                        "kind": arrival.event.kind,
                        "sent_at": _iso(arrival.sent_at),
                        "disposition": arrival.receipt.get("disposition"),
                        "reason": arrival.receipt.get("reason"),
                    }
                    for arrival in life.arrivals
                ],
                "notices": [
                    {"at": _iso(delivery.at), **delivery.notice.model_dump(mode="json")}
                    for delivery in life.deliveries
                ],
                "view": life.view,
            }
            for life in simulation.lives
        ],
    }


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def simulate(file: Stream, *, base: BaseDay = None, as_json: Json = False) -> None:
    """Play a stream through virtual time; print what happened, and every due date with its reason.

    It runs on a server of its own that skips idle time, with the real worker. Without --base the
    stream is moved to the first working day that puts its first event ahead of now.
    """
    settings = load_settings()
    # The worker is in this process, and its log is not what was asked for.
    configure_logs("ERROR")
    calendar = load_catalogue(settings.standards_dir).calendar()
    wanted = base.date() if base is not None else None
    try:
        day, events = _placed(lines_of(file), calendar, wanted)
    except StreamError as error:
        raise UnreadableEventError(str(error)) from None
    found = asyncio.run(_simulated(settings, events))
    if as_json:
        typer.echo(json.dumps(as_data(found, day), indent=2))
    else:
        make_console().print(chronicle(found, day))


def _placed(
    lines: Sequence[str], calendar: WorkingCalendar, base: date | None
) -> tuple[date, list[StreamEvent]]:
    if base is None:
        return placed_ahead(lines, calendar, datetime.now(UTC))
    return base, list(read_stream(lines, RelativeBase(base, calendar)))


async def _simulated(settings: Settings, events: Sequence[StreamEvent]) -> Simulation:
    with TemporaryDirectory(prefix="sentences-") as folder:
        async with virtual_world(Path(folder), settings, [SentenceWorkflow]) as world:
            return await run_through(world, events, settings.task_queue)

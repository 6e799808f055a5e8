"""`simulate`: a stream of events through time, without a server; a year takes a moment."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from activities.standards import load_catalogue
from runtime.cli.console import local_time, make_console, make_table, utc_text
from runtime.cli.errors import UnreadableEventError
from runtime.cli.options import BaseDay, Json, Stream, read_lines
from runtime.cli.sentence_tables import due_text, headline, reason_text, status_text
from runtime.simulation import OfflineSimulation, Step
from runtime.simulation import simulate as simulate_stream
from runtime.streams import RelativeBase, StreamError, read_stream
from settings import load_settings
from states.time.calendar import WorkingCalendar, shift
from states.time.london import day_of
from states.vocabulary import DispositionKind

_TimelineRow = tuple[datetime, str, str]
"""Time, kind of entry, text."""

_KINDS: Final = ("event", "state", "clock", "notice")
"""Kinds of entry: within a minute a cause stands before its effects."""

_EMPTY: Final = "the stream holds no event"


def simulate(file: Stream, *, base: BaseDay = None, as_json: Json = False) -> None:
    """Simulate a stream of events without a server.

    It prints what happens when, and every clock with the reason for its date. Without --base,
    relative times count from today, or from the next working day if today is none.
    """
    catalogue = load_catalogue(load_settings().standards_dir)
    calendar = catalogue.calendar()
    day = base.date() if base is not None else _working_day(day_of(datetime.now(UTC)), calendar)
    try:
        events = list(read_stream(read_lines(file), RelativeBase(day, calendar)))
    except StreamError as error:
        raise UnreadableEventError(str(error)) from None
    simulations = simulate_stream(events, catalogue)
    if not simulations:
        raise UnreadableEventError(_EMPTY)
    if as_json:
        typer.echo(json.dumps(as_data(simulations, day), indent=2))
    else:
        make_console().print(timeline(simulations, day))


def _working_day(day: date, calendar: WorkingCalendar) -> date:
    """Return the day, or the next working day if it is none: courts sit on working days."""
    while calendar.closed(day) is not None:
        day = shift(day, 1)
    return day


def timeline(simulations: Sequence[OfflineSimulation], base: date) -> Group:
    """Return everything that `simulate` prints."""
    began = local_time(min(simulation.steps[0].at for simulation in simulations))
    ended = local_time(max(simulation.now for simulation in simulations))
    head = Text(
        f"Simulated from {began} to {ended}. The base of the stream is {base}; "
        "@ counts days from the base."
    )
    return Group(head, *(part for each in simulations for part in _sentence(each, base)))


def _sentence(simulation: OfflineSimulation, base: date) -> Iterator[Text | Table]:
    view = simulation.view()
    yield Text("")
    yield headline(view)
    entries = make_table("Timeline", "when", "@", "what", "")
    for at, kind, what in sorted(_timeline_rows(simulation, view), key=_order):
        entries.add_row(local_time(at), offset(day_of(at), base), kind, what)
    yield entries
    clocks = make_table("Every clock and why it was due", "clock", "due", "@", "was", "why")
    for clock in view["clocks"]:
        day = clock["due_on"]
        counted = offset(date.fromisoformat(day), base) if day is not None else ""
        clocks.add_row(
            clock["id"],
            due_text(clock),
            counted,
            status_text(clock),
            reason_text(clock),
        )
    yield clocks


def _order(row: _TimelineRow) -> tuple[str, int]:
    at, kind, _ = row
    return local_time(at.astimezone(UTC)), _KINDS.index(kind)


def offset(day: date, base: date) -> str:
    """Return the number of days from `base` to `day`, signed, such as `+3d`."""
    return f"{(day - base).days:+d}d"


def _timeline_rows(simulation: OfflineSimulation, view: dict[str, Any]) -> Iterator[_TimelineRow]:
    for step in simulation.steps:
        if step.event is not None:
            yield step.at, "event", _event_text(simulation, step)
    for change in view["transitions"]:
        at = datetime.fromisoformat(change["at"])
        yield at, "state", f"{change['from']} -> {change['to']} ({change['name']})"
    for clock in view["clocks"]:
        yield from _clock_rows(clock)
    for at, effect in simulation.notices():
        text = dict(effect.facts).get("text", "")
        about = f"{effect.subject}\n{text}".strip()
        yield at, "notice", f"{effect.template} to {effect.recipient}: {about}"


def _event_text(simulation: OfflineSimulation, step: Step) -> str:
    event = step.event
    if event is None:
        return ""
    text = f"{event.kind} {event.data['event_id']}"
    if (late := step.late_by) is not None:
        text += f", entered {late.days}d after it happened"
    disposition = simulation.disposition(event)
    if disposition is None or disposition.verdict is DispositionKind.APPLIED:
        return text
    return f"{text}: {disposition.verdict.value}, {disposition.reason}"


def _clock_rows(clock: dict[str, Any]) -> Iterator[_TimelineRow]:
    name = clock["id"]
    due_at = _read(clock["due_at"])
    settled_at = _read(clock["settled_at"])
    until = f", due {due_text(clock)}" if due_at is not None else ""
    if due_at is not None and (reached := _status_when_due(clock)) is not None:
        yield due_at, "clock", f"{name} {reached}{until}"
    if settled_at is not None:
        yield (
            settled_at,
            "clock",
            f"{name} {status_text(clock)}{until}",
        )


def _status_when_due(clock: dict[str, Any]) -> str | None:
    """Return the status that a clock took at its due time; None if it was settled before."""
    status = clock["status"]
    settled_at = clock["settled_at"]
    if status in {"missed", "met_late"}:
        return "overdue"
    if status in {"opened", "ended"} and settled_at is None:
        return str(status)
    # A window that opened, and was settled later.
    return "opened" if status == "ended" and clock["due_at"] < settled_at else None


def _read(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def as_data(simulations: Sequence[OfflineSimulation], base: date) -> dict[str, Any]:
    """Return the same as data for programs."""
    return {
        "base": base.isoformat(),
        "began_at": utc_text(min(simulation.steps[0].at for simulation in simulations)),
        "ended_at": utc_text(max(simulation.now for simulation in simulations)),
        "sentences": [
            {
                "events": [
                    _event_data(simulation, step)
                    for step in simulation.steps
                    if step.event is not None
                ],
                "notices": [
                    {
                        "at": utc_text(at),
                        "key": effect.key,
                        "template": effect.template,
                        "recipient": effect.recipient,
                        "subject": effect.subject,
                        "facts": dict(effect.facts),
                    }
                    for at, effect in simulation.notices()
                ],
                "view": simulation.view(),
            }
            for simulation in simulations
        ],
    }


def _event_data(simulation: OfflineSimulation, step: Step) -> dict[str, Any]:
    event = step.event
    if event is None:
        return {}
    disposition = simulation.disposition(event)
    return {
        "event_id": event.data["event_id"],
        "kind": event.kind,
        "sent_at": utc_text(step.at),
        "disposition": disposition.verdict.value if disposition is not None else None,
        "reason": disposition.reason if disposition is not None else None,
    }

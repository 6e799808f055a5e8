"""Lay out a simulation for a terminal, and as data: what happened when, and every due date."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from runtime.commands.paper import moment, table
from runtime.commands.sheet import due, headline, why
from runtime.simulation import Arrival, Life, Simulation
from states.london import day_of

Row = tuple[datetime, str, str]
"""When, what sort of thing, and what."""

_SORTS: Final = ("event", "state", "clock", "notice")


def chronicle(simulation: Simulation, base: date) -> Group:
    """Return everything that `simulate` prints."""
    began, ended = moment(simulation.began_at), moment(simulation.ended_at)
    head = Text(
        f"Virtual time ran from {began} to {ended}. The base of the stream is {base}: the clock of "
        "the server starts now and only goes forward. @ counts days from the base."
    )
    return Group(head, *(part for life in simulation.lives for part in _life(life, base)))


def _life(life: Life, base: date) -> Iterator[Text | Table]:
    yield Text("")
    yield headline(life.view)
    found = table("Timeline", "when", "@", "what", "")
    for at, sort, what in sorted(happenings(life), key=_place):
        found.add_row(moment(at), offset(day_of(at), base), sort, what)
    yield found
    clocks = table("Every clock, and why it was due when it was", "clock", "due", "@", "was", "why")
    for clock in life.view["clocks"]:
        day = clock["due_on"]
        counted = offset(date.fromisoformat(day), base) if day is not None else ""
        clocks.add_row(clock["id"], due(clock), counted, clock["status"], why(clock))
    yield clocks


def _place(row: Row) -> tuple[str, int]:
    # Within a minute causes come first: the server answers some milliseconds after the act.
    return moment(row[0].astimezone(UTC)), _SORTS.index(row[1])


def offset(day: date, base: date) -> str:
    """Return how many days after the base a day lies, signed."""
    return f"{(day - base).days:+d}d"


def happenings(life: Life) -> Iterator[Row]:
    """Yield all that happened to a sentence: events, changes of state, clocks, notices."""
    for arrival in life.arrivals:
        yield arrival.sent_at, "event", _told(arrival)
    for move in life.view["transitions"]:
        at = datetime.fromisoformat(move["at"])
        yield at, "state", f"{move['from']} -> {move['to']} ({move['arrow']})"
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
    until = f", due {due(clock)}" if due_at is not None else ""
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

"""Start, settle and move clocks as the edition's data say."""

from datetime import date, datetime

from states.clock import Clock, Settled
from states.due import Due, compute
from states.law import Law
from states.sentence import Sentence
from states.timescale import Exemption, Settlement, Timescale, Trigger


def _exempt(s: Sentence, timescale: Timescale) -> bool:
    if not timescale.exempt or not s.electronic_only:
        return False
    if Exemption.ELECTRONIC_ONLY in timescale.exempt:
        return True
    return Exemption.ELECTRONIC_ONLY_WITHOUT_PLAN in timescale.exempt and s.plan is None


def governing(s: Sentence, law: Law, trigger: Trigger) -> tuple[Timescale, ...]:
    """Return the timescales that `trigger` starts for this sentence, in the order of their ids."""
    regime = s.imposed.type.value if s.imposed is not None else None
    found = law.edition.triggered_by(trigger, regime)
    return tuple(item for item in found if not _exempt(s, item))


def clock_id(timescale: str, subject: str | None) -> str:
    """Return the id of a clock: its timescale, and what it is about where there can be several."""
    return timescale if subject is None else f"{timescale}/{subject}"


def due_of(law: Law, timescale: Timescale, at: datetime, on: date | None) -> Due:
    """Return when `timescale` is due, counted from the day `on` or the instant `at`."""
    return compute(timescale, at=at, on=on, calendar=law.calendar)


def start(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    *,
    at: datetime,
    because: str,
    on: date | None = None,
    subject: str | None = None,
) -> None:
    """Start every clock that `trigger` starts, and leave alone those that run already."""
    for timescale in governing(s, law, trigger):
        key = clock_id(timescale.id, subject)
        if key not in s.clocks:
            due = due_of(law, timescale, at, on)
            s.clocks[key] = Clock(key, timescale, subject, at, because, due, on)


def settle(s: Sentence, settlement: Settlement, *, at: datetime, by: str | None) -> None:
    """Settle every clock without a subject that `settlement` discharges."""
    for key, clock in s.clocks.items():
        if clock.subject is None and settlement in clock.timescale.discharged_by:
            s.clocks[key] = clock.settle(Settled.DONE, at, by)


def drop(s: Sentence, key: str, *, at: datetime, by: str | None) -> None:
    """Stop a clock because its duty fell away at `at`; one that does not exist is no matter."""
    clock = s.clocks.get(key)
    if clock is not None:
        s.clocks[key] = clock.settle(Settled.FELL_AWAY, at, by)

"""Dry run of a change of law in one sentence: decided on a copy, and nothing is sent."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from states.event_log import EventLog, FoldResult
from states.events.administration import CalendarRevised, EditionChanged, LawRevised
from states.events.envelope import Event, Sender
from states.messages import ParsedMessage
from states.standards.edition import Edition
from states.standards.law import Law, LookupResult
from states.time.clock import Clock, ClockOutcome
from states.vocabulary import DispositionKind, Role

_BY: Final = Sender(id="dry-run", role=Role.OPS, organisation="SYSTEM")


@dataclass(frozen=True, slots=True)
class DueDateShift:
    """Due date that a change of law would move."""

    clock: str
    before: str | None
    after: str | None
    """None, before or after, where no date can be given."""
    reason: str


@dataclass(frozen=True, slots=True)
class DryRun:
    """Consequences of a change of law in one sentence."""

    shifts: tuple[DueDateShift, ...] = ()
    refused: str | None = None
    """Why the sentence would refuse the change; None where it would not."""

    def plain(self) -> dict[str, Any]:
        """Return the dry run as plain data."""
        return {"moves": [asdict(shift) for shift in self.shifts], "refused": self.refused}


def dry_run(
    case: EventLog,
    law: Law,
    now: datetime,
    edition: LookupResult | None,
    calendar: LookupResult | None,
    pack: LookupResult | None = None,
) -> DryRun:
    """Return the consequences of changing to `edition`, `calendar` and `pack` at `now`."""
    results: dict[str, LookupResult] = {}
    events: list[Event] = []
    if edition is not None and edition.edition is not None:
        name = edition.edition.name
        changed = EditionChanged(event_id="edition", occurred_at=now, by=_BY, edition=name)
        events.append(changed)
        results[changed.uid] = edition
    if calendar is not None and calendar.calendar is not None:
        name = calendar.calendar.name
        revised = CalendarRevised(event_id="calendar", occurred_at=now, by=_BY, calendar=name)
        events.append(revised)
        results[revised.uid] = calendar
    if pack is not None and pack.pack is not None:
        name = pack.pack.name
        law_revised = LawRevised(event_id="law", occurred_at=now, by=_BY, pack=name)
        events.append(law_revised)
        results[law_revised.uid] = pack
    before = case.preview(()).decide(law, now)
    copy = case.preview(ParsedMessage(event.KIND, event.uid, now, 0, event) for event in events)
    after = copy.decide(replace(law, lookup_results={**law.lookup_results, **results}), now)
    refused = [
        after.dispositions[event.uid].reason
        for event in events
        if after.dispositions[event.uid].verdict is not DispositionKind.APPLIED
    ]
    return DryRun(_shifts(before, after), refused[0] if refused else None)


def _shifts(before: FoldResult, after: FoldResult) -> tuple[DueDateShift, ...]:
    known = before.sentence.clocks
    moved = (
        (clock, known[key])
        for key, clock in sorted(after.sentence.clocks.items())
        if key in known and _date(clock) != _date(known[key])
    )
    shifts = tuple(
        DueDateShift(
            clock.id, _written(_date(old)), _written(_date(clock)), clock.due_changes[-1].reason
        )
        for clock, old in moved
        if clock.due_changes
    )
    return (*shifts, *_fallen_away(before, after), *_moved_end(before, after))


def _fallen_away(before: FoldResult, after: FoldResult) -> tuple[DueDateShift, ...]:
    """Return the clocks that run now and that the change would end."""
    known = before.sentence.clocks
    return tuple(
        DueDateShift(key, _written(_date(known[key])), None, "it would fall away")
        for key, clock in sorted(after.sentence.clocks.items())
        if clock.settled is ClockOutcome.FELL_AWAY and key in known and known[key].is_open
    )


def _moved_end(before: FoldResult, after: FoldResult) -> tuple[DueDateShift, ...]:
    old, new = before.sentence.ends_on, after.sentence.ends_on
    if old == new:
        return ()
    reason = "the law ends what is left of the sentence"
    return (DueDateShift("end-of-sentence", _written(old), _written(new), reason),)


def _date(clock: Clock) -> date | datetime | None:
    return clock.due.due_on or clock.due.due_at


def _written(value: date | datetime | None) -> str | None:
    return None if value is None else value.isoformat()


@dataclass(frozen=True, slots=True)
class ProvisionChange:
    """Provision that another edition adds, drops or changes."""

    row: str
    what: str
    """`added`, `dropped` or `changed`."""
    rule: str
    """The rule as it would be, or was."""


def provision_changes(old: Edition, new: Edition) -> tuple[ProvisionChange, ...]:
    """Return the provisions in which `new` differs from `old`; they apply to later triggers."""
    found: list[ProvisionChange] = []
    rows = {**old.timescales, **old.duties, **new.timescales, **new.duties}
    for key in sorted(rows):
        was, is_now = old.provision(key), new.provision(key)
        if was is None and is_now is not None:
            found.append(ProvisionChange(key, "added", is_now.rule))
        elif was is not None and is_now is None:
            found.append(ProvisionChange(key, "dropped", was.rule))
        elif is_now is not None and was != is_now:
            found.append(ProvisionChange(key, "changed", is_now.rule))
    return tuple(found)

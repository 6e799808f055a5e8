"""Timeliness of recording (NS 2015 1(b)): the one clock that depends on times of receipt."""

from collections import Counter
from datetime import date
from typing import Any

from states.event_log import EventLog, FoldResult
from states.standards.law import Law
from states.standards.terms import Trigger
from states.time.london import day_of
from states.vocabulary import DispositionKind


def timeliness(case: EventLog, decided: FoldResult, law: Law) -> list[dict[str, Any]]:
    """Return the counter of same-day records; nothing where no timescale has one.

    Events of a bulk import from before it went live are not counted: another system recorded them.
    """
    imposed = decided.sentence.imposed
    if imposed is None:
        return []
    delays = _delays(case, decided, imposed.live_from)
    return [
        {
            "id": timescale.id,
            "timescale": timescale.id,
            "title": timescale.title,
            "standard": timescale.standard,
            "hardness": timescale.hardness.value,
            "subject": None,
            "started_at": None,
            "due_at": None,
            "due_on": None,
            "provisional": False,
            "status": "running",
            "settled_at": None,
            "settled_by": None,
            "count": {
                "entries": delays.total(),
                "same_day": delays[0],
                "late": delays.total() - delays[0],
                "longest_delay_days": max(delays, default=0),
                "delay_days": sum(delay * count for delay, count in delays.items()),
            },
            "why": {
                "rule": timescale.rule,
                "trigger": "every event, by the day on which it was received",
                "skipped": [],
                "source": law.edition.cited(timescale),
                "edition": law.edition.name,
                "calendar": law.calendar.name,
                "moved_from": None,
            },
        }
        for timescale in law.edition.triggered_by(Trigger.CONTACT, imposed.type.value)
    ]


def _delays(case: EventLog, decided: FoldResult, live_from: date | None) -> Counter[int]:
    """Return how many applied events, from `live_from` on, were received after how many days."""
    if live_from is not None:
        dispositions = decided.dispositions
        return Counter(
            entry.delay_days
            for entry in case.log
            if dispositions[entry.event.uid].verdict is DispositionKind.APPLIED
            and entry.is_timed
            and day_of(entry.event.occurred_at) >= live_from
        )
    unapplied = Counter(
        entry.delay_days
        for entry in decided.notable
        if decided.dispositions[entry.event.uid].verdict is not DispositionKind.APPLIED
        and entry.is_timed
    )
    return case.delays - unapplied

"""Timeliness of recording (NS 2015 1(b)): the one clock that depends on times of receipt."""

from typing import Any, Final

from states.event_log import EventLog, FoldResult
from states.events.administration import EventWithdrawn, MessageResolved, NoticeAcknowledged
from states.messages import LogEntry
from states.standards.law import Law
from states.standards.terms import Trigger
from states.time.london import day_of
from states.vocabulary import DispositionKind

_ABOUT_MESSAGES: Final = (EventWithdrawn, MessageResolved, NoticeAcknowledged)


def delay_days(entry: LogEntry) -> int:
    """Return the London days between the act and its receipt; 0 on the same day, never less."""
    return max(0, (day_of(entry.received_at) - day_of(entry.event.occurred_at)).days)


def timeliness(case: EventLog, decided: FoldResult, law: Law) -> list[dict[str, Any]]:
    """Return the counter of same-day records; nothing where no timescale has one.

    Events of a bulk import from before it went live are not counted: another system recorded them.
    """
    imposed = decided.sentence.imposed
    if imposed is None:
        return []
    delays = [
        delay_days(entry)
        for entry in case.log
        if decided.dispositions[entry.event.uid].verdict is DispositionKind.APPLIED
        and not isinstance(entry.event, _ABOUT_MESSAGES)
        and (imposed.live_from is None or day_of(entry.event.occurred_at) >= imposed.live_from)
    ]
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
                "entries": len(delays),
                "same_day": sum(1 for delay in delays if delay == 0),
                "late": sum(1 for delay in delays if delay > 0),
                "longest_delay_days": max(delays, default=0),
                "delay_days": sum(delays),
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

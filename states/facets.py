"""The parts of the view, each as plain data of codes, dates and instants."""

from datetime import date, datetime
from typing import Any

from states.clock import Clock, Settled
from states.law import Law
from states.london import day_of
from states.records import OpenDuty
from states.sentence import Sentence


def iso(value: date | datetime | None) -> str | None:
    """Return a day or an instant as it is written on the wire."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def clock_view(clock: Clock, law: Law, now: datetime) -> dict[str, Any]:
    """Return one clock, with its status at `now` and why it is due when it is."""
    timescale, due = clock.timescale, clock.due
    edition = clock.edition or law.edition
    at = clock.settled_at
    return {
        "id": clock.id,
        "timescale": timescale.id,
        "title": timescale.title,
        "standard": timescale.standard,
        "hardness": timescale.hardness.value,
        "subject": clock.subject,
        "started_at": iso(clock.started_at),
        "due_at": iso(due.due_at),
        "due_on": iso(due.due_on),
        "provisional": due.provisional,
        "status": clock.status(now).value,
        "settled_at": iso(at) if at is not None and at <= now else None,
        "settled_by": clock.settled_by if at is not None and at <= now else None,
        "why": {
            "rule": timescale.rule,
            "trigger": clock.trigger,
            "skipped": list(due.skipped),
            "source": edition.cited(timescale),
            "edition": edition.name,
            "calendar": (clock.calendar or law.calendar).name,
            "moved_from": clock.moved_from,
            "moves": [
                {"from": iso(m.before), "to": iso(m.after), "reason": m.reason} for m in clock.due_changes
            ],
        },
    }


def moves_view(s: Sentence) -> list[dict[str, Any]]:
    """Return every change of state, in the order in which the fold took them."""
    return [
        {
            "at": iso(m.at),
            "arrow": m.arrow,
            "from": m.source.value,
            "to": m.target.value,
            "cause": m.cause,
            "phase": m.phase.value,
            "irregular": m.irregular,
        }
        for m in s.state_changes
    ]


def recalls_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the recalls in the order of their decisions."""
    return [
        {
            "recall_type": r.type.value if r.type is not None else None,
            "ground": r.ground.value if r.ground is not None else None,
            "row": r.row or None,
            "departure": r.departure,
            "failure_ids": sorted(r.failure_ids),
            "decided_at": iso(r.decided_at),
            "endorsed": r.endorsed,
            "sent_at": iso(r.sent_at),
            "nps_received_at": iso(r.nps_received_at),
            "received_at": iso(r.received_at),
            "revoked_on": iso(r.revoked_on),
            "refused_at": iso(r.refused_at),
            "police_told_at": iso(r.police_told_at),
            "arrested_at": iso(r.arrested_at),
            "returned_on": iso(r.returned_on),
            "term_ends_on": iso(r.term_ends_on),
            "release_due_on": iso(r.release_due_on),
            "represented_on": iso(r.represented_on),
            "board_released_on": iso(r.board_released_on),
            "undone_at": iso(r.undone_at),
            "closed_at": iso(r.closed_at),
        }
        for r in s.recalls
    ]


def duties_view(s: Sentence, law: Law, now: datetime) -> list[dict[str, Any]]:
    """Return the duties that have no deadline, oldest first, with their age in London days."""
    found = sorted(s.duties.values(), key=lambda duty: (duty.since, duty.id))
    return [_duty_view(duty, law, now) for duty in found]


def _duty_view(item: OpenDuty, law: Law, now: datetime) -> dict[str, Any]:
    at = item.settled_at if item.settled_at is not None and item.settled_at <= now else None
    over = "done" if item.settled is Settled.DONE else "fell_away"
    edition = item.edition or law.edition
    return {
        "id": item.id,
        "duty": item.duty.id,
        "title": item.duty.title,
        "standard": item.duty.standard,
        "hardness": item.duty.hardness.value,
        "owner": item.duty.owner.value,
        "subject": item.subject,
        "since": iso(item.since),
        "age_days": max(0, (day_of(at or now) - day_of(item.since)).days),
        "status": "open" if at is None else over,
        "settled_at": iso(at),
        "settled_by": item.settled_by if at is not None else None,
        "notices": list(item.notices),
        "why": {
            "rule": item.duty.rule,
            "trigger": item.trigger,
            "source": edition.cited(item.duty),
            "edition": edition.name,
        },
    }

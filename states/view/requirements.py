"""Requirements, licence conditions and changes of address in the view, with their progress."""

from typing import Any

from states.entities import MINUTES_AN_HOUR, ImposedRequirement
from states.rules.address import ROW_MEANINGS
from states.rules.licence_conditions import broken_by, conditions_in_force
from states.rules.progress import counted_amount, excess_amount
from states.rules.requirement_kinds import PROFILES, Fulfilment
from states.sentence import Sentence
from states.time.london import iso


def requirements_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the requirements and conditions by id, also those that have ended."""
    owed = owed_by(s)
    return [
        {**_asked(item), "requirement_id": key, **_progress(item), "owed": owed.get(key, [])}
        for key, item in sorted(s.requirements.items())
    ]


def owed_by(s: Sentence) -> dict[str, list[str]]:
    """Return the open duties of each requirement, unacknowledged notices included."""
    found: dict[str, list[str]] = {}
    for key, duty in sorted(s.duties.items()):
        if duty.settled_at is None and not duty.duty.recurring and duty.subject in s.requirements:
            found.setdefault(duty.subject, []).append(key)
    return found


def _asked(item: ImposedRequirement) -> dict[str, Any]:
    asked = item.requirement
    return {
        "kind": asked.kind.value,
        "code": PROFILES[asked.kind].code,
        "hours": asked.hours,
        "days": asked.days,
        "electronically_monitored": asked.electronically_monitored,
        "starts_on": iso(asked.starts_on),
        "court_timescale_on": iso(asked.court_timescale_on),
        "stakeholders": list(asked.stakeholders),
    }


def _progress(item: ImposedRequirement) -> dict[str, Any]:
    hours = PROFILES[item.requirement.kind].fulfilment is Fulfilment.HOURS
    done, over = counted_amount(item), excess_amount(item)
    return {
        "consent": item.consent if item.consent is not None else item.requirement.consent,
        "started_on": iso(item.started_on),
        "hours_done": done // MINUTES_AN_HOUR if hours else None,
        "minutes_done": done if hours else None,
        "days_done": None if hours else done,
        "not_counted": over // MINUTES_AN_HOUR if hours else over,
        "prospect": item.prospect.value if item.prospect is not None else None,
        "tests": [
            {"tested_on": iso(sample.on), "result": sample.result.value, "counts": sample.own_remit}
            for sample in item.samples
        ],
        "completed_on": iso(item.completed_on),
        "ends_on": iso(item.ends_on),
        "terminated_on": iso(item.terminated_on),
        "ended_by": item.ended_by.value if item.ended_by is not None else None,
        "evaluated_on": iso(item.evaluated_on),
    }


def conditions_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the standard conditions of the licence, or those of the kind set for supervision."""
    return [
        {
            "condition": item.code,
            "asks": item.asks,
            "source": item.source,
            "failed": sorted(
                f.id
                for f in s.failures.values()
                if f.regime is s.regime and broken_by(f.what, f.condition) == item.code
            ),
        }
        for item in conditions_in_force(s)
    ]


def home_moves_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the changes of address, with the rows that each falls under, in words (D18)."""
    return [
        {"moved_on": iso(move.on), "rows": [ROW_MEANINGS[row] for row in move.rows]}
        for move in s.home_moves
    ]

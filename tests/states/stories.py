"""Short stories that belong together, so that random lives reach the far ends of the graph."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from states.events.envelope import Event
from states.events.registry import KINDS
from states.time.london import day_of
from states.vocabulary import CourtOutcome
from tests.states.acts import readable
from tests.states.orders import Act
from tests.states.wording import DEFAULTS, SENDERS, SENIOR_MANAGER

Step = tuple[str, dict[str, Any]]

START: Final[list[Step]] = [
    ("officer_assigned", {}),
    ("induction_completed", {}),
    ("plan_completed", {}),
]
RELEASE: Final[list[Step]] = [("released", {})]


def failure(key: str) -> list[Step]:
    """Somebody fails and is judged without an excuse."""
    named = {"failure_id": key}
    return [("failure_reported", named), ("failure_judged", {**named, "acceptable": False})]


def warning(key: str, level: str) -> list[Step]:
    """A failure that leads to a warning, by whoever may issue it."""
    by: dict[str, Any] = {"by": SENIOR_MANAGER} if level == "final" else {}
    named = {"warning_id": f"W{key}", "failure_ids": [key], "level": level, **by}
    return [*failure(key), ("warning_issued", {**named, "departure_rationale": "Weighed."})]


def breach(key: str, outcome: str) -> list[Step]:
    """A failure that goes to court."""
    reasons = {"failure_ids": [key], "departure_rationale": "Weighed."}
    return [
        *failure(key),
        ("breach_decided", reasons),
        ("breach_referred", {}),
        ("breach_referral_received", {}),
        ("court_decided", {"outcome": outcome}),
    ]


def recall(key: str, recall_type: str) -> list[Step]:
    """A failure that leads to recall, and back to prison."""
    why = {"recall_type": recall_type, "failure_ids": [key], "departure_rationale": "Weighed."}
    return [
        *failure(key),
        ("recall_decided", why),
        ("recall_report_received", {}),
        ("licence_revoked", {}),
        ("arrested", {}),
        ("returned_to_custody", {}),
    ]


def stories(key: str) -> list[list[Step]]:
    """Return every story, about a failure of that id."""
    return [
        START,
        RELEASE,
        failure(key),
        warning(key, "first"),
        warning(key, "final"),
        *(breach(key, outcome.value) for outcome in CourtOutcome),
        *(recall(key, sort) for sort in ("fixed_term", "standard", "emergency")),
        [*recall(key, "standard"), ("parole_board_decided", {}), *RELEASE],
        [("returned_to_custody", {"why": "committal"}), *RELEASE],
    ]


def told(steps: list[Step], number: int, begins: datetime, pace: timedelta) -> Iterator[Act]:
    """Yield the acts of a story, one after another at that pace, their own times with them."""
    for index, (kind, fields) in enumerate(steps):
        when = begins + index * pace
        sent = {"event_id": f"e{number}.{index}", "occurred_at": when.isoformat()}
        by = {"by": SENDERS.get(kind, {"id": "N07A001", "role": "officer", "organisation": "CRC"})}
        own = _own_time(KINDS[kind], when)
        act = readable(kind, sent | by | own | DEFAULTS.get(kind, {}) | fields)
        if act is not None:
            yield act


def _own_time(model: type[Event], when: datetime) -> dict[str, Any]:
    name = model.OWN_TIME
    if name is None:
        return {}
    return {name: when.isoformat() if name.endswith("at") else day_of(when).isoformat()}

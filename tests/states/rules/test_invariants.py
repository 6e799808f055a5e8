"""Invariants of enforcement (inv-...)."""

from typing import Any

import pytest

from states.events.parsing import UnreadableError
from states.rules.handler import OFFICERS, Nature
from states.rules.registry import HANDLERS
from states.vocabulary import Role
from tests.states.stream import event, failed, played, serving, warned
from tests.states.wording import OFFICER

DAY = "2026-11-23"
LATER = "2029-10-01"
LONG = {"ends_on": "2029-11-01"}

DECISIONS: dict[str, dict[str, Any]] = {
    "failure_judged": {"failure_id": "F1", "acceptable": False},
    "warning_issued": {"warning_id": "W1", "failure_ids": ["F1"]},
    "breach_decided": {"failure_ids": ["F1"]},
}


@pytest.mark.parametrize("kind", [*DECISIONS, "recall_decided"])
def test_people_decide(kind: str) -> None:
    """inv-human: excuse, warning, breach and recall are for named people, who may be refused."""
    rule = HANDLERS[kind]

    assert Nature.DECISION is rule.nature
    assert rule.roles is not None
    assert rule.roles <= OFFICERS | {Role.COURT_OFFICER}


@pytest.mark.parametrize("kind", DECISIONS)
def test_a_machine_decides_nothing(kind: str) -> None:
    """inv-human: a system is refused; the reason names the roles that may decide."""
    judged = [event("failure_judged", f"{DAY} 13:00", failure_id="F1", acceptable=False)]
    before = [] if kind == "failure_judged" else judged
    by = {**OFFICER, "role": "system"}
    fields: dict[str, Any] = DECISIONS[kind]
    item = event(kind, "2026-11-24", by=by, **fields)
    stream = [*serving(), *failed("F1", DAY, acceptable=None), *before, item]

    verdict, reason = played(stream, "2026-11-25").verdict(item)

    assert ("refused", True) == (verdict, reason.startswith(f"{kind} is not for a system"))


def test_time_alone_decides_nothing() -> None:
    """inv-human: three years without an answer are shown and notified, and change no state."""
    stream = [*serving(**LONG), *failed("F1", DAY, acceptable=None)]

    seen = played(stream, LATER)

    assert ("active", [], [], []) == (
        seen.state,
        seen.view["warnings"],
        seen.view["breaches"],
        [arrow for arrow in seen.arrows() if arrow not in {"T01", "T02", "T03"}],
    )
    assert [None] == [failure["acceptable"] for failure in seen.view["failures"]]
    assert "missed" == seen.clock(f"enforce-6wd/{DAY}")[0]


def test_every_apparent_failure_is_on_the_record() -> None:
    """inv-record-all: excused, not counted, spent or in prison."""
    stream = [
        *serving(**LONG),
        *failed("F1", "2026-11-23", acceptable=True),
        *failed("F2", "2026-11-24"),
        *failed("F3", "2026-11-24 15:00"),
        event("breach_decided", "2026-11-25", failure_ids=["F2"]),
        event("court_decided", "2026-11-27", outcome="continues"),
        *failed("F4", "2026-12-07", acceptable=None),
    ]

    seen = played(stream, LATER)

    assert ["F1", "F2", "F3", "F4"] == [f["failure_id"] for f in seen.view["failures"]]


@pytest.mark.parametrize("kind", ["failure_judged", "breach_decided", "recall_decided"])
@pytest.mark.parametrize("field", ["rationale", "alternatives_considered"])
def test_a_decision_says_why_and_what_else_was_weighed(kind: str, field: str) -> None:
    """inv-proportionate: without its reasons and its alternatives it cannot even be read."""
    fields: dict[str, Any] = {**DECISIONS.get(kind, {}), field: None}

    with pytest.raises(UnreadableError, match=field):
        event(kind, "2026-11-24", **fields)


def test_a_failure_is_looked_at_as_a_sign_of_risk() -> None:
    """inv-warning-not-last-word: each of them, whatever is then done about it."""
    stream = [*failed("F1", DAY), warned("W1", "2026-11-24", "F1"), *failed("F2", "2026-11-25")]

    seen = played([*serving(), *stream], "2026-11-26")

    looked = [e.subject for e in seen.decided.effects.values() if e.template == "look-at-risk"]
    assert ["F1", "F2"] == sorted(looked)


def test_the_public_comes_first() -> None:
    """inv-protect-first: no six days, no count, no judgement and no warning stand in the way."""
    report = failed("F1", DAY, acceptable=None, public_protection=True)
    decided = event("breach_decided", f"{DAY} 13:00", failure_ids=["F1"], departure_rationale=None)

    seen = played([*serving(), *report, decided], "2026-11-24")

    assert ("breached", False) == (seen.state, f"enforce-6wd/{DAY}" in seen.clocks)
    assert ("public-protection", "line_manager") in seen.told()


def test_judgement_does_not_switch_a_rule_off() -> None:
    """inv-judgement-bounded: an unacceptable failure stays advised on until a step is taken."""
    stream = [*serving(**LONG), *failed("F1", DAY), *failed("F2", "2026-11-25")]

    seen = played(stream, "2026-12-31")

    assert [("breach_decided", "D7.2")] == seen.steps()
    assert ("missed", "missed") == tuple(
        seen.clock(f"enforce-6wd/{day}")[0] for day in (DAY, "2026-11-25")
    )

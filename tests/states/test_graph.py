"""The graph is one lawful graph, and a decision outside it is refused with what is allowed."""

from dataclasses import replace

import pytest

from states.fold import refused_in
from states.graph import ARROWS, END, START, Arrow, GraphError, check, steps_of
from states.rules import RULES
from states.rules.rule import Nature
from states.sentence import Sentence
from states.vocabulary import State

A, B = State.ALLOCATED, State.ACTIVE
DECISIONS = {kind: rule for kind, rule in RULES.items() if rule.nature is Nature.DECISION}
FACTS = sorted(set(RULES) - set(DECISIONS))


def arrow(name: str, source: State, target: State, citation: str = "ours") -> Arrow:
    return Arrow(name, (source,), (target,), "an example", citation)


GOOD = (arrow("X1", START, A), arrow("X2", A, B), arrow("X3", B, END))
STATES = (START, A, B, END)


def test_the_table_of_a_community_order_is_lawful() -> None:
    """One start, one end, everything on a way between them."""
    check(ARROWS)


@pytest.mark.parametrize(
    ("arrows", "message"),
    [
        ((*GOOD, arrow("X2", START, B)), "each arrow has its own id: X2"),
        ((*GOOD, arrow("X4", START, B, "")), "an arrow cites its source: X4"),
        ((*GOOD, arrow("X4", END, A)), "nothing leaves the end: X4"),
        ((*GOOD, arrow("X4", B, START)), "nothing returns to the start: X4"),
        (GOOD[1:], "every state can be reached: active, allocated, completed"),
        (GOOD[:2], "every state can be reached: completed"),
        (
            (arrow("X1", START, A), arrow("X2", A, B), arrow("X3", A, END)),
            "every state can reach the end: active",
        ),
    ],
)
def test_a_table_that_is_no_graph_is_refused_with_the_offenders(
    arrows: tuple[Arrow, ...], message: str
) -> None:
    """Orphans, traps, ways out of the end, ways back to the start, ids and sources."""
    with pytest.raises(GraphError) as caught:
        check(arrows, STATES)

    assert message == str(caught.value)


def test_a_small_lawful_table_is_taken() -> None:
    """The refusals above are not for the example's own sake."""
    check(GOOD, STATES)


def test_every_step_is_listed_once() -> None:
    """Arrows may share a step; the list of steps does not repeat it."""
    steps = steps_of((GOOD[0], replace(GOOD[0], id="X9")))

    assert ((START, A),) == steps


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (state, kind)
        for state in State
        for kind, rule in sorted(DECISIONS.items())
        if state not in rule.states
    ],
)
def test_a_decision_that_a_state_does_not_allow_is_refused(state: State, kind: str) -> None:
    """The refusal says in which states it is allowed, or that the sentence is over."""
    reason = refused_in(Sentence(state=state), DECISIONS[kind])

    allowed = ", ".join(item.value for item in DECISIONS[kind].states)
    over = f"{kind} is refused: the sentence ended on None"
    here = f"{kind} is refused in {state.value}; it is allowed in {allowed}"
    assert (over if state is END else here) == reason


@pytest.mark.parametrize(
    ("state", "kind"),
    [(state, kind) for kind, rule in sorted(DECISIONS.items()) for state in rule.states],
)
def test_a_decision_that_a_state_allows_is_not_refused_for_it(state: State, kind: str) -> None:
    """What speaks against it then is in the guards, not in the graph."""
    assert refused_in(Sentence(state=state), DECISIONS[kind]) is None


@pytest.mark.parametrize("kind", FACTS)
def test_a_fact_is_refused_in_no_state(kind: str) -> None:
    """What happened happened; the state follows it."""
    assert [None] * len(State) == [refused_in(Sentence(state=s), RULES[kind]) for s in State]


def test_the_facts_are_those_that_others_make() -> None:
    """Courts, attendance, death, failures and the record; all else is decided by us."""
    assert {
        "appointment_attended",
        "breach_referral_received",
        "contact_recorded",
        "court_decided",
        "end_date_changed",
        "evaluation_completed",
        "event_withdrawn",
        "explanation_received",
        "failure_reported",
        "hearing_listed",
        "message_resolved",
        "notice_acknowledged",
        "requirement_completed",
        "requirement_started",
        "sentence_ended",
        "sentence_imposed",
        "significant_change_recorded",
        "warrant_recorded",
    } == set(FACTS)

"""The graph is one lawful graph, and a decision outside it is refused with what is allowed."""

from dataclasses import replace

import pytest

from states.events.registry import KINDS
from states.fold import state_refusal
from states.rules.handler import Nature
from states.rules.registry import HANDLERS
from states.sentence import Sentence
from states.transitions import (
    ACTIVATE,
    COMPLETE,
    END,
    RECALL,
    START,
    START_SUPERVISION,
    TITLES,
    TRANSITIONS,
    WARN,
    Transition,
    TransitionTableError,
    check,
    diagram,
    may,
    phases,
    phases_of,
    sources,
    states_of,
    steps_of,
    targets,
    transitions_of,
)
from states.vocabulary import Phase, SentenceType, State

A, B = State.ALLOCATED, State.ACTIVE
DECISIONS = {kind: rule for kind, rule in HANDLERS.items() if rule.nature is Nature.DECISION}
FACTS = sorted(set(HANDLERS) - set(DECISIONS))


def example(name: str, source: State, target: State, citation: str = "a text") -> Transition:
    return Transition(
        name=name.lower(),
        reference=name,
        sources=(source,),
        targets=(target,),
        meaning="an example",
        citation=citation,
    )


GOOD = (example("X1", START, A), example("X2", A, B), example("X3", B, END))
STATES = (START, A, B, END)


@pytest.mark.parametrize("kind", SentenceType)
def test_the_table_of_every_sentence_type_is_lawful(kind: SentenceType) -> None:
    """One start, one end, everything on a way between them."""
    check(transitions_of(kind), states_of(kind))


def test_every_transition_of_the_catalogue_is_in_the_table() -> None:
    """T01 to T34 that change a state or a phase, and `committed-to-end`; the rest change none."""
    changeless = ("T04", "T18", "T19", "T24", "T25", "T26", "T27", "T28", "T29")
    wanted = {f"T{number:02}" for number in range(1, 35)}.difference(changeless)

    assert {*wanted, "committed-to-end"} == {item.reference for item in TRANSITIONS}


MATRIX = {
    # 5.3: the phases of each type in which a state can be entered.
    State.ALLOCATED: {Phase.COMMUNITY, Phase.CUSTODY, Phase.LICENCE, Phase.PSS},
    State.INDUCTED: {Phase.COMMUNITY, Phase.LICENCE, Phase.PSS},
    State.ACTIVE: {Phase.COMMUNITY, Phase.LICENCE, Phase.PSS},
    State.WARNED: {Phase.COMMUNITY, Phase.LICENCE, Phase.PSS},
    State.BREACHED: {Phase.COMMUNITY, Phase.PSS, Phase.PSS_COMMITTAL},
    State.RECALLED: {Phase.LICENCE, Phase.RECALL_CUSTODY},
}


@pytest.mark.parametrize(
    ("row", "reference", "phases"),
    [
        ("M.inducted", "T02", MATRIX[State.INDUCTED]),
        ("M.active", "T03", MATRIX[State.ACTIVE]),
        ("M.warned", "T05", MATRIX[State.WARNED]),
        ("M.breached", "T06", {Phase.COMMUNITY, Phase.PSS}),
        ("M.recalled", "T11", {Phase.LICENCE}),
    ],
)
def test_a_state_is_entered_only_where_it_applies(
    row: str, reference: str, phases: set[Phase]
) -> None:
    """Nobody is breached on licence, recalled from an order, or warned in prison."""
    transition = next(item for item in TRANSITIONS if item.reference == reference)

    assert phases == set(transition.phases), row


def test_recall_is_for_custody_alone() -> None:
    """M.recalled: no order and no other type knows the state."""
    assert {SentenceType.CUSTODY} == {
        kind for kind in SentenceType if State.RECALLED in states_of(kind)
    }


@pytest.mark.parametrize("kind", SentenceType)
def test_every_type_begins_unallocated_and_ends_completed(kind: SentenceType) -> None:
    """M.awaiting_allocation, M.allocated, M.completed: by T01 in, by T30 out, and by T34 always."""
    steps = steps_of(transitions_of(kind))

    assert (START, State.ALLOCATED) in steps
    assert (State.ALLOCATED, END) in steps
    assert {state for state in states_of(kind) if state is not END} == {
        source for source, target in steps if target is END
    }


@pytest.mark.parametrize(
    ("reference", "kinds"),
    [
        ("T31", {SentenceType.COMMUNITY_ORDER}),
        ("T32", {SentenceType.COMMUNITY_ORDER}),
        ("T33", {SentenceType.SUSPENDED_SENTENCE_ORDER}),
        ("T22", {SentenceType.CUSTODY}),
        ("T30", set(SentenceType)),
    ],
)
def test_the_ends_of_each_type_are_its_own(reference: str, kinds: set[SentenceType]) -> None:
    """5.4: only a community order is revoked, only a suspended sentence is activated."""
    assert kinds == {
        kind
        for kind in SentenceType
        if reference in {transition.reference for transition in transitions_of(kind)}
    }


def test_the_end_of_a_licence_leaves_the_unwarned_where_they_are() -> None:
    """T20: only a warning falls away; the other states are kept."""
    kept = START_SUPERVISION.keeps

    assert [(state,) for state in kept] == [START_SUPERVISION.ends_of(state) for state in kept]
    assert START_SUPERVISION.targets == START_SUPERVISION.ends_of(State.WARNED)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            (*GOOD, replace(GOOD[1], reference="X9")),
            "each transition has its own name: x2",
        ),
        (
            (*GOOD, replace(GOOD[1], name="x9")),
            "each transition has its own reference: X2",
        ),
        ((*GOOD, example("X4", START, B, "")), "a transition cites its source: x4"),
        ((*GOOD, example("X4", END, A)), "nothing leaves the end: x4"),
        ((*GOOD, example("X4", B, START)), "nothing returns to the start: x4"),
        (GOOD[1:], "every state can be reached: active, allocated, completed"),
        (GOOD[:2], "every state can be reached: completed"),
        (
            (example("X1", START, A), example("X2", A, B), example("X3", A, END)),
            "every state can reach the end: active",
        ),
    ],
)
def test_a_table_that_is_no_graph_is_refused_with_the_offenders(
    table: tuple[Transition, ...], message: str
) -> None:
    """Orphans, traps, ways out of the end, ways back to the start, names, ids and sources."""
    with pytest.raises(TransitionTableError) as caught:
        check(table, STATES)

    assert message == str(caught.value)


def test_a_small_lawful_table_is_taken() -> None:
    """The refusals above are not for the example's own sake."""
    check(GOOD, STATES)


def test_every_step_is_listed_once() -> None:
    """Transitions may share a step; the list of steps does not repeat it."""
    steps = steps_of((GOOD[0], replace(GOOD[0], reference="X9")))

    assert ((START, A),) == steps


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (state, kind)
        for state in State
        for kind, rule in sorted(DECISIONS.items())
        if state not in rule.allowed_states
    ],
)
def test_a_decision_that_a_state_does_not_allow_is_refused(state: State, kind: str) -> None:
    """The refusal says in which states it is allowed, or that the sentence is over."""
    rule = DECISIONS[kind]
    reason = state_refusal(Sentence(state=state, phase=rule.allowed_phases[0]), rule)

    allowed = ", ".join(item.value for item in DECISIONS[kind].allowed_states)
    over = f"{kind} is refused: the sentence ended on None"
    here = f"{kind} is refused in {state.value}; it is allowed in {allowed}"
    assert (over if state is END else here) == reason


@pytest.mark.parametrize(
    ("state", "kind"),
    [(state, kind) for kind, rule in sorted(DECISIONS.items()) for state in rule.allowed_states],
)
def test_a_decision_that_a_state_allows_is_not_refused_for_it(state: State, kind: str) -> None:
    """Other reasons to refuse it are in the guards, not in the graph."""
    rule = DECISIONS[kind]

    assert state_refusal(Sentence(state=state, phase=rule.allowed_phases[0]), rule) is None


@pytest.mark.parametrize(
    ("phase", "kind"),
    [
        (phase, kind)
        for phase in Phase
        for kind, rule in sorted(DECISIONS.items())
        if phase not in rule.allowed_phases
    ],
)
def test_a_decision_that_a_phase_does_not_allow_is_refused(phase: Phase, kind: str) -> None:
    """A breach on licence is refused with the phases in which it is allowed."""
    rule = DECISIONS[kind]
    reason = state_refusal(Sentence(state=rule.allowed_states[0], phase=phase), rule)

    allowed = ", ".join(item.value for item in rule.allowed_phases)
    assert f"{kind} is refused in {phase.value}; it is allowed in {allowed}" == reason


@pytest.mark.parametrize("kind", FACTS)
def test_a_fact_is_refused_in_no_state(kind: str) -> None:
    """A fact is never refused; the state follows it."""
    assert [None] * len(State) == [state_refusal(Sentence(state=s), HANDLERS[kind]) for s in State]


def test_the_facts_are_those_that_others_make() -> None:
    """Courts, prisons, police, the Parole Board and the record report facts; we decide the rest."""
    decided = {
        "appointment_arranged",
        "appointment_cancelled",
        "breach_decided",
        "breach_referred",
        "breach_withdrawn",
        "case_allocated",
        "conditions_proposed",
        "failure_judged",
        "induction_completed",
        "officer_assigned",
        "plan_completed",
        "plan_reviewed",
        "provider_transferred",
        "public_protection_concern_raised",
        "recall_decided",
        "recall_endorsed",
        "recall_report_sent",
        "recall_withdrawn",
        "rosh_assessed",
        "rosh_confirmed",
        "rosh_referred",
        "supervision_resumed",
        "supervision_suspended",
        "warning_issued",
        "warning_withdrawn",
    }

    assert decided == set(DECISIONS)
    assert set(KINDS) - decided == set(FACTS)


EVERY_TRANSITION = [
    (kind, transition) for kind in SentenceType for transition in transitions_of(kind)
]
EVERY_STATE = [(kind, state) for kind in SentenceType for state in states_of(kind)]


@pytest.mark.parametrize(("kind", "transition"), EVERY_TRANSITION)
def test_the_machine_says_what_the_table_says(kind: SentenceType, transition: Transition) -> None:
    """From each state of each phase: its targets where it is expected, nothing elsewhere."""
    for phase in Phase:
        for state in State:
            expected = phase in transition.phases and state in transition.sources
            wanted = frozenset(transition.ends_of(state)) if expected else frozenset()
            assert wanted == targets(transition, state=state, phase=phase, kind=kind)
            assert bool(wanted) == may(transition, state=state, phase=phase, kind=kind)


@pytest.mark.parametrize("transition", TRANSITIONS)
def test_a_transition_is_possible_where_the_table_says(transition: Transition) -> None:
    """Its states and phases over all types: what a rule for it allows."""
    known = {phase for kind in transition.types for phase in phases_of(kind)}

    assert transition.sources == sources(transition)
    assert [phase for phase in transition.phases if phase in known] == [*phases(transition)]


def test_a_transition_that_a_type_does_not_know_leads_nowhere() -> None:
    """An order is never recalled."""
    order = SentenceType.COMMUNITY_ORDER

    assert not any(may(RECALL, state=State.ACTIVE, phase=phase, kind=order) for phase in Phase)


def test_a_transition_is_bound_to_its_phases() -> None:
    """The same state allows a warning on licence, and none in prison."""
    custody = SentenceType.CUSTODY

    assert may(WARN, state=State.ALLOCATED, phase=Phase.LICENCE, kind=custody)
    assert not may(WARN, state=State.ALLOCATED, phase=Phase.CUSTODY, kind=custody)


@pytest.mark.parametrize("kind", SentenceType)
def test_nothing_leaves_the_end_in_the_machine_either(kind: SentenceType) -> None:
    """The library would let a wildcard do so; we use none."""
    assert not any(
        may(transition, state=State.COMPLETED, phase=phase, kind=kind)
        for transition in TRANSITIONS
        for phase in Phase
    )


def test_the_diagram_names_each_transition() -> None:
    """Its lines carry the names, several where they join the same two states."""
    drawn = diagram(SentenceType.COMMUNITY_ORDER)

    assert f"inducted --> active: {ACTIVATE.name}\n" in drawn
    assert f"inducted --> completed: {COMPLETE.name}, end_otherwise\n" in drawn
    for transition in transitions_of(SentenceType.COMMUNITY_ORDER):
        assert transition.name in drawn


@pytest.mark.parametrize(("kind", "state"), EVERY_STATE)
def test_the_diagram_marks_the_present_state(kind: SentenceType, state: State) -> None:
    """Mermaid text with every state of the type, and the present one in a style of its own."""
    drawn = diagram(kind, state)

    assert drawn.count("stateDiagram") == 1
    assert TITLES[kind] in drawn
    assert [] == [other.value for other in states_of(kind) if other.value not in drawn]
    assert f"Class {state.value} s_active" in drawn


def test_the_diagram_without_a_state_marks_the_start() -> None:
    """It is then a picture of the graph alone."""
    order = SentenceType.COMMUNITY_ORDER

    assert diagram(order) == diagram(order, State.AWAITING_ALLOCATION)


def test_a_state_that_the_type_does_not_know_is_not_drawn() -> None:
    """An irregular fact can put an order there: the picture stays that of its type."""
    order = SentenceType.COMMUNITY_ORDER

    assert diagram(order) == diagram(order, State.RECALLED)

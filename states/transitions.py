"""State graph of a sentence: every transition that it can take, with its name and its source.

A transition names what happened, not where the person ends up. Several of them lead back to the
state that the facts on the record support, so each lists all the states that it can lead to.

To add a transition, add a paragraph and list it in `TRANSITIONS`; `check` refuses a table with a
trap, an orphan or a way out of the end. From the table one machine of the `transitions` library is
made for each type of sentence. These machines alone say what can follow what: rules, the query
`allowed` and the diagrams ask them. They have no model, callback or automatic trigger, so a
look-up has no effects.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

from transitions import Machine
from transitions.extensions import GraphMachine

from states.regime import FIRST_PHASE, IN_THE_COMMUNITY
from states.vocabulary import Phase, SentenceType, State

AWAITING: Final = State.AWAITING_ALLOCATION
ALLOCATED: Final = State.ALLOCATED
INDUCTED: Final = State.INDUCTED
ACTIVE: Final = State.ACTIVE
WARNED: Final = State.WARNED
BREACHED: Final = State.BREACHED
RECALLED: Final = State.RECALLED
COMPLETED: Final = State.COMPLETED

START: Final = AWAITING
"""State in which every sentence begins."""
END: Final = COMPLETED
"""State in which every sentence ends; nothing leaves it."""
OPEN: Final = (ALLOCATED, INDUCTED, ACTIVE, WARNED, BREACHED, RECALLED)
"""States of a sentence that is being served."""
UNWARNED: Final = (ALLOCATED, INDUCTED, ACTIVE)
"""States that the facts on the record can support by themselves."""
AT_LIBERTY: Final = (*UNWARNED, WARNED)
"""States without a breach or a recall under way."""

EVERY_TYPE: Final = tuple(SentenceType)
ORDER: Final = (SentenceType.COMMUNITY_ORDER,)
SUSPENDED: Final = (SentenceType.SUSPENDED_SENTENCE_ORDER,)
CUSTODIAL: Final = (SentenceType.CUSTODY,)

BREACHABLE: Final = (Phase.COMMUNITY, Phase.PSS)
"""Phases in which a failure leads to a court; on licence it leads to recall."""

STANDARDS: Final = "National Standards 2015"
FRAMEWORK: Final = "Practice Framework 2015"
APP: Final = "Authorised Professional Practice"
OWN_READING: Final = "own reading, the documents are silent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """Named step of a sentence: from any of `sources` to one of `targets`."""

    name: str
    """Name that a duty manager would use: `warn`."""
    reference: str
    """Id in the catalogue of rules: `T05`."""
    sources: tuple[State, ...]
    targets: tuple[State, ...]
    meaning: str
    """The event in a few words."""
    citation: str
    """Document and heading that it rests on."""
    types: tuple[SentenceType, ...] = EVERY_TYPE
    phases: tuple[Phase, ...] = tuple(Phase)
    """Phases in which it is expected."""
    into: Phase | None = None
    """Phase in which it puts the sentence; None where it keeps the phase."""
    keeps: tuple[State, ...] = ()
    """Sources that it leaves as they are, whatever `targets` says of the others."""

    def ends_of(self, source: State) -> tuple[State, ...]:
        """Return the states to which it can lead from `source`, one of its sources."""
        return (source,) if source in self.keeps else self.targets


@dataclass(frozen=True, slots=True)
class DatedTransition:
    """Step that the calendar takes at its own instant, if nothing else happens."""

    at: datetime
    transition: Transition | None
    """None where a requirement ends, which changes no state."""

    @property
    def meaning(self) -> str:
        """The event in a few words."""
        return "a requirement ends" if self.transition is None else self.transition.meaning

    def __lt__(self, other: "DatedTransition") -> bool:
        """Return whether this one goes first; at one instant, a requirement ends last."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[datetime, bool, str]:
        last = self.transition is None
        return self.at, last, "" if self.transition is None else self.transition.reference


ALLOCATE: Final = Transition(
    name="allocate",
    reference="T01",
    sources=(AWAITING,),
    targets=(ALLOCATED,),
    meaning="a provider takes the case",
    citation=f"{STANDARDS}, 3(a) Allocation and induction",
)

INDUCT: Final = Transition(
    name="induct",
    reference="T02",
    sources=(ALLOCATED,),
    targets=(INDUCTED,),
    meaning="the person is inducted",
    citation=f"{STANDARDS}, 3(c) Allocation and induction",
    phases=IN_THE_COMMUNITY,
)

ACTIVATE: Final = Transition(
    name="activate",
    reference="T03",
    sources=(INDUCTED,),
    targets=(ACTIVE,),
    meaning="the plan is complete, or an electronic-only order has commenced",
    citation=f"{STANDARDS}, 4(a)-(b) Planning",
    phases=IN_THE_COMMUNITY,
)

WARN: Final = Transition(
    name="warn",
    reference="T05",
    sources=AT_LIBERTY,
    targets=(WARNED,),
    meaning="a warning is issued",
    citation=f"{STANDARDS}, 9(a) Enforcement",
    phases=IN_THE_COMMUNITY,
)

DECIDE_BREACH: Final = Transition(
    name="decide_breach",
    reference="T06",
    sources=AT_LIBERTY,
    targets=(BREACHED,),
    meaning="breach is decided and goes to the court",
    citation=f"{FRAMEWORK}, Enforce",
    phases=BREACHABLE,
)

CONTINUE_AFTER_BREACH: Final = Transition(
    name="continue_after_breach",
    reference="T07",
    sources=(BREACHED,),
    targets=UNWARNED,
    meaning="the court lets the sentence continue",
    citation=f"{FRAMEWORK}, Enforce",
    phases=BREACHABLE,
)

WITHDRAW_BREACH: Final = Transition(
    name="withdraw_breach",
    reference="T08",
    sources=(BREACHED,),
    targets=AT_LIBERTY,
    meaning="the breach is withdrawn or not proved",
    citation=OWN_READING,
)

WARNINGS_EXPIRE: Final = Transition(
    name="warnings_expire",
    reference="T09",
    sources=(WARNED,),
    targets=UNWARNED,
    meaning="the warning ceases to count",
    citation=f"{FRAMEWORK}, Enforce, current practice",
)

WITHDRAW_WARNING: Final = Transition(
    name="withdraw_warning",
    reference="T10",
    sources=(WARNED,),
    targets=UNWARNED,
    meaning="the warning is withdrawn",
    citation=OWN_READING,
)

RECALL: Final = Transition(
    name="recall",
    reference="T11",
    sources=AT_LIBERTY,
    targets=(RECALLED,),
    meaning="recall is decided",
    citation=f"{STANDARDS}, 9(b) Enforcement",
    types=CUSTODIAL,
    phases=(Phase.LICENCE,),
)

RETURN_TO_CUSTODY: Final = Transition(
    name="return_to_custody",
    reference="T12",
    sources=(RECALLED,),
    targets=(RECALLED,),
    meaning="the person is back in custody on recall",
    citation=f"{STANDARDS}, 10(b) Plan review",
    types=CUSTODIAL,
    phases=(Phase.LICENCE,),
    into=Phase.RECALL_CUSTODY,
)

CANCEL_RECALL: Final = Transition(
    name="cancel_recall",
    reference="T13",
    sources=(RECALLED,),
    targets=AT_LIBERTY,
    meaning="the licence is not revoked, or the recall is withdrawn",
    citation=OWN_READING,
    types=CUSTODIAL,
    phases=(Phase.LICENCE,),
)

RELEASE_AGAIN: Final = Transition(
    name="release_again",
    reference="T14",
    sources=(RECALLED,),
    targets=UNWARNED,
    meaning="the person is released again on licence",
    citation=f"{FRAMEWORK}, Enforce, recall",
    types=CUSTODIAL,
    phases=(Phase.RECALL_CUSTODY,),
    into=Phase.LICENCE,
)

END_IN_RECALL_CUSTODY: Final = Transition(
    name="end_in_recall_custody",
    reference="T15",
    sources=(RECALLED,),
    targets=(COMPLETED,),
    meaning="the sentence ends in custody",
    citation=f"{APP}, Recall",
    types=CUSTODIAL,
    phases=(Phase.RECALL_CUSTODY,),
)

RELEASE_ON_LICENCE: Final = Transition(
    name="release_on_licence",
    reference="T16",
    sources=(ALLOCATED,),
    targets=(ALLOCATED,),
    meaning="the person is released on licence",
    citation=f"{STANDARDS}, 5(b) Plan implemented",
    types=CUSTODIAL,
    phases=(Phase.CUSTODY,),
    into=Phase.LICENCE,
)

RELEASE_TO_SUPERVISION: Final = Transition(
    name="release_to_supervision",
    reference="T17",
    sources=(ALLOCATED,),
    targets=(ALLOCATED,),
    meaning="the person is released with supervision and no licence",
    citation=f"{STANDARDS}, 5(b) Plan implemented",
    types=CUSTODIAL,
    phases=(Phase.CUSTODY,),
    into=Phase.PSS,
)

START_SUPERVISION: Final = Transition(
    name="start_supervision",
    reference="T20",
    sources=AT_LIBERTY,
    targets=UNWARNED,
    meaning="the licence ends and supervision begins",
    citation=f"{FRAMEWORK}, Sentences, post-sentence supervision",
    types=CUSTODIAL,
    phases=(Phase.LICENCE,),
    into=Phase.PSS,
    keeps=UNWARNED,
)

RELEASE_AFTER_LICENCE: Final = Transition(
    name="release_after_licence",
    reference="T21",
    sources=(RECALLED,),
    targets=UNWARNED,
    meaning="the person is released from recall to supervision, the licence being over",
    citation=OWN_READING,
    types=CUSTODIAL,
    phases=(Phase.RECALL_CUSTODY,),
    into=Phase.PSS,
)

COMMIT_TO_CUSTODY: Final = Transition(
    name="commit_to_custody",
    reference="T22",
    sources=(BREACHED,),
    targets=(BREACHED,),
    meaning="the court commits the person to custody",
    citation=f"{STANDARDS}, 10(b) Plan review",
    types=CUSTODIAL,
    phases=(Phase.PSS,),
    into=Phase.PSS_COMMITTAL,
)

RELEASE_FROM_COMMITTAL: Final = Transition(
    name="release_from_committal",
    reference="T23",
    sources=(BREACHED,),
    targets=UNWARNED,
    meaning="the person is released from committal",
    citation=f"{STANDARDS}, 5(b) Plan implemented",
    types=CUSTODIAL,
    phases=(Phase.PSS_COMMITTAL,),
    into=Phase.PSS,
)

COMPLETE: Final = Transition(
    name="complete",
    reference="T30",
    sources=AT_LIBERTY,
    targets=(COMPLETED,),
    meaning="the sentence ends",
    citation=f"{STANDARDS}, 11(a) Completion",
    phases=IN_THE_COMMUNITY,
)

REVOKE_FOR_GOOD_PROGRESS: Final = Transition(
    name="revoke_for_good_progress",
    reference="T31",
    sources=(ACTIVE, WARNED),
    targets=(COMPLETED,),
    meaning="the court ends the order early for good progress",
    citation=f"{FRAMEWORK}, Rehabilitation activity",
    types=ORDER,
)

REVOKE: Final = Transition(
    name="revoke",
    reference="T32",
    sources=(BREACHED,),
    targets=(COMPLETED,),
    meaning="the court revokes the order",
    citation=f"{FRAMEWORK}, Enforce",
    types=ORDER,
)

ACTIVATE_CUSTODY: Final = Transition(
    name="activate_custody",
    reference="T33",
    sources=(BREACHED,),
    targets=(COMPLETED,),
    meaning="the court activates the suspended custody",
    citation=OWN_READING,
    types=SUSPENDED,
)

END_OTHERWISE: Final = Transition(
    name="end_otherwise",
    reference="T34",
    sources=(AWAITING, *OPEN),
    targets=(COMPLETED,),
    meaning="the sentence ends in another way, such as death or an appeal",
    citation=OWN_READING,
)

END_IN_COMMITTAL: Final = Transition(
    name="end_in_committal",
    reference="committed-to-end",
    sources=(BREACHED,),
    targets=(COMPLETED,),
    meaning="supervision ends in custody",
    citation=OWN_READING,
    types=CUSTODIAL,
    phases=(Phase.PSS_COMMITTAL,),
)

TRANSITIONS: Final = (
    ALLOCATE,
    INDUCT,
    ACTIVATE,
    WARN,
    DECIDE_BREACH,
    CONTINUE_AFTER_BREACH,
    WITHDRAW_BREACH,
    WARNINGS_EXPIRE,
    WITHDRAW_WARNING,
    RECALL,
    RETURN_TO_CUSTODY,
    CANCEL_RECALL,
    RELEASE_AGAIN,
    END_IN_RECALL_CUSTODY,
    RELEASE_ON_LICENCE,
    RELEASE_TO_SUPERVISION,
    START_SUPERVISION,
    RELEASE_AFTER_LICENCE,
    COMMIT_TO_CUSTODY,
    RELEASE_FROM_COMMITTAL,
    COMPLETE,
    REVOKE_FOR_GOOD_PROGRESS,
    REVOKE,
    ACTIVATE_CUSTODY,
    END_OTHERWISE,
    END_IN_COMMITTAL,
)
"""Transitions that change a state or a phase; the others of the catalogue change neither."""


class TransitionTableError(Exception):
    """Raised when the table is not a lawful graph; the message lists the offenders."""


def states_of(kind: SentenceType) -> tuple[State, ...]:
    """Return the states that a sentence of that type can be in."""
    if kind is SentenceType.CUSTODY:
        return tuple(State)
    return tuple(state for state in State if state is not RECALLED)


def phases_of(kind: SentenceType) -> tuple[Phase, ...]:
    """Return the phases of a sentence of that type."""
    if kind is SentenceType.CUSTODY:
        return tuple(phase for phase in Phase if phase is not Phase.COMMUNITY)
    return (Phase.COMMUNITY,)


def transitions_of(kind: SentenceType) -> tuple[Transition, ...]:
    """Return the transitions of a type, cut to its states and phases, in the order of the table."""
    states, phases = states_of(kind), phases_of(kind)
    return tuple(
        replace(
            transition,
            sources=tuple(state for state in transition.sources if state in states),
            targets=tuple(state for state in transition.targets if state in states),
            phases=tuple(phase for phase in phases if phase in transition.phases),
        )
        for transition in TRANSITIONS
        if kind in transition.types
    )


def steps_of(transitions: Iterable[Transition]) -> tuple[tuple[State, State], ...]:
    """Return every (from, to) pair of `transitions`, each once, in the order of the table."""
    pairs = (
        (source, target)
        for transition in transitions
        for source in transition.sources
        for target in transition.ends_of(source)
    )
    return tuple(dict.fromkeys(pairs))


def check(transitions: tuple[Transition, ...], states: tuple[State, ...] = tuple(State)) -> None:
    """Refuse a table that is not one graph from `START` to `END`.

    Raises:
        TransitionTableError: If a name or reference stands twice, a transition cites no source,
            something leaves the end or returns to the start, a state cannot be reached, or a
            state cannot reach the end.
    """
    _refuse("each transition has its own name", _repeated(item.name for item in transitions))
    _refuse(
        "each transition has its own reference", _repeated(item.reference for item in transitions)
    )
    _refuse(
        "a transition cites its source", (item.name for item in transitions if not item.citation)
    )
    _refuse("nothing leaves the end", (item.name for item in transitions if END in item.sources))
    _refuse(
        "nothing returns to the start", (item.name for item in transitions if START in item.targets)
    )
    steps = steps_of(transitions)
    _refuse("every state can be reached", set(states) - _reached(START, steps))
    backwards = tuple((target, source) for source, target in steps)
    _refuse("every state can reach the end", set(states) - _reached(END, backwards))


def _refuse(rule: str, offenders: Iterable[str]) -> None:
    found = sorted(offenders)
    if found:
        message = f"{rule}: {', '.join(found)}"
        raise TransitionTableError(message)


def _repeated(words: Iterable[str]) -> set[str]:
    return {word for word, times in Counter(words).items() if times > 1}


def _reached(start: State, steps: tuple[tuple[State, State], ...]) -> set[State]:
    found = {start}
    front = [start]
    while front:
        here = front.pop()
        fresh = {target for source, target in steps if source is here} - found
        found |= fresh
        front.extend(sorted(fresh))
    return found


check(TRANSITIONS)
for _kind in SentenceType:
    check(transitions_of(_kind), states_of(_kind))


def _position(phase: Phase, state: State) -> str:
    # The machine's own word for a place in the graph: where a step leads depends on both.
    return f"{phase.value}/{state.value}"


def _place(position: str) -> tuple[Phase, State]:
    phase, _, state = position.partition("/")
    return Phase(phase), State(state)


def _rows(kind: SentenceType) -> list[dict[str, str]]:
    return [
        {
            "trigger": transition.name,
            "source": _position(phase, source),
            "dest": _position(transition.into or phase, target),
        }
        for transition in transitions_of(kind)
        for phase in transition.phases
        for source in transition.sources
        for target in transition.ends_of(source)
    ]


def _machine(kind: SentenceType) -> Machine:
    return Machine(
        model=None,
        states=[_position(phase, state) for phase in phases_of(kind) for state in states_of(kind)],
        initial=_position(FIRST_PHASE[kind], START),
        transitions=_rows(kind),
        auto_transitions=False,
        send_event=False,
    )


_MACHINES: Final = {kind: _machine(kind) for kind in SentenceType}


def targets(
    transition: Transition, *, state: State, phase: Phase, kind: SentenceType
) -> frozenset[State]:
    """Return the states that `transition` can lead to; none where it is not possible."""
    return _targets(transition.name, state, phase, kind)


def may(transition: Transition, *, state: State, phase: Phase, kind: SentenceType) -> bool:
    """Return whether a sentence of that type can take `transition` from there."""
    return bool(_targets(transition.name, state, phase, kind))


# By name, because hashing a whole transition at each look-up costs more than the look-up.
@cache
def _targets(name: str, state: State, phase: Phase, kind: SentenceType) -> frozenset[State]:
    found = _MACHINES[kind].get_transitions(name, source=_position(phase, state))
    return frozenset(_place(str(step.dest))[1] for step in found)


def sources(transition: Transition) -> tuple[State, ...]:
    """Return the states from which `transition` is possible, whatever the type of sentence."""
    states, _ = _origins(transition.name)
    return states


def phases(transition: Transition) -> tuple[Phase, ...]:
    """Return the phases in which `transition` is possible, whatever the type of sentence."""
    _, found = _origins(transition.name)
    return found


@cache
def _origins(name: str) -> tuple[tuple[State, ...], tuple[Phase, ...]]:
    places = {
        _place(step.source)
        for machine in _MACHINES.values()
        for step in machine.get_transitions(name)
    }
    states = tuple(state for state in State if any(state is found for _, found in places))
    return states, tuple(phase for phase in Phase if any(phase is found for found, _ in places))


TITLES: Final = {
    SentenceType.COMMUNITY_ORDER: "Community order",
    SentenceType.SUSPENDED_SENTENCE_ORDER: "Suspended sentence order",
    SentenceType.CUSTODY: "Custody, licence and post-sentence supervision",
}


class _DiagramModel:
    """Throw-away model that holds only the state to mark in a diagram."""

    state: str
    get_graph: Any


@cache
def diagram(kind: SentenceType, state: State | None = None) -> str:
    """Return the state graph of a type as Mermaid text, with `state`, or else the start, marked.

    A state that the type does not know, reached by an irregular fact, is not drawn: the start is
    marked instead.
    """
    known = states_of(kind)
    machine = GraphMachine(
        model=None,
        states=[item.value for item in known],
        initial=START.value,
        transitions=_labelled_steps(kind),
        auto_transitions=False,
        graph_engine="mermaid",
        title=TITLES[kind],
    )
    model = _DiagramModel()
    marked = state if state in known else None
    machine.add_model(model, initial=(marked or START).value)
    return str(model.get_graph().source)


def _labelled_steps(kind: SentenceType) -> list[dict[str, str]]:
    # One line a pair of states, whatever the phase, so that the picture stays readable.
    names: dict[tuple[str, str], list[str]] = {}
    for name in _MACHINES[kind].events:
        for step in _MACHINES[kind].get_transitions(name):
            _, source = _place(step.source)
            _, target = _place(str(step.dest))
            known = names.setdefault((source.value, target.value), [])
            if name not in known:
                known.append(name)
    return [
        {"trigger": ", ".join(found), "source": source, "dest": target}
        for (source, target), found in names.items()
    ]

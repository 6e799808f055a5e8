"""The state graph: every arrow that a sentence can take, with its source.

An arrow names what happened, not where the person ends up: T07 to T10 lead back to the state that
the facts on the record support, so each lists all the states it can lead to. Adding an arrow is
adding a row; `check` refuses a table with a trap, an orphan or a way out of the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

from transitions import Machine
from transitions.extensions import GraphMachine

from states.regime import IN_THE_COMMUNITY
from states.vocabulary import Phase, SentenceType, State

AWAITING, ALLOCATED, INDUCTED, ACTIVE, WARNED, BREACHED, RECALLED, COMPLETED = State

START: Final = AWAITING
"""Where every sentence begins."""
END: Final = COMPLETED
"""Where every sentence ends; nothing leaves it."""
OPEN: Final = (ALLOCATED, INDUCTED, ACTIVE, WARNED, BREACHED, RECALLED)
"""The states of a sentence that is being served."""
UNWARNED: Final = (ALLOCATED, INDUCTED, ACTIVE)
"""The states that the facts on the record can support by themselves."""
AT_LIBERTY: Final = (*UNWARNED, WARNED)
"""The states without a breach or a recall under way."""

CO, SSO, CUS = SentenceType
ORDERS: Final = (CO, SSO)
EVERY: Final = tuple(SentenceType)
BREACHABLE: Final = (Phase.COMMUNITY, Phase.PSS)
"""Where a failure leads to a court; on licence it leads to recall (5.3)."""
SERVED: Final = IN_THE_COMMUNITY


@dataclass(frozen=True, slots=True)
class Transition:
    """One named transition: from any of `sources` to one of `targets`."""

    id: str
    sources: tuple[State, ...]
    targets: tuple[State, ...]
    means: str
    source: str
    types: tuple[SentenceType, ...] = EVERY
    phases: tuple[Phase, ...] = tuple(Phase)
    """The phases in which it is expected."""
    into: Phase | None = None
    """The phase in which it puts the sentence; None where it changes none."""
    keeps: tuple[State, ...] = ()
    """The sources that it leaves as they are, whatever `targets` says of the others."""

    def ends_of(self, source: State) -> tuple[State, ...]:
        """Return the states to which it can lead from `source`, one of its sources."""
        return (source,) if source in self.keeps else self.targets


ENFORCE: Final = "PF 2015, enforcement"
LICENCE: Final = "NS 2015 9(b)"
OURS: Final = "ours"

TRANSITIONS: Final = (
    Transition("T01", (AWAITING,), (ALLOCATED,), "allocation recorded", "NS 2015 3(a)"),
    Transition(
        "T02", (ALLOCATED,), (INDUCTED,), "induction recorded", "NS 2015 3(c)", phases=SERVED
    ),
    Transition("T03", (INDUCTED,), (ACTIVE,), "plan completed", "NS 2015 4(a)-(b)", phases=SERVED),
    Transition("T05", AT_LIBERTY, (WARNED,), "warning issued", "NS 2015 9(a)", phases=SERVED),
    Transition("T06", AT_LIBERTY, (BREACHED,), "breach decided", ENFORCE, phases=BREACHABLE),
    Transition("T07", (BREACHED,), UNWARNED, "court lets it continue", ENFORCE, phases=BREACHABLE),
    Transition("T08", (BREACHED,), AT_LIBERTY, "breach withdrawn or not proved", OURS),
    Transition(
        "T09", (WARNED,), UNWARNED, "no failure counts any more", "PF 2015, current practice"
    ),
    Transition("T10", (WARNED,), UNWARNED, "warning withdrawn", OURS),
    Transition("T11", AT_LIBERTY, (RECALLED,), "recall decided", LICENCE, (CUS,), (Phase.LICENCE,)),
    Transition(
        *("T12", (RECALLED,), (RECALLED,), "returned to custody", "NS 2015 10(b)", (CUS,)),
        *((Phase.LICENCE,), Phase.RECALL_CUSTODY),
    ),
    Transition(
        *("T13", (RECALLED,), AT_LIBERTY, "licence not revoked, or recall withdrawn", OURS),
        *((CUS,), (Phase.LICENCE,)),
    ),
    Transition(
        *("T14", (RECALLED,), UNWARNED, "released again on licence", "PF 2015, recall", (CUS,)),
        *((Phase.RECALL_CUSTODY,), Phase.LICENCE),
    ),
    Transition(
        *("T15", (RECALLED,), (COMPLETED,), "sentence ends in recall custody", "APP, recall"),
        *((CUS,), (Phase.RECALL_CUSTODY,)),
    ),
    Transition(
        *("T16", (ALLOCATED,), (ALLOCATED,), "released on licence", "NS 2015 5(b)", (CUS,)),
        *((Phase.CUSTODY,), Phase.LICENCE),
    ),
    Transition(
        *("T17", (ALLOCATED,), (ALLOCATED,), "released with supervision only", "NS 2015 5(b)"),
        *((CUS,), (Phase.CUSTODY,), Phase.PSS),
    ),
    Transition(
        *("T20", AT_LIBERTY, UNWARNED, "licence ends, supervision follows", "PF 2015, PSS"),
        *((CUS,), (Phase.LICENCE,), Phase.PSS, UNWARNED),
    ),
    Transition(
        *("T21", (RECALLED,), UNWARNED, "released after the licence ended", OURS, (CUS,)),
        *((Phase.RECALL_CUSTODY,), Phase.PSS),
    ),
    Transition(
        *("T22", (BREACHED,), (BREACHED,), "court commits to custody", "NS 2015 10(b)", (CUS,)),
        *((Phase.PSS,), Phase.PSS_COMMITTAL),
    ),
    Transition(
        *("T23", (BREACHED,), UNWARNED, "released from committal", "NS 2015 5(b)", (CUS,)),
        *((Phase.PSS_COMMITTAL,), Phase.PSS),
    ),
    Transition("T30", AT_LIBERTY, (COMPLETED,), "end date reached", "NS 2015 11(a)", phases=SERVED),
    Transition(
        "T31", (ACTIVE, WARNED), (COMPLETED,), "revoked for good progress", "PF 2015, RAR", (CO,)
    ),
    Transition("T32", (BREACHED,), (COMPLETED,), "revoked by the court", ENFORCE, (CO,)),
    Transition("T33", (BREACHED,), (COMPLETED,), "suspended sentence activated", OURS, (SSO,)),
    Transition("T34", (AWAITING, *OPEN), (COMPLETED,), "ended in another way", OURS),
    Transition(
        *("committed-to-end", (BREACHED,), (COMPLETED,), "supervision ends in committal", OURS),
        *((CUS,), (Phase.PSS_COMMITTAL,)),
    ),
)
"""The arrows that change a state or a phase; T04 and T24 to T29 change none: they have no row."""


class TransitionTableError(Exception):
    """Raised when the table of arrows is not a lawful graph; the message lists the offenders."""


def states_of(kind: SentenceType) -> tuple[State, ...]:
    """Return the states that a sentence of that type can be in (5.3)."""
    if kind is SentenceType.CUSTODY:
        return tuple(State)
    return tuple(state for state in State if state is not RECALLED)


def transitions_of(kind: SentenceType) -> tuple[Transition, ...]:
    """Return the arrows that a sentence of that type can take, in the order of the table."""
    known = states_of(kind)
    return tuple(
        replace(
            arrow,
            sources=tuple(state for state in arrow.sources if state in known),
            targets=tuple(state for state in arrow.targets if state in known),
        )
        for arrow in TRANSITIONS
        if kind in arrow.types
    )


def _reached(start: State, steps: Iterable[tuple[State, State]]) -> set[State]:
    steps = tuple(steps)
    found, front = {start}, [start]
    while front:
        here = front.pop()
        fresh = {to for source, to in steps if source is here} - found
        found |= fresh
        front.extend(sorted(fresh))
    return found


def steps_of(arrows: Iterable[Transition]) -> tuple[tuple[State, State], ...]:
    """Return every (from, to) pair that `arrows` allow, each once, in the order of the table."""
    pairs = ((s, t) for arrow in arrows for s in arrow.sources for t in arrow.ends_of(s))
    return tuple(dict.fromkeys(pairs))


def _refuse(rule: str, offenders: Iterable[str]) -> None:
    found = sorted(offenders)
    if found:
        message = f"{rule}: {', '.join(found)}"
        raise TransitionTableError(message)


def check(arrows: tuple[Transition, ...], states: tuple[State, ...] = tuple(State)) -> None:
    """Refuse a table that is not one graph from `START` to `END`.

    Raises:
        GraphError: If an id stands twice, an arrow has no source, something leaves the end, a
            state cannot be reached, or a state cannot reach the end.
    """
    ids = [arrow.id for arrow in arrows]
    _refuse("each arrow has its own id", {i for i in ids if ids.count(i) > 1})
    _refuse("an arrow cites its source", (a.id for a in arrows if not a.source))
    steps = steps_of(arrows)
    _refuse("nothing leaves the end", (a.id for a in arrows if END in a.sources))
    _refuse("nothing returns to the start", (a.id for a in arrows if START in a.targets))
    _refuse("every state can be reached", set(states) - _reached(START, steps))
    backwards = ((to, source) for source, to in steps)
    _refuse("every state can reach the end", set(states) - _reached(END, backwards))


check(TRANSITIONS)
for _kind in SentenceType:
    check(transitions_of(_kind), states_of(_kind))


TITLES: Final = {
    SentenceType.COMMUNITY_ORDER: "Community order",
    SentenceType.SUSPENDED_SENTENCE_ORDER: "Suspended sentence order",
    SentenceType.CUSTODY: "Custody, licence and post-sentence supervision",
}


def _table(kind: SentenceType) -> list[dict[str, Any]]:
    return [
        {"trigger": arrow.id, "source": source.value, "dest": target.value}
        for arrow in transitions_of(kind)
        for source in arrow.sources
        for target in arrow.ends_of(source)
    ]


def _machine(kind: SentenceType) -> Machine:
    return Machine(
        model=None,
        states=[state.value for state in states_of(kind)],
        initial=START.value,
        transitions=_table(kind),
        auto_transitions=False,
        send_event=False,
    )


_MACHINES: Final = {kind: _machine(kind) for kind in SentenceType}


def _from_states(arrow: str, kind: SentenceType) -> dict[str, Any]:
    event = _MACHINES[kind].events.get(arrow)
    return {} if event is None else event.transitions


@cache
def targets(arrow: str, state: State, kind: SentenceType) -> frozenset[State]:
    """Return the states that `arrow` can lead to from `state` for that type of sentence.

    There is none where the arrow does not leave the state, or the type does not know the arrow.
    """
    found = _from_states(arrow, kind).get(state.value, ())
    return frozenset(State(str(transition.dest)) for transition in found)


@cache
def sources(arrow: str, kind: SentenceType) -> frozenset[State]:
    """Return the states that `arrow` leaves for that type of sentence; none if it has no such."""
    return frozenset(State(name) for name in _from_states(arrow, kind))


class _Seen:
    """A throw-away model that only holds the state to be marked in a diagram."""

    state: str
    get_graph: Any


@cache
def diagram(kind: SentenceType, state: State | None = None) -> str:
    """Return the state graph of a type as Mermaid text, with `state`, or else the start, marked.

    A state that the type does not know, reached by an irregular fact, marks nothing but the start.
    """
    known = states_of(kind)
    machine = GraphMachine(
        model=None,
        states=[item.value for item in known],
        initial=START.value,
        transitions=_merged(kind),
        auto_transitions=False,
        graph_engine="mermaid",
        title=TITLES[kind],
    )
    seen = _Seen()
    marked = state if state in known else None
    machine.add_model(seen, initial=(marked or START).value)
    return str(seen.get_graph().source)


def _merged(kind: SentenceType) -> list[dict[str, Any]]:
    # One line a pair of states, so that the picture stays readable.
    ids: dict[tuple[str, str], list[str]] = {}
    for row in _table(kind):
        ids.setdefault((row["source"], row["dest"]), []).append(row["trigger"])
    return [
        {"trigger": ", ".join(names), "source": source, "dest": target}
        for (source, target), names in ids.items()
    ]

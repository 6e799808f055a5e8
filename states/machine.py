"""The graph as machines of the `transitions` library: look-ups and the diagrams, nothing else.

There is one machine for each type of sentence. The library is used without models, callbacks or
automatic triggers: a look-up in its table cannot have effects, and replay never meets its logging.
"""

from functools import cache
from typing import Any, Final

from transitions import Machine
from transitions.extensions import GraphMachine

from states.graph import START, arrows_of, states_of
from states.vocabulary import SentenceType, State

TITLES: Final = {
    SentenceType.COMMUNITY_ORDER: "Community order",
    SentenceType.SUSPENDED_SENTENCE_ORDER: "Suspended sentence order",
    SentenceType.CUSTODY: "Custody, licence and post-sentence supervision",
}


def _table(kind: SentenceType) -> list[dict[str, Any]]:
    return [
        {"trigger": arrow.id, "source": source.value, "dest": target.value}
        for arrow in arrows_of(kind)
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


def _leaving(arrow: str, kind: SentenceType) -> dict[str, Any]:
    event = _MACHINES[kind].events.get(arrow)
    return {} if event is None else event.transitions


@cache
def targets(arrow: str, state: State, kind: SentenceType) -> frozenset[State]:
    """Return the states that `arrow` can lead to from `state` for that type of sentence.

    There is none where the arrow does not leave the state, or the type does not know the arrow.
    """
    found = _leaving(arrow, kind).get(state.value, ())
    return frozenset(State(str(transition.dest)) for transition in found)


@cache
def sources(arrow: str, kind: SentenceType) -> frozenset[State]:
    """Return the states that `arrow` leaves for that type of sentence; none if it has no such."""
    return frozenset(State(name) for name in _leaving(arrow, kind))


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

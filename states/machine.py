"""The graph as a machine of the `transitions` library: look-ups and the diagram, nothing else.

The library is used without models, callbacks or automatic triggers: a look-up in its table cannot
have effects, and replay never meets its logging.
"""

from functools import cache
from typing import Any, Final

from transitions import Machine
from transitions.extensions import GraphMachine

from states.graph import ARROWS, START
from states.vocabulary import State


def _table() -> list[dict[str, Any]]:
    return [
        {"trigger": arrow.id, "source": source.value, "dest": target.value}
        for arrow in ARROWS
        for source in arrow.sources
        for target in arrow.targets
    ]


_MACHINE: Final = Machine(
    model=None,
    states=[state.value for state in State],
    initial=START.value,
    transitions=_table(),
    auto_transitions=False,
    send_event=False,
)


@cache
def targets(arrow: str, state: State) -> frozenset[State]:
    """Return the states that `arrow` can lead to from `state`; empty when it does not leave it.

    Raises:
        KeyError: If there is no such arrow.
    """
    found = _MACHINE.events[arrow].transitions.get(state.value, ())
    return frozenset(State(str(transition.dest)) for transition in found)


@cache
def sources(arrow: str) -> frozenset[State]:
    """Return the states that `arrow` leaves.

    Raises:
        KeyError: If there is no such arrow.
    """
    return frozenset(State(name) for name in _MACHINE.events[arrow].transitions)


class _Seen:
    """A throw-away model that only holds the state to be marked in a diagram."""

    state: str
    get_graph: Any


@cache
def diagram(state: State | None = None) -> str:
    """Return the state graph as Mermaid text, with `state`, or else the start, marked."""
    machine = GraphMachine(
        model=None,
        states=[item.value for item in State],
        initial=START.value,
        transitions=_merged(),
        auto_transitions=False,
        graph_engine="mermaid",
        title="Community order",
    )
    seen = _Seen()
    machine.add_model(seen, initial=(state or START).value)
    return str(seen.get_graph().source)


def _merged() -> list[dict[str, Any]]:
    # One line a pair of states, so that the picture stays readable.
    ids: dict[tuple[str, str], list[str]] = {}
    for row in _table():
        ids.setdefault((row["source"], row["dest"]), []).append(row["trigger"])
    return [
        {"trigger": ", ".join(names), "source": source, "dest": target}
        for (source, target), names in ids.items()
    ]

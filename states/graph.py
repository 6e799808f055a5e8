"""The state graph: every arrow that a sentence can take, with its source.

An arrow names what happened, not where the person ends up: T07 to T10 lead back to the state that
the facts on the record support, so each lists all the states it can lead to. Adding an arrow is
adding a row; `check` refuses a table with a trap, an orphan or a way out of the end.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from states.vocabulary import State

AWAITING, ALLOCATED, INDUCTED, ACTIVE, WARNED, BREACHED, COMPLETED = State

START: Final = AWAITING
"""Where every sentence begins."""
END: Final = COMPLETED
"""Where every sentence ends; nothing leaves it."""
OPEN: Final = (ALLOCATED, INDUCTED, ACTIVE, WARNED, BREACHED)
"""The states of a sentence that is being served."""
UNWARNED: Final = (ALLOCATED, INDUCTED, ACTIVE)
"""The states that the facts on the record can support by themselves."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """One named transition: from any of `sources` to one of `targets`."""

    id: str
    sources: tuple[State, ...]
    targets: tuple[State, ...]
    means: str
    source: str


ARROWS: Final = (
    Arrow("T01", (AWAITING,), (ALLOCATED,), "allocation recorded", "NS 2015 3(a)"),
    Arrow("T02", (ALLOCATED,), (INDUCTED,), "induction recorded", "NS 2015 3(c)"),
    Arrow("T03", (INDUCTED,), (ACTIVE,), "plan completed", "NS 2015 4(a)-(b)"),
    Arrow("T05", (*UNWARNED, WARNED), (WARNED,), "warning issued", "NS 2015 9(a)"),
    Arrow("T06", (*UNWARNED, WARNED), (BREACHED,), "breach decided", "PF 2015, enforcement"),
    Arrow("T07", (BREACHED,), UNWARNED, "court lets the order continue", "PF 2015, enforcement"),
    Arrow("T08", (BREACHED,), (*UNWARNED, WARNED), "breach withdrawn or not proved", "ours"),
    Arrow("T09", (WARNED,), UNWARNED, "no failure counts any more", "PF 2015, current practice"),
    Arrow("T10", (WARNED,), UNWARNED, "warning withdrawn", "ours"),
    Arrow("T30", (*UNWARNED, WARNED), (COMPLETED,), "end date reached", "NS 2015 11(a)"),
    Arrow("T31", (ACTIVE, WARNED), (COMPLETED,), "revoked for good progress", "PF 2015, RAR"),
    Arrow("T32", (BREACHED,), (COMPLETED,), "revoked by the court", "PF 2015, enforcement"),
    Arrow("T34", (AWAITING, *OPEN), (COMPLETED,), "ended in another way", "ours"),
)
"""The arrows that change a state; T04 and T24 to T29 change none, so they have no row."""


class GraphError(Exception):
    """Raised when the table of arrows is not a lawful graph; the message lists the offenders."""


def _reached(start: State, steps: Iterable[tuple[State, State]]) -> set[State]:
    steps = tuple(steps)
    found, front = {start}, [start]
    while front:
        here = front.pop()
        fresh = {to for source, to in steps if source is here} - found
        found |= fresh
        front.extend(sorted(fresh))
    return found


def steps_of(arrows: Iterable[Arrow]) -> tuple[tuple[State, State], ...]:
    """Return every (from, to) pair that `arrows` allow, each once, in the order of the table."""
    pairs = ((s, t) for arrow in arrows for s in arrow.sources for t in arrow.targets)
    return tuple(dict.fromkeys(pairs))


def _refuse(rule: str, offenders: Iterable[str]) -> None:
    found = sorted(offenders)
    if found:
        message = f"{rule}: {', '.join(found)}"
        raise GraphError(message)


def check(arrows: tuple[Arrow, ...], states: tuple[State, ...] = tuple(State)) -> None:
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


check(ARROWS)

"""The page of the state graphs: for each type of sentence its diagram and its arrows."""

from collections.abc import Iterator

from docs.pages.markdown import code, page, table, words
from states.transitions import TITLES, Transition, diagram, states_of, transitions_of
from states.vocabulary import Phase, SentenceType

COLUMNS = ("arrow", "from", "to", "phases", "means", "source")


def transitions_page() -> str:
    """Return the page of the state graphs, one section for each type of sentence."""
    return page(
        "# The state graphs",
        "",
        "Where an arrow has several ends, the facts on the record say which one: whoever was",
        "inducted while warned is inducted when the warning counts no more.",
        *(line for kind in SentenceType for line in _section(kind)),
    )


def _section(kind: SentenceType) -> Iterator[str]:
    yield from ("", f"## {TITLES[kind]}", "")
    yield from ("```mermaid", diagram(kind), "```", "")
    yield from table(COLUMNS, (_transition(arrow, kind) for arrow in transitions_of(kind)))
    yield from ("", f"States: {', '.join(code(state.value) for state in states_of(kind))}.")


def _transition(arrow: Transition, kind: SentenceType) -> tuple[str, ...]:
    return (
        arrow.id,
        ", ".join(arrow.sources),
        _ends(arrow),
        _phases(arrow, kind),
        arrow.means,
        arrow.source,
    )


def _ends(arrow: Transition) -> str:
    moved = [state for state in arrow.sources if state not in arrow.keeps]
    ends = [*arrow.targets] if moved else []
    kept = f"as it was from {', '.join(arrow.keeps)}" if arrow.keeps else ""
    return "; ".join(filter(None, (", ".join(ends), kept)))


def _phases(arrow: Transition, kind: SentenceType) -> str:
    order = kind is not SentenceType.CUSTODY
    known = [phase for phase in Phase if (phase is Phase.COMMUNITY) == order]
    phases = [phase for phase in known if phase in arrow.phases]
    begun = "any" if phases == known else words(phases)
    return begun if arrow.into is None else f"{begun} into {words(arrow.into)}"

"""Page of the state graphs: for each type of sentence its diagram and its transitions."""

from collections.abc import Iterator

from docs.pages.markdown import code, page, table, words
from states.transitions import TITLES, Transition, diagram, phases_of, states_of, transitions_of
from states.vocabulary import SentenceType

COLUMNS = ("transition", "from", "to", "phases", "meaning", "source", "catalogue")

ABOUT = """\
This page is for officers, lawyers and maintainers who check which transitions are possible. If a
transition has several target states, recorded facts decide between them: a person who was
inducted while warned becomes inducted when the warning no longer counts. The last column is the id
of the transition in the catalogue of rules."""


def transitions_page() -> str:
    """Return the page of the state graphs, one section for each type of sentence."""
    return page(
        "# The state graphs",
        "",
        ABOUT,
        *(line for kind in SentenceType for line in _section(kind)),
    )


def _section(kind: SentenceType) -> Iterator[str]:
    yield from ("", f"## {TITLES[kind]}", "")
    yield from ("```mermaid", diagram(kind), "```", "")
    yield from table(
        COLUMNS, (_transition(transition, kind) for transition in transitions_of(kind))
    )
    yield from ("", f"States: {', '.join(code(state.value) for state in states_of(kind))}.")


def _transition(transition: Transition, kind: SentenceType) -> tuple[str, ...]:
    return (
        code(transition.name),
        ", ".join(transition.sources),
        _ends(transition),
        _phases(transition, kind),
        transition.meaning,
        transition.citation,
        transition.reference,
    )


def _ends(transition: Transition) -> str:
    moved = [state for state in transition.sources if state not in transition.keeps]
    ends = [*transition.targets] if moved else []
    kept = f"unchanged from {', '.join(transition.keeps)}" if transition.keeps else ""
    return "; ".join(filter(None, (", ".join(ends), kept)))


def _phases(transition: Transition, kind: SentenceType) -> str:
    begun = "any" if transition.phases == phases_of(kind) else words(transition.phases)
    return begun if transition.into is None else f"{begun} into {words(transition.into)}"

"""Write the pages of docs/ that are made from code and data: `make docs`.

With `--check` nothing is written; the exit status is 1 when a page is stale.
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from activities.standards import load_shelf
from states.events.event import ENVELOPE, Event
from states.events.register import KINDS
from states.graph import ARROWS
from states.machine import diagram
from states.rules import RULES
from states.rules.rule import Nature
from states.timescale import Edition, Timescale
from states.vocabulary import State

DOCS = Path(__file__).parent
EDITION = "ns-2015"
HEAD = "<!-- Made by `make docs`; changes belong in the code or data that it is made from. -->\n"


def _first_line(text: str | None) -> str:
    return inspect.cleandoc(text or "").split("\n\n")[0].replace("\n", " ")


def graph_page() -> str:
    """Return the page of the state graph: the diagram and its arrows with their sources."""
    rows = [
        f"| {arrow.id} | {', '.join(s.value for s in arrow.sources)} "
        f"| {', '.join(t.value for t in arrow.targets)} | {arrow.means} | {arrow.source} |"
        for arrow in ARROWS
    ]
    states = [f"- `{state.value}`" for state in State]
    return "\n".join(
        [
            HEAD,
            "# The state graph of a community order",
            "",
            "```mermaid",
            diagram(),
            "```",
            "",
            "Where an arrow has several ends, the facts on the record say which one: whoever was",
            "inducted while warned is inducted when the warning counts no more.",
            "",
            "| arrow | from | to | means | source |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
            "States:",
            "",
            *states,
            "",
        ]
    )


def _amount(timescale: Timescale) -> str:
    if timescale.amount is None:
        return "none"
    return f"{timescale.amount} {timescale.unit.value.replace('_', ' ')}"


def _timescale_row(edition: Edition, item: Timescale) -> str:
    cells = (
        f"`{item.id}`",
        item.standard,
        item.rule,
        _amount(item),
        item.direction.value.replace("_", " "),
        ", ".join(f"`{s.value}`" for s in item.discharged_by) or "nothing",
        ", ".join(e.value.replace("_", " ") for e in item.exempt) or "none",
        item.hardness.value.replace("_", " "),
        item.timer.value,
        item.when_missed.value.replace("_", " "),
        ", ".join(r.value.replace("_", " ") for r in item.tells) or "nobody",
        item.ambiguity or "",
        edition.cited(item),
    )
    return f"| {' | '.join(cells)} |"


def timescales_page() -> str:
    """Return the page of every timescale of the edition, one row each."""
    edition = load_shelf().editions[EDITION]
    columns = (
        "timescale",
        "standard",
        "rule",
        "amount",
        "direction",
        "discharged by",
        "exempt",
        "hardness",
        "timer",
        "when missed",
        "tells",
        "ambiguity",
        "source",
    )
    return "\n".join(
        [
            HEAD,
            f"# Timescales of {edition.name}",
            "",
            f"{edition.title}. In force from {edition.in_force_from}"
            + (f" until {edition.in_force_until}." if edition.in_force_until else "."),
            "",
            edition.note,
            "",
            f"| {' | '.join(columns)} |",
            f"|{' --- |' * len(columns)}",
            *(_timescale_row(edition, edition.timescales[k]) for k in sorted(edition.timescales)),
            "",
            "## Choices where the documents are silent",
            "",
            "| setting | value | ambiguity | why |",
            "| --- | --- | --- | --- |",
            *(
                f"| `{name}` | {setting.value} | {setting.ambiguity or ''} | {setting.why} |"
                for name, setting in sorted(edition.settings.items())
            ),
            "",
        ]
    )


def _fields(model: type[Event]) -> str:
    names = (
        f"`{name}`{'' if field.is_required() else '?'}"
        for name, field in model.model_fields.items()
        if name not in ENVELOPE
    )
    return ", ".join(names) or "none"


def _kind_rows() -> Iterator[str]:
    for kind, model in KINDS.items():
        rule = RULES[kind]
        decided = rule.nature is Nature.DECISION
        where = ", ".join(state.value for state in rule.states) if decided else "any state"
        roles = ", ".join(sorted(role.value for role in rule.roles)) if rule.roles else "anybody"
        own = f"`{model.OWN_TIME}`" if model.OWN_TIME else "`occurred_at`"
        meaning = _first_line(model.__doc__)
        yield (
            f"| `{kind}` | {meaning} | {_fields(model)} | {own} "
            f"| {rule.nature.name.lower()} | {where} | {roles} |"
        )


def events_page() -> str:
    """Return the page of every kind of event: fields, the time that counts, who, and where."""
    return "\n".join(
        [
            HEAD,
            "# Events",
            "",
            "One signal a kind, one JSON object each. Every event has the envelope: `event_id`,",
            "`occurred_at` (RFC 3339 with offset), `by` (`id`, `role`, `organisation`) and, where",
            "it corrects another, `replaces`. A `?` marks a field that may be left out.",
            "",
            "`occurred_at` is when the act happened, and it orders. Clocks are started and settled",
            "by the time in the fourth column. A fact is applied in any state and marked irregular",
            "where the graph did not expect it; a decision is refused outside the states listed.",
            "",
            "| kind | means | fields | time that counts | nature | allowed in | from |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *_kind_rows(),
            "",
            "`nudge` has no envelope: it wakes a sentence and changes nothing.",
            "",
        ]
    )


PAGES = {
    "graph.md": graph_page,
    "timescales.md": timescales_page,
    "events.md": events_page,
}


def stale() -> list[str]:
    """Return the names of the pages that differ from what would be made now."""
    return [
        name
        for name, make in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != make()
    ]


def main() -> int:
    """Write the pages, or only look at them; return the exit status."""
    if "--check" in sys.argv[1:]:
        found = stale()
        if found:
            print(f"stale, run `make docs`: {', '.join(found)}")
        return int(bool(found))
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")
        print(f"written: docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

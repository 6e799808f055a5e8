"""Page of mappings: the translation of each message of another system, and its codes."""

from activities.standards import STANDARDS
from docs.pages.markdown import code, page, table
from runtime.ingest.mapping import CodeRow, DatedModel, MessageRule, load_mappings, referenced_paths

MESSAGES = ("message", "meaning", "becomes", "looked up", "response fields", "schema known from")
CODES = ("table", "code", "meaning", "acts from and until")

ABOUT = """\
This page is for ops and for authors of mappings; [Domain events](ingesting.md) explains how
mappings are used and how to add one. Look-ups query a service by its name. A look-up marked `?`
is skipped if the message itself has the event number."""


def mappings_page() -> str:
    """Return the page of every mapping: a row a message, a row a code."""
    mappings = load_mappings(STANDARDS)
    return page(
        "# Mappings of domain events",
        "",
        ABOUT,
        "",
        "## Messages",
        "",
        *table(MESSAGES, (_message(rule) for kind in sorted(mappings.messages)
                          for rule in mappings.messages[kind])),
        "",
        "## Codes",
        "",
        "A code without a row makes its message a dead letter.",
        "",
        *table(CODES, (_code(name, row) for name, rows in sorted(mappings.tables.items())
                       for known in rows.values() for row in known)),
    )  # fmt: skip


def _message(rule: MessageRule) -> tuple[str, ...]:
    asked = (f"{code(f'{item.service} {item.path}')}{'?' if item.unless else ''}"
             for item in rule.look_ups)  # fmt: skip
    roots = {item.into for item in rule.look_ups} | {"item"}
    read = sorted(place for place in referenced_paths(rule) if place.partition(".")[0] in roots)
    days = _days(rule)
    kind = f"{code(rule.type)}{f', acts {days}' if days else ''}"
    return (
        *(kind, rule.means, _becomes(rule), ", ".join(asked)),
        *(", ".join(map(code, read)), rule.source),
    )


def _becomes(rule: MessageRule) -> str:
    if rule.ignored is not None:
        return f"nothing: {rule.ignored}"
    if rule.for_a_person is not None:
        return f"dead letter: {rule.for_a_person}"
    steps = [
        f"{code(step.kind)}{f' ({_either(step.when)})' if step.when else ''}"
        for step in rule.becomes
    ]
    undone = [f"withdraws {code(kind)}" for kind in rule.undoes]
    return ", ".join([*steps, *undone])


def _either(meanings: tuple[str, ...]) -> str:
    return " or ".join(meaning.replace("_", " ") for meaning in meanings)


def _code(name: str, row: CodeRow) -> tuple[str, ...]:
    means = (
        code(row.means)
        if row.means is not None
        else f"nothing: {row.ignored}"
        if row.ignored is not None
        else f"dead letter: {row.for_a_person}"
    )
    return (name, code(row.code), means, _days(row) or "any day")


def _days(rule: DatedModel) -> str:
    first = f"from {rule.from_}" if rule.from_ is not None else ""
    last = f"until {rule.until}" if rule.until is not None else ""
    return " ".join(filter(None, (first, last)))

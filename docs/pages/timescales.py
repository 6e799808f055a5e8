"""The page of an edition: its timescales, its duties and the choices it makes."""

from collections.abc import Iterator, Mapping
from typing import Any

from activities.standards import load_shelf
from docs.pages.markdown import code, page, table, words
from states.timescale import Edition

EDITION = "ns-2015"

TIMESCALE = {
    "standard": "standard",
    "applies to": "applies_to",
    "only with": "requirements",
    "rule": "rule",
    "amount": "amount",
    "direction": "direction",
    "discharged by": "discharged_by",
    "exempt": "exempt",
    "hardness": "hardness",
    "timer": "timer",
    "when missed": "when_missed",
    "tells": "tells",
    "ambiguity": "ambiguity",
}
"""Heading and field of each column between the name of a timescale and its source."""

DUTY = {
    "standard": "standard",
    "duty": "rule",
    "applies to": "applies_to",
    "only with": "requirements",
    "trigger": "trigger",
    "owner": "owner",
    "discharged by": "discharged_by",
    "notices": "notices",
    "exempt": "exempt",
    "hardness": "hardness",
    "ambiguity": "ambiguity",
}


def timescales_page() -> str:
    """Return the page of every timescale and every duty of the edition, one row each."""
    edition = load_shelf().editions[EDITION]
    until = f" until {edition.in_force_until}." if edition.in_force_until else "."
    return page(
        f"# Timescales of {edition.name}",
        "",
        f"{edition.title}. In force from {edition.in_force_from}{until}",
        "",
        edition.note,
        "",
        *_table("timescale", TIMESCALE, edition, edition.timescales),
        *_duties(edition),
        "",
        "## Choices where the documents are silent",
        "",
        *_settings(edition),
    )


def _duties(edition: Edition) -> Iterator[str]:
    duties: Mapping[str, Any] = getattr(edition, "duties", {})
    if not duties:
        return
    yield from ("", "## Duties without a time", "")
    yield from ("They are open until they are done, and show their age; none is ever overdue.", "")
    yield from _table("duty", DUTY, edition, duties)


def _settings(edition: Edition) -> Iterator[str]:
    return table(
        ("setting", "value", "ambiguity", "why"),
        (
            (code(name), words(setting.value), setting.ambiguity or "", setting.why)
            for name, setting in sorted(edition.settings.items())
        ),
    )


def _table(
    what: str, columns: Mapping[str, str], edition: Edition, items: Mapping[str, Any]
) -> Iterator[str]:
    # A column that no item fills, such as a limit to some requirements, is left away.
    filled = {
        heading: field
        for heading, field in columns.items()
        if any(_cell(item, field) for item in items.values())
    }
    return table(
        (what, *filled, "source"),
        (
            (code(name), *(_cell(item, field) for field in filled.values()), edition.cited(item))
            for name, item in sorted(items.items())
        ),
    )


def _cell(item: Any, field: str) -> str:
    value = getattr(item, field, None)
    if field == "amount":
        return f"{value} {words(item.unit)}" if value is not None else "none"
    if field == "discharged_by":
        return ", ".join(code(settlement) for settlement in value or ()) or "nothing"
    return words(value)

"""Page of an edition: its timescales, bounds, duties and settings."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from activities.standards import load_catalogue
from docs.pages.markdown import code, page, table, words
from states.standards.edition import Edition
from states.standards.provisions import DutyNotice, Provision

EDITION = "ns-2015"

SHARED = {
    "standard": "standard",
    "rule": "rule",
    "applies to": "applies_to",
    "with requirement": "requirements",
    "with provider": "providers",
    "with agency": "agencies",
    "begins with": "triggers",
}
"""Heading and field of the first columns of every table, between the id and what is its own."""

ENDING = {
    "discharged by": "discharged_by",
    "by contact about": "contact_kinds",
    "lapses with": "ends_with",
    "exempt": "exempt",
    "binding force": "hardness",
}
LAST = {"ambiguity": "ambiguity", "also carries": "carries"}
MISSED = {"timer": "timer", "if missed": "when_missed", "notifies": "tells"}

CLOCK = SHARED | {"amount": "amount", "direction": "direction"} | ENDING | MISSED | LAST
BOUND = SHARED | {"amount": "amount", "direction": "direction", "from": "day"}
BOUND |= {"occurrences": "threshold"} | ENDING | LAST
DUTY = SHARED | {"owner": "owner", "notices": "notices"} | ENDING | LAST


def timescales_page() -> str:
    """Return the page of every timescale, bound and duty of the edition, one row each."""
    edition = load_catalogue().editions[EDITION]
    until = f" until {edition.in_force_until}." if edition.in_force_until else "."
    every = [row for _, row in sorted(edition.timescales.items())]
    return page(
        f"# Timescales of {edition.name}",
        "",
        "This page is for officers and lawyers who check the numbers, and for authors of editions.",
        "",
        f"{edition.title}. In force from {edition.in_force_from}{until}",
        "",
        edition.note,
        "",
        *_table("timescale", CLOCK, edition, [row for row in every if not row.is_bound]),
        *_part("Bounds", "A bound limits what is allowed. Nothing starts it."),
        *_table("bound", BOUND, edition, [row for row in every if row.is_bound]),
        *_part("Duties without a time", "A duty shows its age and is never overdue."),
        *_table("duty", DUTY, edition, [row for _, row in sorted(edition.duties.items())]),
        *_part("Choices where the documents are silent"),
        *_settings(edition),
    )


def _part(title: str, *said: str) -> tuple[str, ...]:
    return ("", f"## {title}", "", *(line for text in said for line in (text, "")))


def _settings(edition: Edition) -> Iterator[str]:
    return table(
        ("setting", "value", "ambiguity", "why"),
        (
            (code(name), words(setting.value), setting.ambiguity or "", setting.why)
            for name, setting in sorted(edition.settings.items())
        ),
    )


def _table(
    what: str, columns: Mapping[str, str], edition: Edition, rows: Iterable[Provision]
) -> Iterator[str]:
    # Omit a column that no row fills, such as a limit to some agencies.
    rows = tuple(rows)
    filled = {
        heading: field
        for heading, field in columns.items()
        if any(_cell(row, field) for row in rows)
    }
    return table(
        (what, *filled, "source"),
        (
            (code(row.id), *(_cell(row, field) for field in filled.values()), edition.cited(row))
            for row in rows
        ),
    )


def _cell(row: Any, field: str) -> str:
    value = getattr(row, field)
    if field == "amount":
        return f"{value} {words(row.unit)}" if value is not None else "none"
    if field == "notices":
        return ", ".join(map(_notice, value))
    if field in {"discharged_by", "ends_with", "carries"}:
        return ", ".join(map(code, value))
    return words(value)


def _notice(notice: DutyNotice) -> str:
    return f"`{notice.template}` to {words(notice.recipient)}"

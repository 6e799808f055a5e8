"""Page of the list of rules: for each row its implementation and its tests."""

from collections.abc import Iterator, Sequence

from docs.pages.markdown import code, page, table, words
from docs.tracing.implementations import Place
from docs.tracing.rows import Section
from docs.tracing.trace import Trace, Traced, trace

SHOWN = 2
"""Number of places that a cell names before it counts the rest."""

SHORT_NAMES = """\
NS 2015 stands for the National Standards for the Management of Offenders 2015, PF 2015 for the
Practice Framework of August 2015, with the heading in it; APP for the College of Policing's page on
enforcing sentences, the Northumbria page for that of a probation trust on offender management, and
HMIP 2018 for an inspection of enforcement and recall. Rows marked as ours are in no document.

CO is a community order, SSO a suspended sentence order, CUS the custodial part of a sentence, LIC
the licence, PSS post-sentence supervision, ALL all five. Requirements and conditions have their
usual codes, as in section 6.1."""

ABOUT = """\
This page is for lawyers, auditors and maintainers. It lists every rule that the documents give
for a sentence, with the data or code that implements it and the tests that check it. Data, code
and tests refer to a row by its id."""


def standards_page() -> str:
    """Return the page of every row of the list, section by section."""
    traced = trace()
    return page(
        "# The rules and their implementation",
        "",
        ABOUT,
        "",
        SHORT_NAMES,
        "",
        "## Count",
        "",
        *_count(traced),
        *(line for section, rows in traced.sections for line in _section(section, rows)),
        *_left_out(traced),
    )


def _count(traced: Trace) -> Iterator[str]:
    everything = tuple(traced.rows())
    counted = [(f"{one.section} {one.title}", rows) for one, rows in traced.sections]
    return table(
        ("section", "rows", "implemented", "tested", "left out", "open"),
        (_counts(name, rows) for name, rows in [*counted, ("All", everything)]),
    )


def _counts(name: str, rows: Sequence[Traced]) -> tuple[str, ...]:
    left_out = [one for one in rows if one.row.left_out is not None]
    kept = [one for one in rows if one.row.left_out is None]
    numbers = (
        len(rows),
        len([one for one in kept if one.implementations]),
        len([one for one in kept if one.implementations and one.tests]),
        len(left_out),
        len([one for one in rows if one.problem]),
    )
    return (name, *map(str, numbers))


def _section(section: Section, rows: Sequence[Traced]) -> Iterator[str]:
    yield from ("", f"## {section.section} {section.title}", "")
    yield from table(
        ("row", "rule", "applies to", "binding as", "source", "implemented in", "tested by"),
        (_cells(one) for one in rows if one.row.left_out is None),
    )


def _cells(one: Traced) -> tuple[str, ...]:
    row = one.row
    return (
        f"`{row.id}`",
        row.title,
        row.applies_to,
        words(row.hardness).replace("_", " "),
        row.source,
        _places(one.implementations, ": "),
        _places(one.tests, "::"),
    )


def _places(places: Sequence[Place], joint: str) -> str:
    shown = [code(joint.join(filter(None, place))) for place in places[:SHOWN]]
    more = [f"{len(places) - SHOWN} more"] if len(places) > SHOWN else []
    return ", ".join([*shown, *more]) or "nothing yet"


def _left_out(traced: Trace) -> Iterator[str]:
    yield from ("", "## Left out", "", "Rows that no sentence can implement, and why.", "")
    yield from table(
        ("row", "rule", "source", "why"),
        (
            (f"`{row.id}`", row.title, row.source, row.left_out)
            for row in (one.row for one in traced.rows())
            if row.left_out is not None
        ),
    )

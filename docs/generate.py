"""Generate the pages of docs/ that come from code and data: `make docs`.

With `--check` nothing is written, and the exit status is 1 if a page is stale. With `--open`
nothing is written either: the rows that are not implemented or not tested are printed.
"""

import sys
from pathlib import Path

from docs.pages.contract import SCHEMAS, contract_pages
from docs.pages.documents import documents_page
from docs.pages.events import events_page
from docs.pages.examples import examples_page
from docs.pages.mappings import mappings_page
from docs.pages.records import records_page
from docs.pages.report import report_page
from docs.pages.standards import standards_page
from docs.pages.timescales import timescales_page
from docs.pages.transitions import transitions_page
from docs.tracing.__main__ import show_open

DOCS = Path(__file__).parent

PAGES = {
    "transitions.md": transitions_page,
    "timescales.md": timescales_page,
    "events.md": events_page,
    "standards.md": standards_page,
    "examples.md": examples_page,
    "report.md": report_page,
    "documents.md": documents_page,
    "records.md": records_page,
    "mappings.md": mappings_page,
    **contract_pages(),
}


def stale() -> list[str]:
    """Return the names of pages that differ from a newly generated page, or are left over."""
    found = [
        name
        for name, make in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != make()
    ]
    return found + left_over()


def left_over() -> list[str]:
    """Return the schema files of kinds that no longer exist."""
    there = (path.relative_to(DOCS).as_posix() for path in (DOCS / SCHEMAS).glob("*"))
    return sorted(name for name in there if name not in PAGES)


def check() -> int:
    """Print the stale pages, and return the exit status."""
    found = stale()
    if found:
        print(f"stale, run `make docs`: {', '.join(found)}")
    return int(bool(found))


def main() -> int:
    """Write the pages, or carry out an option of the command line; return the exit status."""
    if "--check" in sys.argv[1:]:
        return check()
    if "--open" in sys.argv[1:]:
        return show_open()
    for name, make in PAGES.items():
        (DOCS / name).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / name).write_text(make(), encoding="utf-8")
        print(f"written: docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

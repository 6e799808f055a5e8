"""Page of the caseload report: what each measure counts, and the meaning of a period."""

from collections.abc import Iterator

from docs.pages.markdown import code, page, table
from runtime.report.catalogue import MEASURES, REFERENCES
from runtime.report.model import Measure

INTRODUCTION = (
    "This page is for managers and analysts: it defines every measure of the report. "
    "`python starter.py report` counts the measures over the case records: as tables, with "
    "`--json` as data, with `--html FILE` as one self-contained file, with `--serve` as "
    "pages at `SENTENCES_REPORT_BIND` (`127.0.0.1:8087`). `make run` serves the same pages. "
    "Every number on a page links to the sentences that it counts, each sentence to its case "
    "record, and the record to the Temporal UI. The pages need no scripts and load nothing from "
    "elsewhere. They have no login: leave them on loopback, or put a proxy with sign-in in "
    "front of them."
)
OF_WHEN = (
    "Statuses are those of the last turn of each sentence, whose time is on its record. A clock "
    "that ran then, and is past its time when the report is made, counts as overdue; terms "
    "end and windows open by themselves. A report shows the present: a period selects what is "
    "counted, but does not restore an earlier state of the record."
)
STATUSES = (
    ("met", "done in time"),
    ("met late", "done after its time"),
    ("missed", "its time passed, and there is nothing left to do"),
    ("overdue", "its time passed, and it is still to be done"),
    ("running", "its time is not over"),
    ("cancelled", "the duty ended before its time was over; it is in no percentage"),
)
NEVER = (
    "Published figures are shown beside ours for reference, each with the certainty that the"
    " number belongs to its label. They are never a threshold. A number without a clear source "
    "is not included."
)
PROVIDER = (
    "`--provider` takes NPS, CRC or the code of a provider, and selects sentences by their "
    "present provider. `--from` and `--to` are London days, both included in the period."
)


def report_page() -> str:
    """Return the page of the report: every measure with its definition."""
    return page(
        "# The caseload report",
        "",
        "![The overview: numbers at a glance, and a card for each measure](report.png)",
        "",
        INTRODUCTION,
        "",
        OF_WHEN,
        "",
        PROVIDER,
        "",
        "## Status of a clock",
        "",
        *table(("status", "meaning"), STATUSES),
        "",
        *_measures(),
        "## Published figures",
        "",
        NEVER,
        "",
        *table(("measure", "figure", "of", "attribution", "source"), _references()),
    )


def _measures() -> Iterator[str]:
    for topic in dict.fromkeys(measure.topic for measure in MEASURES.values()):
        yield f"## {topic}"
        yield ""
        yield from table(
            ("measure", "", "what is counted", "a period means", "source"),
            (_row(measure) for measure in MEASURES.values() if measure.topic == topic),
        )
        yield ""


def _row(measure: Measure) -> tuple[str, ...]:
    definition = f"{measure.definition} {measure.caveat}".strip()
    return code(measure.id), measure.title, definition, measure.period, measure.source


def _references() -> Iterator[tuple[str, ...]]:
    for key, items in REFERENCES.items():
        for item in items:
            yield code(key), item.value, item.label, item.confidence.value, item.source

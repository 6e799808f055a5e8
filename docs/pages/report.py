"""The page of the caseload report: what each measure counts, and what a period means for it."""

from collections.abc import Iterator

from docs.pages.markdown import code, page, table
from runtime.report.catalogue import MEASURES, REFERENCES
from runtime.report.model import Measure

INTRODUCTION = (
    "`python starter.py report` counts what follows over the case records: as tables, with "
    "`--json` as data, with `--html FILE` as one file that needs no other, with `--serve` as "
    "pages at `SENTENCES_REPORT_BIND` (`127.0.0.1:8087`). `make run` serves the same pages. "
    "Every number on a page leads to the sentences that it counts, each of them to its case "
    "record, and that to the Temporal UI. The pages need no script and load nothing from "
    "elsewhere. Nobody logs in to them: leave them on loopback, or put something in front of "
    "them that knows who may read them."
)
OF_WHEN = (
    "Statuses are those of the last turn of each sentence, whose time stands on its record. "
    "What ran then, and whose time is over at the time of the report, is overdue; a term ends "
    "and a window opens of itself. A report is of now: a period chooses what is counted, and "
    "does not turn the record back."
)
STANDINGS = (
    ("met", "done in time"),
    ("met late", "done after its time"),
    ("missed", "its time passed, and nothing is left to do"),
    ("overdue", "its time passed, and it is still to be done"),
    ("running", "its time is not over"),
    ("fell away", "there was no duty any more before its time was over; it is in no share"),
)
NEVER = (
    "Figures that others printed stand beside ours for reference, each with how sure it is that"
    " the number belongs to its label. They are never a threshold. A number that nobody can "
    "attribute is not kept."
)
PROVIDER = (
    "`--provider` takes NPS, CRC or the code of one, and means whoever holds the sentence now; "
    "`--from` and `--to` are London days, both of which belong to the period."
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
        "## How a clock stands",
        "",
        *table(("standing", "meaning"), STANDINGS),
        "",
        *_measures(),
        "## Printed figures",
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
    asks = f"{measure.asks} {measure.caveat}".strip()
    return code(measure.id), measure.title, asks, measure.period, measure.source


def _references() -> Iterator[tuple[str, ...]]:
    for key, items in REFERENCES.items():
        for item in items:
            yield code(key), item.value, item.label, item.confidence.value, item.source

"""Presentation of the results: words, links, cells, charts and HTML pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from runtime.report.charts import bars
from runtime.report.model import Chart
from runtime.report.results import CaseloadReport, MeasureResult, PartResult, ReportLine
from states.time.london import LONDON

LINE_SEPARATOR: Final = " · "
"""Separates the timescale in the name of a line from what else distinguishes it."""

REPORT_FOLDER: Final = Path(__file__).parent

COLUMN_COLOURS: Final[Mapping[str, str]] = {
    "met": "good",
    "met_late": "late",
    "missed": "bad",
    "overdue": "worse",
    "running": "idle",
    "stopped": "off",
    "yes": "good",
    "no": "bad",
    "no_plan": "bad",
    "no_contact": "late",
    "open": "idle",
    "overdue_prompt": "late",
    "today": "s1",
    "week": "idle",
    "on_the_day": "good",
    "gap": "worse",
}
"""Colour of a column by its id; the others take the numbered colours in turn."""

NUMBERED_COLOURS: Final = 9


def minute(at: datetime) -> str:
    """Return an instant as London's day and minute."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def words(code: str | None) -> str:
    """Return a code in words."""
    return (code or "").replace("_", " ")


def percent(share: float | None) -> str:
    """Return a share in per cent. `<1%` and `>99%` are never rounded to 0% or 100%."""
    if share is None:
        return ""
    rounded = f"{share:.0%}"
    if 0 < share < 1 and rounded in ("0%", "100%"):
        return "<1%" if rounded == "0%" else ">99%"
    return rounded


def mean_text(mean: float | None) -> str:
    """Return a mean with two decimals."""
    return "" if mean is None else f"{mean:.2f}"


def median_text(days: float | None) -> str:
    """Return a median of days."""
    return "" if days is None else f"{days:g}"


def scope_text(report: CaseloadReport) -> str:
    """Return the provider and the period of a report in words."""
    provider = f"Provider {report.provider}" if report.provider else "All providers"
    period = "the whole record"
    if report.first and report.last:
        period = f"{report.first} to {report.last}"
    elif report.first or report.last:
        period = f"from {report.first}" if report.first else f"until {report.last}"
    return f"{provider}, {period}"


def by_topic(report: CaseloadReport) -> dict[str, list[MeasureResult]]:
    """Return the measures by topic, in the order of the catalogue."""
    topics: dict[str, list[MeasureResult]] = {}
    for measure in report.measures:
        topics.setdefault(measure.topic, []).append(measure)
    return topics


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """Addresses of the pages that a report links to."""

    query: Mapping[str, str]
    """Scope of the report, as query parameters."""
    alone: bool = False
    """True if the report is a single file, without pages to link to."""

    def home(self) -> str:
        """Return the address of the overview."""
        return _address("/", self.query)

    def measure(self, measure: str) -> str:
        """Return the address of a measure."""
        return _address(f"/measures/{quote(measure)}", self.query)

    def figure(self, measure: str, part: str, **cell: str) -> str:
        """Return the address of the rows behind a figure; empty if there are no pages."""
        if self.alone:
            return ""
        return _address(f"/measures/{quote(measure)}/{quote(part)}", {**self.query, **cell})


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class ReportCell:
    """Number in a table, a legend or a bar."""

    title: str
    count: int
    share: str
    colour: str
    href: str
    start: float
    """Start of its segment of the bar, in per cent of the bar."""
    width: float


@dataclass(frozen=True, slots=True)
class Headline:
    """Number at the top of the overview."""

    title: str
    count: int
    href: str
    alarm: bool


_HEADLINES: Final = (
    ("m-caseload", "all", "sentences", "sentences in the caseload"),
    ("m-caseload", "all", "persons", "persons"),
    ("w-due", "officer", "overdue", "overdue standards"),
    ("w-due", "officer", "overdue_prompt", "overdue prompts"),
    ("w-due", "officer", "today", "due today"),
    ("w-due", "officer", "week", "due in 6 days more"),
    ("w-duties", "owner", "open", "open duties"),
)
"""Measure, part, column and title of each."""

_ALARMS: Final = frozenset({"overdue", "overdue_prompt"})


@dataclass(frozen=True, slots=True)
class Presenter:
    """Presenter of results.

    Attributes:
        titles: Title of each timescale and duty by its id.
        links: Addresses that numbers link to.
    """

    titles: Mapping[str, str]
    links: ReportLinks

    def line_title(self, line: str) -> tuple[str, str]:
        """Return the title of a line, and its code if that differs."""
        name, separator, rest = line.partition(LINE_SEPARATOR)
        if name in self.titles:
            return f"{self.titles[name]}{separator}{rest}", name
        return words(line), ""

    def cells(self, part: PartResult, line: ReportLine) -> list[ReportCell]:
        """Return the cells of one line; the cells of the total link to the rows of all lines."""
        cells, start = [], 0.0
        for number, column in enumerate(part.columns):
            share = line.shares.get(column.id)
            width = round(100 * (share or 0), 3)
            cell = {"column": column.id} | ({"line": line.line} if line.line else {})
            cells.append(
                ReportCell(
                    title=column.title,
                    count=line.counts[column.id],
                    share=percent(share),
                    colour=COLUMN_COLOURS.get(column.id, f"s{number % NUMBERED_COLOURS + 1}"),
                    href=self.links.figure(part.measure_id, part.id, **cell),
                    start=round(start, 3),
                    width=width,
                )
            )
            start += width
        return cells

    def legend(self, part: PartResult) -> list[ReportCell]:
        """Return the numbers of a part's chart, or of its total."""
        if part.spec.chart is not Chart.LINES:
            return self.cells(part, part.total)
        return [
            replace(
                self.cells(part, line)[0],
                title=self.line_title(line.line)[0],
                colour=f"s{number % NUMBERED_COLOURS + 1}",
            )
            for number, line in enumerate(part.lines)
        ]

    def chart(self, part: PartResult) -> Markup | None:
        """Return the chart of a part; None if it has none, or only bars in its table."""
        if part.spec.chart in (None, Chart.BARS) or not part.lines:
            return None
        counts = [(cell.title, cell.count) for cell in self.legend(part)]
        return bars(f"chart-{part.measure_id}-{part.id}", part.title, counts)

    def headlines(self, report: CaseloadReport) -> Sequence[Headline]:
        """Return the numbers at the top of the overview."""
        parts = {(m.id, part.id): part for m in report.measures for part in m.parts}
        found = []
        for measure, part, column, title in _HEADLINES:
            count = parts[measure, part].total.counts[column]
            href = self.links.figure(measure, part, column=column)
            alarm = column in _ALARMS and count > 0
            found.append(Headline(title, count, href, alarm=alarm))
        return found


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(REPORT_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for function in (words, percent, minute, mean_text, median_text, scope_text):
        environment.globals[function.__name__] = function
    return environment


@cache
def stylesheet() -> str:
    """Return the style sheet of all pages."""
    return (REPORT_FOLDER / "static" / "report.css").read_text("utf-8")


def render_page(template: str, **context: Any) -> str:
    """Return the page made from a template; every value is escaped."""
    return _templates().get_template(f"{template}.html").render({"alone": False, **context})


def render_overview(
    report: CaseloadReport, presenter: Presenter, providers: Sequence[str] = ()
) -> str:
    """Return the overview; a single file contains every table and the style sheet."""
    alone = presenter.links.alone
    return render_page(
        "overview",
        report=report,
        present=presenter,
        topics=by_topic(report),
        providers=providers,
        alone=alone,
        css=stylesheet() if alone else "",
    )

"""How instants, codes, lines and shares are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from runtime.report.catalogue import part_of
from runtime.report.charts import bars
from runtime.report.model import Chart, MeasurePart
from runtime.report.results import (
    CaseloadReport,
    MeasureResult,
    PartResult,
    PrintedFigure,
    ReportLine,
)
from states.time.london import LONDON

BETWEEN: Final = " · "
"""Stands between the timescale and what else makes a line."""


def minute(at: datetime) -> str:
    """Return an instant as London's day and minute."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def words(code: str | None) -> str:
    """Return a code as a reader says it."""
    return (code or "").replace("_", " ")


def line_title(line: str, titles: Mapping[str, str]) -> tuple[str, str]:
    """Return what a line is called, and its code where that is something else."""
    name, between, rest = line.partition(BETWEEN)
    if name in titles:
        return f"{titles[name]}{between}{rest}", name
    return words(line), ""


def percent(share: float | None) -> str:
    """Return a share in per cent; one that is not quite nothing, or not quite all, shows it."""
    if share is None:
        return ""
    rounded = f"{share:.0%}"
    if 0 < share < 1 and rounded in ("0%", "100%"):
        return "<1%" if rounded == "0%" else ">99%"
    return rounded


@dataclass(frozen=True, slots=True)
class ReportLinks:
    """Where the numbers of one report lead; nowhere in a file that stands alone."""

    query: Mapping[str, str]
    """What was asked, as the address has it."""
    alone: bool = False

    def home(self) -> str:
        """Return the address of the overview."""
        return _with("/", self.query)

    def measure(self, measure: str) -> str:
        """Return the address of a measure."""
        return _with(f"/measures/{quote(measure)}", self.query)

    def figure(self, measure: str, part: str, **more: str) -> str:
        """Return the address of the sentences behind a figure; nothing where there are no pages."""
        if self.alone:
            return ""
        return _with(f"/measures/{quote(measure)}/{quote(part)}", {**self.query, **more})


def _with(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class ReportCell:
    """One number."""

    title: str
    count: int
    share: str
    tone: str
    href: str
    start: float
    """Where its piece of the bar begins, in hundredths of the bar."""
    width: float


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One line of a table."""

    title: str
    code: str
    cells: tuple[ReportCell, ...]
    share: str
    mean: str
    median: str


@dataclass(frozen=True, slots=True)
class PartTable:
    """One part of a measure, as it is shown."""

    key: str
    """Unique in a page."""
    title: str
    lines_are: str
    columns: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    all: ReportRow
    share_is: str
    mean_is: str
    timed: bool
    has_bars: bool
    chart: Markup | None
    legend: tuple[ReportCell, ...]
    """The numbers of its drawing, or of all lines together."""
    detail: bool
    width: int


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure, as it is shown."""

    id: str
    href: str
    title: str
    topic: str
    asks: str
    period: str
    source: str
    caveat: str
    references: tuple[PrintedFigure, ...]
    parts: tuple[PartTable, ...]


@dataclass(frozen=True, slots=True)
class TopicView:
    """The measures of one topic."""

    key: str
    title: str
    measures: tuple[MeasureView, ...]


TONES: Final[Mapping[str, str]] = {
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
"""Colour of a column by its id; all others take turns."""

TURNS: Final = 9


@dataclass(frozen=True, slots=True)
class ReportHeader:
    """What was asked, in words."""

    scope_said: str
    as_of: str
    sentences: int
    oldest: str
    provider: str | None
    first: date | None
    last: date | None


def report_header(report: CaseloadReport) -> ReportHeader:
    """Return what a report is of, in words."""
    whose = f"Provider {report.provider}" if report.provider else "All providers"
    days = "the whole record"
    if report.first and report.last:
        days = f"{report.first} to {report.last}"
    elif report.first or report.last:
        days = f"from {report.first}" if report.first else f"until {report.last}"
    return ReportHeader(
        f"{whose}, {days}",
        minute(report.as_of),
        report.sentences,
        minute(report.oldest_turn) if report.oldest_turn else "",
        report.provider,
        report.first,
        report.last,
    )


def topic_views(
    report: CaseloadReport, titles: Mapping[str, str], links: ReportLinks
) -> tuple[TopicView, ...]:
    """Return the measures by topic, in the order of the register."""
    names = list(dict.fromkeys(measure.topic for measure in report.measures))
    return tuple(
        TopicView(
            f"topic-{number}",
            name,
            tuple(measure_view(m, titles, links) for m in report.measures if m.topic == name),
        )
        for number, name in enumerate(names, start=1)
    )


def measure_view(
    answer: MeasureResult, titles: Mapping[str, str], links: ReportLinks
) -> MeasureView:
    """Return one measure as it is shown."""
    return MeasureView(
        answer.id,
        links.measure(answer.id),
        answer.title,
        answer.topic,
        answer.asks,
        answer.period,
        answer.source,
        answer.caveat,
        answer.references,
        tuple(_table(answer.id, part, titles, links) for part in answer.parts),
    )


def _table(
    measure: str, part: PartResult, titles: Mapping[str, str], links: ReportLinks
) -> PartTable:
    known = part_of(measure, part.id)
    shape = known[1] if known is not None else None
    drawn = shape is not None and shape.chart is Chart.BARS
    rows = tuple(_row(measure, part, line, titles, links) for line in part.lines)
    whole = _row(measure, part, _summed(part, shape), titles, links, everything=True)
    key = f"{measure}-{part.id}"
    by_line = shape is not None and shape.chart is Chart.LINES
    legend = tuple(_named(row, rows) for row in rows) if by_line else whole.cells
    return PartTable(
        key=key,
        title=part.title,
        lines_are=part.lines_are,
        columns=tuple(column.title for column in part.columns),
        rows=rows,
        all=whole,
        share_is=part.share_is or "",
        mean_is=part.mean_is or "",
        timed=shape is not None and shape.timed,
        has_bars=drawn,
        chart=_chart(key, part, legend, shape),
        legend=legend,
        detail=shape is not None and shape.detail,
        width=len(part.columns) + 5,
    )


def _named(row: ReportRow, rows: Sequence[ReportRow]) -> ReportCell:
    """Return the first number of a line under the name of the line."""
    tone = f"s{rows.index(row) % TURNS + 1}"
    return replace(row.cells[0], title=row.title, tone=tone)


def _chart(
    key: str, part: PartResult, legend: Sequence[ReportCell], shape: MeasurePart | None
) -> Markup | None:
    if shape is None or shape.chart in (None, Chart.BARS) or not part.lines:
        return None
    return bars(f"chart-{key}", part.title, [(cell.title, cell.count) for cell in legend])


def _summed(part: PartResult, shape: MeasurePart | None) -> ReportLine:
    counts = {c.id: sum(line.counts[c.id] for line in part.lines) for c in part.columns}
    if shape is None:
        return ReportLine(line="", counts=counts, shares={})
    good, of = (sum(counts.get(key, 0) for key in keys) for keys in (shape.good, shape.of))
    whole = sum(counts.get(key, 0) for key in shape.whole)
    mean = shape.mean
    over = sum(counts[key] for key in mean.of) if mean else 0
    return ReportLine(
        line="",
        counts=counts,
        shares={key: counts[key] / whole for key in shape.whole if key in counts} if whole else {},
        share=good / of if of else None,
        mean=counts[mean.total] / over if mean and over else None,
    )


def _row(
    measure: str,
    part: PartResult,
    line: ReportLine,
    titles: Mapping[str, str],
    links: ReportLinks,
    *,
    everything: bool = False,
) -> ReportRow:
    cells, start = [], 0.0
    for number, column in enumerate(part.columns):
        share = line.shares.get(column.id)
        asked = {"column": column.id} if everything else {"line": line.line, "column": column.id}
        width = round(100 * (share or 0), 3)
        cells.append(
            ReportCell(
                column.title,
                line.counts[column.id],
                percent(share),
                TONES.get(column.id, f"s{number % TURNS + 1}"),
                links.figure(measure, part.id, **asked),
                round(start, 3),
                width,
            )
        )
        start += width
    title, code = line_title(line.line, titles)
    return ReportRow(
        title,
        code,
        tuple(cells),
        percent(line.share),
        "" if line.mean is None else f"{line.mean:.2f}",
        "" if line.median_days is None else f"{line.median_days:g}",
    )


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the numbers on top of the overview."""

    title: str
    count: int
    href: str
    alarm: bool


_HEADLINES: Final = (
    ("m-caseload", "all", "sentences", "sentences in the caseload", False),
    ("m-caseload", "all", "persons", "persons", False),
    ("w-due", "officer", "overdue", "overdue standards", True),
    ("w-due", "officer", "overdue_prompt", "overdue prompts", True),
    ("w-due", "officer", "today", "due today", False),
    ("w-due", "officer", "week", "due in 6 days more", False),
    ("w-duties", "owner", "open", "open duties", False),
)


def headlines(report: CaseloadReport, links: ReportLinks) -> Sequence[Headline]:
    """Return the numbers on top of the overview."""
    parts = {(m.id, part.id): part for m in report.measures for part in m.parts}
    found = []
    for measure, part, column, title, alarm in _HEADLINES:
        count = sum(line.counts[column] for line in parts[measure, part].lines)
        href = links.figure(measure, part, column=column)
        found.append(Headline(title, count, href, alarm and count > 0))
    return found


REPORT_FOLDER: Final = Path(__file__).parent


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(REPORT_FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["words"] = words
    return found


@cache
def stylesheet() -> str:
    """Return the one style sheet."""
    return (REPORT_FOLDER / "static" / "report.css").read_text("utf-8")


def render_page(name: str, **said: Any) -> str:
    """Return a page, made of the template of that name; every value is escaped."""
    return _templates().get_template(f"{name}.html").render({"alone": False, **said})


def render_overview(
    report: CaseloadReport, titles: Mapping[str, str], links: ReportLinks, **more: Any
) -> str:
    """Return the overview; one whose links stand `alone` has every table and the style in it."""
    said = {
        "report": report_header(report),
        "glance": headlines(report, links),
        "topics": topic_views(report, titles, links),
        **more,
    }
    return render_page(
        "overview", alone=links.alone, css=stylesheet() if links.alone else "", **said
    )

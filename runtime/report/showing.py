"""Turn a counted report into what pages show: cells with a colour, a share and a link each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from markupsafe import Markup

from runtime.report.charts import bars
from runtime.report.counting import Answer, Counted, Line, Report
from runtime.report.links import Links
from runtime.report.register import part_of
from runtime.report.shape import Chart, Part
from runtime.report.shown import Cell, Row, Shown, Table, Topic
from runtime.report.wording import line_title, minute, percent

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
class Head:
    """What was asked, in words."""

    scope_said: str
    as_of: str
    sentences: int
    oldest: str
    provider: str | None
    first: date | None
    last: date | None


def head(report: Report) -> Head:
    """Return what a report is of, in words."""
    whose = f"Provider {report.provider}" if report.provider else "All providers"
    days = "the whole record"
    if report.first and report.last:
        days = f"{report.first} to {report.last}"
    elif report.first or report.last:
        days = f"from {report.first}" if report.first else f"until {report.last}"
    return Head(
        f"{whose}, {days}",
        minute(report.as_of),
        report.sentences,
        minute(report.oldest_turn) if report.oldest_turn else "",
        report.provider,
        report.first,
        report.last,
    )


def topics(report: Report, titles: Mapping[str, str], links: Links) -> tuple[Topic, ...]:
    """Return the measures by topic, in the order of the register."""
    names = list(dict.fromkeys(measure.topic for measure in report.measures))
    return tuple(
        Topic(
            f"topic-{number}",
            name,
            tuple(shown(m, titles, links) for m in report.measures if m.topic == name),
        )
        for number, name in enumerate(names, start=1)
    )


def shown(answer: Answer, titles: Mapping[str, str], links: Links) -> Shown:
    """Return one measure as it is shown."""
    return Shown(
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


def _table(measure: str, part: Counted, titles: Mapping[str, str], links: Links) -> Table:
    known = part_of(measure, part.id)
    shape = known[1] if known is not None else None
    drawn = shape is not None and shape.chart is Chart.BARS
    rows = tuple(_row(measure, part, line, titles, links) for line in part.lines)
    whole = _row(measure, part, _summed(part, shape), titles, links, everything=True)
    key = f"{measure}-{part.id}"
    by_line = shape is not None and shape.chart is Chart.LINES
    legend = tuple(_named(row, rows) for row in rows) if by_line else whole.cells
    return Table(
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


def _named(row: Row, rows: Sequence[Row]) -> Cell:
    """Return the first number of a line under the name of the line."""
    tone = f"s{rows.index(row) % TURNS + 1}"
    return replace(row.cells[0], title=row.title, tone=tone)


def _chart(key: str, part: Counted, legend: Sequence[Cell], shape: Part | None) -> Markup | None:
    if shape is None or shape.chart in (None, Chart.BARS) or not part.lines:
        return None
    return bars(f"chart-{key}", part.title, [(cell.title, cell.count) for cell in legend])


def _summed(part: Counted, shape: Part | None) -> Line:
    counts = {c.id: sum(line.counts[c.id] for line in part.lines) for c in part.columns}
    if shape is None:
        return Line(line="", counts=counts, shares={})
    good, of = (sum(counts.get(key, 0) for key in keys) for keys in (shape.good, shape.of))
    whole = sum(counts.get(key, 0) for key in shape.whole)
    mean = shape.mean
    over = sum(counts[key] for key in mean.of) if mean else 0
    return Line(
        line="",
        counts=counts,
        shares={key: counts[key] / whole for key in shape.whole if key in counts} if whole else {},
        share=good / of if of else None,
        mean=counts[mean.total] / over if mean and over else None,
    )


def _row(
    measure: str,
    part: Counted,
    line: Line,
    titles: Mapping[str, str],
    links: Links,
    *,
    everything: bool = False,
) -> Row:
    cells, start = [], 0.0
    for number, column in enumerate(part.columns):
        share = line.shares.get(column.id)
        asked = {"column": column.id} if everything else {"line": line.line, "column": column.id}
        width = round(100 * (share or 0), 3)
        cells.append(
            Cell(
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
    return Row(
        title,
        code,
        tuple(cells),
        percent(line.share),
        "" if line.mean is None else f"{line.mean:.2f}",
        "" if line.median_days is None else f"{line.median_days:g}",
    )


@dataclass(frozen=True, slots=True)
class Glance:
    """One of the numbers on top of the overview."""

    title: str
    count: int
    href: str
    alarm: bool


_GLANCES: Final = (
    ("m-caseload", "all", "sentences", "sentences in the caseload", False),
    ("m-caseload", "all", "persons", "persons", False),
    ("w-due", "officer", "overdue", "overdue standards", True),
    ("w-due", "officer", "overdue_prompt", "overdue prompts", True),
    ("w-due", "officer", "today", "due today", False),
    ("w-due", "officer", "week", "due in 6 days more", False),
    ("w-duties", "owner", "open", "open duties", False),
)


def glance(report: Report, links: Links) -> Sequence[Glance]:
    """Return the numbers on top of the overview."""
    parts = {(m.id, part.id): part for m in report.measures for part in m.parts}
    found = []
    for measure, part, column, title, alarm in _GLANCES:
        count = sum(line.counts[column] for line in parts[measure, part].lines)
        href = links.figure(measure, part, column=column)
        found.append(Glance(title, count, href, alarm and count > 0))
    return found

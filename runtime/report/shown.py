"""What a template is given: tables of cells, each with its colour, its share and its link."""

from dataclasses import dataclass

from markupsafe import Markup

from runtime.report.counting import Printed


@dataclass(frozen=True, slots=True)
class Cell:
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
class Row:
    """One line of a table."""

    title: str
    code: str
    cells: tuple[Cell, ...]
    share: str
    mean: str
    median: str


@dataclass(frozen=True, slots=True)
class Table:
    """One part of a measure, as it is shown."""

    key: str
    """Unique in a page."""
    title: str
    lines_are: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    all: Row
    share_is: str
    mean_is: str
    timed: bool
    has_bars: bool
    chart: Markup | None
    legend: tuple[Cell, ...]
    """The numbers of its drawing, or of all lines together."""
    detail: bool
    width: int


@dataclass(frozen=True, slots=True)
class Shown:
    """One measure, as it is shown."""

    id: str
    href: str
    title: str
    topic: str
    asks: str
    period: str
    source: str
    caveat: str
    references: tuple[Printed, ...]
    parts: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """The measures of one topic."""

    key: str
    title: str
    measures: tuple[Shown, ...]

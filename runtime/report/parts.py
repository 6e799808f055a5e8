"""What the measures of several topics share: their periods, their orders, and parts of clocks."""

from typing import Final

from runtime.report.rows import ARMED, DECIDED, STANDINGS, Query, clock_rows
from runtime.report.shape import Chart, Part
from states.vocabulary import SentenceType

BY_START: Final = (
    "clocks that began on a day of the period; those counted back from a date, such as a release "
    "or the end of the sentence, by the day on which they are or were due"
)
BY_SENTENCE: Final = "sentences imposed on a day of the period"
ORDERS: Final = (
    SentenceType.COMMUNITY_ORDER.value,
    SentenceType.SUSPENDED_SENTENCE_ORDER.value,
)


def clocks_part(key: str, title: str, query: Query, lines: str = "timescale") -> Part:
    """Return a part whose columns are the standings of clocks."""
    return Part(
        key,
        title,
        lines,
        query,
        STANDINGS,
        whole=ARMED,
        good=("met",),
        of=DECIDED,
        share="met of those decided",
        chart=Chart.BARS,
    )


def clocks_of(*ids: str) -> Query:
    """Return the query of the clocks of these timescales, a line for each."""
    return lambda scope: clock_rows(scope, *ids)

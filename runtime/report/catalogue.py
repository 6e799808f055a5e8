"""Catalogue of measures, in the order of the report, and published figures for reference."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from runtime.report import caseload, casework, enforcement, quality, timescales, work
from runtime.report.caseload import INSPECTION
from runtime.report.model import Measure, MeasurePart

MEASURES: Final[Mapping[str, Measure]] = {
    measure.id: replace(measure, topic=module.TOPIC)
    for module in (work, timescales, enforcement, casework, quality, caseload)
    for measure in module.MEASURES
}
"""Measures by id. A new measure is added to its topic's module only."""


def part_of(measure: str, part: str) -> tuple[Measure, MeasurePart] | None:
    """Return a measure and one of its parts by their ids; None if there is none."""
    known = MEASURES.get(measure)
    if known is None:
        return None
    return next(((known, item) for item in known.parts if item.id == part), None)


class Confidence(StrEnum):
    """Confidence that a number belongs to its label."""

    CERTAIN = "certain"
    MEDIUM = "medium"
    """Only the order in print suggests it."""


@dataclass(frozen=True, slots=True)
class ReferenceFigure:
    """Figure published by others, for reference: never a threshold.

    The text of the inspection's summary lost its layout, so numbers and labels came apart. A figure
    that cannot be attributed is left out.
    """

    label: str
    value: str
    confidence: Confidence
    source: str = INSPECTION


_CERTAIN, _MEDIUM = Confidence.CERTAIN, Confidence.MEDIUM
REFERENCES: Final[Mapping[str, tuple[ReferenceFigure, ...]]] = {
    "m-caseload": (
        ReferenceFigure(
            "offenders on probation supervision at the end of March 2017", "268,062", _CERTAIN
        ),
    ),
    "m-returned-court": (
        ReferenceFigure(
            "orders returned to court in the year to March 2017; returned or ended is open",
            "29,718",
            _CERTAIN,
        ),
    ),
    "m-recalls": (
        ReferenceFigure("licence recalls in the year to March 2017", "21,721", _CERTAIN),
    ),
    "q-enf-assessment": (
        ReferenceFigure("NPS, answered yes by reviewers", "83%", _MEDIUM),
        ReferenceFigure("CRC, answered yes by reviewers", "42%", _MEDIUM),
    ),
    "q-enf-absences": (
        ReferenceFigure("NPS, answered yes by reviewers", "85%", _MEDIUM),
        ReferenceFigure("CRC, answered yes by reviewers", "48%", _MEDIUM),
    ),
    "q-enf-court": (
        ReferenceFigure("NPS, answered yes by reviewers", "86%", _MEDIUM),
        ReferenceFigure("CRC, answered yes by reviewers", "62%", _MEDIUM),
    ),
}
"""Published figures by measure; those that could belong to several labels are left out."""

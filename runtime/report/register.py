"""Every measure, in the order of the report; the documentation and the pages are made from it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from runtime.report import caseload, casework, enforcement, quality, timescales, work
from runtime.report.shape import Measure, Part

MEASURES: Final[Mapping[str, Measure]] = {
    measure.id: replace(measure, topic=module.TOPIC)
    for module in (work, timescales, enforcement, casework, quality, caseload)
    for measure in module.MEASURES
}
"""By id. A new measure is registered in its module, and nowhere else."""


def part_of(measure: str, part: str) -> tuple[Measure, Part] | None:
    """Return a measure and one of its parts by their ids; None where there is none."""
    known = MEASURES.get(measure)
    if known is None:
        return None
    return next(((known, item) for item in known.parts if item.id == part), None)

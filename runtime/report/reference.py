"""Figures that others printed, for reference: never a threshold, and only what is attributed.

The text of the inspection's summary has lost its layout: numbers and labels came apart. A number is
shown with how sure it is whose number it is; one that nobody can attribute is not kept at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from runtime.report.caseload import INSPECTION


class Confidence(StrEnum):
    """How sure it is that a number belongs to its label."""

    CERTAIN = "certain"
    MEDIUM = "medium"
    """By the order of printing alone."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One printed figure."""

    label: str
    value: str
    confidence: Confidence
    source: str = INSPECTION


_CERTAIN, _MEDIUM = Confidence.CERTAIN, Confidence.MEDIUM
REFERENCES: Final[Mapping[str, tuple[Reference, ...]]] = {
    "m-caseload": (
        Reference(
            "offenders on probation supervision at the end of March 2017", "268,062", _CERTAIN
        ),
    ),
    "m-returned-court": (
        Reference(
            "orders returned to court in the year to March 2017; returned or ended is open",
            "29,718",
            _CERTAIN,
        ),
    ),
    "m-recalls": (Reference("licence recalls in the year to March 2017", "21,721", _CERTAIN),),
    "q-enf-assessment": (
        Reference("NPS, answered yes by reviewers", "83%", _MEDIUM),
        Reference("CRC, answered yes by reviewers", "42%", _MEDIUM),
    ),
    "q-enf-absences": (
        Reference("NPS, answered yes by reviewers", "85%", _MEDIUM),
        Reference("CRC, answered yes by reviewers", "48%", _MEDIUM),
    ),
    "q-enf-court": (
        Reference("NPS, answered yes by reviewers", "86%", _MEDIUM),
        Reference("CRC, answered yes by reviewers", "62%", _MEDIUM),
    ),
}
"""By measure; what is not here was lost, or could belong to several labels."""

"""A row is a dated rule, a timescale or a duty: its words, its shape, and the edition of them."""

from states.timescale.duty import Duty, Notice
from states.timescale.edition import Edition, UnknownBoundError
from states.timescale.facts import Citation, ContradictionError, Facts, Text, demand
from states.timescale.preamble import Document, Preamble, Setting, UnknownSettingError
from states.timescale.row import Row
from states.timescale.rule import Timescale
from states.timescale.settlements import Settlement
from states.timescale.terms import (
    AppliesBy,
    AppliesTo,
    Direction,
    Exemption,
    Flag,
    Hardness,
    Recipient,
    TimerKind,
    Unit,
)
from states.timescale.triggers import Trigger

__all__ = [
    "AppliesBy",
    "AppliesTo",
    "Citation",
    "ContradictionError",
    "Direction",
    "Document",
    "Duty",
    "Edition",
    "Exemption",
    "Facts",
    "Flag",
    "Hardness",
    "Notice",
    "Preamble",
    "Recipient",
    "Row",
    "Setting",
    "Settlement",
    "Text",
    "TimerKind",
    "Timescale",
    "Trigger",
    "Unit",
    "UnknownBoundError",
    "UnknownSettingError",
    "demand",
]

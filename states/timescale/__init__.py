"""A timescale is a dated rule: its words, its shape, and the edition that holds it."""

from states.timescale.edition import Document, Edition, Preamble, Setting, UnknownSettingError
from states.timescale.rule import Citation, ContradictionError, Facts, Text, Timescale, demand
from states.timescale.terms import (
    AppliesBy,
    AppliesTo,
    Direction,
    Exemption,
    Flag,
    Hardness,
    Recipient,
    Settlement,
    TimerKind,
    Trigger,
    Unit,
)

__all__ = [
    "AppliesBy",
    "AppliesTo",
    "Citation",
    "ContradictionError",
    "Direction",
    "Document",
    "Edition",
    "Exemption",
    "Facts",
    "Flag",
    "Hardness",
    "Preamble",
    "Recipient",
    "Setting",
    "Settlement",
    "Text",
    "TimerKind",
    "Timescale",
    "Trigger",
    "Unit",
    "UnknownSettingError",
    "demand",
]

"""A timescale is a dated rule: its words, its shape, and the edition that holds it."""

from states.timescale.edition import Document, Edition, Setting, UnknownSettingError
from states.timescale.rule import Citation, ContradictionError, Timescale
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
    "Flag",
    "Hardness",
    "Recipient",
    "Setting",
    "Settlement",
    "TimerKind",
    "Timescale",
    "Trigger",
    "Unit",
    "UnknownSettingError",
]

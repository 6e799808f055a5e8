"""One row of a record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """What one row of one table says of a sentence."""

    table: str
    key: str
    """Unique in its table for the sentence."""
    values: Mapping[str, Any]
    """By column: codes, numbers, ISO dates and instants, lists and maps of these."""

"""How instants, codes, lines and shares are written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from states.london import LONDON

BETWEEN: Final = " · "
"""Stands between the timescale and what else makes a line."""


def minute(at: datetime) -> str:
    """Return an instant as London's day and minute."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def words(code: str | None) -> str:
    """Return a code as a reader says it."""
    return (code or "").replace("_", " ")


def line_title(line: str, titles: Mapping[str, str]) -> tuple[str, str]:
    """Return what a line is called, and its code where that is something else."""
    name, between, rest = line.partition(BETWEEN)
    if name in titles:
        return f"{titles[name]}{between}{rest}", name
    return words(line), ""


def percent(share: float | None) -> str:
    """Return a share in per cent; one that is not quite nothing, or not quite all, shows it."""
    if share is None:
        return ""
    rounded = f"{share:.0%}"
    if 0 < share < 1 and rounded in ("0%", "100%"):
        return "<1%" if rounded == "0%" else ">99%"
    return rounded

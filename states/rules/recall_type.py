"""Which type of recall is advised, and what bars a fixed term: table D11, and nothing else.

A fixed term needs every bar to be down. Whoever is barred from it takes a standard recall, by the
list of the description or, where that is silent, because only three types exist (AMB-11). An
emergency recall is the urgent form of a standard one (AMB-36).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from states.events.custody import ReleaseReason
from states.events.recall import RecallDecided, RecallType
from states.london import day_of
from states.sentence import Sentence


class Bar(StrEnum):
    """What keeps somebody from a fixed term recall, by its row."""

    VIOLENT_OR_SEXUAL = "D11.b1"
    EXTENDED = "D11.b2"
    RECALLED_BEFORE = "D11.b3"
    RELEASED_EARLY = "D11.b4"
    TOO_MUCH_RISK = "D11.b5"


WORDS: Final = {
    Bar.VIOLENT_OR_SEXUAL: "the sentence is for a violent or sexual offence",
    Bar.EXTENDED: "the sentence is an extended one",
    Bar.RECALLED_BEFORE: "there was a recall before on this sentence",
    Bar.RELEASED_EARLY: "released early, and the automatic release date is still to come",
    Bar.TOO_MUCH_RISK: "judged too much of a risk",
}

_EARLY: Final = (ReleaseReason.HDC, ReleaseReason.COMPASSIONATE)
"""Releases ahead of the automatic date that bar a fixed term before it (ftr-hdc-ard)."""


@dataclass(frozen=True, slots=True)
class Advised:
    """The type that the table gives, and by which row."""

    type: RecallType
    row: str


def bars_of(s: Sentence, on: date) -> tuple[Bar, ...]:
    """Return the bars that the facts of the sentence put up on the day `on`: rows 1 to 4."""
    return tuple(_facts(s, on))


def _facts(s: Sentence, on: date) -> Iterator[Bar]:
    imposed, automatic = s.imposed, s.automatic_release_on
    if imposed is not None and imposed.offence.violent_or_sexual:
        yield Bar.VIOLENT_OR_SEXUAL
    if imposed is not None and imposed.extended:
        yield Bar.EXTENDED
    if s.recalled_before:
        yield Bar.RECALLED_BEFORE
    if s.release_reason in _EARLY and automatic is not None and on < automatic:
        yield Bar.RELEASED_EARLY


def advise(bars: tuple[Bar, ...], *, very_serious: bool) -> Advised:
    """Return what the table advises where `bars` are up.

    Where danger is very serious and nothing else bars a fixed term, the risk is too much for one,
    and the way to an emergency recall is open (AMB-12).
    """
    if very_serious:
        return Advised(RecallType.EMERGENCY, "D11.5" if bars else "D11.6")
    if Bar.VIOLENT_OR_SEXUAL in bars or Bar.EXTENDED in bars:
        return Advised(RecallType.STANDARD, "D11.3")
    if Bar.TOO_MUCH_RISK in bars:
        return Advised(RecallType.STANDARD, "D11.2")
    if bars:
        return Advised(RecallType.STANDARD, "D11.4")
    return Advised(RecallType.FIXED_TERM, "D11.1")


def bars_told(s: Sentence, e: RecallDecided) -> tuple[Bar, ...]:
    """Return the bars on the day of a decision, the officer's own judgement included."""
    facts = bars_of(s, day_of(e.occurred_at))
    return (*facts, Bar.TOO_MUCH_RISK) if e.too_much_risk else facts


def advised(s: Sentence, e: RecallDecided) -> Advised:
    """Return the type that a decision should have by what it says and what is known."""
    return advise(bars_told(s, e), very_serious=bool(e.very_serious))


def departs(s: Sentence, e: RecallDecided) -> bool:
    """Return whether a decision chose another type than the table."""
    return e.recall_type is not advised(s, e).type


def refuse_type(s: Sentence, e: RecallDecided) -> str | None:
    """Return why the type of a decision is refused; None where it may stand.

    No reasons lift a bar to a fixed term. Any other departure from the table is the officer's to
    make, and to explain.
    """
    bars = bars_told(s, e)
    if e.recall_type is RecallType.FIXED_TERM and bars:
        named = "; ".join(f"{WORDS[bar]} ({bar})" for bar in bars)
        return f"a fixed term recall is barred: {named}"
    if departs(s, e) and e.departure_rationale is None:
        given = advised(s, e)
        return (
            f"advised is a recall of type {given.type} ({given.row}); "
            f"{e.recall_type} instead gives its departure_rationale"
        )
    return None

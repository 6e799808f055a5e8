"""Kinds whose rule is not written yet: each is taken note of as a fact and changes nothing."""

from collections.abc import Collection
from typing import Any

from states.events.event import Event
from states.events.register import KINDS
from states.law import Law
from states.rules.rule import IMPOSED, REGULAR, Applied, Nature, Rule
from states.sentence import Sentence


def _note(_s: Sentence, _e: Event, _law: Law) -> Applied:
    return REGULAR


def noted(written: Collection[str]) -> tuple[Rule[Any], ...]:
    """Return a rule for every kind that is not in `written`."""
    return tuple(
        Rule(model, _note, nature=Nature.FACT, requires=IMPOSED)
        for kind, model in KINDS.items()
        if kind not in written
    )

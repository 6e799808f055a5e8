"""Queue the notices that a duty owes: who must be told what is data."""

from collections.abc import Iterator

from states.london import day_of
from states.records import Effect
from states.rules.clocks.occasion import Occasion
from states.sentence import Sentence
from states.timescale import Duty, Notice, Recipient, Trigger


def notify(
    s: Sentence, duty: Duty, subject: str | None, trigger: Trigger, occasion: Occasion
) -> Iterator[str]:
    """Queue the notices of a duty, and yield their keys: who must be told what is data."""
    about, on = subject or duty.id, str(occasion.on or day_of(occasion.at))
    # Where a date is the cause, one that moves is another message: who heard of the first is told.
    cause = occasion.by or f"{trigger}.{on}"
    for notice in duty.notices:
        for name in _named_by(s, notice, subject):
            key = f"{notice.template}/{about}/{cause}/{notice.recipient}"
            facts: tuple[tuple[str, str], ...] = (("duty", duty.id), ("on", on))
            if name:
                key, facts = f"{key}.{name}", (*facts, ("stakeholder", name))
            s.effects[key] = Effect(key, notice.template, notice.recipient, about, facts)
            yield key


def _named_by(s: Sentence, notice: Notice, subject: str | None) -> tuple[str, ...]:
    """Return the names to which a notice goes: of stakeholders, those that the requirement names.

    Where it names none, nobody has to be told; every other recipient is one, without a name.
    """
    known = s.requirements.get(subject or "")
    if notice.recipient is Recipient.STAKEHOLDERS and known is not None:
        return known.requirement.stakeholders
    return ("",)

"""Start clocks and open duties, as the rows of the edition say."""

from collections.abc import Iterator
from dataclasses import replace

from states.clock import Clock
from states.law import Law
from states.records import OpenDuty
from states.rules import eras
from states.rules.clocks.dating import due_of
from states.rules.clocks.governing import governing, obliging
from states.rules.clocks.occasion import Occasion
from states.rules.clocks.settling import discharge, said_done
from states.rules.clocks.telling import notify
from states.sentence import Sentence
from states.timescale import AppliesTo, Row, Settlement, Trigger


def clock_id(row: str, subject: str | None) -> str:
    """Return the id of a clock or duty: its row, and what it is about where several can be."""
    return row if subject is None else f"{row}/{subject}"


def start(
    s: Sentence,
    law: Law,
    trigger: Trigger,
    occasion: Occasion,
    *,
    subject: str | None = None,
    requirement: str | None = None,
    regime: AppliesTo | None = None,
) -> None:
    """Start every clock and open every duty of `trigger`, and leave alone those there are.

    Args:
        s: The sentence.
        law: The law that governs it.
        trigger: What happened.
        occasion: When, why and by which event, whose notices are queued.
        subject: What it is about, where there can be several.
        requirement: The requirement concerned: rows limited to other kinds stay silent. When
            None, such rows start once for each requirement of their kinds.
        regime: Whose rules govern; the present regime's when None.
    """
    for timescale in governing(s, law, trigger, regime, occasion):
        if not _opens(timescale, trigger, occasion):
            continue
        for about in _subjects(s, timescale, subject, requirement):
            key = clock_id(timescale.id, about)
            if key not in s.clocks:
                at, because, on = occasion.at, occasion.because, occasion.on
                due = due_of(s, law, timescale, at, on)
                home = eras.home_of(law, timescale)
                s.clocks[key] = Clock(
                    *(key, timescale, about, at, because, due, on),
                    edition=home,
                    calendar=law.calendar,
                )
                _index(s, timescale, key, about)
    for duty in obliging(s, law, trigger, regime, occasion):
        if not _opens(duty, trigger, occasion):
            continue
        for about in _subjects(s, duty, subject, requirement):
            key = clock_id(duty.id, about)
            if key not in s.duties:
                keys = tuple(notify(s, duty, about, trigger, occasion))
                if duty.notices and not keys:
                    # The requirement names nobody who would have to be told.
                    continue
                home = eras.home_of(law, duty)
                s.duties[key] = OpenDuty(
                    *(key, duty, about, occasion.at, occasion.because, keys), edition=home
                )
                _index(s, duty, key, about)
                _spare_told(s, key)


def _subjects(
    s: Sentence, row: Row, subject: str | None, requirement: str | None
) -> Iterator[str | None]:
    """Yield what a row is about: one clock for each requirement of the kinds that it names."""
    if not row.requirements:
        yield subject
    elif requirement is not None:
        known = s.requirements.get(requirement)
        if known is not None and known.requirement.kind in row.requirements:
            yield subject
    else:
        for key, item in s.requirements.items():
            if item.requirement.kind in row.requirements and item.is_open:
                yield key


def _spare_told(s: Sentence, key: str) -> None:
    """Take the notices of a duty back that was done before: who was told is not told again."""
    duty = s.duties[key]
    if duty.settled_at is not None:
        for notice in duty.notices:
            s.effects.pop(notice, None)
        s.duties[key] = replace(duty, notices=())


def _opens(row: Row, trigger: Trigger, occasion: Occasion) -> bool:
    """Whether the row names what it is: the kind of contact, the agency, kinds of requirements."""
    if occasion.requirement_only and not row.requirements:
        return False
    match trigger:
        case Trigger.CONTACT_OF_KIND:
            return occasion.kind in row.opening_kinds
        case Trigger.AGENCY_FLAGGED:
            return occasion.kind in row.agencies
        case _:
            return True


def _index(s: Sentence, row: Row, key: str, subject: str | None) -> None:
    siblings = s.by_provision.get(row.id, ())
    s.by_provision[row.id] = (*siblings, key)
    if not row.done_before:
        return
    contacts = (f"{Settlement.CONTACT_RECORDED}:{kind}" for kind in row.contact_kinds)
    for what in (*row.discharged_by, *contacts, said_done(row.id)):
        known = s.done.get((what, subject)) or s.done.get((what, None))
        # What was done once counts once: it does not answer the next occasion too.
        if known is not None and all(_settled_by(s, other) != known[1] for other in siblings):
            discharge(s, key, at=known[0], by=known[1])


def _settled_by(s: Sentence, key: str) -> str | None:
    clock = s.clocks.get(key)
    return clock.settled_by if clock is not None else s.duties[key].settled_by

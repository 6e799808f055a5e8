"""Imposed requirements: requirements of an order and conditions of a licence, made or replaced.

The consequences of a requirement are data: provisions of the edition that are limited to its kind
start for it alone, whether it was made with the sentence or later.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from states.entities import ImposedRequirement
from states.events.imposition import Requirement
from states.rules import clocks
from states.rules.requirement_ends import terminate_requirement
from states.rules.triggers import TriggerContext
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Trigger
from states.time.london import day_of, start_of
from states.vocabulary import Phase, RequirementEnding


def expect_requirement(s: Sentence, law: Law, key: str, made: TriggerContext) -> None:
    """Start the planned start, the end, the clocks and the duties of a requirement.

    Clocks and duties that exist already are kept.
    """
    for trigger, on in (*_own_dates(s, key, made), *_of_the_sentence(s, made)):
        if on is not None:
            # The end of a requirement applies to all kinds; clocks of the whole sentence run
            # already.
            alone = trigger is not Trigger.REQUIREMENT_END
            context = replace(made, on=on, requirement_only=alone)
            clocks.start(s, law, trigger, context=context, subject=key, requirement=key)
    # The person is prepared for it before it begins, and so are the police and others concerned.
    prepared = replace(made, requirement_only=True, before_start=True)
    clocks.start(
        s, law, Trigger.REQUIREMENT_STARTED, context=prepared, subject=key, requirement=key
    )


def _own_dates(
    s: Sentence, key: str, made: TriggerContext
) -> Iterator[tuple[Trigger, date | None]]:
    item = s.requirements[key].requirement
    yield Trigger.REQUIREMENT_MADE, day_of(made.at)
    yield Trigger.PLANNED_REQUIREMENT_START, item.starts_on
    yield Trigger.COURT_TIMESCALE, item.court_timescale_on
    yield Trigger.REQUIREMENT_END, s.requirements[key].ends_on


def _of_the_sentence(s: Sentence, made: TriggerContext) -> Iterator[tuple[Trigger, date | None]]:
    """Yield triggers before a requirement that is made later, with the days they count from."""
    since = day_of(made.at)
    yield Trigger.ALLOCATION, since if s.allocation is not None else None
    yield Trigger.ORDER_START, since
    yield Trigger.ORDER_END, s.ends_on
    yield Trigger.OPERATIONAL_PERIOD_END, s.ends_on
    if s.phase is Phase.LICENCE:
        yield Trigger.LICENCE_END, s.licence_ends_on
    if s.phase is Phase.PSS:
        yield Trigger.PSS_END, s.pss_ends_on


def expect_requirements(s: Sentence, law: Law, made: TriggerContext) -> None:
    """Start the clocks and duties of every open requirement, as when a licence begins."""
    for key, item in s.requirements.items():
        if item.is_open:
            expect_requirement(s, law, key, made=made)


def replace_requirements(
    s: Sentence, law: Law, requirements: tuple[Requirement, ...], made: TriggerContext
) -> None:
    """Put these requirements in place of the earlier ones, and start their clocks.

    Work done under an id that stays is kept; a requirement that is not among them ends.
    """
    given = {item.requirement_id for item in requirements}
    for key, item in s.requirements.items():
        if item.is_open and key not in given:
            ended = replace(made, on=made.on or day_of(made.at))
            terminate_requirement(s, law, key, ended=ended, ending=RequirementEnding.REPLACED)
    for requirement in requirements:
        put_requirement(s, law, requirement, made=made)


def put_requirement(s: Sentence, law: Law, requirement: Requirement, made: TriggerContext) -> None:
    """Make one requirement, or replace the one under its id."""
    key = requirement.requirement_id
    known = s.requirements.get(key)
    if known is None:
        s.requirements[key] = ImposedRequirement(requirement, ends_on=requirement.ends_on)
    else:
        s.requirements[key] = _revised(known, requirement)
        _redate_moved(s, law, key, known=known, made=made)
    expect_requirement(s, law, key, made=made)


def _revised(known: ImposedRequirement, requirement: Requirement) -> ImposedRequirement:
    """Return a requirement in its new form, reopened unless it was complete."""
    changed = replace(known, requirement=requirement, ends_on=requirement.ends_on)
    if known.completed_on is not None and not _asks_for_more(known, requirement):
        return changed
    return replace(changed, completed_on=None, terminated_on=None, ended_by=None)


def _asks_for_more(known: ImposedRequirement, requirement: Requirement) -> bool:
    before = known.requirement
    return (requirement.hours or 0) > (before.hours or 0) or (requirement.days or 0) > (
        before.days or 0
    )


def _redate_moved(
    s: Sentence, law: Law, key: str, known: ImposedRequirement, made: TriggerContext
) -> None:
    """Re-date the clocks of a requirement whose days have moved, and reopen what had ended."""
    item = s.requirements[key]
    if known.terminated_on is not None and item.is_open:
        clocks.reopen(s, key, start_of(known.terminated_on))
        clocks.cancel_triggered(
            s, law, Trigger.REQUIREMENT_TERMINATED, at=made.at, by=made.by, subject=key
        )
    moved = (
        (Trigger.REQUIREMENT_END, known.ends_on, item.ends_on),
        (
            Trigger.PLANNED_REQUIREMENT_START,
            known.requirement.starts_on,
            item.requirement.starts_on,
        ),
        (
            Trigger.COURT_TIMESCALE,
            known.requirement.court_timescale_on,
            item.requirement.court_timescale_on,
        ),
    )
    for trigger, before, on in moved:
        if before is None or before == on:
            continue
        if on is None:
            clocks.cancel_triggered(s, law, trigger, at=made.at, by=made.by, subject=key)
        elif trigger is Trigger.REQUIREMENT_END or item.started_on is None:
            reason = f"{made.because}: moved from {before} to {on}"
            clocks.redate(s, law, trigger, on=on, reason=reason, subject=key)

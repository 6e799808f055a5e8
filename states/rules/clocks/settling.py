"""Discharge, end and stop clocks and duties, as their rows say."""

from collections.abc import Iterator
from datetime import datetime

from states.clock import Settled
from states.law import Law
from states.sentence import Sentence
from states.timescale import AppliesTo, Row, Settlement, Trigger


def said_done(row: str) -> str:
    """Return under which name it is kept that somebody said a row was done (`duty_discharged`)."""
    return f"{Settlement.DUTY_DISCHARGED}:{row}"


def remember(s: Sentence, what: str, subject: str | None, at: datetime, by: str | None) -> None:
    """Keep that something was done, in case that what it discharges has not begun: the latest."""
    known = s.done.get((what, subject))
    if known is None or known[0] <= at:
        s.done[what, subject] = (at, by)


def settle(
    s: Sentence,
    law: Law,
    settlement: Settlement,
    *,
    at: datetime,
    by: str | None,
    subject: str | None = None,
) -> None:
    """Settle what `settlement` discharges or ends: what is about `subject`, and about nothing.

    Without a subject it discharges all that it can, whatever that is about.
    """
    remember(s, settlement.value, subject, at, by)
    # Where editions have changed, each row goes by its own: the law only says where to look.
    for row in law.settled_by(settlement):
        for key in _of_row(s, row, subject):
            if settlement in row_of(s, key).discharged_by:
                discharge(s, key, at=at, by=by)
    for row in law.ended_by(settlement):
        for key in _of_row(s, row, subject):
            if settlement in row_of(s, key).ends_with:
                drop(s, key, at=at, by=by)


def settle_contact(
    s: Sentence, law: Law, kind: str, *, at: datetime, by: str | None, subject: str | None = None
) -> None:
    """Settle what a contact of that kind discharges.

    The `subject` is a requirement: it narrows only what there is one of for each requirement.
    """
    remember(s, f"{Settlement.CONTACT_RECORDED}:{kind}", subject, at, by)
    for row in law.settled_by_contact(kind):
        for key in s.by_provision.get(row, ()):
            known, about = row_of(s, key), about_of(s, key)
            everything = subject is None or not known.requirements
            if kind in known.contact_kinds and (everything or about in (subject, None)):
                discharge(s, key, at=at, by=by)


def _of_row(s: Sentence, row: str, subject: str | None) -> Iterator[str]:
    for key in s.by_provision.get(row, ()):
        if subject is None or about_of(s, key) in (subject, None):
            yield key


def row_of(s: Sentence, key: str) -> Row:
    """Return the rule of a clock or duty, which stays its own whatever the edition becomes."""
    clock = s.clocks.get(key)
    return clock.timescale if clock is not None else s.duties[key].duty


def about_of(s: Sentence, key: str) -> str | None:
    """Return what a clock or duty is about."""
    clock = s.clocks.get(key)
    return clock.subject if clock is not None else s.duties[key].subject


def discharge(s: Sentence, key: str, *, at: datetime, by: str | None) -> None:
    """Settle exactly one clock or duty, by its id, as done at `at`."""
    clock = s.clocks.get(key)
    if clock is not None:
        s.clocks[key] = clock.settle(Settled.DONE, at, by)
    else:
        s.duties[key] = s.duties[key].settle(Settled.DONE, at, by)


def drop(s: Sentence, key: str, *, at: datetime, by: str | None) -> None:
    """Stop a clock or duty that fell away at `at`; one that does not exist is no matter."""
    if (clock := s.clocks.get(key)) is not None:
        s.clocks[key] = clock.settle(Settled.FELL_AWAY, at, by)
    elif (duty := s.duties.get(key)) is not None:
        s.duties[key] = duty.settle(Settled.FELL_AWAY, at, by)


def under_way(s: Sentence, trigger: Trigger) -> bool:
    """Whether anything that `trigger` starts is still open."""
    keys = (key for found in s.by_provision.values() for key in found)
    return any(trigger in row_of(s, key).triggers and is_open(s, key) for key in keys)


def is_open(s: Sentence, key: str) -> bool:
    """Whether a clock or duty of that id exists that nothing has settled."""
    if (clock := s.clocks.get(key)) is not None:
        return clock.is_open
    duty = s.duties.get(key)
    return duty is not None and duty.settled_at is None


def drop_rows(
    s: Sentence, law: Law, trigger: Trigger, *, at: datetime, by: str | None, subject: str | None
) -> None:
    """Stop what `trigger` started about `subject`, under whichever regime that was."""
    for regime in AppliesTo:
        rows = {
            row.id
            for edition in law.editions()
            for row in (
                *edition.triggered_by(trigger, regime),
                *edition.duties_triggered_by(trigger, regime),
            )
        }
        for row in sorted(rows):
            for key in s.by_provision.get(row, ()):
                if subject is None or about_of(s, key) == subject:
                    drop(s, key, at=at, by=by)

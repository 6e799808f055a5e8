"""Duty discharge: a report that a duty was done, where no other event says so (`duty_discharged`).

It settles one clock or duty, and only one that lists it among its discharging settlements. Acts of
a court, an officer or a prison are reported by their own kinds of event.
"""

from collections.abc import Iterator
from typing import Final

from states.events.administration import DutyDischarged
from states.rules import clocks
from states.rules.event_dates import time_of_act
from states.rules.failure_days import refresh_days
from states.rules.failure_record import complete_records
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.provisions import Provision
from states.standards.terms import Settlement

_OPENING: Final = "the opening of "
"""Prefix of the dependency of an event whose duty has not opened yet."""

_SHOWN: Final = 8
"""Number of open clocks and duties that a refusal names at most."""


def _find_provision(law: Law, name: str) -> Provision | None:
    found = (edition.provision(name) for edition in law.editions())
    return next((provision for provision in found if provision is not None), None)


def _dischargeable(s: Sentence) -> list[str]:
    """Return the sorted ids of open clocks and duties that this event can discharge."""
    keys = (*s.clocks, *s.duties)
    return sorted(
        key
        for key in keys
        if clocks.is_open(s, key)
        and Settlement.DUTY_DISCHARGED in clocks.provision_of(s, key).discharged_by
    )


def _meant(s: Sentence, e: DutyDischarged) -> tuple[str, ...]:
    """Return the ids that the event can mean: the named one, or the open ones of its provision."""
    named = clocks.clock_id(e.duty, e.subject)
    if e.subject is not None or named in s.by_provision.get(e.duty, ()):
        return (named,) if named in s.by_provision.get(e.duty, ()) else ()
    every = s.by_provision.get(e.duty, ())
    return tuple(key for key in every if clocks.is_open(s, key)) or every


def _refuse(s: Sentence, e: DutyDischarged, law: Law) -> str | None:
    provision = _find_provision(law, e.duty)
    if provision is None:
        return f"there is no duty {e.duty}; {_open_now(s)}"
    if Settlement.DUTY_DISCHARGED not in provision.discharged_by:
        others = (
            ", ".join(what.value for what in provision.discharged_by) or "nothing: it continues"
        )
        return f"{e.duty} is discharged by {others}; {_open_now(s)}"
    meant = [key for key in _meant(s, e) if clocks.is_open(s, key)]
    if len(meant) > 1:
        return f"name the subject: {', '.join(meant)} are open"
    return None


def _open_now(s: Sentence) -> str:
    found = _dischargeable(s)
    if not found:
        return "nothing is open that could be discharged so"
    return f"open: {', '.join(found)}"


def _wait(s: Sentence, e: DutyDischarged, law: Law) -> str | None:
    provision = _find_provision(law, e.duty)
    if (
        provision is None
        or provision.done_before
        or Settlement.DUTY_DISCHARGED not in provision.discharged_by
    ):
        return None
    return None if _meant(s, e) else f"{_OPENING}{clocks.clock_id(e.duty, e.subject)}"


def opened_dependencies(s: Sentence) -> Iterator[str]:
    """Yield the dependencies of waiting events whose duties have opened."""
    for token in s.waiting:
        key = token.removeprefix(_OPENING)
        if key != token and (key in s.clocks or key in s.duties or key in s.by_provision):
            yield token


def _discharge(s: Sentence, e: DutyDischarged, law: Law) -> HandlerOutcome:
    answers = any(key in s.unanswered for key in _meant(s, e))
    applied = _settle(s, e)
    if answers:
        # A failure left over from a former regime is answered, and no longer blocks T09 (G14).
        refresh_days(s, law)
    complete_records(s, law, e)
    return applied


def _settle(s: Sentence, e: DutyDischarged) -> HandlerOutcome:
    at = time_of_act(e, e.done_on)
    meant = _meant(s, e)
    for key in meant:
        settled = not clocks.is_open(s, key)
        clocks.discharge(s, key, at=at, by=e.uid)
        # Derived clocks are recomputed often, so the discharge is recorded for them as well.
        clocks.record_done(s, clocks.done_key(e.duty), clocks.subject_of(s, key), at=at, by=e.uid)
        if settled:
            return HandlerOutcome(note=f"{key} was settled already")
    if not meant:
        clocks.record_done(s, clocks.done_key(e.duty), e.subject, at=at, by=e.uid)
        return HandlerOutcome(note=f"{e.duty} has not opened; it counts when it does")
    return REGULAR


HANDLERS = (
    EventHandler(
        DutyDischarged,
        _discharge,
        nature=Nature.FACT,
        requires=IMPOSED,
        waits_for=_wait,
        guard=_refuse,
    ),
)

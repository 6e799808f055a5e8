"""Warnings: issued for unacceptable failures, and withdrawn (T05, T10, D7, D9).

On licence a first warning is followed by a second and final one, then by none (AMB-35).
"""

from dataclasses import replace
from datetime import date
from typing import Final

from states.entities import IssuedWarning
from states.events.enforcement import WarningIssued, WarningWithdrawn
from states.rules import clocks
from states.rules.authorisation import Permission, denied, roles_for
from states.rules.enforcement_advice import advised_above_warning
from states.rules.failure_counts import is_spent
from states.rules.failure_days import refresh_days_of
from states.rules.failure_record import complete_records
from states.rules.failures import known_failures, missing_failure
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome
from states.rules.judgements import leave_warned
from states.rules.notifications import CONTRIBUTORS, LINE_MANAGER, PERSON, notify
from states.rules.state_changes import change_state
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Trigger
from states.transitions import WARN
from states.vocabulary import State, WarningLevel

FINAL: Final = "licence-second-warning-final"
"""Bound that sets how many licence warnings may be given; the last is the final warning."""


def licence_warnings(s: Sentence) -> tuple[IssuedWarning, ...]:
    """Return the licence warnings that count: not withdrawn, excused or spent (D8.4).

    No time limit is stated on them, so they never expire.
    """
    return tuple(
        warning
        for warning in s.warnings.values()
        if warning.regime is AppliesTo.LICENCE
        and warning.withdrawn_at is None
        and any(
            s.failures[f].acceptable is False and not is_spent(s, s.failures[f])
            for f in warning.failure_ids
        )
    )


def next_level(s: Sentence, law: Law) -> WarningLevel | None:
    """Return the level of the next licence warning; None once the final one was given (G6)."""
    given = licence_warnings(s)
    last = law.edition.bound(FINAL).threshold or 0
    if len(given) >= last or any(warning.level is WarningLevel.FINAL for warning in given):
        return None
    return WarningLevel.FINAL if len(given) + 1 == last else WarningLevel.FIRST


def missing_judgement(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return the first judgement that `failure_ids` wait for; None where none."""
    return next(
        (
            f"judgement of {f}"
            for f in known_failures(s, failure_ids)
            if s.failures[f].acceptable is None
        ),
        None,
    )


def refuse_excused(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return why `failure_ids` are no ground if one of them was excused; otherwise None."""
    for failure_id in known_failures(s, failure_ids):
        if s.failures[failure_id].acceptable:
            return f"the explanation for failure {failure_id} was accepted, so it is no ground"
    return None


def refuse_ground(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return why `failure_ids` are no ground for action in the present regime, or None.

    A failure on licence is no ground under later supervision, nor the reverse (D5.5), and neither
    is one that a court or a re-release dealt with (D8).
    """
    if (excused := refuse_excused(s, failure_ids)) is not None:
        return excused
    for failure_id in known_failures(s, failure_ids):
        failure = s.failures[failure_id]
        if failure.regime is None:
            return f"failure {failure_id} was in prison, where there is nothing to fail"
        if failure.regime is not s.regime:
            return f"failure {failure_id} was under {failure.regime.value}, which is over"
        if is_spent(s, failure):
            return f"failure {failure_id} is spent: it was dealt with up to {s.spent_to}"
    return None


def refuse_second_warning(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return why `failure_ids` take no further warning if one was warned of; otherwise None.

    The failures of one day under one regime count as one (D2.2), so one warning answers the day.
    """
    answered: dict[tuple[date, AppliesTo | None], str] = {}
    for warning in s.warnings.values():
        if warning.withdrawn_at is None:
            for failure in (s.failures[f] for f in warning.failure_ids):
                answered.setdefault((failure.failed_on, failure.regime), warning.id)
    for failure_id in known_failures(s, failure_ids):
        failure = s.failures[failure_id]
        first = answered.get((failure.failed_on, failure.regime))
        if first is not None:
            if failure_id in s.warnings[first].failure_ids:
                return f"failure {failure_id} was answered by warning {first}"
            day = failure.failed_on
            return f"warning {first} answers {day}, and the failures of one day count as one"
    return None


def _refuse(s: Sentence, e: WarningIssued, law: Law) -> str | None:
    if e.warning_id in s.warnings:
        return f"warning {e.warning_id} was already issued"
    reason = (
        refuse_ground(s, e.failure_ids)
        or refuse_second_warning(s, e.failure_ids)
        or _wrong_level(s, e, law)
        or denied(s, permission_for_level(s, e.level), e)
    )
    if reason is not None:
        return reason
    more = advised_above_warning(s, law, known_failures(s, e.failure_ids))
    if more is not None and e.departure_rationale is None:
        return f"advised is {more}; a warning instead gives its departure_rationale"
    return None


def permission_for_level(s: Sentence, level: WarningLevel) -> Permission:
    """Return the permission of D9 for a warning of that level; orders have one level only.

    The final warning of a licence is reserved to a senior manager (ev-senior-final-warning).
    """
    if s.regime is not AppliesTo.LICENCE:
        return Permission.WARN
    final = level is WarningLevel.FINAL
    return Permission.FINAL_LICENCE_WARNING if final else Permission.FIRST_LICENCE_WARNING


def _wrong_level(s: Sentence, e: WarningIssued, law: Law) -> str | None:
    """Return why no licence warning of that level can follow those given (D7.9, G6)."""
    if s.regime is not AppliesTo.LICENCE:
        return None
    following = next_level(s, law)
    given = ", ".join(warning.id for warning in licence_warnings(s)) or "none"
    if following is None:
        return f"the final warning was given ({given}); only recall or acceptance is left"
    if e.level is not following:
        return f"the next warning of the licence is the {following.value} one; given: {given}"
    return None


def _issue(s: Sentence, e: WarningIssued, law: Law) -> HandlerOutcome:
    failure_ids = known_failures(s, e.failure_ids)
    departure = advised_above_warning(s, law, failure_ids) is not None
    answered = e.understood is not None or e.comment is not None
    s.warnings[e.warning_id] = IssuedWarning(
        e.warning_id,
        failure_ids,
        e.level,
        issued_at=e.occurred_at,
        cause=e.uid,
        departure=departure,
        regime=s.regime,
        answered=answered,
    )
    change_state(s, WARN, State.WARNED, at=e.occurred_at, cause=e.uid)
    refresh_days_of(s, law, failure_ids)
    _open_understanding_duty(s, law, e)
    # D14.warning-letter: the failures, and that a response is required; its text is made elsewhere.
    notify(
        s,
        e,
        "warning-letter",
        subject=e.warning_id,
        to=PERSON,
        level=e.level.value,
        failures=".".join(e.failure_ids),
        response="required",
    )
    notify(s, e, "enforcement-taken", subject=e.warning_id, to=CONTRIBUTORS, step=e.KIND)
    if departure:
        notify(
            s,
            e,
            "departure-recorded",
            subject=e.warning_id,
            to=LINE_MANAGER,
            source="PF 2015 Enforce",
        )
    complete_records(s, law, e, failure_ids=failure_ids)
    return REGULAR


def _open_understanding_duty(s: Sentence, law: Law, e: WarningIssued) -> None:
    """Open the duty to see that the person understands, or record it as done."""
    clocks.start(
        s,
        law,
        Trigger.WARNING_ISSUED,
        context=trigger_context(e),
        subject=e.warning_id,
        requirement="",
    )
    understood = clocks.clock_id("ev-warning-understood", e.warning_id)
    if e.understood and understood in s.duties:
        clocks.discharge(s, understood, at=e.occurred_at, by=e.uid)


def _refuse_withdrawal(s: Sentence, e: WarningWithdrawn, _law: Law) -> str | None:
    warning = s.warnings[e.warning_id]
    if warning.withdrawn_at is not None:
        return f"warning {e.warning_id} was already withdrawn"
    # The withdrawal rests on a later accepted excuse, so it needs the permission to excuse (T10).
    return denied(s, Permission.EXCUSE, e)


def _withdraw(s: Sentence, e: WarningWithdrawn, law: Law) -> HandlerOutcome:
    warning = s.warnings[e.warning_id]
    s.warnings[e.warning_id] = replace(warning, withdrawn_at=e.occurred_at)
    refresh_days_of(s, law, warning.failure_ids)
    leave_warned(s, law, e)
    notify(s, e, "warning-withdrawn", subject=e.warning_id, to=PERSON)
    complete_records(s, law, e, failure_ids=warning.failure_ids)
    return REGULAR


_WARNING_ACTS = (
    Permission.WARN,
    Permission.FIRST_LICENCE_WARNING,
    Permission.FINAL_LICENCE_WARNING,
)

HANDLERS = (
    EventHandler(
        WarningIssued,
        _issue,
        # A person who misses the first appointment is warned before any induction (G1).
        transition=WARN,
        roles=roles_for(*_WARNING_ACTS),
        depends_on=lambda s, e: (
            missing_failure(s, e.failure_ids) or missing_judgement(s, e.failure_ids)
        ),
        guard=_refuse,
        satisfies=lambda e: (f"warning {e.warning_id}",),
    ),
    EventHandler(
        WarningWithdrawn,
        _withdraw,
        roles=roles_for(Permission.EXCUSE),
        depends_on=lambda s, e: None if e.warning_id in s.warnings else f"warning {e.warning_id}",
        guard=_refuse_withdrawal,
    ),
)

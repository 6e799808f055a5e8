"""Apparent failures: their reports, and what a report starts (T04, D1)."""

from datetime import date

from states.entities import Failure
from states.events.enforcement import FailureReported
from states.events.envelope import Event
from states.regime import IN_PRISON, regime_of
from states.rules import clocks
from states.rules.appointments import refresh_appointments
from states.rules.event_dates import before_sentence
from states.rules.failure_classification import FailureClassification, FailureReading, classify
from states.rules.failure_counts import record_failure
from states.rules.failure_days import refresh_days
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome, Nature, unexpected
from states.rules.licence_conditions import STANDARD_CODES
from states.rules.notifications import (
    CASEWORK_SECTION,
    CONTRIBUTORS,
    LINE_MANAGER,
    NPS_ENFORCEMENT,
    OFFICER,
    notify,
)
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo, Trigger
from states.vocabulary import FailureKind, RequirementKind, Role, State

_DELIVERING = (Role.PROVIDER, Role.EM_PROVIDER, Role.TREATMENT_PROVIDER)
"""Roles that deliver part of the sentence: they report failures and hear the outcome.

See ev-single-req-monitor.
"""


def _report_needs(s: Sentence, e: FailureReported) -> str | None:
    if e.appointment_id is not None and e.appointment_id not in s.appointments:
        return f"appointment {e.appointment_id}"
    for named in (e.requirement_id, e.condition):
        if named is not None and named not in (*STANDARD_CODES, *s.requirements):
            return f"requirement {named}"
    return None


def _refuse_report(s: Sentence, e: FailureReported, _law: Law) -> str | None:
    if e.failure_id in s.failures:
        return f"failure {e.failure_id} was already reported; correct that event with `replaces`"
    outside = before_sentence(s, "failed_on", e.failed_on)
    if outside is None and s.ended_on is not None and e.failed_on > s.ended_on:
        outside = f"failed_on {e.failed_on} lies after the sentence ended on {s.ended_on}"
    return outside


def regime_on(s: Sentence, day: date) -> AppliesTo | None:
    """Return the regime under which a failure on `day` falls; None in prison (5.3)."""
    phase = s.phase_on(day)
    return None if s.imposed is None or phase in IN_PRISON else regime_of(s.kind, phase)


def _report(s: Sentence, e: FailureReported, law: Law) -> HandlerOutcome:
    additional = e.condition if e.condition in s.requirements else None
    failure = Failure(
        e.failure_id,
        e.failed_on,
        e.what,
        appointment_id=e.appointment_id,
        requirement_id=e.requirement_id or additional,
        reported_at=e.occurred_at,
        cause=e.uid,
        regime=regime_on(s, e.failed_on),
        condition=e.condition,
        by_provider=e.by.role in _DELIVERING,
        concern_at=e.occurred_at if e.public_protection else None,
    )
    fault = _classify(s, e, failure.regime, law=law)
    if failure.regime is not None and not fault.is_apparent:
        # The log keeps the report; nothing is left to explain, judge or count.
        elsewhere = fault.reading is FailureReading.ELSEWHERE
        _notify_elsewhere(s, e)
        return HandlerOutcome(elsewhere, f"no failure to comply: {fault.reason}")
    return open_failure(s, law, failure, e=e)


def _notify_elsewhere(s: Sentence, e: FailureReported) -> None:
    """Notify of an offence or a danger that is no failure to comply (D17.13)."""
    if e.what is FailureKind.NEW_OFFENCE:
        notify(s, e, "further-offence", subject=e.failure_id, to=NPS_ENFORCEMENT, on=e.failed_on)
    if e.public_protection:
        notify(
            s,
            e,
            "public-protection",
            subject=e.failure_id,
            to=LINE_MANAGER,
            failed_on=e.failed_on,
        )


def _classify(
    s: Sentence, e: FailureReported, regime: AppliesTo | None, law: Law
) -> FailureClassification:
    """Return the classification of a report (D1)."""
    offence = None if s.imposed is None else s.imposed.offence
    return classify(
        e.what,
        regime,
        edition=law.edition,
        committed_on=None if offence is None or offence.mixed else offence.committed_on,
        kinds={
            item.requirement.kind
            for item in s.requirements.values()
            if item.terminated_on is None or item.terminated_on >= e.failed_on
        },
        treatment_refused=e.treatment_refused and _of_drug_appointment(s, e),
    )


def _of_drug_appointment(s: Sentence, e: FailureReported) -> bool:
    """Return whether a report is about a drug appointment, by its word or its condition."""
    known = s.requirements.get(e.requirement_id or "")
    if known is not None:
        return known.requirement.kind is RequirementKind.DRUG_APPOINTMENT
    return e.what is FailureKind.DRUG_APPOINTMENT


def open_failure(s: Sentence, law: Law, failure: Failure, e: Event) -> HandlerOutcome:
    """Record an apparent failure and start its clocks (T04).

    In prison no requirement can be failed: the report is recorded, and nothing starts (5.3).
    """
    record_failure(s, failure)
    if s.state is State.COMPLETED:
        return unexpected("recorded; the sentence is over, no clock is started")
    if failure.appointment_id is not None:
        refresh_appointments(s, law)
    if failure.regime is None:
        return unexpected("recorded; in prison there is nothing to fail")
    _expect(s, law, failure, e=e)
    refresh_days(s, law, failure.failed_on)
    _notify(s, failure, e)
    return REGULAR


def _expect(s: Sentence, law: Law, failure: Failure, e: Event) -> None:
    triggers = [Trigger.APPARENT_FAILURE]
    if failure.by_provider:
        triggers.append(Trigger.FAILURE_REPORTED_BY_PROVIDER)
    for trigger in triggers:
        clocks.start(
            s,
            law,
            trigger,
            context=trigger_context(e, f"failed on {failure.failed_on}", on=failure.failed_on),
            subject=failure.id,
            # Provisions for kinds of requirements do not start for a failure of none.
            requirement=failure.requirement_id or "",
            regime=failure.regime,
        )


def _notify(s: Sentence, failure: Failure, e: Event) -> None:
    day = failure.failed_on
    notify(s, e, "seek-explanation", subject=failure.id, to=OFFICER, failed_on=day)
    # A failure may be a sign of rising risk, whatever it leads to (inv-warning-not-last-word).
    notify(s, e, "look-at-risk", subject=failure.id, to=OFFICER, failed_on=day)
    notify(s, e, "failure-reported", subject=failure.id, to=CONTRIBUTORS, failed_on=day)
    if failure.concern_at is not None:
        notify(s, e, "public-protection", subject=failure.id, to=LINE_MANAGER, failed_on=day)
    if s.breach is not None:
        notify(s, e, "further-evidence", subject=failure.id, to=NPS_ENFORCEMENT, failed_on=day)
    if s.recall is not None:
        # D7.13: the failure is passed on with the recall.
        notify(s, e, "further-evidence", subject=failure.id, to=CASEWORK_SECTION, failed_on=day)


def known_failures(s: Sentence, failure_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `failure_ids` that are not withdrawn: a decision rests on them."""
    return tuple(f for f in failure_ids if f in s.failures)


def missing_failure(s: Sentence, failure_ids: tuple[str, ...]) -> str | None:
    """Return the report that a decision on `failure_ids` waits for; None where none.

    A withdrawn report is not waited for unless no other is left: a decision that rested only on
    withdrawn reports is set aside.
    """
    lacking = [f for f in failure_ids if f not in s.failures]
    unreported = [f for f in lacking if f not in s.withdrawn_failures]
    if unreported or (lacking and len(lacking) == len(failure_ids)):
        return f"failure {(unreported or lacking)[0]}"
    return None


HANDLERS = (
    EventHandler(
        FailureReported,
        _report,
        nature=Nature.FACT,
        depends_on=_report_needs,
        guard=_refuse_report,
        satisfies=lambda e: (f"failure {e.failure_id}",),
    ),
)

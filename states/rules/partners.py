"""Partners: agencies that hold the case, civil orders, new charges (NS 2015 6), reports.

Reports go to bodies that decide: a court, the Parole Board, a planning board (NS 2015 2(b)).
"""

from dataclasses import replace
from datetime import date
from typing import Final

from states.entities import AgencyFlag, CivilOrder, PastAgencyFlag, RequestedReport
from states.events.agencies import (
    AgencyFlagChanged,
    CivilOrderChanged,
    OffenceCharged,
    ReportDelivered,
    ReportKind,
    ReportRequested,
    SeriousFurtherOffenceCharged,
)
from states.events.court import HearingPurpose
from states.rules import clocks
from states.rules.authorisation import Permission, denied
from states.rules.event_dates import time_of_act
from states.rules.handler import (
    IMPOSED,
    REGULAR,
    EventHandler,
    HandlerOutcome,
    Nature,
    after_end,
    unexpected,
)
from states.rules.triggers import trigger_context
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import day_of
from states.vocabulary import State


def _flag(s: Sentence, e: AgencyFlagChanged, law: Law) -> HandlerOutcome:
    day = e.changed_on or day_of(e.occurred_at)
    if s.state is State.COMPLETED:
        return after_end(s)
    if not e.active:
        return _release_flag(s, e, law, day)
    agency = e.agency.value
    held = s.agencies.get(agency)
    flag = _merged(held or AgencyFlag(day), e)
    s.agencies[agency] = flag
    taken = replace(trigger_context(e, agency, on=day), kind=agency)
    if held is None:
        clocks.start(s, law, Trigger.AGENCY_FLAGGED, context=taken, subject=str(day))
        # Taking the case on says what a contact about the selection would say.
        at = time_of_act(e, day)
        clocks.settle_contact(s, law, f"{agency}_selected", at=at, by=e.uid)
    elif (held.level, held.category) != (flag.level, flag.category):
        changed = Trigger.AGENCY_LEVEL_CHANGED
        clocks.cancel_triggered(s, law, changed, at=e.occurred_at, by=e.uid, subject=None)
        clocks.start(s, law, changed, context=taken, subject=str(day))
    if e.jointly is False:
        return unexpected(f"probation staff had no part in the selection for {agency}")
    return REGULAR


def _merged(held: AgencyFlag, e: AgencyFlagChanged) -> AgencyFlag:
    return AgencyFlag(
        held.since,
        level=e.level or held.level,
        reference=e.reference or held.reference,
        category=e.category or held.category,
        jointly=held.jointly if e.jointly is None else e.jointly,
    )


def _release_flag(s: Sentence, e: AgencyFlagChanged, law: Law, day: date) -> HandlerOutcome:
    agency = e.agency.value
    held = s.agencies.get(agency)
    if held is None:
        return HandlerOutcome(note=f"{agency} did not hold the case")
    for key, duty in s.duties.items():
        if agency in duty.duty.agencies:
            clocks.cancel(s, key, at=e.occurred_at, by=e.uid)
    released = replace(trigger_context(e, agency, on=day), kind=agency)
    clocks.start(s, law, Trigger.AGENCY_RELEASED, context=released, subject=str(day))
    del s.agencies[agency]
    s.past_agencies.append(PastAgencyFlag(agency, held.since, day, reason=e.end_reason))
    if e.end_reason is None:
        return HandlerOutcome(note=f"{agency} released the case; no reason was given")
    return REGULAR


CIVIL_ORDERS_CONSIDERED = "civil_orders_considered"


def _order(s: Sentence, e: CivilOrderChanged, law: Law) -> HandlerOutcome:
    day = e.changed_on or day_of(e.occurred_at)
    known = s.civil_orders.get(e.order_id)
    before = known or CivilOrder(e.order_id, e.kind, day)
    ended = None if e.active else day
    until = e.until or before.until
    s.civil_orders[e.order_id] = replace(before, kind=e.kind, until=until, ended_on=ended)
    at = time_of_act(e, day)
    if not e.active:
        made = Trigger.CIVIL_ORDER_MADE
        clocks.cancel_triggered(s, law, made, at=at, by=e.uid, subject=e.order_id)
        return unexpected(f"no order {e.order_id} was known" if known is None else None)
    clocks.settle_contact(s, law, CIVIL_ORDERS_CONSIDERED, at=at, by=e.uid)
    if s.state is State.COMPLETED:
        return after_end(s)
    made_so = trigger_context(e, e.kind.value, on=day)
    clocks.start(s, law, Trigger.CIVIL_ORDER_MADE, context=made_so, subject=e.order_id)
    return REGULAR


def _charge(
    s: Sentence, e: OffenceCharged | SeriousFurtherOffenceCharged, law: Law
) -> HandlerOutcome:
    """Open what a charge asks for: on licence a decision on recall, unless one is under way."""
    charged = trigger_context(e, f"charged on {e.charged_on}", on=e.charged_on)
    if isinstance(e, SeriousFurtherOffenceCharged):
        clocks.start(s, law, Trigger.SERIOUS_FURTHER_OFFENCE, context=charged, subject=e.uid)
    if s.recall is None:
        clocks.start(s, law, Trigger.OFFENCE_CHARGED, context=charged, subject=e.event_id)
    return REGULAR


_PURPOSES: Final = frozenset(purpose.value for purpose in HearingPurpose)
"""Purposes of hearings; the subject of a clock about a hearing begins with one of them."""

EVIDENCE_DISCLOSED = "evidence_disclosed"


def _request(s: Sentence, e: ReportRequested, law: Law) -> HandlerOutcome:
    if s.state is State.COMPLETED:
        return after_end(s)
    known = s.reports.get(e.report_id)
    delivered = None if known is None else known.delivered_on
    s.reports[e.report_id] = RequestedReport(
        e.report_id, e.kind, e.due_on, hearing_on=e.hearing_on, delivered_on=delivered
    )
    asked = trigger_context(e, f"wanted by {e.due_on}", on=e.due_on)
    if known is not None and known.due_on != e.due_on:
        reason = f"the report is wanted by {e.due_on}"
        clocks.redate(
            s, law, Trigger.REPORT_REQUESTED, on=e.due_on, reason=reason, subject=e.report_id
        )
    clocks.start(s, law, Trigger.REPORT_REQUESTED, context=asked, subject=e.report_id)
    return REGULAR


def _refuse_delivery(s: Sentence, e: ReportDelivered, _law: Law) -> str | None:
    """Refuse a CRC's advice to a court, which is for the NPS (ev-advice-nps-only)."""
    to_court = s.reports[e.report_id].kind is ReportKind.COURT
    if (refused := denied(s, Permission.PRESENT, e)) is None or not to_court:
        return None
    return f"{refused}; a CRC sends the NPS what it has, as a contact"


def _deliver(s: Sentence, e: ReportDelivered, law: Law) -> HandlerOutcome:
    day = e.delivered_on or day_of(e.occurred_at)
    report = replace(s.reports[e.report_id], delivered_on=day)
    s.reports[e.report_id] = report
    at = time_of_act(e, day)
    for subject in _answered(s, law, report):
        clocks.settle(s, law, Settlement.REPORT_DELIVERED, at=at, by=e.uid, subject=subject)
    if report.kind is ReportKind.PAROLE_BOARD and s.state is not State.COMPLETED:
        clocks.start(
            s, law, Trigger.REPORT_DELIVERED, context=trigger_context(e, at=at), subject=e.report_id
        )
        if e.disclosed:
            clocks.settle_contact(s, law, EVIDENCE_DISCLOSED, at=at, by=e.uid)
    return REGULAR


def _answered(s: Sentence, law: Law, report: RequestedReport) -> list[str | None]:
    """Return the subjects that a report settles: itself, and other requests of the same body."""
    found: list[str | None] = [report.id]
    for provision_id in law.settled_by(Settlement.REPORT_DELIVERED):
        for key in s.by_provision.get(provision_id, ()):
            subject = clocks.subject_of(s, key)
            if subject not in s.reports and subject not in found and _is_for(report, subject):
                found.append(subject)
    return found


def _is_for(report: RequestedReport, subject: str | None) -> bool:
    """Return whether a report answers that hearing, or the other request with that subject."""
    purpose, _, day = (subject or "").partition(".")
    to_board = report.kind is ReportKind.PAROLE_BOARD
    if purpose not in _PURPOSES:
        # Every other request is one of the Parole Board, about a recall.
        return to_board
    listed = to_board if purpose == HearingPurpose.PAROLE else report.kind is ReportKind.COURT
    return listed and (report.hearing_on is None or day == str(report.hearing_on))


HANDLERS = (
    EventHandler(AgencyFlagChanged, _flag, nature=Nature.FACT, requires=IMPOSED),
    EventHandler(CivilOrderChanged, _order, nature=Nature.ACT, requires=IMPOSED),
    EventHandler(SeriousFurtherOffenceCharged, _charge, nature=Nature.ACT, requires=IMPOSED),
    EventHandler(OffenceCharged, _charge, nature=Nature.ACT, requires=IMPOSED),
    EventHandler(
        ReportRequested,
        _request,
        nature=Nature.FACT,
        requires=IMPOSED,
        satisfies=lambda e: (f"report {e.report_id}",),
    ),
    EventHandler(
        ReportDelivered,
        _deliver,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=lambda s, e: None if e.report_id in s.reports else f"report {e.report_id}",
        guard=_refuse_delivery,
    ),
)

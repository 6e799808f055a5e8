"""Every duty of planning, risk, transfer, victims, premises, reports and records, one by one.

A line says in which stream the duty is open, by which event it opened, and what discharges it.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import (
    DISCRETIONARY,
    MONITORED,
    STATUTORY,
    contact,
    freed,
    imprisoned,
    of_row,
    said,
)
from tests.states.stream import allocated, at, event, failed, law, played

NOW = "2027-12-01"
"""After every event of this table."""

DAY = "2026-11-10"
LATER = "2026-11-12"
OUT = "2027-11-10"
AFTER = "2027-11-12"


def hearing(day: str = "2026-12-01", told: str = DAY) -> Event:
    return event("hearing_listed", told, listed_on=day, purpose="parole")


def requested(told: str = DAY, **more: Any) -> Event:
    fields = {"kind": "parole_board", "due_on": "2026-11-27", **more}
    return event("report_requested", told, **fields)


def flagged(agency: str) -> Event:
    return event("agency_flag_changed", DAY, agency=agency)


def referred() -> Event:
    return event("rosh_referred", DAY, received_at=at(DAY))


@dataclass(frozen=True)
class Line:
    """One duty: its base stream, what opens it (nothing where the base does), what discharges."""

    id: str
    base: list[Event]
    opening: tuple[Event, ...] = ()
    done: tuple[Event, ...] = field(default=())
    """Each of these alone discharges it; empty for what recurs."""


ORDER = allocated(ends_on="2028-11-01")
PRISON = imprisoned()
BY_NPS = imprisoned(allocation={"provider": "NPS", "provider_code": "N02"})
KNOWN_VICTIM = imprisoned(victims=STATUTORY)
LICENCE = freed()

ADMITTED = event("ap_admitted", OUT)
LEFT = event("ap_left", AFTER)

LINES = [
    # Standard 2: courts and reports
    Line("ev-explain-requirements", ORDER, (), done=(
        contact("requirements_explained", LATER),
        contact("reporting_instructions", LATER),
        event("induction_completed", LATER),
        said("ev-explain-requirements", LATER),
    )),
    Line("ev-risk-info-out", ORDER, (), done=(
        contact("risk_information_sent", LATER), said("ev-risk-info-out", LATER),
    )),
    Line("ev-nps-present", [*ORDER, *failed("F1", "2026-11-09"), event(
        "breach_decided", "2026-11-09 15:00", failure_ids=["F1"], departure_rationale="Grave.",
    )], (event("hearing_listed", DAY, listed_on="2026-11-30"),), done=(
        contact("nps_attended_court", LATER), said("ev-nps-present", LATER),
    )),
    Line("ev-parole-report", PRISON, (hearing(),), done=(said("ev-parole-report", LATER),)),
    Line("ev-parole-disclosure", [*PRISON, requested()], (
        event("report_delivered", LATER),
    ), done=(
        contact("evidence_disclosed", "2026-11-13"), said("ev-parole-disclosure", "2026-11-13"),
    )),
    Line("ev-crc-info-boards", PRISON, (hearing(),), done=(
        contact("information_to_board", LATER), said("ev-crc-info-boards", LATER),
    )),
    # Standard 3: allocation and induction
    Line("ev-allocate", ORDER[:1], (), done=(ORDER[1],)),
    Line("ev-tell-offender-provider", ORDER, (), done=(
        contact("provider_told", LATER),
        contact("reporting_instructions", LATER),
        event("induction_completed", LATER),
        said("ev-tell-offender-provider", LATER),
    )),
    Line("ev-officer-known", ORDER, (event("officer_assigned", DAY),), done=(
        contact("officer_introduced", LATER), said("ev-officer-known", LATER),
    )),
    Line("officer-known-always", ORDER),
    Line("ev-officer-prison-link", PRISON),
    Line("ev-offender-supervisor", PRISON, (), done=(
        event("team_member_changed", LATER, role="offender_supervisor"),
        contact("prison_officer_known", LATER),
        said("ev-offender-supervisor", LATER),
    )),
    # Standard 4: the plan
    Line("plan-community-complete", ORDER, (), done=(event("plan_completed", LATER),)),
    Line("plan-post-release-complete", LICENCE, (), done=(event("plan_completed", AFTER),)),
    Line("ap-considered-earliest", ORDER, (), done=(
        contact("ap_considered", LATER),
        event("ap_referred", LATER),
        event("plan_completed", LATER, ap_considered=True),
        said("ap-considered-earliest", LATER),
    )),
    Line("ev-plan-safeguarding", ORDER, (contact("child_risk", DAY),), done=(
        contact("safeguarding_objectives", LATER),
        event("plan_completed", LATER, child_objectives=True),
        event("plan_completed", LATER),
        said("ev-plan-safeguarding", LATER),
    )),
    Line("ev-plan-victim-views", KNOWN_VICTIM, (), done=(
        contact("victim_views_considered", LATER),
        event("plan_completed", LATER, victim_views_considered=True),
        said("ev-plan-victim-views", LATER),
    )),
    Line("ev-plan-women-safety", ORDER, (contact("woman_at_risk", DAY),), done=(
        contact("safety_plan_made", LATER), said("ev-plan-women-safety", LATER),
    )),
    Line("ev-plan-multi-provider", ORDER, (event("plan_completed", DAY),), done=(
        contact("roles_agreed", LATER), said("ev-plan-multi-provider", LATER),
    )),
    Line("dynamic-risk-assessment", ORDER),
    Line("ev-resettlement-feeds-plan", PRISON, (), done=(
        contact("resettlement_progress_used", LATER),
        event("plan_completed", "2027-08-09"),
        said("ev-resettlement-feeds-plan", LATER),
    )),
    Line("ev-officer-visits", PRISON),
    Line("custody-contact-level", PRISON),
    # Standard 5: implementing, transfers
    Line("contact-frequency", ORDER),
    Line("home-visits", ORDER),
    Line("ev-first-appt-content", ORDER, (), done=(
        contact("first_appointment_covered", LATER), said("ev-first-appt-content", LATER),
    )),
    Line("ev-barriers", ORDER, (event("plan_completed", DAY),), done=(
        contact("barriers_considered", LATER), said("ev-barriers", LATER),
    )),
    Line("ev-community-resources", ORDER, (event("plan_completed", DAY),), done=(
        contact("community_services", LATER), said("ev-community-resources", LATER),
    )),
    Line("ev-transfer-notify", ORDER, (event("provider_transferred", DAY),), done=(
        contact("agencies_told_of_transfer", LATER), said("ev-transfer-notify", LATER),
    )),
    Line("ev-transfer-consult", ORDER, (event("provider_transferred", DAY),), done=(
        contact("transfer_consultation", LATER), said("ev-transfer-consult", LATER),
    )),
    Line("ev-licence-visits", LICENCE, (contact("visit_instructed", OUT),), done=(
        contact("home_visit", AFTER), said("ev-licence-visits", AFTER),
    )),
    # Standard 6: risk
    Line("ev-child-risk", ORDER, (contact("child_risk", DAY),), done=(
        contact("children_services_referral", LATER), said("ev-child-risk", LATER),
    )),
    Line("ev-adult-risk", ORDER, (contact("adult_risk", DAY),), done=(
        contact("adult_safeguarding_action", LATER), said("ev-adult-risk", LATER),
    )),
    Line("ev-potential-victims", ORDER, (contact("victim_at_risk", DAY),), done=(
        contact("victim_safety_action", LATER), said("ev-potential-victims", LATER),
    )),
    Line("ev-rosh-confirm", ORDER, (referred(),), done=(event("rosh_confirmed", LATER),)),
    Line("ev-rosh-transfer", [*ORDER, referred()], (event("rosh_confirmed", DAY),), done=(
        event("provider_transferred", LATER),
    )),
    Line("ev-mappa-agency", ORDER, (event("agency_flag_changed", DAY),)),
    Line("ev-mappa-agreements", ORDER, (event("agency_flag_changed", DAY),), done=(
        contact("mappa_agreed", LATER), said("ev-mappa-agreements", LATER),
    )),
    Line("ev-marac-information", ORDER, (flagged("marac"),), done=(
        contact("marac_information_shared", LATER), said("ev-marac-information", LATER),
    )),
    Line("ev-marac-action", [*ORDER, flagged("marac")], (contact("marac_action_agreed", DAY),),
         done=(contact("marac_action_taken", LATER), said("ev-marac-action", LATER))),
    Line("ev-ppo-management", ORDER, (flagged("ppo"),)),
    Line("ev-dip-management", ORDER, (flagged("dip"),)),
    Line("ev-iom-select", ORDER, (contact("iom_criteria_met", DAY),), done=(
        contact("iom_not_selected", LATER), said("ev-iom-select", LATER),
    )),
    Line("ev-iom-known", ORDER, (flagged("iom"),), done=(
        contact("iom_status_known", LATER), said("ev-iom-known", LATER),
    )),
    Line("ev-iom-removal-known", [*ORDER, flagged("iom")], (
        event("agency_flag_changed", DAY, event_id="gone", agency="iom", active=False),
    ), done=(contact("iom_status_known", LATER), said("ev-iom-removal-known", LATER))),
    Line("ev-civil-orders-considered", BY_NPS, (event("agency_flag_changed", DAY),), done=(
        contact("civil_orders_considered", LATER),
        event("civil_order_changed", LATER),
        said("ev-civil-orders-considered", LATER),
    )),
    Line("ev-civil-order-used", ORDER, (event("civil_order_changed", DAY),), done=(
        contact("civil_order_used", LATER), said("ev-civil-order-used", LATER),
    )),
    Line("ev-visor", ORDER, (event("agency_flag_changed", DAY, agency="visor"),), done=(
        contact("visor_updated", LATER), said("ev-visor", LATER),
    )),
    Line("iom-list-review", ORDER, (event("agency_flag_changed", DAY, agency="iom"),)),
    Line("ev-record-sfo", ORDER, (event("serious_further_offence_charged", DAY),), done=(
        contact("sfo_notified", LATER), said("ev-record-sfo", LATER),
    )),
    Line("ev-circumstances-shared", ORDER, (event("significant_change_recorded", DAY),), done=(
        contact("circumstances_shared", LATER), said("ev-circumstances-shared", LATER),
    )),
    # Standard 7: victims
    Line("victim-contact-frequency", KNOWN_VICTIM),
    Line("ev-victim-reps", KNOWN_VICTIM, (), done=(
        contact("victim_consulted", LATER),
        event("victim_view_recorded", LATER),
        said("ev-victim-reps", LATER),
    )),
    Line("ev-victim-vlu-exchange", PRISON, (contact("victim_safety_changed", DAY),), done=(
        contact("victim_unit_told", LATER), said("ev-victim-vlu-exchange", LATER),
    )),
    Line("ev-victim-discretionary", imprisoned(victims=DISCRETIONARY), (), done=(
        contact("discretionary_contact_decided", LATER),
        event("victim_contact_offered", LATER, scheme="discretionary"),
        said("ev-victim-discretionary", LATER),
    )),
    Line("ev-victim-statement", KNOWN_VICTIM, (hearing(),), done=(
        contact("victim_statement_prepared", LATER),
        event("victim_view_recorded", LATER, about="statement"),
        said("ev-victim-statement", LATER),
    )),
    Line("ev-victim-limits", PRISON, (contact("victim_request_unmet", DAY),), done=(
        contact("limits_explained", LATER), said("ev-victim-limits", LATER),
    )),
    # Standard 8: approved premises
    Line("ev-ap-referral", PRISON, (contact("ap_suitable", DAY),), done=(
        event("ap_referred", LATER), said("ev-ap-referral", LATER),
    )),
    Line("ev-ap-info-in", LICENCE, (ADMITTED,), done=(
        contact("ap_information_sent", AFTER), said("ev-ap-info-in", AFTER),
    )),
    Line("ap-communication-regular", LICENCE, (ADMITTED,)),
    Line("curfew-night-ap", LICENCE, (ADMITTED,)),
    Line("ev-ap-end-police", [*LICENCE, ADMITTED], (LEFT,), done=(
        contact("police_told_of_ap_end", "2027-11-15"), said("ev-ap-end-police", "2027-11-15"),
    )),
    Line("ev-ap-evaluate", [*LICENCE, ADMITTED], (LEFT,), done=(
        contact("ap_evaluated", "2027-11-15"), said("ev-ap-evaluate", "2027-11-15"),
    )),
    # Standard 10: reviews
    Line("plan-review-on-change", ORDER, (event("significant_change_recorded", DAY),), done=(
        event("plan_reviewed", LATER),
    )),
    Line("plan-review-frequency", ORDER, (event("plan_completed", DAY),)),
    # Standard 11: completion
    Line("ev-relapse", ORDER, (), done=(
        contact("relapse_plan_made", LATER), said("ev-relapse", LATER),
    )),
    Line("ev-end-notify", ORDER, (event("sentence_ended", DAY, reason="other"),), done=(
        contact("agencies_told_of_end", LATER), said("ev-end-notify", LATER),
    )),
    Line("restrictions-after-end", ORDER, (event("sentence_ended", DAY, reason="other"),), done=(
        contact("restrictions_explained", LATER), said("restrictions-after-end", LATER),
    )),
]  # fmt: skip


def ids(lines: list[Line]) -> list[str]:
    return [line.id for line in lines]


@pytest.mark.parametrize("line", LINES, ids=ids(LINES))
def test_a_duty_opens_with_its_trigger(line: Line) -> None:
    """It is not there before, it is open after, and it never has a deadline."""
    before = played(line.base, NOW)
    after = played([*line.base, *line.opening], NOW)

    assert ([] if line.opening else ["open"]) == of_row(before, line.id)
    assert ["open"] == of_row(after, line.id)


DONE = [(line, done) for line in LINES for done in line.done]


@pytest.mark.parametrize(
    ("line", "done"), DONE, ids=[f"{line.id}-{done.event_id}" for line, done in DONE]
)
def test_a_duty_is_discharged_by_what_its_row_names(line: Line, done: Event) -> None:
    """The natural event, a contact of its kind, or the word that it was done."""
    seen = played([*line.base, *line.opening, done], NOW)

    assert "applied" == seen.verdict(done)[0]
    assert ["done"] == of_row(seen, line.id)


RECURRING = [line for line in LINES if not line.done]


@pytest.mark.parametrize("line", RECURRING, ids=ids(RECURRING))
def test_a_duty_that_goes_on_is_never_done(line: Line) -> None:
    """No event discharges it; it ends with its cause."""
    word = said(line.id, "2027-11-20")

    seen = played([*line.base, *line.opening, word], NOW)

    verdict, reason = seen.verdict(word)
    assert "refused" == verdict
    assert reason.startswith(f"{line.id} is discharged by nothing: it continues; ")
    assert ["open"] == of_row(seen, line.id)


AT_THE_END = ("ev-end-notify", "restrictions-after-end")
FALLING = [line for line in LINES if line.id not in AT_THE_END]


@pytest.mark.parametrize("line", FALLING, ids=ids(FALLING))
def test_a_duty_falls_away_with_the_sentence(line: Line) -> None:
    """A duty that has fallen away is neither done nor open."""
    end = event("sentence_ended", "2027-11-20", reason="other")

    seen = played([*line.base, *line.opening, end], NOW)

    assert ["fell_away"] == of_row(seen, line.id)


MONITORED_ORDER = allocated(ends_on="2028-11-01", requirements=MONITORED)
EXEMPT = [
    line
    for line in LINES
    if line.base is ORDER and law().edition.duties[line.id].exempt
]  # fmt: skip


@pytest.mark.parametrize("line", EXEMPT, ids=ids(EXEMPT))
def test_a_duty_is_not_owed_where_all_is_monitored(line: Line) -> None:
    """AMB-20: standards 4 to 7 do not apply, and where there is no plan neither does 10."""
    seen = played([*MONITORED_ORDER, *line.opening], NOW)

    assert [] == of_row(seen, line.id)


BOUND = [line for line in LINES if line.base is ORDER and not law().edition.duties[line.id].exempt]


@pytest.mark.parametrize("line", BOUND, ids=ids(BOUND))
def test_a_duty_of_other_standards_is_owed_where_all_is_monitored(line: Line) -> None:
    """Standards 1, 2, 3, 8 and 9 hold for everybody."""
    seen = played([*MONITORED_ORDER, *line.opening], NOW)

    assert ["open"] == of_row(seen, line.id)

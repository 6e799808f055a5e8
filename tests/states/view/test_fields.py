"""Every field of the view stands under the name that integrators know."""

from collections.abc import Iterable
from typing import Any, Final

from states.events.envelope import Event
from tests.states.custody import STATUTORY
from tests.states.licence import by_nps, initiated, on_licence, returned
from tests.states.requirements import licence_with
from tests.states.stream import event, failed, played, serving, warned

PROMISED: Final = {
    "view": "agencies allowed ap_resident arrival at_large breaches calendar came_from "
    "civil_orders clocks conditions counted_failures crn duties edition ended_on "
    "ends_on event_number events_total expected_release_on failures flags home_moves "
    "inducted_at law_pack licence_ends_on moved_to now officer officers outcome past_agencies "
    "phase plan plan_version proposals provider provider_code pss_ends_on "
    "recalled_before recalls released_on reports requirements risk rosh sentenced_on "
    "state stays team transitions type unapplied unapplied_total victims warnings "
    "warrants "
    "workflow_id",
    "view.agencies[]": "agency category jointly level reference since",
    "view.arrival": "notices quarantined quarantined_by_code repeats trail",
    "view.arrival.notices": "counts not_getting_through",
    "view.breaches[]": "closed_at committed_on committed_until decided_at departure failure_ids "
    "hearing_on presented_at reason received_at referral_lacks referred_at warrant warrant_at",
    "view.civil_orders[]": "ended_on kind order_id since until",
    "view.clocks[]": "count due_at due_on hardness id provisional settled_at settled_by "
    "standard started_at status subject timescale title why",
    "view.clocks[].count": "delay_days entries late longest_delay_days same_day",
    "view.clocks[].why": "calendar edition moved_from moves rule skipped source trigger",
    "view.clocks[].why.moves[]": "from reason to",
    "view.conditions[]": "asks condition failed source",
    "view.duties[]": "age_days duty hardness id notices owner settled_at settled_by since "
    "standard status subject title why",
    "view.duties[].why": "edition rule source trigger",
    "view.failures[]": "acceptable condition counts explained_by explained_on factors failed_on "
    "failure_id in_window judged_at public_protection record_lacks regime requirement_id spent "
    "what",
    "view.flags[]": "code text",
    "view.home_moves[]": "moved_on rows",
    "view.moved_to": "crn event_number",
    "view.officers[]": "officer provider provider_code since temporary",
    "view.past_agencies[]": "agency reason since until",
    "view.plan": "completed_at prepared_only restricted_part reviewed_at rosh version",
    "view.proposals[]": "by failure_ids reason row source step subject",
    "view.recalls[]": "arrested_at board_referred_on board_released_on closed_at decided_at "
    "departure endorsed failure_ids ground nps_received_at police_told_at recall_type "
    "recalled_on_charge received_at refused_at release_due_on represented_on returned_on "
    "revoked_on row sent_at term_days term_ends_on undone_at",
    "view.reports[]": "delivered_on due_on hearing_on kind report_id",
    "view.requirements[]": "code completed_on consent court_timescale_on days days_done "
    "electronically_monitored ended_by ends_on evaluated_on hours hours_done kind minutes_done "
    "not_counted owed prospect requirement_id stakeholders started_on starts_on terminated_on "
    "tests",
    "view.requirements[].tests[]": "counts result tested_on",
    "view.risk": "indicated_high level referral_open referrals",
    "view.risk.referrals[]": "answered_at at emergency level received_at",
    "view.stays[]": "admitted_on completed expected_on key_worker left_on plan_agreed_on "
    "planned_until prepared_on referred_on stay_id suitable",
    "view.team[]": "member role since",
    "view.transitions[]": "arrow at cause from irregular name phase to",
    "view.unapplied[]": "at code digest disposition event_id kind reason resolved times",
    "view.victims": "contacts statutory_contact",
    "view.victims.contacts[]": "accepted offered_on scheme victim_ref views",
    "view.warrants[]": "applied_at court executed_at executor ground issued_at warrant_id "
    "withdrawn_at",
    "view.warnings[]": "departure failure_ids issued_at level refer_until regime warning_id "
    "withdrawn_at",
}
"""Fields of each record of the view, by its place."""

COUNTS: Final = {"view.arrival.notices.counts", "view.arrival.quarantined_by_code"}
"""Records whose names are data: how many of each."""

ORDER: Final = [
    *serving(),
    *failed("F1", "2026-11-23"),
    warned("W1", "2026-11-24", "F1"),
    *failed("F2", "2026-11-30"),
    event("breach_decided", "2026-12-01", failure_ids=["F2"]),
    event("report_requested", "2026-12-02", due_on="2026-12-20"),
    event("agency_flag_changed", "2026-12-02"),
    event("agency_flag_changed", "2026-12-02", event_id="iom", agency="iom"),
    event("agency_flag_changed", "2026-12-05", event_id="gone", agency="iom", active=False),
    event("civil_order_changed", "2026-12-02"),
    event("appointment_attended", "2026-12-03", appointment_id="A9"),
    event("sentence_moved", "2026-12-04"),
]
LICENCE: Final = [
    *on_licence(victims=STATUTORY),
    event("rosh_assessed", "2015-03-10"),
    event("rosh_referred", "2015-03-11"),
    event("victim_contact_offered", "2015-03-12"),
    event("address_changed", "2015-03-13"),
    event("ap_admitted", "2015-03-14"),
    *initiated(),
    by_nps("recall_endorsed", "2015-04-07 13:00"),
    returned("2015-04-08"),
    event("warrant_recorded", "2015-04-08", step="issued", ground="failure_to_appear"),
]
TESTED: Final = [
    *licence_with("drug_testing"),
    event("drug_tested", "2015-04-07", requirement_id="R1"),
]


def fields(found: Any, name: str = "view") -> list[tuple[str, frozenset[str]]]:
    """Return the names of the fields of each record of a view, with where it stands."""
    if isinstance(found, list):
        return [record for item in found for record in fields(item, f"{name}[]")]
    if not isinstance(found, dict) or name in COUNTS:
        return []
    below = [record for key in found for record in fields(found[key], f"{name}.{key}")]
    return [(name, frozenset(found)), *below]


def shown(*streams: tuple[Iterable[Event], str]) -> list[tuple[str, frozenset[str]]]:
    """Return the records of the views of several streams, each at its time."""
    return [record for stream, now in streams for record in fields(played(stream, now).view)]


def test_a_view_holds_the_promised_fields_and_no_others() -> None:
    """A field may be added, here too; none is renamed, and no kind of record is lost."""
    records = shown((ORDER, "2026-12-10"), (LICENCE, "2015-04-10"), (TESTED, "2015-04-09"))

    found = dict[str, set[str]]()
    for name, names in records:
        found.setdefault(name, set()).update(names)
    assert {name: set(words.split()) for name, words in PROMISED.items()} == found


def test_records_of_one_kind_have_the_same_fields() -> None:
    """Every clock has the same fields; a count and moves belong to some clocks alone."""
    records = shown((ORDER, "2026-12-10"), (LICENCE, "2015-04-10"))

    found = dict[str, set[frozenset[str]]]()
    for name, names in records:
        found.setdefault(name, set()).add(names - {"count", "moves"})
    assert [] == [name for name, shapes in found.items() if len(shapes) > 1]

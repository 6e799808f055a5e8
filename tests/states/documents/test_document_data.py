"""The data of a document follow from the log and the notice alone."""

from datetime import timedelta
from typing import Any

import pytest

from states.documents import DOCUMENTS, document_data
from states.entities import Effect
from states.event_log import EventLog, decide_with_lookups
from states.events.envelope import Event
from states.events.free_text import text_digest
from states.outbox import COMPENSATION_PREFIX
from states.rules.notifications import WITH_DOCUMENT
from tests.states.licence import initiated, on_licence, sentenced
from tests.states.stream import (
    IDENTITY,
    allocated,
    at,
    case_of,
    catalogue,
    event,
    failed,
    incoming,
    law,
    serving,
    warned,
)
from tests.states.wording import MANAGER, NPS_OFFICER, SENIOR_MANAGER

PAST = "2027-03-01"
_NOW = timedelta(0)


def documents(events: list[Event], now: str = PAST) -> list[tuple[Effect, dict[str, Any]]]:
    """Every notice with a document that these events bring, and what the document says."""
    case = case_of(events)
    decided = decide_with_lookups(case, law(), at(now), catalogue().look_up)
    found = (
        (effect, document_data(IDENTITY, case, decided, effect=effect, now=at(now)))
        for _, effect in sorted(decided.effects.items())
    )
    return [(effect, data) for effect, data in found if data is not None]


def document(events: list[Event], template: str, now: str = PAST) -> dict[str, Any]:
    """The data of the one document that goes with notices of a template."""
    (found,) = [data for effect, data in documents(events, now) if effect.template == template]
    return found


def missed(*more: Event, **judged: Any) -> list[Event]:
    """An order on which one appointment was missed, with what followed."""
    return [*serving(), *failed("F1", "2026-11-23", **judged), *more]


def _send_all(case: EventLog, when: str) -> None:
    """Send every notice that is due by then."""
    moment = at(when)
    case.reconcile(decide_with_lookups(case, law(), moment, catalogue().look_up), moment, _NOW)
    for key in case.outbox.queued(moment):
        case.outbox.start(key, moment)
        case.outbox.mark_sent(key, moment)


def explained(from_whom: str) -> Event:
    return event(
        "explanation_received",
        "2026-11-23 12:30",
        failure_id="F1",
        from_whom=from_whom,
        details="The bus was late.",
    )


def test_every_document_names_sentence_edition_decision_and_who_made_it() -> None:
    """D14: a reader sees the sentence, the law, the decision and its author."""
    data = document(missed(warned("W1", "2026-11-24", "F1")), "warning-letter")

    assert ("sentence-X320741-1", "X320741", "1") == tuple(
        data["sentence"][name] for name in ("workflow_id", "crn", "event_number")
    )
    assert {
        "name": "ns-2015",
        "title": "National Standards for the Management of Offenders 2015",
    } == data["edition"]
    assert {
        "kind": "warning_issued",
        "what": "warning",
        "event_id": "W1.issued",
        "on": "2026-11-24",
        "at": "2026-11-24T12:00:00Z",
        "by": {"id": "N07A001", "role": "officer", "organisation": "CRC"},
    } == data["decision"]
    assert {"officer": "N07A001", "provider": "CRC", "provider_code": "N07"} == data["manager"]


def test_a_notice_without_a_document_has_no_data() -> None:
    """Most notices are words enough by themselves."""
    templates = {effect.template for effect, _ in documents(missed())}

    assert {"induction-sheet"} == templates


# --- warnings --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("from_whom", "own_words"),
    [("person", {"text": text_digest("The bus was late.")}), ("mother", None)],
)
def test_a_warning_quotes_the_person_and_no_third_party(
    from_whom: str, own_words: dict[str, str] | None
) -> None:
    """D14.warning-letter: the report of a third party may put that party at risk."""
    events = missed(explained(from_whom), warned("W1", "2026-11-24", "F1"))

    (failure,) = document(events, "warning-letter")["failures"]

    assert ("2026-11-23", own_words) == (failure["explained_on"], failure["own_words"])
    assert ("F1", "2026-11-23", "missed_appointment", False) == tuple(
        failure[name] for name in ("failure_id", "failed_on", "what", "acceptable")
    )


def test_a_warning_holds_nothing_that_officers_wrote() -> None:
    """Neither the report of the failure nor the reasons for the judgement go to the person."""
    reported = failed("F1", "2026-11-23", details="Smelt of drink.")
    warning = warned("W1", "2026-11-24", "F1", comment="Fair enough.")

    data = str(document([*serving(), *reported, warning], "warning-letter"))

    hidden = ("Smelt of drink.", "Weighed.", "A reminder.", "Fair enough.")
    assert [] == [text for text in hidden if text_digest(text) in data]


def test_a_warning_says_how_many_days_count_and_where_breach_is_advised() -> None:
    """D7.2, failure-window-12m: two within twelve months on an order."""
    data = document(missed(warned("W1", "2026-11-24", "F1")), "warning-letter")["failure_count"]

    assert {"counted_on": ["2026-11-23"], "threshold": 2, "window_months": 12} == data


def test_a_warning_names_the_next_appointments_and_no_more_than_three() -> None:
    """The response required is to come: cancelled and past bookings are no help."""
    booked = [
        event(
            "appointment_arranged",
            "2026-11-20",
            event_id=f"booked-{n}",
            appointment_id=f"N{n}",
            at=at(f"2026-12-0{n} 10:00"),
        )
        for n in (4, 2, 1, 5, 3)
    ]
    off = event("appointment_cancelled", "2026-11-21", appointment_id="N1", by_whom="provider")
    events = missed(*booked, off, warned("W1", "2026-11-24", "F1"))

    data = document(events, "warning-letter")["next_appointments"]

    assert ["N2", "N3", "N4"] == [item["appointment_id"] for item in data]


def test_the_second_warning_of_a_licence_has_a_document_of_its_own() -> None:
    """D9.final-licence-warning, ev-senior-final-warning: it is final, and by a senior manager."""
    events = [
        *on_licence(),
        *failed("F1", "2015-03-16", condition="SLC1"),
        warned("W1", "2015-03-17", "F1"),
        *failed("F2", "2015-03-23", condition="SLC1"),
        warned("W2", "2015-03-24", "F2", level="final", by=SENIOR_MANAGER),
    ]

    found = documents(events, "2015-04-01")
    warnings = [data for effect, data in found if effect.template == "warning-letter"]

    assert [("first-warning", "officer"), ("final-licence-warning", "senior_manager")] == [
        (data["document"], data["decision"]["by"]["role"]) for data in warnings
    ]
    assert {None} == {data["failure_count"]["threshold"] for data in warnings}


def test_a_second_warning_on_an_order_is_a_warning_like_the_first() -> None:
    """An order has plain warnings alone: `final` on it changes no document."""
    final = warned("W1", "2026-11-24", "F1", level="final")

    assert "first-warning" == document(missed(final), "warning-letter")["document"]


def test_a_warning_withdrawn_by_decision_has_a_withdrawal() -> None:
    """T10: the excuse was accepted after all, and the person has it in writing."""
    back = event("warning_withdrawn", "2026-11-26", warning_id="W1")
    data = document(missed(warned("W1", "2026-11-24", "F1"), back), "warning-withdrawn")

    assert ("warning_withdrawn", "2026-11-26", "W1", "2026-11-24") == (
        data["decision"]["kind"],
        data["decision"]["on"],
        data["warning_id"],
        data["issued_on"],
    )


@pytest.mark.parametrize("replaced", [False, True], ids=["withdrawn", "replaced"])
def test_a_warning_that_never_was_has_a_withdrawal(replaced: bool) -> None:  # noqa: FBT001
    """The counter to a document that was sent names the author of the withdrawal."""
    issued = warned("W1", "2026-11-24", "F1")
    case = case_of(missed(issued))
    _send_all(case, "2026-11-25")
    fields = {"replaces": issued.event_id} if replaced else {"withdrawn_event_id": issued.event_id}
    if replaced:
        case.receive(incoming(warned("W9", "2026-11-24 14:00", "F1", **fields)))
    else:
        case.receive(incoming(event("event_withdrawn", "2026-11-26", by=MANAGER, **fields)))

    decided = decide_with_lookups(case, law(), at("2026-11-27"), catalogue().look_up)
    case.reconcile(decided, at("2026-11-27"), _NOW)
    key = next(
        key
        for key in case.outbox.entries
        if key.startswith(f"{COMPENSATION_PREFIX}warning-letter/")
    )
    effect = case.outbox.entries[key].effect
    data = document_data(IDENTITY, case, decided, effect=effect, now=at("2026-11-27"))

    assert data is not None
    assert ("warning-withdrawn", key, "W1", "2026-11-24") == (
        data["document"],
        data["key"],
        data["warning_id"],
        data["issued_on"],
    )
    expected = ("warning_issued", "officer") if replaced else ("event_withdrawn", "line_manager")
    assert expected == (data["decision"]["kind"], data["decision"]["by"]["role"])


# --- breach ----------------------------------------------------------------------------------


def breached(*more: Event) -> list[Event]:
    return [
        *missed(explained("mother"), warned("W1", "2026-11-24", "F1", understood=True)),
        *failed("F2", "2026-12-07", details="Did not come."),
        event("breach_decided", "2026-12-08", failure_ids=["F1", "F2"]),
        *more,
    ]


def test_a_breach_referral_carries_everything_recorded_of_the_failures() -> None:
    """D4, D14.breach-referral: report, explanation and from whom, judgement and its reasons."""
    data = document(breached(), "breach-referral")

    first, second = data["failures"]
    assert ("mother", {"text": text_digest("The bus was late.")}) == (
        first["explanation"]["from_whom"],
        first["explanation"]["says"],
    )
    assert {"text": text_digest("Did not come.")} == second["details"]
    assert (False, {"text": text_digest("Weighed.")}, [{"text": text_digest("A reminder.")}]) == (
        second["judgement"]["acceptable"],
        second["judgement"]["rationale"],
        second["judgement"]["alternatives"],
    )
    assert {"text": text_digest("Weighed.")} == data["rationale"]
    assert [{"text": text_digest("A warning.")}] == data["alternatives"]
    assert (None, "failure", "community_order") == (
        data["departure"],
        data["reason"],
        data["regime"],
    )


def test_a_breach_referral_gives_the_response_to_supervision() -> None:
    """D14.breach-referral: attendance, failures, warnings, induction, plan, risk."""
    data = document(breached(), "breach-referral")["response"]

    assert {"offered": 3, "attended": 1, "missed": 2, "not_recorded": 0} == data["appointments"]
    assert {"apparent": 2, "accepted": 0, "unacceptable": 2, "not_judged": 0} == data["failures"]
    assert ("2026-11-05", {"version": "1", "on": "2026-11-09"}, "medium") == (
        data["inducted_on"],
        data["plan"],
        data["rosh"],
    )
    assert [("W1", "2026-11-24", True)] == [
        (item["warning_id"], item["issued_on"], item["answered"]) for item in data["warnings"]
    ]
    assert (["2026-11-23", "2026-12-07"], 2) == (data["counted_on"], data["threshold"])


def test_an_appointment_that_no_booking_names_is_counted_as_missed() -> None:
    """Three failures "missed appointment" never stand above "Appointments missed 0"."""
    missed = [
        item
        for number, day in enumerate(("2026-11-16", "2026-11-18", "2026-11-20"), start=1)
        for item in failed(f"F{number}", day)
    ]
    decided = event("breach_decided", "2026-12-08", failure_ids=["F1", "F2", "F3"])

    data = document([*serving(), *missed, decided], "breach-referral")

    assert {"offered": 4, "attended": 1, "missed": 3, "not_recorded": 0} == (
        data["response"]["appointments"]
    )


def test_attendance_is_shown_up_to_the_decision() -> None:
    """Appointments attended, missed and not recorded by then, and no later ones."""

    def booked(name: str, when: str) -> Event:
        fields = {"appointment_id": name, "at": at(when)}
        return event("appointment_arranged", "2026-11-10", event_id=name, **fields)

    events = [
        *serving(),
        booked("A2", "2026-11-16"),
        booked("A3", "2026-11-17"),
        booked("A4", "2026-12-20"),
        *failed("F1", "2026-11-16", appointment_id="A2"),
        event("breach_decided", "2026-12-08", failure_ids=["F1"]),
    ]

    data = document(events, "breach-referral")

    assert {"offered": 3, "attended": 1, "missed": 1, "not_recorded": 1} == (
        data["response"]["appointments"]
    )
    assert "2026-11-16T12:00:00Z" == data["failures"][0]["appointment_at"]


def test_reasons_for_going_to_court_early_are_shown_as_a_departure() -> None:
    """D7.14: before the count proposes it, the referral says why."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"])

    data = document(missed(decided), "breach-referral")

    assert {"text": text_digest("So serious that a warning would not do.")} == data["departure"]


def test_the_referral_of_a_crc_adds_its_view_and_its_report() -> None:
    """ev-crc-refer-breach: the view on whether the order should continue comes with it."""
    sent = event(
        "breach_referred", "2026-12-09", response_report="RSR1", order_should_continue=False
    )
    events = breached(sent)

    first = document(events, "breach-referral")
    referral_sent = document(events, "referral-papers")

    assert (None, None, None) == (
        first["sent"],
        first["response_report"],
        first["order_should_continue"],
    )
    assert ("2026-12-09", "RSR1", False) == (
        referral_sent["sent"]["on"],
        referral_sent["response_report"],
        referral_sent["order_should_continue"],
    )
    assert first["decision"] == referral_sent["decision"]


def test_each_breach_has_its_own_referral() -> None:
    """A later one says what it rests on itself; the earlier one stays as it was."""
    events = breached(
        event("breach_withdrawn", "2026-12-10"),
        *failed("F3", "2027-01-11"),
        event("breach_decided", "2027-01-12", failure_ids=["F3"], reason="failure"),
    )
    found = [data for effect, data in documents(events) if effect.template == "breach-referral"]

    assert [["F1", "F2"], ["F3"]] == [
        [failure["failure_id"] for failure in data["failures"]] for data in found
    ]


# --- recall ----------------------------------------------------------------------------------


def test_a_recall_report_says_type_ground_bars_reasons_and_what_is_due() -> None:
    """D14.recall-report, D12.5, recall-report-ppcs-24h: what the casework section decides on."""
    events = [
        *on_licence(extended=True),
        event("recall_decided", "2015-04-07", recall_type="standard", too_much_risk=True),
        event("recall_report_sent", "2015-04-07 14:00"),
    ]

    data = document(events, "recall-report", "2015-04-07 15:00")

    assert ("standard", ["the sentence is an extended one"], True) == (
        data["recall"]["type"],
        data["recall"]["bars"],
        data["recall"]["too_much_risk"],
    )
    assert ("recall_decided", "recall_report_sent") == (
        data["decision"]["kind"],
        data["sent"]["kind"],
    )
    assert ("2015-03-02", "2016-02-01", False) == (
        data["licence"]["released_on"],
        data["licence"]["licence_ends_on"],
        data["licence"]["recalled_before"],
    )
    due = {item["id"]: item["due_at"] for item in data["deadlines"]}
    assert "2015-04-08T11:00:00Z" == due["recall-nonemergency-24h"]
    assert data["endorsement"] is None
    assert {"offered": 1, "attended": 1, "missed": 0, "not_recorded": 0} == (
        data["response"]["appointments"]
    )


def test_what_is_settled_or_about_something_else_is_not_due() -> None:
    """Once the section has the report, nothing of its hours is left to wait for."""
    data = document([*on_licence(), *initiated()], "recall-report", "2015-04-07 18:00")

    due = {item["id"] for item in data["deadlines"]}
    assert {"recall-nonemergency-24h", "evaluation-by-end"}.isdisjoint(due)


def test_a_recall_report_carries_the_answer_of_the_nps() -> None:
    """D13.2: where the risk has risen to high, a CRC's recall is endorsed first."""
    events = [
        *on_licence(),
        event("rosh_assessed", "2015-04-06"),
        event("recall_decided", "2015-04-07", recall_type="standard", too_much_risk=True),
        event("recall_endorsed", "2015-04-07 13:00", endorsed=True, rationale="It is needed."),
        event("recall_report_sent", "2015-04-07 14:00"),
    ]

    data = document(events, "recall-report", "2015-04-07 15:00")["endorsement"]

    assert (True, NPS_OFFICER["id"], {"text": text_digest("It is needed.")}) == (
        data["endorsed"],
        data["by"]["id"],
        data["rationale"],
    )


def test_a_recall_without_a_reported_decision_has_no_report() -> None:
    """A revocation alone puts a recall on record; a report of it would have to make things up."""
    events = [*on_licence(), event("licence_revoked", "2015-04-07")]

    assert "recall-report" not in {data["document"] for _, data in documents(events, "2015-04-08")}


# --- requirements and ends -------------------------------------------------------------------

EXCLUDED = {
    "requirement_id": "X1",
    "kind": "exclusion",
    "starts_on": "2026-11-02",
    "ends_on": "2027-02-26",
    "area": "The old market.",
    "details": "At all times.",
    "stakeholders": ["football_association"],
}


def excluded(**more: Any) -> list[Event]:
    order = [{"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20}]
    started = event("requirement_started", "2026-11-03", requirement_id="X1")
    return [*serving(requirements=[*order, EXCLUDED | more]), started]


def test_an_exclusion_notice_gives_length_and_scope_to_police_and_stakeholders() -> None:
    """ev-exc-notify-police, ev-exc-notify-stakeholders: name, length, scope, whom to contact."""
    found = [(e, data) for e, data in documents(excluded()) if e.template == "exclusion-notice"]

    assert [("police", None), ("stakeholders", "football_association")] == [
        (data["to"]["recipient"], data["to"]["name"]) for _, data in found
    ]
    for _, data in found:
        asked = data["requirement"]
        assert ("2026-11-03", "2027-02-26", {"text": text_digest("The old market.")}) == (
            asked["starts_on"],
            asked["ends_on"],
            asked["area"],
        )
        assert {"text": text_digest("At all times.")} == asked["details"]
        assert data["is_condition"] is False


def test_the_end_of_a_requirement_is_shown_with_its_day_and_cause() -> None:
    """ev-exc-end-notices: person, police and stakeholders hear that it is over."""
    found = [data for _, data in documents(excluded()) if data["document"] == "requirement-ended"]

    assert {"person", "police", "stakeholders"} == {data["to"]["recipient"] for data in found}
    assert {("2027-02-26", "term", "date_came", None)} == {
        (data["ended_on"], data["ended_by"], data["decision"]["kind"], data["decision"]["by"])
        for data in found
    }


def test_an_end_that_is_entered_later_is_shown_with_its_own_day() -> None:
    """The day on which it ended counts, not the day of the report."""
    done = event(
        "requirement_completed",
        "2026-12-07",
        requirement_id="X1",
        completed_on="2026-12-04",
    )

    found = [s for _, s in documents([*excluded(), done]) if s["document"] == "requirement-ended"]

    assert {("2026-12-04", "completed", "requirement_completed")} == {
        (data["ended_on"], data["ended_by"], data["decision"]["kind"]) for data in found
    }


def test_a_breach_referral_shows_the_progress_of_each_requirement() -> None:
    """D14.breach-referral: all necessary information, what was worked among it."""
    data = document(breached(), "breach-referral")["requirements"]

    assert [("R1", 20, None, 0, None), ("R2", None, 80, None, 0)] == [
        (item["requirement_id"], item["days"], item["hours"], item["days_done"], item["hours_done"])
        for item in data
    ]


def test_the_end_of_the_sentence_is_shown_with_its_outcome() -> None:
    """ev-end-notify, restrictions-after-end: agencies and the person are informed."""
    found = {
        data["document"]: data
        for _, data in documents(serving(), "2027-11-03")
        if data["document"] in ("sentence-ended", "end-of-sentence")
    }

    assert {"sentence-ended", "end-of-sentence"} == set(found)
    assert {("2027-11-01", "expired")} == {
        (data["ended_on"], data["outcome"]) for data in found.values()
    }
    assert {"2027-11-01"} == {data["decision"]["on"] for data in found.values()}


def test_the_person_is_told_which_civil_orders_outlast_the_sentence() -> None:
    """restrictions-after-end: not those that are over by the end, or that a court discharged."""
    orders = [
        ("O1", "sexual_offences_prevention", True, "2026-11-20", "2031-11-19"),
        ("O2", "violent_offender", True, "2026-11-20", None),
        ("O3", "foreign_travel", True, "2026-11-20", "2027-11-01"),
        ("O4", "notification", True, "2026-11-20", None),
        ("O4", "notification", False, "2027-02-01", None),
    ]
    made = [
        event(
            "civil_order_changed",
            when,
            event_id=f"{order_id}.{when}",
            order_id=order_id,
            kind=kind,
            active=active,
            **({} if until is None else {"until": until}),
        )
        for order_id, kind, active, when, until in orders
    ]

    (told,) = [
        data["restrictions"]
        for _, data in documents([*serving(), *made], "2027-11-03")
        if data["document"] == "end-of-sentence"
    ]

    assert [
        {"kind": "sexual_offences_prevention", "until": "2031-11-19"},
        {"kind": "violent_offender", "until": None},
    ] == told


# --- the induction sheet ---------------------------------------------------------------------


def leaflets(events: list[Event], now: str) -> list[dict[str, Any]]:
    return [data for _, data in documents(events, now) if data["document"] == "induction-sheet"]


def test_a_leaflet_is_given_as_soon_as_an_order_has_an_officer() -> None:
    """NS 2015 3(c), ev-induct: before that there is no officer to name."""
    assert [] == leaflets(allocated(), "2026-11-02 13:00")
    (data,) = leaflets(serving(), "2026-11-02 16:00")

    assert ("officer_assigned", "community_order", "2026-11-02") == (
        data["decision"]["kind"],
        data["regime"],
        data["begins_on"],
    )
    assert ["R1", "R2"] == [item["requirement_id"] for item in data["requirements"]]
    assert ["A1"] == [item["appointment_id"] for item in data["next_appointments"]]
    assert ([], False, False) == (
        data["conditions"],
        data["after_licence"],
        data["electronic_only"],
    )


def test_another_officer_brings_no_second_leaflet() -> None:
    """The commitments are the same; a notice of its own names the new officer."""
    again = event("officer_assigned", "2026-11-20", officer_id="N07A002")

    assert 1 == len(leaflets([*serving(), again], PAST))


def test_a_licence_begins_with_a_leaflet_at_each_release() -> None:
    """induction-at-start: other conditions and other consequences, recall among them."""
    assert [] == leaflets(sentenced(), "2015-03-01")
    back = [
        *initiated(),
        event("returned_to_custody", "2015-04-08", why="recall"),
        event("released", "2015-05-05 10:00", reason="fixed_term_recall_end"),
    ]

    found = leaflets([*on_licence(), *back], "2015-05-06")

    assert [("licence", "2015-03-02"), ("licence", "2015-05-05")] == [
        (data["regime"], data["begins_on"]) for data in found
    ]
    assert ["SLC1", "SLC2", "SLC3", "SLC4", "SLC5", "SLC6"] == found[0]["conditions"]


def test_supervision_begins_with_a_leaflet_of_its_own() -> None:
    """induction-pss-distinct: it differs from the licence, and the sheet says so."""
    dates = {"licence_ends_on": "2015-06-01", "pss_ends_on": "2016-02-01"}
    found = leaflets(on_licence(**dates), "2015-06-10")

    licence, supervision = found
    assert ("post_sentence_supervision", "2015-06-02", True, 3) == (
        supervision["regime"],
        supervision["begins_on"],
        supervision["after_licence"],
        supervision["failure_count"]["threshold"],
    )
    assert ("date_came", None) == (supervision["decision"]["kind"], supervision["decision"]["by"])
    assert licence["after_licence"] is False


# --- the person ------------------------------------------------------------------------------


def test_a_document_names_the_person_by_where_the_name_is_stored() -> None:
    """inv-personal-sealed: no name enters the log, so the data cannot hold one."""
    whose = {"name": "Sam Example", "date_of_birth": "1990-02-03"}
    events = serving(person=whose)
    (data,) = leaflets(events, "2026-11-04")
    case = case_of(events)

    assert {"person": case.digest_of("NPS/sentence_imposed.2026-11-02T10:30")} == data["person"]
    assert "Sam" not in str(data)
    assert ["sentence-X320741-1"] == data["filed_under"]


def test_where_no_name_was_given_a_document_asks_for_none() -> None:
    """Else the document would wait for ever for a name that never comes."""
    (data,) = leaflets(serving(), "2026-11-04")

    assert data["person"] is None


def test_every_notice_with_a_document_is_known_as_such() -> None:
    """Its facts alone do not tell whether it says the same as the one before."""
    assert set(DOCUMENTS) == WITH_DOCUMENT

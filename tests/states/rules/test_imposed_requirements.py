"""Requirements: shown, begun with consent and in time, notified."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.stream import Played, allocated, event, played, serving


def after(*events: Event, **order: object) -> Played:
    return played([*serving(**order), *events], "2026-12-31")


def requirement(seen: Played, key: str) -> dict[str, Any]:
    return next(r for r in seen.view["requirements"] if r["requirement_id"] == key)


def test_a_requirement_is_shown_as_the_court_made_it() -> None:
    """Kind, length and end are the court's; what came of it is not known yet."""
    assert {
        "requirement_id": "R2",
        "kind": "unpaid_work",
        "code": "UPW",
        "hours": 80,
        "days": None,
        "electronically_monitored": False,
        "starts_on": None,
        "court_timescale_on": None,
        "stakeholders": [],
        "consent": None,
        "started_on": None,
        "hours_done": 0,
        "minutes_done": 0,
        "days_done": None,
        "not_counted": 0,
        "prospect": None,
        "tests": [],
        "completed_on": None,
        "ends_on": None,
        "terminated_on": None,
        "ended_by": None,
        "evaluated_on": None,
        "owed": ["ev-upw-risk-info/R2"],
    } == requirement(after(), "R2")


def test_a_requirement_is_started_and_completed() -> None:
    """By its own days, which may lie before those of the events."""
    seen = after(
        event("requirement_started", "2026-11-16", requirement_id="R2", started_on="2026-11-12"),
        event("requirement_completed", "2026-12-20", requirement_id="R2"),
    )

    found = requirement(seen, "R2")
    assert ("2026-11-12", "2026-12-20") == (found["started_on"], found["completed_on"])
    assert requirement(seen, "R1")["started_on"] is None


def test_an_unknown_requirement_is_waited_for_until_a_court_makes_it() -> None:
    """A start may arrive before the variation that added the requirement."""
    begun = event("requirement_started", "2026-12-02", requirement_id="R3")
    varied = event(
        "court_decided",
        "2026-12-10",
        outcome="requirements_changed",
        requirements=[{"requirement_id": "R3", "kind": "programme"}],
    )

    assert ("held", "waits for requirement R3") == after(begun).verdict(begun)
    assert "2026-12-02" == requirement(after(begun, varied), "R3")["started_on"]


def test_a_commencement_needs_no_allocation() -> None:
    """A curfew begins by itself on the day of the sentence."""
    curfew = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
    begun = event("requirement_started", "2026-11-02 19:00", requirement_id="R1")

    seen = played([allocated(requirements=curfew)[0], begun], "2026-11-03")

    assert ("applied", "") == seen.verdict(begun)


DRR = {"requirement_id": "R1", "kind": "drug_rehabilitation"}
REFUSED = "R1: drug rehabilitation starts only with consent to the treatment; record it as consent"


def begun(when: str = "2026-12-01", **fields: Any) -> Event:
    return event("requirement_started", when, requirement_id="R1", **fields)


def test_drug_rehabilitation_does_not_start_without_consent() -> None:
    """ev-drr-consent, P.DRR, R.DRR: it is blocked until the consent is on record."""
    bare = begun()

    seen = played([*serving(requirements=[DRR]), bare], "2026-12-02")

    assert ("refused", REFUSED) == seen.verdict(bare)
    assert None is requirement(seen, "R1")["started_on"]


def test_consent_comes_with_the_start_with_the_requirement_or_before() -> None:
    """ev-drr-consent: a contact that records it is enough, also one reported late."""
    contact = event("contact_recorded", "2026-11-20", kind="treatment_consent")
    ways = (
        [*serving(requirements=[DRR]), begun(consent=True)],
        [*serving(requirements=[{**DRR, "consent": True}]), begun()],
        [*serving(requirements=[DRR]), begun(), contact],
    )

    seen = [requirement(played(stream, "2026-12-02"), "R1")["started_on"] for stream in ways]

    assert ["2026-12-01"] * 3 == seen


def test_consent_that_is_taken_back_at_the_start_counts_for_more_than_an_earlier_one() -> None:
    """Participation is voluntary to the end."""
    refused = begun(consent=False)

    seen = played([*serving(requirements=[{**DRR, "consent": True}]), refused], "2026-12-02")

    assert ("refused", REFUSED) == seen.verdict(refused)


def test_progress_does_not_go_round_the_consent() -> None:
    """A first day of treatment is a start too."""
    day = event("requirement_progressed", "2026-12-01", requirement_id="R1", days=1)

    seen = played([*serving(requirements=[DRR]), day], "2026-12-02")

    assert ("refused", REFUSED) == seen.verdict(day)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("drr-court-timescale", "drug_rehabilitation"),
        ("mhtr-court-timescale", "mental_health_treatment"),
    ],
)
@pytest.mark.parametrize(
    ("started", "expected"),
    [
        ("2026-12-06", "met"),
        ("2026-12-07", "met"),
        ("2026-12-08", "met_late"),
        (None, "missed"),
    ],
    ids=["the day before", "on the day", "the day after", "never"],
)
def test_a_treatment_starts_in_the_courts_timescale(
    row: str, kind: str, started: str | None, expected: str
) -> None:
    """R.MHTR, R.DRR: by the day that the court gave, not by the planned one."""
    made = {
        "requirement_id": "R1",
        "kind": kind,
        "starts_on": "2026-12-01",
        "court_timescale_on": "2026-12-07",
        "consent": True,
    }
    start = [] if started is None else [begun(started)]

    seen = played([*serving(requirements=[made]), *start], "2026-12-20")

    assert (expected, "2026-12-07") == seen.clock(f"{row}/R1")


@pytest.mark.parametrize(
    ("started", "expected"), [("2026-12-01", "met"), ("2026-12-02", "met_late")]
)
def test_a_requirement_starts_on_its_planned_day(started: str, expected: str) -> None:
    """requirement-starts-as-planned: the day counts, also when it is reported later."""
    made = {"requirement_id": "R1", "kind": "programme", "starts_on": "2026-12-01"}
    told_late = begun("2026-12-10", started_on=started)

    seen = played([*serving(requirements=[made]), told_late], "2026-12-20")

    assert (expected, "2026-12-01") == seen.clock("requirement-starts-as-planned/R1")


@pytest.mark.parametrize(
    ("contact", "expected"),
    [({"requirement_id": "R1"}, ("met", "missed")), ({}, ("met", "met"))],
    ids=["of the one", "of all"],
)
def test_preparation_is_recorded_of_one_requirement_or_of_all(
    contact: dict[str, str], expected: tuple[str, str]
) -> None:
    """prep-contact-before-start, P.ATR, P.PRG."""
    made = [
        {"requirement_id": key, "kind": kind, "starts_on": "2026-12-01"}
        for key, kind in (("R1", "alcohol_treatment"), ("R2", "programme"))
    ]
    met = event("contact_recorded", "2026-11-20", kind="requirement_preparation", **contact)

    seen = played([*serving(requirements=made), met], "2026-12-20")

    row = "prep-contact-before-start"
    assert expected == (seen.clock(f"{row}/R1")[0], seen.clock(f"{row}/R2")[0])


def test_each_stakeholder_that_an_exclusion_names_is_told_by_name() -> None:
    """ev-exc-notify-stakeholders, N.EXC: in writing from the making, and not again at the start."""
    made = {"requirement_id": "R1", "kind": "exclusion", "stakeholders": ["FA", "LVA"]}

    seen = played([*serving(requirements=[made]), begun()], "2026-12-02")

    told = {key for key in seen.decided.effects if key.startswith("exclusion-notice")}
    cause = "NPS/sentence_imposed.2026-11-02T10:30"
    assert {
        f"exclusion-notice/R1/{cause}/police",
        f"exclusion-notice/R1/{cause}/stakeholders.FA",
        f"exclusion-notice/R1/{cause}/stakeholders.LVA",
    } == told


def test_police_who_were_informed_before_the_start_get_no_second_notice() -> None:
    """ev-exc-notify-police: one notice from the making; the start queues none."""
    made = {"requirement_id": "R1", "kind": "exclusion"}
    informed = event("contact_recorded", "2026-11-27", kind="police_told", requirement_id="R1")

    before = played(serving(requirements=[made]), "2026-12-02")
    seen = played([*serving(requirements=[made]), informed, begun()], "2026-12-02")

    duties = {d["duty"]: d["status"] for d in seen.view["duties"] if d.get("subject") == "R1"}
    assert {"ev-exc-notify-police": "done"} == duties
    notices = [
        {key for key in played_.decided.effects if key.startswith("exclusion-notice")}
        for played_ in (before, seen)
    ]
    assert [{"exclusion-notice/R1/NPS/sentence_imposed.2026-11-02T10:30/police"}] * 2 == notices


def test_where_a_requirement_names_nobody_nobody_else_is_told() -> None:
    """ev-par-notify-stakeholders, N.PAR: the police alone."""
    made = {"requirement_id": "R1", "kind": "prohibited_activity"}

    seen = played([*serving(requirements=[made]), begun()], "2026-12-02")

    open_duties = {d["duty"] for d in seen.view["duties"] if d.get("subject") == "R1"}
    assert {"ev-par-notify-police"} == open_duties


def test_a_notice_that_the_police_acknowledged_discharges_its_duty() -> None:
    """ev-exc-notify-police: sending it is not enough."""
    made = {"requirement_id": "R1", "kind": "exclusion"}
    key = "exclusion-notice/R1/NPS/sentence_imposed.2026-11-02T10:30/police"
    received = event("notice_acknowledged", "2026-12-03", notice_key=key)

    stream = [*serving(requirements=[made]), begun()]
    owed = [
        requirement(played(s, "2026-12-04"), "R1")["owed"] for s in (stream, [*stream, received])
    ]

    assert [["ev-exc-notify-police/R1"], []] == owed


def test_a_second_start_leaves_the_earlier_day() -> None:
    """It is a fact, and irregular."""
    made = {"requirement_id": "R1", "kind": "programme"}
    again = begun("2026-12-05")

    seen = played([*serving(requirements=[made]), begun(), again], "2026-12-06")

    assert "2026-12-01" == requirement(seen, "R1")["started_on"]
    assert (
        "applied",
        "R1 had begun on 2026-12-01; the earlier day is kept",
    ) == seen.verdict(again)


def test_a_start_that_is_withdrawn_leaves_the_notices_of_the_making() -> None:
    """The ban holds from its making, whatever was said of its start."""
    made = {"requirement_id": "R1", "kind": "exclusion"}
    start = begun()
    gone = event("event_withdrawn", "2026-12-02", withdrawn_event_id=start.event_id)

    seen = played([*serving(requirements=[made]), start, gone], "2026-12-03")

    assert ("exclusion-notice", "police") in seen.told()
    assert ["ev-exc-notify-police/R1"] == requirement(seen, "R1")["owed"]

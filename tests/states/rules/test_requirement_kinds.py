"""The sixteen requirements by code: from preparation to evaluation (6.3 to 6.6)."""

from typing import Any

import pytest

from states.events.envelope import Event
from states.rules.requirement_kinds import PROFILES
from states.vocabulary import RequirementKind
from tests.states.requirements import clocks, duties, licence_with, order_with, shown
from tests.states.stream import Played, event, failed, played, serving

DATES = {"starts_on": "2026-12-01", "ends_on": "2027-03-01", "stakeholders": ["FA"]}
BEGUN = event("requirement_started", "2026-12-01", requirement_id="R1")
DONE = event("requirement_completed", "2027-02-01", requirement_id="R1")
EXPECTED = {"requirement-starts-as-planned", "requirement-end"}
PREPARED = {*EXPECTED, "prep-contact-before-start", "requirement-before-order-end"}


def order(kind: str, *more: Event, now: str, **fields: Any) -> Played:
    stream = [*order_with(kind, **{**DATES, **fields}), *more]
    return played(stream, now)


def rows(seen: Played) -> set[str]:
    return {*clocks(seen), *duties(seen)}


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        (
            "P.UPW",
            "unpaid_work",
            {
                *PREPARED,
                "upw-start-7wd",
                "upw-induction-in-time",
                "upw-finish-12-months",
                "upw-watch",
                "ev-upw-risk-info",
            },
        ),
        ("P.CUR", "curfew", {*EXPECTED, "ev-cur-household", "ev-cur-equipment"}),
        ("P.RAR", "rehabilitation_activity", {"requirement-end", "ev-rar-record"}),
        ("P.PRG", "programme", {*PREPARED, "ev-prg-suitability"}),
        (
            "P.MHTR",
            "mental_health_treatment",
            {
                "requirement-end",
                "prep-contact-before-start",
                "requirement-before-order-end",
                "mhtr-starts-as-planned",
                "ev-mhtr-assessment",
                "ev-mhtr-link",
                "ev-mhtr-offer",
            },
        ),
        (
            "P.DRR",
            "drug_rehabilitation",
            {
                *(PREPARED - {"requirement-before-order-end"}),
                "drr-before-order-licence-end",
                "ev-drr-consent",
            },
        ),
        ("P.ATR", "alcohol_treatment", {*PREPARED, "ev-atr-willingness"}),
        (
            "P.PAR",
            "prohibited_activity",
            {*EXPECTED, "ev-par-notify-police", "ev-par-notify-stakeholders"},
        ),
        (
            "P.EXC",
            "exclusion",
            {"requirement-end", "ev-exc-notify-police", "ev-exc-notify-stakeholders"},
        ),
        ("P.RES", "residence", {*EXPECTED, "ev-res-suitability"}),
        (
            "P.ACR",
            "attendance_centre",
            {*EXPECTED, "requirement-before-order-end", "ev-acr-explained"},
        ),
        ("P.SUP", "supervision", {*EXPECTED, "sup-clear-timescale", "ev-sup-explained"}),
        ("P.SAR", "specified_activity", PREPARED),
        ("P.FTP", "foreign_travel_prohibition", {"requirement-end"}),
    ],
)
def test_what_comes_before_the_start_is_owed_from_the_making_on(
    row: str, kind: str, expected: set[str]
) -> None:
    """6.3: preparation, the planned day, the ends; nothing that belongs to another kind."""
    assert expected == rows(order(kind, now="2026-11-20")), row


@pytest.mark.parametrize(
    ("row", "kind", "started", "ended"),
    [
        (
            "N.EXC",
            "exclusion",
            set(),
            {
                ("exclusion-ended", "person"),
                ("exclusion-ended", "police"),
                ("exclusion-ended", "stakeholders"),
            },
        ),
        (
            "N.PAR",
            "prohibited_activity",
            set(),
            {
                ("prohibited-activity-ended", "person"),
                ("prohibited-activity-ended", "police"),
                ("prohibited-activity-ended", "stakeholders"),
            },
        ),
        (
            "N.RES",
            "residence",
            set(),
            {
                ("residence-ended", "person"),
                ("residence-ended", "police"),
                ("residence-ended", "stakeholders"),
            },
        ),
        (
            "N.SUP",
            "supervision",
            set(),
            {("supervision-ended", "police"), ("supervision-ended", "stakeholders")},
        ),
        ("N.MHTR", "mental_health_treatment", set(), {("mental-health-treatment-ended", "person")}),
        ("N.ACR", "attendance_centre", set(), {("attendance-centre-ended", "person")}),
        ("N.CUR", "curfew", set(), set()),
        ("N.UPW", "unpaid_work", set(), set()),
        ("N.others", "programme", set(), set()),
        ("N.others", "alcohol_treatment", set(), set()),
        ("N.others", "drug_rehabilitation", set(), set()),
        ("N.others", "specified_activity", set(), set()),
        ("N.others", "rehabilitation_activity", set(), set()),
        ("N.others", "foreign_travel_prohibition", set(), set()),
    ],
)
def test_start_and_end_are_told_to_those_whom_the_kind_concerns(
    row: str, kind: str, started: set[tuple[str, str]], ended: set[tuple[str, str]]
) -> None:
    """6.4: bans in writing from the making, and each kind when its own last day has passed."""
    before = order(kind, now="2026-12-02")
    begun = order(kind, BEGUN, now="2026-12-02")
    last_day = order(kind, BEGUN, now="2027-03-01 23:59")
    over = order(kind, BEGUN, now="2027-03-02 00:00")

    assert started == begun.told() - before.told(), row
    assert set() == {told for told in last_day.told() - begun.told() if "ended" in told[0]}, row
    assert ended == {told for told in over.told() - begun.told() if "ended" in told[0]}, row


EVALUATED = {"ev-requirement-evaluate"}


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        ("V.UPW", "unpaid_work", EVALUATED),
        ("V.CUR", "curfew", EVALUATED),
        ("V.RAR", "rehabilitation_activity", set()),
        ("V.PRG", "programme", {*EVALUATED, "ev-prg-review"}),
        ("V.MHTR", "mental_health_treatment", {*EVALUATED, "ev-treatment-feedback"}),
        ("V.DRR", "drug_rehabilitation", {*EVALUATED, "ev-treatment-feedback"}),
        ("V.ATR", "alcohol_treatment", EVALUATED),
        ("V.PAR", "prohibited_activity", set()),
        ("V.EXC", "exclusion", set()),
        ("V.RES", "residence", EVALUATED),
        ("V.ACR", "attendance_centre", EVALUATED),
        ("V.SUP", "supervision", EVALUATED),
        ("V.SAR", "specified_activity", EVALUATED),
        ("V.FTP", "foreign_travel_prohibition", set()),
    ],
)
def test_what_was_completed_is_evaluated_where_the_kind_says_so(
    row: str, kind: str, expected: set[str]
) -> None:
    """6.5: evaluation, review and feedback; an evaluation settles what it answers."""
    evaluated = event("requirement_evaluated", "2027-02-15", requirement_id="R1")
    notices = {"ev-exc-end-notices", "ev-par-end-notices", "ev-res-end-notices"}
    told = notices | {"ev-sup-end-notices", "ev-mhtr-end-notices", "ev-acr-end-notice"}
    begun = {*duties(order(kind, BEGUN, now="2026-12-02"))}

    seen = duties(order(kind, BEGUN, DONE, now="2027-02-02"))
    after = order(kind, BEGUN, DONE, evaluated, now="2027-02-16")

    assert expected == set(seen) - begun - told, row
    assert "2027-02-15" == shown(after)["evaluated_on"]
    assert "open" not in {duties(after).get(key) for key in ("ev-requirement-evaluate",)}


@pytest.mark.parametrize(
    ("row", "kind", "unfinished"),
    [
        ("V.CUR", "curfew", None),
        ("V.RES", "residence", None),
        ("V.SUP", "supervision", None),
        ("V.EXC", "exclusion", None),
        ("V.PAR", "prohibited_activity", None),
        ("V.RAR", "rehabilitation_activity", None),
        ("V.UPW", "unpaid_work", "R1 unpaid_work ended on 2027-03-01 with 0 of 80 hours done"),
        (
            "V.SAR",
            "specified_activity",
            "R1 specified_activity ended on 2027-03-01 with 0 of 20 days done",
        ),
        ("V.PRG", "programme", "R1 programme ended on 2027-03-01 and was not complete"),
    ],
)
def test_time_serves_some_requirements_and_leaves_others_unfinished(
    row: str, kind: str, unfinished: str | None
) -> None:
    """6.5: a curfew is served by its term; work and courses are not."""
    seen = order(kind, BEGUN, now="2027-03-02")

    found = {flag["code"]: flag["text"] for flag in seen.view["flags"]}
    assert unfinished == found.get("unfinished.R1"), row
    assert ("2027-03-01", "term") == (shown(seen)["terminated_on"], shown(seen)["ended_by"])


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        (
            "P.DTC",
            "drug_testing",
            {"requirement-end", "dtc-court-timescale"},
        ),
        (
            "P.DAC",
            "drug_appointment",
            {"requirement-end", "requirement-starts-as-planned", "dac-before-period-end"},
        ),
    ],
)
def test_the_drug_conditions_are_expected_from_release_on(
    row: str, kind: str, expected: set[str]
) -> None:
    """6.3: by the dates of the licence, since no court sets them (AMB-29)."""
    dates = {
        "starts_on": "2015-04-01",
        "court_timescale_on": "2015-04-08",
        "ends_on": "2015-09-01",
    }

    seen = played(licence_with(kind, **dates), "2015-03-20")

    assert expected == rows(seen), row


@pytest.mark.parametrize(
    ("row", "kind", "expected"),
    [
        ("V.DTC", "drug_testing", {"ev-requirement-evaluate"}),
        ("V.DAC", "drug_appointment", {"ev-requirement-evaluate", "ev-treatment-feedback"}),
    ],
)
def test_the_drug_conditions_are_evaluated_when_they_are_done(
    row: str, kind: str, expected: set[str]
) -> None:
    """6.5."""
    begun = event("requirement_started", "2015-04-01", requirement_id="R1")
    done = event("requirement_completed", "2015-09-01", requirement_id="R1")

    seen = played([*licence_with(kind), begun, done], "2015-09-02")

    assert expected == {key for key, status in duties(seen).items() if status == "open"}, row


def test_drug_testing_without_an_end_of_its_own_is_evaluated_at_the_end_of_the_licence() -> None:
    """V.DTC: it lasts to the end of the period, and the duty outlives the sentence."""
    begun = event("requirement_started", "2015-04-01", requirement_id="R1")

    seen = played([*licence_with("drug_testing"), begun], "2016-02-02")

    assert ("completed", "sentence") == (seen.state, shown(seen)["ended_by"])
    assert "open" == duties(seen)["ev-requirement-evaluate"]


def test_unused_days_of_rehabilitation_activity_are_no_failure() -> None:
    """X.RAR, AMB-51: its days are a most."""
    days = event("requirement_progressed", "2026-12-02", requirement_id="R1", days=3)

    seen = order("rehabilitation_activity", days, now="2027-03-02")

    assert (3, []) == (shown(seen)["days_done"], seen.view["failures"])
    assert "unfinished.R1" not in {flag["code"] for flag in seen.view["flags"]}


@pytest.mark.parametrize(
    ("row", "kind", "what"),
    [
        ("X.action", "programme", "requirement"),
        ("X.RES", "residence", "ap_rules"),
        ("X.EXC-PAR", "exclusion", "exclusion_zone"),
        ("X.EXC-PAR", "prohibited_activity", "prohibited_activity"),
        ("X.CUR", "curfew", "curfew"),
    ],
)
def test_a_report_about_a_requirement_starts_enforcement(row: str, kind: str, what: str) -> None:
    """6.6: reported by anyone; also where every requirement is electronically monitored."""
    report = failed("F1", "2026-12-07", acceptable=None, what=what, requirement_id="R1")

    seen = order(kind, *report, now="2026-12-08", electronically_monitored=kind == "curfew")

    assert "running" == seen.clocks["enforce-6wd/2026-12-07"]["status"], row


@pytest.mark.parametrize("kind", ["curfew", "attendance_centre"])
def test_a_single_curfew_or_attendance_centre_is_enforced_by_the_nps(kind: str) -> None:
    """X.alone: although a CRC has the case."""
    report = failed("F1", "2026-12-07", acceptable=None, what="requirement", requirement_id="R1")

    seen = order(kind, *report, now="2026-12-08")

    assert {"NPS"} == {p["by"] for p in seen.view["proposals"] if p["step"] == "failure_judged"}


def test_the_mental_condition_is_weighed_where_it_is_treated() -> None:
    """X.MHTR: among what an excuse is judged by."""
    report = failed("F1", "2026-12-07", acceptable=None, what="requirement", requirement_id="R1")

    found = order("mental_health_treatment", *report, now="2026-12-08").view["proposals"]

    reasons = [item["reason"] for item in found if item["step"] == "failure_judged"]
    assert [True] == ["mental_condition" in reason for reason in reasons]


def test_every_kind_of_requirement_has_its_profile() -> None:
    """R, P, N, V and X rows of each are carried by one table."""
    assert set(RequirementKind) == set(PROFILES)
    assert len(PROFILES) == len({profile.code for profile in PROFILES.values()})


def test_two_requirements_have_clocks_of_their_own() -> None:
    """Duties of one requirement do not apply to the other."""
    kinds = ["programme", "alcohol_treatment"]
    made = [
        {"requirement_id": key, "kind": kind, "starts_on": "2026-12-01"}
        for key, kind in zip(["A", "B"], kinds, strict=True)
    ]
    begun = event("requirement_started", "2026-12-01", requirement_id="A")

    seen = played([*serving(requirements=made), begun], "2026-12-02")

    row = "requirement-starts-as-planned"
    assert ("met", "missed") == (clocks(seen, "A")[row][0], clocks(seen, "B")[row][0])


def test_a_stay_at_premises_is_told_of_like_a_requirement() -> None:
    """N.AP: risk and need are owed at the start, and the police hear of the end."""
    stay = [event("ap_admitted", "2026-12-01"), event("ap_left", "2026-12-20")]

    inside = played([*serving(), stay[0]], "2026-12-02")
    over = played([*serving(), *stay], "2026-12-21")

    owed = {d["duty"] for d in inside.view["duties"] if d.get("status") == "open"}
    assert "ev-ap-info-in" in owed
    assert {("ap-left", "police"), ("ap-left", "stakeholders")} <= over.told()


@pytest.mark.parametrize("kind", RequirementKind)
def test_a_kind_is_named_as_its_rows_are(kind: RequirementKind) -> None:
    """R., P. and V. rows are those of the code that practitioners use."""
    profile = PROFILES[kind]

    assert {f"R.{profile.code}", f"P.{profile.code}", f"V.{profile.code}"} <= set(
        profile.rows.split()
    )

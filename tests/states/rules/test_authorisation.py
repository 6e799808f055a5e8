"""Permissions by role and organisation, for each enforcer of the sentence (D9)."""

from typing import Any

import pytest

from states.events.envelope import Sender
from states.rules.authorisation import (
    GRANTS,
    Enforcer,
    Permission,
    acting_organisation,
    enforcer,
    enforcing_organisation,
)
from states.vocabulary import Role
from tests.states.licence import on_licence
from tests.states.stream import Played, allocated, event, failed, played, serving, warned
from tests.states.wording import COURT, COURT_OFFICER, NPS_OFFICER, OFFICER

DAY = "2026-11-23"
CURFEW = [{"requirement_id": "R1", "kind": "curfew"}]
CENTRE = [{"requirement_id": "R1", "kind": "attendance_centre", "under_25": True, "hours": 20}]
JUDGES = {"CRC": OFFICER, "NPS": NPS_OFFICER, "NPS_FOR_CRC": NPS_OFFICER}
"""An officer who judges, for each enforcer."""
SYSTEM = {"id": "SYS1", "role": "system", "organisation": "DELIUS"}


def order(column: str) -> list[Any]:
    """Return an order that a CRC, the NPS or the NPS in place of a CRC enforces."""
    stream = serving(requirements=CURFEW) if column == "NPS_FOR_CRC" else serving()
    if column == "NPS":
        stream[1] = event("case_allocated", "2026-11-02", provider="NPS", provider_code="N02")
    return stream


def judged(by: dict[str, str]) -> Any:
    return event("failure_judged", f"{DAY} 13:00", failure_id="F1", acceptable=False, by=by)


def after(column: str, *events: Any) -> Played:
    return played([*order(column), *failed("F1", DAY, acceptable=None), *events], "2026-11-30")


@pytest.mark.parametrize(
    ("requirements", "who"),
    [
        (CURFEW, "NPS"),
        (CENTRE, "NPS"),
        ([{"requirement_id": "R1", "kind": "unpaid_work"}], "CRC"),
        ([*CURFEW, {"requirement_id": "R2", "kind": "unpaid_work"}], "CRC"),
    ],
)
def test_who_enforces_an_order_of_a_crc(requirements: list[dict[str, str]], who: str) -> None:
    """ev-curfew-acr-enforce, AMB-34: the NPS where a curfew or an attendance centre is all."""
    stream = allocated(requirements=requirements)

    assert who == enforcing_organisation(played(stream, "2026-11-03").decided.sentence)


def test_a_curfew_on_licence_is_no_order_of_a_curfew_alone() -> None:
    """The third column of the table is for orders."""
    stream = on_licence(requirements=CURFEW)

    assert Enforcer.CRC is enforcer(played(stream, "2015-03-10").decided.sentence)


def test_the_code_of_the_provider_means_its_sort() -> None:
    """An officer of N07, to which the case is allocated, is one of the CRC."""
    sentence = played(serving(), "2026-11-10").decided.sentence
    names = ("N07", "N02", "NPS")

    found = [
        acting_organisation(sentence, Sender(id="X", role=Role.OFFICER, organisation=n))
        for n in names
    ]

    assert ["CRC", "N02", "NPS"] == found


@pytest.mark.parametrize(
    ("column", "by", "verdict"),
    [
        ("CRC", OFFICER, "applied"),
        ("CRC", NPS_OFFICER, "refused"),
        ("CRC", {**OFFICER, "organisation": "N07"}, "applied"),
        ("CRC", {**OFFICER, "organisation": "N05"}, "refused"),
        ("CRC", SYSTEM, "refused"),
        ("NPS", NPS_OFFICER, "applied"),
        ("NPS", OFFICER, "refused"),
        ("NPS_FOR_CRC", NPS_OFFICER, "applied"),
        ("NPS_FOR_CRC", OFFICER, "refused"),
    ],
)
def test_an_officer_decides_on_an_excuse(column: str, by: dict[str, str], verdict: str) -> None:
    """D9.excuse: of the provider that manages, or the NPS where it enforces for a CRC."""
    item = judged(by)

    assert verdict == after(column, item).verdict(item)[0]


@pytest.mark.parametrize(
    ("column", "by", "verdict"),
    [
        ("CRC", OFFICER, "applied"),
        ("CRC", NPS_OFFICER, "refused"),
        ("NPS", NPS_OFFICER, "applied"),
        ("NPS", OFFICER, "refused"),
        ("NPS_FOR_CRC", NPS_OFFICER, "applied"),
        ("NPS_FOR_CRC", OFFICER, "refused"),
        ("CRC", COURT_OFFICER, "refused"),
    ],
)
def test_whoever_enforces_warns(column: str, by: dict[str, str], verdict: str) -> None:
    """D9.warn: the provider that has the case, or the NPS for it."""
    item = warned("W1", "2026-11-24", "F1", by=by)

    assert verdict == after(column, judged(JUDGES[column]), item).verdict(item)[0]


def test_a_refusal_says_who_may() -> None:
    """By role and provider, and the very one where there are several of its sort."""
    item = warned("W1", "2026-11-24", "F1", by=NPS_OFFICER)

    reason = (
        "warning_issued is not for an officer of the NPS; "
        "it is for an officer, a line manager or a senior manager of the CRC, N07, "
        "which manages the case"
    )
    assert ("refused", reason) == after("CRC", judged(OFFICER), item).verdict(item)


@pytest.mark.parametrize(
    ("column", "by", "verdict", "presented"),
    [
        ("CRC", OFFICER, "applied", False),
        ("CRC", COURT_OFFICER, "applied", True),
        ("CRC", {"id": "P1", "role": "provider", "organisation": "CRC"}, "applied", False),
        ("CRC", SYSTEM, "applied", False),
        ("NPS", SYSTEM, "applied", True),
        ("NPS", COURT_OFFICER, "applied", True),
        ("NPS", OFFICER, "refused", False),
        ("NPS_FOR_CRC", NPS_OFFICER, "applied", True),
        ("NPS_FOR_CRC", OFFICER, "refused", False),
    ],
)
def test_a_crc_refers_to_the_nps_and_the_nps_alone_presents(
    column: str,
    by: dict[str, str],
    verdict: str,
    presented: bool,  # noqa: FBT001
) -> None:
    """D9.refer, D9.present, ev-advice-nps-only, AMB-17: no CRC ever goes to court by itself."""
    decided = event("breach_decided", "2026-11-24", failure_ids=["F1"], by=NPS_OFFICER)
    item = event("breach_referred", "2026-11-25", by=by)

    seen = after(column, judged(JUDGES[column]), decided, item)

    assert verdict == seen.verdict(item)[0]
    assert presented == (seen.view["breaches"][0]["presented_at"] is not None)


@pytest.mark.parametrize(
    ("by", "verdict"),
    [(COURT_OFFICER, "applied"), (SYSTEM, "applied"), (OFFICER, "refused")],
)
def test_the_nps_says_that_it_has_a_referral(by: dict[str, str], verdict: str) -> None:
    """D9.present: receipt stops the clock, so the sender cannot be its own witness."""
    decided = event("breach_decided", "2026-11-24", failure_ids=["F1"])
    item = event("breach_referral_received", "2026-11-25", by=by)

    assert verdict == after("CRC", judged(OFFICER), decided, item).verdict(item)[0]


@pytest.mark.parametrize(
    ("by", "verdict"),
    [
        (COURT, "applied"),
        (COURT_OFFICER, "applied"),
        (NPS_OFFICER, "applied"),
        (SYSTEM, "applied"),
        (OFFICER, "referred back"),
        ({"id": "POL1", "role": "police", "organisation": "POLICE"}, "referred back"),
    ],
)
def test_a_courts_word_comes_from_the_court_or_from_the_nps_that_was_there(
    by: dict[str, str], verdict: str
) -> None:
    """D9.deal-with-breach, D9.hearings: what others report is taken, and confirmed with it."""
    decided = event("breach_decided", "2026-11-24", failure_ids=["F1"])
    item = event("court_decided", "2026-11-28", outcome="continues", by=by)

    seen = after("CRC", judged(OFFICER), decided, item)

    doubted = f"refer_back.{item.event_id}" in {flag["code"] for flag in seen.view["flags"]}
    assert "applied" == seen.verdict(item)[0]
    assert ("referred back" if doubted else "applied") == verdict


@pytest.mark.parametrize(
    ("act", "roles", "organisations"),
    [
        ("D9.endorse", {"officer", "line_manager", "senior_manager"}, {"NPS"}),
        ("D9.rosh", {"officer", "line_manager", "senior_manager"}, {"NPS"}),
        ("D9.revoke", {"casework_section", "system", "ops"}, {"PPCS", "NOMS"}),
        ("D9.re-release", {"parole_board", "system", "ops"}, {"PAROLE_BOARD"}),
    ],
)
def test_the_acts_around_a_recall_belong_to_their_own_people(
    act: str, roles: set[str], organisations: set[str]
) -> None:
    """The grant is the same for every enforcer."""
    for column in Enforcer:
        entitled = GRANTS[Permission(act)][column]
        assert roles == {role.value for role in entitled.roles}
        assert organisations == set(entitled.organisations)


@pytest.mark.parametrize(("column", "organisations"), [("CRC", {"CRC", "NPS"}), ("NPS", {"NPS"})])
def test_a_recall_is_managed_by_who_has_the_case(column: str, organisations: set[str]) -> None:
    """D9.manage-recall: by a CRC while risk is not high, and the NPS may always step in."""
    assert organisations == set(GRANTS[Permission.MANAGE_RECALL][Enforcer(column)].organisations)


def test_the_nps_allocates() -> None:
    """D9.allocate: for every provider that gets the case."""
    assert {("NPS",)} == {GRANTS[Permission.ALLOCATE][column].organisations for column in Enforcer}


def test_every_act_has_somebody_for_every_column() -> None:
    """There is no gap in the table, and no act that a machine alone may do."""
    for act in Permission:
        assert set(Enforcer) == set(GRANTS[act])
        assert all(entitled.roles - {Role.SYSTEM, Role.OPS} for entitled in GRANTS[act].values())

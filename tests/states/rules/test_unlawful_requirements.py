"""Lawful requirements: the day before each bound, the day itself, the day after."""

from datetime import date
from typing import Any

import pytest

from states.events.imposition import Requirement
from states.rules.unlawful_requirements import legal_faults, start_fault
from states.vocabulary import RequirementKind, SentenceType
from tests.states.stream import law

CO = SentenceType.COMMUNITY_ORDER
SSO = SentenceType.SUSPENDED_SENTENCE_ORDER
CUSTODY = SentenceType.CUSTODY
MADE = date(2026, 11, 2)
NEW = date(2015, 2, 1)
OLD = date(2015, 1, 31)


def requirement(kind: str, **fields: Any) -> Requirement:
    body = {"requirement_id": "R1", "kind": RequirementKind(kind), **fields}
    return Requirement.model_validate(body)


def found(kind: str, sentence_type: SentenceType, **fields: Any) -> tuple[str, ...]:
    """Return the faults of a requirement made on 2 November 2026."""
    committed_on = fields.pop("committed_on", NEW)
    order_ends_on = fields.pop("order_ends_on", None)
    return legal_faults(
        requirement(kind, **fields),
        sentence_type=sentence_type,
        committed_on=committed_on,
        sentenced_on=MADE,
        edition=law().edition,
        order_ends_on=order_ends_on,
    )


@pytest.mark.parametrize("order", [CO, SSO])
@pytest.mark.parametrize(
    ("ends_on", "expected"),
    [
        (
            date(2026, 12, 31),
            ("R1: an exclusion lasts 2 months at least: to 2027-01-01, not 2026-12-31",),
        ),
        (date(2027, 1, 1), ()),
        (date(2027, 1, 2), ()),
        (date(2028, 10, 31), ()),
        (date(2028, 11, 1), ()),
        (
            date(2028, 11, 2),
            ("R1: an exclusion lasts 2 years at most: to 2028-11-01, not 2028-11-02",),
        ),
    ],
    ids=["exclusion-min before", "on", "after", "exclusion-max before", "on", "after"],
)
def test_an_exclusion_lasts_from_two_months_to_two_years(
    order: SentenceType, ends_on: date, expected: tuple[str, ...]
) -> None:
    """R.EXC: exclusion-min and exclusion-max, counted with the first day."""
    assert expected == found("exclusion", order, ends_on=ends_on)


def test_a_term_runs_from_the_requirements_own_start() -> None:
    """A later start moves both bounds; without one, the day of the sentence counts (R.EXC)."""
    later = {"starts_on": date(2027, 1, 1), "ends_on": date(2028, 11, 2)}

    assert () == found("exclusion", CO, **later)


def test_a_term_without_an_end_of_its_own_runs_with_the_order() -> None:
    """An order of three years with a bare exclusion would ban a person for three (R.EXC)."""
    three = date(2029, 11, 1)

    expected = ("R1: an exclusion lasts 2 years at most: to 2028-11-01, not 2029-11-01",)

    assert expected == found("exclusion", CO, order_ends_on=three)
    assert () == found("exclusion", CO)


@pytest.mark.parametrize(
    ("order", "ends_on", "expected"),
    [
        (CO, date(2029, 10, 31), ()),
        (CO, date(2029, 11, 1), ()),
        (
            CO,
            date(2029, 11, 2),
            ("R1: a prohibited activity lasts 3 years at most: to 2029-11-01, not 2029-11-02",),
        ),
        (SSO, date(2028, 10, 31), ()),
        (SSO, date(2028, 11, 1), ()),
        (
            SSO,
            date(2028, 11, 2),
            ("R1: a prohibited activity lasts 2 years at most: to 2028-11-01, not 2028-11-02",),
        ),
    ],
    ids=[
        "prohibited-max-co before",
        "prohibited-max-co on",
        "prohibited-max-co after",
        "prohibited-max-sso before",
        "prohibited-max-sso on",
        "prohibited-max-sso after",
    ],
)
def test_a_prohibited_activity_lasts_as_long_as_its_order_may(
    order: SentenceType, ends_on: date, expected: tuple[str, ...]
) -> None:
    """R.PAR: three years in a community order, two in a suspended sentence order."""
    assert expected == found("prohibited_activity", order, ends_on=ends_on)


@pytest.mark.parametrize("kind", ["exclusion", "prohibited_activity"])
@pytest.mark.parametrize("ends_on", [date(2026, 11, 3), date(2036, 11, 3)])
def test_amb_49_a_licence_condition_has_no_term_in_law(kind: str, ends_on: date) -> None:
    """AMB-49: the caps and the floor are for orders."""
    assert () == found(kind, CUSTODY, ends_on=ends_on)


@pytest.mark.parametrize(
    ("ends_on", "expected"),
    [
        (date(2028, 10, 31), ()),
        (date(2028, 11, 1), ()),
        (
            date(2028, 11, 2),
            ("R1: unpaid work ends with the operational period: by 2028-11-01, not 2028-11-02",),
        ),
    ],
    ids=["upw-sso-no-extension before", "on", "after"],
)
def test_unpaid_work_never_outlasts_the_operational_period(
    ends_on: date, expected: tuple[str, ...]
) -> None:
    """R.UPW, guard G9: a suspended sentence order does not move for unpaid work."""
    last = date(2028, 11, 1)

    assert expected == found("unpaid_work", SSO, hours=80, ends_on=ends_on, order_ends_on=last)
    assert () == found("unpaid_work", CO, hours=80, ends_on=ends_on, order_ends_on=last)


NEWER_ONLY = (
    "R1: rehabilitation_activity is for offences from 2015-02-01 on; this one is of 2015-01-31: "
    "supervision or specified_activity"
)
OLDER_ONLY = (
    "R1: {} is for offences before 2015-02-01; this one is of 2015-02-01: rehabilitation_activity"
)


@pytest.mark.parametrize(
    ("kind", "committed_on", "expected"),
    [
        (
            "rehabilitation_activity",
            OLD,
            NEWER_ONLY,
        ),
        ("rehabilitation_activity", NEW, None),
        ("supervision", OLD, None),
        (
            "supervision",
            NEW,
            OLDER_ONLY.format("supervision"),
        ),
        ("specified_activity", OLD, None),
        (
            "specified_activity",
            NEW,
            OLDER_ONLY.format("specified_activity"),
        ),
    ],
    ids=["R.RAR older", "R.RAR newer", "R.SUP older", "R.SUP newer", "R.SAR older", "R.SAR newer"],
)
@pytest.mark.parametrize("order", [CO, SSO])
def test_amb_27_the_date_of_the_offence_decides_which_requirement_there_is(
    kind: str, committed_on: date, expected: str | None, order: SentenceType
) -> None:
    """AMB-27, ora-cutover: the first of February 2015 is the first day of the newer law."""
    assert (() if expected is None else (expected,)) == found(
        kind, order, committed_on=committed_on
    )


@pytest.mark.parametrize("kind", ["rehabilitation_activity", "supervision", "specified_activity"])
def test_amb_27_people_decide_where_offences_lie_on_both_sides(kind: str) -> None:
    """AMB-27: mixed offences are left to judgement."""
    assert () == found(kind, CO, committed_on=None)


@pytest.mark.parametrize(
    ("under_25", "fault"),
    [
        (True, None),
        (False, "an attendance centre is for those under 25 on the day of the sentence"),
        (None, "it is not known whether the person was under 25 on the day of the sentence"),
    ],
    ids=["yes", "no", "unsaid"],
)
def test_amb_48_an_attendance_centre_is_for_those_under_25(
    *, under_25: bool | None, fault: str | None
) -> None:
    """R.ACR, attendance-centre-under-25: AMB-48 takes the age on the day of the sentence."""
    expected = () if fault is None else (f"R1: {fault}: under_25",)

    assert expected == found("attendance_centre", CO, under_25=under_25)


@pytest.mark.parametrize(
    ("kind", "safeguards", "missing"),
    [
        ("drug_testing", (), "drugs_a_factor, dependence_or_propensity"),
        ("drug_testing", ("drugs_a_factor",), "dependence_or_propensity"),
        ("drug_testing", ("drugs_a_factor", "dependence_or_propensity"), None),
        (
            "drug_appointment",
            ("drugs_a_factor", "dependence_or_propensity"),
            "treatable, arrangements_possible",
        ),
        (
            "drug_appointment",
            ("drugs_a_factor", "dependence_or_propensity", "treatable", "arrangements_possible"),
            None,
        ),
    ],
    ids=["R.DTC none", "R.DTC one", "R.DTC all", "R.DAC two", "R.DAC all"],
)
def test_a_drug_condition_needs_its_safeguards(
    kind: str, safeguards: tuple[str, ...], missing: str | None
) -> None:
    """ev-drug-safeguards: two are established before testing, four before appointments."""
    expected = () if missing is None else (f"R1: {kind} needs these safeguards first: {missing}",)
    body = {"requirement_id": "R1", "kind": kind, "safeguards": safeguards}

    assert expected == legal_faults(
        Requirement.model_validate(body, strict=False),
        sentence_type=CUSTODY,
        committed_on=NEW,
        sentenced_on=MADE,
        edition=law().edition,
    )


@pytest.mark.parametrize("order", [CO, SSO])
@pytest.mark.parametrize("kind", ["drug_testing", "drug_appointment"])
def test_an_order_has_no_drug_condition(kind: str, order: SentenceType) -> None:
    """R.DTC and R.DAC are conditions of licence and supervision."""
    expected = f"R1: {kind} is a condition of licence or supervision; an order has none"

    assert expected == found(kind, order)[0]


@pytest.mark.parametrize(
    "kind",
    [
        "unpaid_work",
        "rehabilitation_activity",
        "mental_health_treatment",
        "drug_rehabilitation",
        "alcohol_treatment",
        "attendance_centre",
        "supervision",
        "specified_activity",
        "foreign_travel_prohibition",
    ],
)
def test_a_licence_has_no_requirement_that_only_orders_have(kind: str) -> None:
    """Section 6.1 says of each where it can stand: R.UPW, R.MHTR, R.ATR and the rest."""
    expected = f"R1: {kind} is a requirement of an order; a licence or supervision has none"

    assert expected == found(kind, CUSTODY)[0]


@pytest.mark.parametrize("sentence_type", [CO, SSO, CUSTODY])
@pytest.mark.parametrize("kind", ["curfew", "programme", "residence"])
def test_what_has_no_bound_stands_anywhere(kind: str, sentence_type: SentenceType) -> None:
    """R.CUR, R.PRG and R.RES: in orders and as licence conditions, for any term and offence."""
    assert () == found(kind, sentence_type, committed_on=OLD, ends_on=date(2036, 11, 1))


@pytest.mark.parametrize("kind", ["mental_health_treatment", "alcohol_treatment"])
def test_a_treatment_without_a_bound_stands_in_any_order(kind: str) -> None:
    """R.MHTR and R.ATR: only drug rehabilitation names consent."""
    assert [(), ()] == [found(kind, order, consent=False) for order in (CO, SSO)]


def test_amb_19_a_foreign_travel_prohibition_is_carried_as_it_is() -> None:
    """AMB-19, R.FTP: a name and its dates, and no rule."""
    assert () == found("foreign_travel_prohibition", CO, ends_on=date(2036, 11, 1))


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        (True, ()),
        (None, ()),
        (False, ("R1: drug rehabilitation needs consent to the treatment, which was refused",)),
    ],
)
def test_drug_rehabilitation_is_not_made_against_a_refusal(
    *, consent: bool | None, expected: tuple[str, ...]
) -> None:
    """R.DRR: consent may still come before the start, a refusal is one."""
    assert expected == found("drug_rehabilitation", CO, consent=consent)


NO_CONSENT = (
    "R1: drug rehabilitation starts only with consent to the treatment; record it as consent"
)


@pytest.mark.parametrize(
    ("made_with", "started_with", "expected"),
    [
        (None, None, NO_CONSENT),
        (True, None, None),
        (None, True, None),
        (True, False, NO_CONSENT),
        (False, True, None),
    ],
)
def test_drug_rehabilitation_starts_with_consent_alone(
    *, made_with: bool | None, started_with: bool | None, expected: str | None
) -> None:
    """R.DRR, ev-drr-consent: what is known at the start goes before what was known when made."""
    item = requirement("drug_rehabilitation", consent=made_with)

    assert expected == start_fault(item, consent=started_with)


def test_no_other_treatment_asks_for_consent_to_start() -> None:
    """R.MHTR: only drug rehabilitation names it."""
    assert start_fault(requirement("mental_health_treatment"), consent=False) is None

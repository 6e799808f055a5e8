"""A law pack gives the value of its day and basis, and states how well it is known."""

from dataclasses import replace
from datetime import date, timedelta
from json import dumps

import pytest
from pydantic import ValidationError

from activities.standards import load_catalogue
from states.law.pack import (
    Charge,
    DatedValue,
    Evidence,
    LawFacts,
    LawPack,
    Parameter,
    Term,
    UnknownParameterError,
)

NAME = "england-and-wales-2026a"


@pytest.fixture(scope="module")
def pack() -> LawPack:
    """Return the released pack."""
    return load_catalogue().packs[NAME]


SHORT = LawFacts(serving=Term(months=11))
LONG = LawFacts(serving=Term(months=12))
YOUNG = LawFacts(serving=Term(months=11), relevant_young_offender=True, adult=False)
ADULT = LawFacts(
    serving=Term(months=11),
    adult=True,
    extended=False,
    excluded_offence=False,
    serious_charge=False,
    mappa_2_or_3=False,
    recalled_on_charge=Charge.NO,
    relevant_young_offender=False,
)
FOUR_YEARS = replace(ADULT, serving=Term(years=4))
CHARGED = replace(ADULT, recalled_on_charge=Charge.CHARGED_AND_CONVICTED)

COMMENCEMENTS = [
    ("recall.fixed_term.days", "2012-12-03", SHORT, None, 28),
    ("recall.fixed_term.days", "2015-02-01", SHORT, 28, 14),
    ("recall.fixed_term.days", "2015-02-01", LONG, 28, 28),
    ("recall.fixed_term.days", "2026-03-31", ADULT, 14, 56),
    ("recall.fixed_term.days", "2026-03-31", YOUNG, 14, 14),
    ("recall.fixed_term.mandatory", "2012-12-03", ADULT, None, "risk_test"),
    ("recall.fixed_term.mandatory", "2024-04-02", ADULT, "risk_test", "fixed_term"),
    ("recall.fixed_term.mandatory", "2025-09-02", FOUR_YEARS, "risk_test", "risk_test"),
    ("recall.fixed_term.mandatory", "2026-03-31", FOUR_YEARS, "risk_test", "fixed_term"),
    ("recall.fixed_term.mandatory", "2026-07-29", CHARGED, "standard", "fixed_term"),
    ("recall.fixed_term.hdc_floor", "2026-03-31", ADULT, False, True),
    ("release.friday", "2023-12-12", None, 0, 2),
    ("licence.under_12_months", "2015-02-01", None, False, True),
    ("providers", "2021-06-26", None, ("CRC", "NPS"), ("NPS",)),
    ("pss.offence", "2015-02-01", None, False, True),
    ("pss.exists", "2015-02-01", None, None, True),
    ("pss.exists", "2026-05-11", None, True, False),
    ("unpaid_work.limit", "2026-05-11", None, 12, "no limit"),
    (
        "order.early_end",
        "2026-05-11",
        None,
        (),
        (
            "no_review_provision",
            "no_instructions_left",
            "requirements_complied_with",
            "objectives_met",
        ),
    ),
    ("suspended.custody_max", "2026-03-22", None, 2, 3),
    ("curfew.hours_a_day", "2022-06-28", None, 16, 20),
    ("curfew.hours_a_week", "2022-06-28", None, "no limit", 112),
    ("curfew.period", "2022-06-28", None, 12, 24),
    ("curfew.officer_may_vary", "2022-06-28", None, False, True),
    ("order.warning.refer_if_warned_within", "2020-12-01", None, 12, 12),
]
"""Parameter, first day of a value, facts, the value of the day before, and that of the day."""


@pytest.mark.parametrize(("name", "day", "facts", "before", "after"), COMMENCEMENTS)
def test_a_value_holds_from_its_day_on(
    pack: LawPack, name: str, day: str, facts: LawFacts | None, before: object, after: object
) -> None:
    """On the day before the old value holds, on the day and the day after the new one."""
    first = date.fromisoformat(day)
    one = timedelta(days=1)

    def value(on: date) -> object:
        found = pack.resolve(name, on, facts)
        if found is None:
            return None
        return "no limit" if found.value is None else found.value

    assert [before, after, after] == [value(first - one), value(first), value(first + one)]


def test_every_commencement_of_the_pack_is_in_the_table(pack: LawPack) -> None:
    """A value that is added to the pack is walked as well."""
    changes = {
        (item.parameter, value.since.isoformat())
        for item in pack.parameters.values()
        for value in item.values[1:]
    }

    assert set() == changes - {(name, day) for name, day, *_ in COMMENCEMENTS}


def test_a_value_says_its_reason_in_one_sentence(pack: LawPack) -> None:
    """It has the number, the source, the basis and its day, the pack and the evidence."""
    found = pack.resolve("recall.fixed_term.days", date(2026, 4, 5), ADULT)

    assert found is not None
    assert (
        "56 days (law: CJA 2003 s.255BA, by return on 5 April 2026; recall.fixed_term.days of "
        f"{NAME}, from the text of the law)"
    ) == found.in_words()


def test_a_value_says_what_its_evidence_is(pack: LawPack) -> None:
    """A value from a peer or a page advises, and says so; so does one that rests on a guess."""
    after = date(2026, 8, 1)
    text = pack.resolve("recall.fixed_term.days", after, ADULT)
    peer = pack.resolve("unpaid_work.limit", after)
    page = pack.resolve("suspended.custody_max", after)
    guessed = pack.resolve("recall.fixed_term.days", after)

    found = [item for item in (text, peer, page, guessed) if item is not None]
    words = [item.in_words() for item in found]
    assert [False, True, True, False] == ["advice only" in item for item in words]
    assert "not known: relevant young offender, serving" in words[-1]


@pytest.mark.parametrize(
    ("term", "is_short"),
    [
        (Term(days=365), True),
        (Term(days=366), False),
        (Term(months=12), False),
        (Term(years=1), False),
        (Term(months=11, days=30), True),
        (Term(months=11, days=31), False),
    ],
)
def test_twelve_months_are_not_365_days(term: Term, *, is_short: bool) -> None:
    """As manage-recalls-api, SentenceLengthTest: 365 days are under twelve months, 366 are not."""
    assert is_short is term.is_under(12)


VALUE = {"from": "2020-01-01", "cases": [{"then": 1}], "evidence": "text", "source": "Act s.1"}
PARAMETER = {"parameter": "a.b", "title": "A", "unit": "months", "by": "day", "values": [VALUE]}


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": "remembered"},
        {"evidence": None},
        {"source": None},
        {"source": ""},
        {"colour": "red"},
        {"reaches": "everybody"},
        {"cases": []},
        {"cases": [{"when": {"adult": True}, "then": 1}]},
        {"cases": [{"then": 1}, {"then": 2}]},
        {"cases": [{"when": {}, "then": 1}, {"then": 2}]},
        {"cases": [{"when": {"star_sign": "leo"}, "then": 1}, {"then": 2}]},
        {"cases": [{"then": "twelve"}]},
    ],
)
def test_the_model_refuses_what_it_does_not_know(change: dict[str, object]) -> None:
    """A value has a source and evidence; an unknown key, fact or word is refused."""
    broken = {name: item for name, item in {**VALUE, **change}.items() if item is not None}
    Parameter.model_validate_json(_json(PARAMETER))

    with pytest.raises(ValidationError):
        Parameter.model_validate_json(_json({**PARAMETER, "values": [broken]}))


def test_the_days_of_the_values_rise() -> None:
    """Two values from one day would leave open which holds."""
    with pytest.raises(ValidationError, match="the days of the values rise"):
        Parameter.model_validate_json(_json({**PARAMETER, "values": [VALUE, VALUE]}))


def test_the_weaker_evidence_of_value_and_day_counts() -> None:
    """A value from the text whose day comes from a peer is no more certain than its day."""
    value = DatedValue.model_validate_json(_json({**VALUE, "day_evidence": "peer"}))

    assert Evidence.PEER is value.weakest


def test_a_parameter_that_the_pack_lacks_is_an_error(pack: LawPack) -> None:
    """A typing error must not look like law that has no value."""
    with pytest.raises(UnknownParameterError, match=r"no parameter recall\.length"):
        pack.resolve("recall.length", date(2026, 1, 1))


def _json(data: object) -> str:
    return dumps(data)

"""Fixed terms as the calculators of the prison service give them, by the name of their test.

RTC is the return to custody. Where the source has the term end with the sentence, the sentence here
ends on that day.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from activities.standards import load_catalogue
from states.law.fixed_term import (
    FixedTermReturn,
    ServedSentence,
    UndecidedError,
    deciding_sentence,
    fixed_term,
)
from states.law.pack import LawPack, Term


@dataclass(frozen=True)
class Case:
    """One case of calculate-release-dates-api."""

    name: str
    terms: tuple[Term, ...]
    returned: str
    ends: str
    sentence_ends: tuple[str | None, ...] = ()
    added: int = 0
    revoked: str | None = None
    held: bool = False


def months(number: int) -> Term:
    return Term(months=number)


def years(number: int, months: int = 0) -> Term:
    return Term(years=number, months=months)


MARCH = ("2026-03-31", "2026-05-25")

CASES = [
    Case("crs-2145-ac2", (months(8),), "2024-12-27", "2025-01-09"),
    Case("crs-2202-ac1-4", (months(3),), "2024-12-20", "2025-01-02"),
    Case("crs-1309-bug-nh2", (Term(days=28),), "2023-03-10", "2023-03-15", ("2023-03-15",)),
    Case("crs-790-ftr-ac7", (months(11),), "2021-09-10", "2021-09-23"),
    Case("crs-2145-ac4", (months(12),), "2025-04-03", "2025-04-30"),
    Case("crs-790-ftr-ac1", (months(20),), "2022-02-03", "2022-03-02"),
    Case("crs-790-ftr-ac6", (months(14), months(22)), "2021-12-20", "2022-01-16"),
    Case("crs-790-ftr-ac8", (months(13),), "2022-01-29", "2022-02-23", ("2022-02-23",)),
    Case("crs-790-ftr-ac10", (months(14),), "2022-02-03", "2022-03-05", added=3),
    Case("crs-790-ftr-ac2", (months(14),), "2022-02-03", "2022-03-02"),
    Case("crs-2137-ac8-1", (months(12),), "2025-11-10", "2025-12-08", added=1),
    Case(
        "crs-2137-ac4-2",
        (months(12), months(11)),
        "2024-12-12",
        "2024-12-28",
        ("2024-12-28", "2025-01-23"),
    ),
    Case(
        "crs-2137-ac5-1",
        (months(11), months(12)),
        "2024-12-15",
        "2024-12-28",
        ("2025-01-23", "2024-12-28"),
    ),
    Case("crs-2367-ac-4-and-5", (years(4),), "2025-08-22", "2025-09-18"),
    Case("crs-2367-ac-7", (years(4),), "2025-10-13", "2025-11-09"),
    Case("crs-2462-ac1-1", (months(11),), "2026-09-12", "2026-11-06"),
    Case(
        "crs-2465-ac1-6", (years(5),), "2026-03-31", "2026-05-25", revoked="2026-03-31", held=True
    ),
    Case(
        "crs-2465-ac1-5", (years(5),), "2026-03-31", "2026-05-25", revoked="2026-03-14", held=True
    ),
    Case("crs-2465-ac1-4", (years(3),), "2026-01-13", "2026-03-31", held=True),
    Case("crs-2467-ac8", (years(4),), "2026-02-08", "2026-04-04", held=True),
    Case("crs-2462-ac1-4", (years(5, 1),), "2026-01-24", "2026-04-16", added=2, held=True),
    Case("crs-2467-ac3", (months(66),), "2024-12-03", "2026-04-14", held=True),
    Case("crs-2467-ac4-2", (years(7),), "2025-12-03", "2026-04-21", held=True),
    Case(
        "crs-2588-bug-report",
        (years(8), years(5)),
        "2024-11-23",
        "2026-04-28",
        ("2026-06-01", "2027-01-01"),
        revoked="2024-11-20",
        held=True,
    ),
    Case(
        "crs-2588-ac1",
        (years(6), years(4)),
        "2025-06-12",
        "2026-03-31",
        ("2025-06-01", "2027-01-01"),
        revoked="2025-06-10",
        held=True,
    ),
    Case("crs-2467-ac6", (years(9, 3),), "2025-08-18", "2026-05-05", held=True),
    Case("crs-2467-ac7", (years(13),), "2026-01-19", "2026-05-12", held=True),
    Case("crs-2462-ac3", (months(39),), "2026-11-14", "2026-12-21", ("2026-12-21",)),
    Case(
        "ftr-56-standard-recall-release-before-commencement",
        (years(8),),
        "2023-10-10",
        "2025-08-19",
        ("2025-08-19",),
        held=True,
    ),
]


@pytest.fixture(scope="module")
def pack() -> LawPack:
    """Return the released pack."""
    return load_catalogue().packs["england-and-wales-2026a"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_fixed_term_ends_on_the_day_that_the_prison_service_computes(
    pack: LawPack, case: Case
) -> None:
    """14, 28 or 56 days beginning with the return; the end of the sentence and the steps count."""
    ends = case.sentence_ends or (None,) * len(case.terms)
    served = [
        ServedSentence(term, date.fromisoformat(end) if end else None)
        for term, end in zip(case.terms, ends, strict=True)
    ]
    revoked = date.fromisoformat(case.revoked) if case.revoked else None
    back = FixedTermReturn(
        date.fromisoformat(case.returned), revoked, case.added, held_at_change=case.held
    )
    found = fixed_term(pack, served, back)

    assert found is not None
    assert date.fromisoformat(case.ends) == found.ends_on


def test_the_list_has_the_29_cases() -> None:
    """None is lost."""
    assert 29 == len({case.name for case in CASES})


def test_fourteen_days_left_of_the_longer_sentence_are_for_a_person_to_decide() -> None:
    """The sources disagree there, so no length is guessed."""
    served = [
        ServedSentence(months(11), date(2025, 2, 1)),
        ServedSentence(months(12), date(2025, 1, 15)),
    ]

    with pytest.raises(UndecidedError):
        deciding_sentence(served, date(2025, 1, 1))

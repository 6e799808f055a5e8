"""The law on type and term of a recall stands beside the decision, and refuses nothing."""

from typing import Any, Final

import pytest

from states.events.envelope import Event
from tests.states.rules.test_law_values import custody, pack
from tests.states.stream import Played, event, failed, played

ADULT = {"sentence_group": "adult", "term": {"months": 11}}


def recalled(day: str, back: str | None = None, **fields: Any) -> list[Event]:
    """Return a recall that is decided on `day`, and the return on `back`."""
    found = [
        event("recall_decided", f"{day} 10:00", **fields),
        event("licence_revoked", f"{day} 15:00"),
    ]
    return found if back is None else [*found, event("returned_to_custody", f"{back} 12:00")]


def flags(seen: Played) -> dict[str, str]:
    return {flag["code"]: flag["text"] for flag in seen.view["flags"]}


def on_licence(released: str = "2024-05-01", **dates: Any) -> list[Event]:
    return custody("2024-03-04", released, **{**ADULT, **dates})


def not_in_mappa_2() -> Event:
    return event("agency_flag_changed", "2024-06-01", agency="mappa", active=True, level=1)


STANDARD: Final[dict[str, Any]] = {"recall_type": "standard", "too_much_risk": True}


@pytest.mark.parametrize(
    ("decided", "charge", "said"),
    [
        ("2026-03-30", "no", None),
        ("2026-07-28", "charged_and_convicted", None),
        ("2026-07-29", "no", None),
    ],
)
def test_a_type_that_the_law_lacks_facts_for_is_not_flagged(
    decided: str, charge: str, said: str | None
) -> None:
    """The product never learns if an offence is an excluded one, so nothing is certain."""
    stream = [*on_licence(), not_in_mappa_2()]
    seen = played(
        [*stream, *recalled(decided, recalled_on_charge=charge, **STANDARD)],
        f"{decided} 18:00",
        pack=pack(),
    )

    assert said == flags(seen).get("recall_type_by_law")
    assert "recalled" == seen.state


@pytest.mark.parametrize(
    ("decided", "charge", "barred"),
    [
        ("2026-03-30", "only_charged", False),
        ("2026-03-31", "only_charged", True),
        ("2026-07-28", "charged_and_convicted", True),
        ("2026-07-29", "charged_and_convicted", False),
        ("2026-07-29", "only_charged", True),
    ],
)
def test_a_fixed_term_that_the_law_does_not_open_is_recorded_and_flagged(
    decided: str, charge: str, *, barred: bool
) -> None:
    """The recall stands: the flag says what the law says, since when, and how well it is known."""
    item = recalled(decided, recalled_on_charge=charge)
    seen = played([*on_licence(), not_in_mappa_2(), *item], f"{decided} 18:00", pack=pack())

    text = flags(seen).get("recall_type_by_law", "")
    assert barred is text.startswith("the recall is of type fixed_term; by law a fixed term is not")
    assert barred is ("advice only" in text)
    assert "applied" == seen.verdict(item[0])[0]


def test_an_extended_sentence_has_no_fixed_term_by_the_text_of_the_law() -> None:
    """As group of the sentence or as its flag; the recall is recorded all the same."""
    stream = [*on_licence(sentence_group="extended"), *recalled("2025-05-06")]
    seen = played(stream, "2025-05-07", pack=pack())

    text = flags(seen)["recall_type_by_law"]
    assert "CJA 2003 s.255A, by recall on 6 May 2025" in text
    assert "from the text of the law" in text


def test_the_proposal_of_a_type_names_the_law_and_the_facts_that_it_lacks() -> None:
    """So that the officer knows what to find out before the decision."""
    stream = [*on_licence(), *failed("F1", "2026-04-07")]
    (reason,) = (
        item["reason"]
        for item in played(stream, "2026-04-08", pack=pack()).view["proposals"]
        if item["row"].startswith("D11")
    )

    assert "by law the type depends on facts that are not known" in reason
    assert "excluded offence, mappa 2 or 3, recalled on charge" in reason


@pytest.mark.parametrize(("term", "differs"), [(14, True), (56, False), (None, False)])
def test_the_term_of_the_prison_service_is_compared_with_that_of_the_law(
    term: int | None, *, differs: bool
) -> None:
    """Theirs is held beside ours; neither is refused."""
    stream = [*on_licence(), *recalled("2026-04-01", "2026-04-02", term_days=term)]
    seen = played(stream, "2026-04-03", pack=pack())

    text = flags(seen).get("term_days_differ", "")
    assert differs is text.startswith("the prison service recorded a term of 14 days; 56 days (law")


@pytest.mark.parametrize(
    ("back", "automatic", "floor"),
    [
        ("2026-03-30", "2026-07-01", False),
        ("2026-03-31", "2026-07-01", True),
        ("2026-03-31", "2026-05-25", False),
    ],
)
def test_after_home_detention_curfew_a_term_lasts_to_the_automatic_release(
    back: str, automatic: str, *, floor: bool
) -> None:
    """From 31 March 2026, by the day of return; 25 May is the 56th day itself."""
    stream = custody(
        "2025-09-01", "2026-03-02", automatic_release_on=automatic, term={"months": 20}
    )[:-1]
    stream.append(event("released", "2026-03-02 10:00", reason="hdc"))
    seen = played([*stream, *recalled("2026-03-20", back)], "2026-04-06", pack=pack())

    assert floor is flags(seen).get("hdc_floor", "").startswith(
        "after home detention curfew the term lasts until 2026-07-01"
    )


@pytest.mark.parametrize(
    ("now", "years", "on"),
    [
        ("2026-03-30", 4, None),
        ("2026-03-31", 4, "2026-03-31"),
        ("2026-04-01", 4, "2026-03-31"),
        ("2026-04-01", 5, "2026-04-14"),
        ("2026-04-01", 13, "2026-05-12"),
    ],
)
def test_who_was_in_custody_on_31_march_2026_has_a_step_as_advice(
    now: str, years: int, on: str | None
) -> None:
    """A standard recall of before: the later of 56 days and the step by length; no clock moves."""
    stream = on_licence(sentence_group="adult", term={"years": years})
    stream += recalled("2025-05-06", "2025-05-07", **STANDARD)
    seen = played(stream, now, pack=pack())

    text = flags(seen).get("stepped_release")
    assert (on is None) is (text is None)
    assert text is None or (f"released on {on} unless" in text and "advice only" in text)
    assert "recalled" == seen.state


def test_a_case_that_is_excluded_has_no_step() -> None:
    """MAPPA level 2 leaves a standard recall as it was."""
    stream = on_licence(term={"years": 5})
    stream.append(event("agency_flag_changed", "2024-06-01", agency="mappa", active=True, level=2))
    stream += recalled("2025-05-06", "2025-05-07", **STANDARD)

    assert "stepped_release" not in flags(played(stream, "2026-04-01", pack=pack()))

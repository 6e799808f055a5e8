"""A court imposes the sentence: once, of a type that is run, under an edition in force."""

import pytest

from tests.states.stream import allocated, at, event, played
from tests.states.wording import OFFICER


def test_an_imposition_sets_the_dates_of_the_order() -> None:
    """Induction counts from the sentence, evaluation and end from the date that the court gave."""
    seen = played(allocated()[:1], "2026-11-02 18:00")

    assert "awaiting_allocation" == seen.state
    assert {
        "induction-at-start": ("running", "2026-11-09"),
        "evaluation-opens": ("running", "2027-09-06"),
        "evaluation-by-end": ("running", "2027-11-01"),
        "order-end": ("running", "2027-11-01"),
        "record-same-day": ("running", None),
    } == {key: seen.clock(key) for key in seen.clocks}


def test_a_second_imposition_is_refused() -> None:
    """The refusal names the event that imposed the sentence and the way to correct it."""
    again = event("sentence_imposed", "2026-11-03")

    seen = played([*allocated(), again], "2026-11-04")

    reason = (
        "the sentence was already imposed by NPS/sentence_imposed.2026-11-02T10:30; "
        "correct that event with `replaces`, or withdraw it"
    )
    assert ("refused", reason) == seen.verdict(again)


def test_a_type_that_is_not_run_yet_is_refused() -> None:
    """The refusal says what this version runs; nothing is started."""
    item = event(
        "sentence_imposed",
        "2026-11-02",
        type="suspended_sentence_order",
        operational_period_ends_on="2027-11-01",
    )

    seen = played([item], "2026-11-03")

    reason = "suspended_sentence_order is not run yet; this version runs community_order"
    assert ("refused", reason) == seen.verdict(item)


def test_a_sentence_before_every_edition_is_refused() -> None:
    """An order of the day before commencement has no standards to be run under."""
    older = {"committed_on": "2014-06-01", "violent_or_sexual": False}
    days = {"sentenced_on": "2015-01-31", "ends_on": "2016-01-30"}
    item = event("sentence_imposed", "2015-01-31", **days, offence=older)

    verdict, reason = played([item], "2015-02-02").verdict(item)

    assert "refused" == verdict
    assert "ns-2015 is in force from 2015-02-01" in reason


@pytest.mark.parametrize(("sentenced_on", "flagged"), [("2020-12-31", False), ("2021-01-01", True)])
def test_a_superseded_edition_is_flagged(sentenced_on: str, flagged: bool) -> None:  # noqa: FBT001
    """Imposing after the last day of the edition is done, and said."""
    item = event("sentence_imposed", sentenced_on, sentenced_on=sentenced_on, ends_on="2022-01-03")

    flags = {flag["code"] for flag in played([item], sentenced_on + " 18:00").view["flags"]}

    assert flagged == ("edition_superseded" in flags)


@pytest.mark.parametrize(
    ("now", "status"),
    [("2026-11-09 23:59", "running"), ("2026-11-10 00:00", "missed")],
)
def test_an_imposition_is_expected_within_five_working_days(now: str, status: str) -> None:
    """A sentence of which only an allocation is known is flagged to ops after its last day."""
    seen = played([event("case_allocated", "2026-11-02")], now)

    assert (status, "2026-11-09") == seen.clock("imposition-prompt")
    assert (status == "missed") == (("overdue", "ops") in seen.told())


def test_an_imposition_that_comes_second_meets_the_prompt() -> None:
    """What came first waits, then counts from its own time, not from the imposition's."""
    first = event("case_allocated", "2026-11-02", by=OFFICER)
    imposed = event("sentence_imposed", "2026-11-04")

    before = played([first], "2026-11-04 11:00")
    after = played([first, imposed], "2026-11-05")

    assert ("held", "waits for sentence_imposed") == before.verdict(first)
    assert ("applied", "") == after.verdict(first)
    assert ("met", at("2026-11-04").isoformat()[:-6] + "Z") == after.settled("imposition-prompt")
    assert ("running", "2026-11-09") == after.clock("first-appt-community")


def test_an_imposition_that_comes_first_needs_no_prompt() -> None:
    """A clock for what is there already would only be noise."""
    assert "imposition-prompt" not in played(allocated(), "2026-11-03").clocks


def test_custody_is_no_order_that_begins() -> None:
    """What is to begin promptly begins with the release, so nothing runs until then."""
    custody = {
        "type": "custody",
        "length_days": 180,
        "extended": False,
        "requirements": [],
        "ends_on": None,
        "licence_ends_on": "2027-04-30",
        "expected_release_on": "2027-02-01",
        "automatic_release_on": "2027-02-01",
    }

    seen = played(allocated(**custody), "2026-12-31")

    assert "commencement-timely" not in seen.clocks

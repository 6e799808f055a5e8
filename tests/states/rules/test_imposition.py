"""A court imposes the sentence: once, of a type that is run, under an edition in force."""

import pytest

from tests.states.custody import imprisoned
from tests.states.stream import Played, allocated, at, event, played, serving
from tests.states.wording import OPS

NUMBERED = ("evaluation-opens", "evaluation-by-end", "order-end", "upw-watch/R2")


def dated(seen: Played, *keys: str) -> dict[str, tuple[str, str | None]]:
    return {key: seen.clock(key) for key in keys}


def test_an_imposition_sets_the_dates_of_the_order() -> None:
    """Evaluation, end and the watch over unpaid work count from the dates that the court gave."""
    seen = played(allocated()[:1], "2026-11-02 18:00")

    assert ("awaiting_allocation", "community") == (seen.state, seen.view["phase"])
    assert {
        "evaluation-opens": ("running", "2027-09-06"),
        "evaluation-by-end": ("running", "2027-11-01"),
        "order-end": ("running", "2027-11-01"),
        "upw-watch/R2": ("running", "2027-08-01"),
    } == dated(seen, *NUMBERED)


def test_a_suspended_sentence_order_lasts_as_long_as_its_operational_period() -> None:
    """G9: its requirements may end before; the order does not."""
    item = event(
        "sentence_imposed",
        "2026-11-02",
        type="suspended_sentence_order",
        ends_on="2027-11-01",
        operational_period_ends_on="2028-11-01",
    )

    seen = played([item], "2026-11-03")

    assert ("applied", "community") == (seen.verdict(item)[0], seen.view["phase"])
    assert ("2028-11-01", "2028-11-01") == (
        seen.view["ends_on"],
        seen.clocks["sso-operational-end"]["due_on"],
    )


def test_custody_begins_in_prison_with_every_date_as_given() -> None:
    """AMB-16: release, licence and supervision are reported, never computed."""
    seen = played(imprisoned(pss_ends_on="2029-02-28")[:1], "2026-11-03")

    assert ("custody", "2028-10-31", "2029-02-28", "2029-02-28") == tuple(
        seen.view[name] for name in ("phase", "licence_ends_on", "pss_ends_on", "ends_on")
    )
    assert ("running", "2027-08-09") == seen.clock("plan-custody-opens")
    assert ("running", "2027-11-01") == seen.clock("plan-custody-prepared")


@pytest.mark.parametrize(("days", "verdict"), [(1, "applied"), (2, "applied")])
def test_custody_of_a_day_is_managed_and_pointed_out(days: int, verdict: str) -> None:
    """custody-over-1-day: exactly one day brings no case to allocate."""
    item = imprisoned(length_days=days)[0]

    seen = played([item], "2026-11-03")

    assert verdict == seen.verdict(item)[0]
    if days == 1:
        assert (
            "custody of 1 day brings no case to allocate; it takes more than 1 day"
            == seen.verdict(item)[1]
        )


def test_a_sentence_that_two_systems_report_is_imposed_once() -> None:
    """The second report of the same content is taken, and changes nothing."""
    again = event("sentence_imposed", "2026-11-03")

    seen = played([*allocated(), again], "2026-11-04")

    note = "a second report; the sentence was imposed by NPS/sentence_imposed.2026-11-02T10:30"
    assert ("applied", note) == seen.verdict(again)
    assert [] == [flag for flag in seen.view["flags"] if flag["code"].startswith("refer_back")]


def test_a_second_sentence_under_one_number_is_referred_back() -> None:
    """The first holds; the note names it, what differs, and the two ways to put it right."""
    again = event("sentence_imposed", "2026-11-03", ends_on="2028-11-01")

    seen = played([*allocated(), again], "2026-11-04")

    assert "2027-11-01" == seen.view["ends_on"]
    assert "applied" == seen.verdict(again)[0]
    assert (
        "the sentence was already imposed by NPS/sentence_imposed.2026-11-02T10:30, which holds; "
        "this one differs in ends_on: correct the wrong one with `replaces`, or send another "
        "sentence under an event number of its own" in seen.verdict(again)[1]
    )
    duty = next(one for one in seen.view["duties"] if one["duty"] == "refer-act-back")
    assert ("open", again.event_id) == (duty["status"], duty["subject"])


def test_what_names_a_requirement_of_a_second_imposition_is_not_held_for_ever() -> None:
    """It is managed as made, and the second imposition is referred back."""
    more = [{"requirement_id": "R9", "kind": "curfew"}]
    again = event("sentence_imposed", "2026-11-03", requirements=more)
    started = event("requirement_started", "2026-11-04", requirement_id="R9")

    before = played([*serving(), started], "2026-11-05")
    seen = played([*serving(), again, started], "2026-11-05")

    assert ("held", "waits for requirement R9") == before.verdict(started)
    assert "applied" == seen.verdict(started)[0]
    (shown,) = (item for item in seen.view["requirements"] if item["requirement_id"] == "R9")
    assert "2026-11-04" == shown["started_on"]
    assert "refer-act-back" in {duty.get("duty") for duty in seen.view["duties"]}


def test_a_sentence_that_was_closed_before_it_was_known_holds_nothing_for_ever() -> None:
    """It is recorded, and what names it is decided as after an end."""
    closed = event("sentence_ended", "2026-10-20", reason="never_imposed", by=OPS)
    stream = [closed, *allocated()]

    seen = played(stream, "2026-11-04")

    assert ("completed", "refused") == (seen.state, seen.verdict(stream[2])[0])
    assert ("applied", "the sentence had ended on 2026-10-20") == seen.verdict(stream[1])


def test_a_sentence_older_than_the_standards_is_managed_under_them_from_their_first_day() -> None:
    """The standards apply from 1 February 2015 to everybody managed (PF 2015 title page)."""
    older = {"committed_on": "2012-01-01", "violent_or_sexual": False}
    days = {"sentenced_on": "2014-06-02", "ends_on": "2016-06-01"}
    supervision = [{"requirement_id": "R1", "kind": "supervision"}]
    item = event("sentence_imposed", "2015-02-02", **days, offence=older, requirements=supervision)

    seen = played([item], "2015-02-03")

    assert ("applied", "") == seen.verdict(item)
    assert "2016-06-01" == seen.view["ends_on"]
    assert {clock["due_on"] for clock in seen.clocks.values()} - {None} >= {"2016-06-01"}
    assert "2015-02-01" <= min(clock["due_on"] for clock in seen.clocks.values() if clock["due_on"])


@pytest.mark.parametrize("born", ["1948-02-29", "1066-10-14", "2020-01-01"])
def test_no_date_of_birth_refuses_a_sentence(born: str) -> None:
    """People born before 1950 are sentenced too, and a doubtful date is for others to put right."""
    item = event("sentence_imposed", "2026-11-02", person={"name": "E", "date_of_birth": born})

    assert "applied" == played([item], "2026-11-03").verdict(item)[0]


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
    """A sentence with only an allocation is flagged to ops after its last day."""
    seen = played([event("case_allocated", "2026-11-02")], now)

    assert (status, "2026-11-09") == seen.clock("imposition-prompt")
    assert (status == "missed") == (("overdue", "ops") in seen.told())


def test_an_imposition_that_comes_second_meets_the_prompt() -> None:
    """An earlier event waits, then counts from its own time, not from the imposition's."""
    first = event("case_allocated", "2026-11-02")
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
    """Prompt starts count from the release, so nothing runs until then."""
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


def test_an_exclusion_without_an_end_of_its_own_lasts_as_long_as_the_order() -> None:
    """exclusion-max, R.EXC: an order of three years needs an earlier end for it."""
    made = [{"requirement_id": "R1", "kind": "exclusion"}]
    imposed = allocated(requirements=made, ends_on="2029-11-01")[0]

    reason = "R1: an exclusion lasts 2 years at most: to 2028-11-01, not 2029-11-01"
    seen = played([imposed], "2026-11-03")

    assert ("applied", f"refer back: {reason}") == seen.verdict(imposed)
    assert "refer_back.R1" in {flag["code"] for flag in seen.view["flags"]}

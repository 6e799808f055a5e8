"""Another calendar and another edition: what they move, what they leave, and who is asked."""

from itertools import permutations
from typing import Any

import pytest

from states.event_log import decide_with_lookups
from states.events.envelope import Event
from states.standards.law import StandardsCatalogue
from states.view.sentence import law_view
from tests.states.laws import LATER_CALENDAR, LATER_EDITION, later
from tests.states.licence import initiated, on_licence, returned
from tests.states.stream import Played, allocated, at, case_of, event, failed, law, serving, warned
from tests.states.stream import played as played_by
from tests.states.wording import OFFICER

ENFORCE = "enforce-6wd/2026-11-23"
"""Six working days after a failure of Monday 23 November 2026: Tuesday 1 December."""


def played(events: list[Event], now: str) -> Played:
    """Return the events as they stand, with a catalogue that holds later law."""
    return played_by(events, now, later())


def _revised(when: str, calendar: str = LATER_CALENDAR) -> Event:
    return event("calendar_revised", when, calendar=calendar)


def _changed(when: str, edition: str = LATER_EDITION, **fields: Any) -> Event:
    return event("edition_changed", when, edition=edition, **fields)


def test_a_holiday_proclaimed_in_between_moves_a_running_clock() -> None:
    """A bank holiday on Thursday 26 November makes it the 2nd; both dates and the reason show."""
    events = [*serving(), *failed("F1", "2026-11-23"), _revised("2026-11-24")]
    clock = played(events, "2026-11-24 13:00").clocks[ENFORCE]

    assert ("running", "2026-12-02") == (clock["status"], clock["due_on"])
    assert "2026-11-26 Day of national mourning" in clock["why"]["skipped"]
    reason = "calendar england-and-wales-2026a gave way to england-and-wales-2026b"
    assert f"2026-12-01: {reason}" == clock["why"]["moved_from"]
    assert [{"from": "2026-12-01", "to": "2026-12-02", "reason": reason}] == clock["why"]["moves"]
    assert LATER_CALENDAR == clock["why"]["calendar"]


def test_a_clock_that_is_settled_keeps_its_date_and_its_calendar() -> None:
    """An act in time by the calendar of its day is not judged by another calendar."""
    answered = warned("W1", "2026-11-23 15:00", "F1")
    events = [*serving(), *failed("F1", "2026-11-23"), answered, _revised("2026-11-24")]
    clock = played(events, "2026-12-24").clocks[ENFORCE]
    assert ("met", "2026-12-01") == (clock["status"], clock["due_on"])
    assert ("england-and-wales-2026a", None) == (
        clock["why"]["calendar"],
        clock["why"]["moved_from"],
    )


def test_what_is_triggered_later_goes_by_the_new_calendar_at_once() -> None:
    """It has no other date before it."""
    events = [*serving(), _revised("2026-11-20"), *failed("F1", "2026-11-23")]
    clock = played(events, "2026-11-24").clocks[ENFORCE]
    assert ("2026-12-02", []) == (clock["due_on"], clock["why"]["moves"])


def test_a_miss_is_judged_by_the_date_as_it_stands() -> None:
    """On the 2nd the old date is over and the new one is not."""
    failure = failed("F1", "2026-11-23")
    old = played([*serving(), *failure], "2026-12-02 09:00")
    new = played([*serving(), *failure, _revised("2026-11-24")], "2026-12-02 09:00")
    late = played([*serving(), *failure, _revised("2026-11-24")], "2026-12-03 00:00")
    assert ["missed", "running", "missed"] == [seen.clock(ENFORCE)[0] for seen in (old, new, late)]


def test_a_reminder_to_judge_goes_by_the_calendar_of_its_clock() -> None:
    """The third working day after the failure is one later with a holiday before it."""
    events = [*serving(), *failed("F1", "2026-11-23", acceptable=None), _revised("2026-11-24")]
    reminder = ("judge-reminder", "officer")
    assert [False, True] == [
        reminder in played(events, day).told() for day in ("2026-11-26 09:00", "2026-11-27 00:00")
    ]


def test_the_view_names_the_law_as_it_is_now() -> None:
    """Not the one that the sentence was pinned to when it began."""
    changes = [_revised("2026-11-20"), _changed("2026-11-21")]
    view = played([*serving(), *changes], "2026-11-24").view
    assert (LATER_EDITION, LATER_CALENDAR) == (view["edition"], view["calendar"])


def test_an_edition_leaves_what_runs_and_governs_what_comes() -> None:
    """A first appointment of before stays due in 5 working days; a failure of after has 8."""
    events = [*allocated(), _changed("2026-11-04"), *failed("F1", "2026-11-23")]
    clocks = played(events, "2026-11-24").clocks
    first = clocks["first-appt-community"]
    enforce = clocks[ENFORCE]
    assert ("2026-11-09", "ns-2015") == (first["due_on"], first["why"]["edition"])
    assert ("2026-12-03", LATER_EDITION) == (enforce["due_on"], enforce["why"]["edition"])


def test_a_failure_goes_by_the_edition_of_its_own_day() -> None:
    """Reported after the change, it happened before it (applies_by: failure)."""
    reported = event("failure_reported", "2026-11-25", failure_id="F1", failed_on="2026-11-23")
    clock = played([*serving(), _changed("2026-11-24"), reported], "2026-11-26").clocks[ENFORCE]
    assert ("2026-12-01", "ns-2015") == (clock["due_on"], clock["why"]["edition"])


def test_a_rule_that_the_new_edition_dropped_still_ends_for_those_who_have_it() -> None:
    """A clock of the old edition is settled by what the old edition says settles it."""
    assigned = event("officer_assigned", "2026-11-03 10:00")
    events = [*allocated(), _changed("2026-11-02 18:00"), assigned]
    seen = played(events, "2026-11-04")
    assert ("met", "2026-11-03") == seen.clock("officer-assigned-prompt")
    late = [event("sentence_imposed", "2026-11-02 10:30"), _changed("2026-11-02 11:00")]
    after = played([*late, event("case_allocated", "2026-11-02")], "2026-11-04")
    assert "officer-assigned-prompt" not in after.clocks


def test_what_is_saved_stays_under_the_earlier_edition_altogether() -> None:
    """Also for what is triggered long after the change."""
    changed = _changed("2026-11-04", saved_for=["enforce-6wd"])
    clock = played([*serving(), changed, *failed("F1", "2026-11-23")], "2026-11-24").clocks[ENFORCE]
    assert ("2026-12-01", "ns-2015") == (clock["due_on"], clock["why"]["edition"])
    assert "NS 2015 9(a)" == clock["why"]["source"]


def test_what_was_saved_once_can_be_saved_again() -> None:
    """From the edition that it is of, through every change that saves it."""
    saved: dict[str, Any] = {"saved_for": ["enforce-6wd"]}
    changes = [
        _changed("2026-11-04", **saved),
        _changed("2026-11-05", "ns-2015", **saved),
        _changed("2026-11-06", **saved),
    ]
    clock = played([*serving(), *changes, *failed("F1", "2026-11-23")], "2026-11-24").clocks[
        ENFORCE
    ]
    assert ("2026-12-01", "ns-2015") == (clock["due_on"], clock["why"]["edition"])
    let_go = [*changes[:2], _changed("2026-11-06")]
    clock = played([*serving(), *let_go, *failed("F1", "2026-11-23")], "2026-11-24").clocks[ENFORCE]
    assert ("2026-12-03", LATER_EDITION) == (clock["due_on"], clock["why"]["edition"])


def test_two_changes_to_come_take_place_in_the_order_of_their_days() -> None:
    """Whichever of them was announced first."""
    first = _changed("2026-11-04", "ns-2015", changed_on="2026-11-26")
    second = _changed("2026-11-05", changed_on="2026-11-24")
    events = [*serving(), first, second]
    found = [
        played(events, day).view["edition"]
        for day in ("2026-11-23 12:30", "2026-11-24 12:30", "2026-11-26 12:30")
    ]
    assert ["ns-2015", LATER_EDITION, "ns-2015"] == found


def test_the_edition_that_holds_already_is_no_change() -> None:
    """It is applied, and says so."""
    told = _changed("2026-11-04", "ns-2015")
    assert ("applied", "ns-2015 was in force already") == played(
        [*serving(), told], "2026-11-05"
    ).verdict(told)


def test_a_fixed_term_goes_by_the_edition_of_the_return() -> None:
    """Recalled before the change and back in prison after it (applies_by: return_date)."""
    changed = _changed("2015-04-08")
    recall = [*on_licence(), *initiated("2015-04-07")]
    early = played([*recall, returned("2015-04-07 20:00"), changed], "2015-04-10")
    late = played([*recall, changed, returned("2015-04-09")], "2015-04-10")
    assert ["ns-2015", LATER_EDITION] == [
        next(c for key, c in seen.clocks.items() if key.startswith("ftr-28-days"))["why"]["edition"]
        for seen in (early, late)
    ]


def test_an_edition_can_be_announced_for_a_day_to_come() -> None:
    """It governs from that day on, and the view names it then."""
    told = _changed("2026-11-04", changed_on="2026-11-24")
    events = [*serving(), told, *failed("F1", "2026-11-23"), *failed("F2", "2026-11-25")]
    seen = played(events, "2026-11-26")
    assert ("2026-12-01", "2026-12-07") == (
        seen.clocks[ENFORCE]["due_on"],
        seen.clocks["enforce-6wd/2026-11-25"]["due_on"],
    )
    assert ("applied", "it governs from 2026-11-24") == seen.verdict(told)
    assert ["ns-2015", LATER_EDITION] == [
        played(events, day).view["edition"] for day in ("2026-11-23 12:30", "2026-11-24 00:00")
    ]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (
            _revised("2026-11-24", "england-and-wales-2099z"),
            (
                "no calendar england-and-wales-2099z is in the catalogue, which holds: "
                "england-and-wales-2026a, england-and-wales-2026b"
            ),
        ),
        (
            _changed("2026-11-24", "ns-2099"),
            "no edition ns-2099 is in the catalogue, which holds: ns-2015, ns-later",
        ),
        (
            _changed("2026-11-24", saved_for=["enforce-6wd", "no-such-row"]),
            "ns-2015 has no no-such-row to be saved for",
        ),
        (
            _changed("2026-11-24", changed_on="2026-11-23"),
            (
                "changed_on 2026-11-23 lies before 2026-11-24, the day of the event: an edition "
                "governs from its event on, so let the event itself occur then"
            ),
        ),
    ],
)
def test_what_cannot_be_is_refused_with_what_holds(told: Event, reason: str) -> None:
    """The names on the catalogue, or the rule; and nothing moves."""
    events = [*serving(), *failed("F1", "2026-11-23")]
    seen = played([*events, told], "2026-11-24 13:00")
    assert ("refused", reason) == seen.verdict(told)
    assert seen.clocks == played(events, "2026-11-24 13:00").clocks


def test_only_those_who_keep_the_law_change_it() -> None:
    """An officer's word does not re-date anything."""
    told = event("calendar_revised", "2026-11-24", calendar=LATER_CALENDAR, by=OFFICER)
    verdict, why = played([*serving(), told], "2026-11-24 13:00").verdict(told)
    assert ("refused", True) == (verdict, "it is for ops or a system" in why)


def test_a_name_waits_until_it_was_looked_up_and_the_answer_stays() -> None:
    """The fold asks, and goes by the answer alone: what a catalogue holds today is no argument."""
    told = _revised("2026-11-24")
    case = case_of([*serving(), told])
    moment = at("2026-11-24 13:00")
    asking = case.decide(law(), moment)
    assert [(told.uid, LATER_CALENDAR)] == [(q.uid, q.name) for q in asking.lookups]
    waits = asking.dispositions[told.uid]
    assert ("held", f"waits for calendar {LATER_CALENDAR} to be looked up") == (
        waits.verdict.value,
        waits.reason,
    )
    # A worker of before the release answers no, one of after it yes: each for good.
    for known, verdict in ((later(), "applied"), (_before(), "refused")):
        found = decide_with_lookups(case, law(), moment, answer=known.look_up)
        assert (verdict, ()) == (found.dispositions[told.uid].verdict.value, found.lookups)


def _before() -> StandardsCatalogue:
    return StandardsCatalogue({"ns-2015": law().edition}, {law().calendar.name: law().calendar})


def test_a_sentence_goes_back_to_an_earlier_calendar_too() -> None:
    """The latest change in the log holds; each step is shown."""
    back = _revised("2026-11-25", "england-and-wales-2026a")
    events = [*serving(), *failed("F1", "2026-11-23"), _revised("2026-11-24"), back]
    clock = played(events, "2026-11-25 13:00").clocks[ENFORCE]
    assert [("2026-12-01", "2026-12-02"), ("2026-12-02", "2026-12-01")] == [
        (move["from"], move["to"]) for move in clock["why"]["moves"]
    ]


def test_the_same_calendar_again_changes_nothing() -> None:
    """It is applied, and says that it was in force already."""
    told = _revised("2026-11-24", "england-and-wales-2026a")
    seen = played([*serving(), *failed("F1", "2026-11-23"), told], "2026-11-24 13:00")
    assert ("applied", "england-and-wales-2026a was in force already") == seen.verdict(told)
    assert [] == seen.clocks[ENFORCE]["why"]["moves"]


def test_the_order_of_arrival_is_no_matter() -> None:
    """Changes of law among failures and their judgements, in every order, give one view."""
    events = [
        *failed("F1", "2026-11-16"),
        _changed("2026-11-17"),
        _revised("2026-11-18"),
        *failed("F2", "2026-11-19"),
    ]
    moment = at("2026-12-20")

    def seen(order: tuple[Event, ...]) -> object:
        found = decide_with_lookups(
            case_of([*serving(), *order]), law(), moment, answer=later().look_up
        )
        return law_view(found, found.law, moment)

    (first, *others) = map(seen, permutations(events))
    assert [first] * len(others) == others

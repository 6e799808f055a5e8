"""Once: one failure has one standing answer of each kind, whatever the stream says."""

from typing import Any

from states.entities import MINUTES_AN_HOUR
from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.wording import SENIOR_MANAGER

FINAL: dict[str, Any] = {"level": "final", "by": SENIOR_MANAGER}
FIRST_DAY = "2015-03-16"
ONCE = [*failed("F1", FIRST_DAY), warned("W1", "2015-03-17", "F1")]


def licence(*events: Event, now: str = "2015-04-02") -> Played:
    """Return the licence of the worked dates after these events."""
    return played([*on_licence(), *events], now)


def test_a_failure_that_was_warned_of_is_not_warned_of_again() -> None:
    """A final warning for the failure of the first is refused, and the first is named."""
    second = warned("W2", "2015-03-18", "F1", **FINAL)
    genuine = warned("W3", "2015-03-24", "F2", **FINAL)

    seen = licence(*ONCE, second, *failed("F2", "2015-03-23"), genuine)

    assert ("refused", "failure F1 was answered by warning W1") == seen.verdict(second)
    assert ("applied", "") == seen.verdict(genuine)


def test_a_second_failure_of_a_day_that_was_warned_of_is_no_second_warning() -> None:
    """One day is one failure, so one warning answers it."""
    second = warned("W2", "2015-03-18", "F2", **FINAL)

    seen = licence(*ONCE, *failed("F2", FIRST_DAY), second)

    reason = f"warning W1 answers {FIRST_DAY}, and the failures of one day count as one"
    assert ("refused", reason) == seen.verdict(second)


def test_a_warning_for_an_answered_failure_and_a_fresh_one_is_refused() -> None:
    """Each failure is answered once; the fresh one is warned of alone."""
    both = warned("W2", "2015-03-24", "F1", "F2", **FINAL)

    seen = licence(*ONCE, *failed("F2", "2015-03-23"), both)

    assert ("refused", "failure F1 was answered by warning W1") == seen.verdict(both)


def test_a_failure_is_warned_of_again_after_its_warning_was_withdrawn() -> None:
    """The withdrawn one answers nothing any more."""
    day = "2026-11-23"
    withdrawn = event("warning_withdrawn", "2026-11-25", warning_id="W1")
    again = warned("W2", "2026-11-26", "F1")
    stream = [*serving(), *failed("F1", day), warned("W1", "2026-11-24", "F1"), withdrawn, again]

    assert ("applied", "") == played(stream, "2026-11-30").verdict(again)


def test_an_order_warns_of_a_failure_once_too() -> None:
    """No level tells two warnings of an order apart, but their failures do."""
    again = warned("W2", "2026-11-25", "F1")
    stream = [*serving(), *failed("F1", "2026-11-23"), warned("W1", "2026-11-24", "F1"), again]

    seen = played(stream, "2026-11-30")

    assert ("refused", "failure F1 was answered by warning W1") == seen.verdict(again)


def test_hours_corrected_twice_are_those_of_the_last_word() -> None:
    """Seven hours, corrected to five and then to six, are six; the others are shown as replaced."""

    def hours(event_id: str, when: str, count: int, **more: Any) -> Event:
        fields = {"requirement_id": "R1", "hours": count, "on": "2026-11-11", **more}
        return event("requirement_progressed", when, event_id=event_id, **fields)

    work = {"requirement_id": "R1", "kind": "unpaid_work", "hours": 80}
    told = hours("h1", "2026-11-11", 7)
    five = hours("h2", "2026-11-12", 5, replaces="h1")
    six = hours("h3", "2026-11-13", 6, replaces="h1")

    seen = played([*serving(requirements=[work]), told, five, six], "2026-11-30")

    assert [6 * MINUTES_AN_HOUR] == [
        item.amount for item in seen.decided.sentence.requirements["R1"].sessions
    ]
    assert ("replaced", "by event h3") == seen.verdict(told) == seen.verdict(five)


def test_two_failures_that_nobody_warned_of_are_one_proposal() -> None:
    """Breach for both, and no warning for the first beside it."""
    stream = [*serving(), *failed("F1", "2026-11-23"), *failed("F2", "2026-11-25")]

    seen = played(stream, "2026-11-26")

    assert [("breach_decided", ["F1", "F2"])] == advised(seen)


def advised(seen: Played) -> list[tuple[str, list[str]]]:
    """Return each step that is proposed, with its failures."""
    return [(item["step"], list(item["failure_ids"])) for item in seen.view["proposals"]]


def test_an_older_failure_that_comes_to_light_late_makes_the_second() -> None:
    """F2 was warned of; F1 lies before it and is told after: breach for all that count."""
    older = failed("F1", "2026-11-26", failed_on="2026-11-20")
    stream = [*serving(), *failed("F2", "2026-11-23"), warned("W1", "2026-11-24", "F2"), *older]
    warning = warned("W2", "2026-11-27", "F1")
    reasoned = warned("W3", "2026-11-27", "F1", departure_rationale="Long ago, and mended.")

    assert [("breach_decided", ["F1", "F2"])] == advised(played(stream, "2026-11-27"))
    seen = played([*stream, warning], "2026-11-28")
    reason = "advised is breach, at 2 unacceptable failures within 12 months"
    assert seen.verdict(warning)[1].startswith(reason)
    assert "applied" == played([*stream, reasoned], "2026-11-28").verdict(reasoned)[0]

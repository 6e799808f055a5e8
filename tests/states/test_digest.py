"""Digest: one notice a day to each recipient, in which nothing stands twice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from states.digest import DIGEST
from states.entities import Effect
from states.event_log import EventLog
from states.events.envelope import Event
from states.outbox import DeliveryStatus
from states.schedule import wakeups
from tests.states.licence import on_licence
from tests.states.stream import at, case_of, event, failed, incoming, law, serving, warned

DAY = "2026-11-23"
QUIET = timedelta(minutes=15)


def sent(case: EventLog, now: str, *, arrives: bool = True) -> list[Effect]:
    """The notices that go out at one time, each of which arrives, or may have."""
    moment = at(now)
    case.reconcile(case.decide(law(), moment), moment, QUIET)
    keys = case.outbox.queued(moment)
    found = [case.outbox.start(key, moment) for key in keys]
    for key in keys:
        if arrives:
            case.outbox.mark_sent(key, moment)
        else:
            case.outbox.mark_failed(key, "TimeoutError", moment + timedelta(minutes=1))
    return found


def digests(case: EventLog, now: str, to: str = "officer", *, arrives: bool = True) -> list[str]:
    """The texts of the digests that go to one recipient at one time."""
    found = sent(case, now, arrives=arrives)
    return [dict(e.facts)["text"] for e in found if (e.template, e.recipient) == (DIGEST, to)]


def unallocated_work() -> EventLog:
    """An order allocated on 2 November, of which nothing was heard since."""
    return case_of([event("sentence_imposed", "2026-11-02"), event("case_allocated", "2026-11-02")])


def two_failures_lapsed() -> list[Event]:
    """Failures of Monday and Tuesday, due to be answered by 1 and 2 December."""
    return [*serving(), *failed("F1", DAY), *failed("F2", "2026-11-24")]


def test_what_fell_due_on_one_day_goes_to_each_recipient_in_one_notice() -> None:
    """Several clocks, one notice to the officer and one to the line manager."""
    case = unallocated_work()

    found = [e for e in sent(case, "2026-11-20 00:10") if e.template == DIGEST]

    assert ["line_manager", "officer"] == sorted(effect.recipient for effect in found)
    (officer,) = (effect for effect in found if effect.recipient == "officer")
    assert len(dict(officer.facts)["overdue"].splitlines()) > 2
    assert "2026-11-20" == officer.subject


def test_a_line_names_the_duty_its_day_the_days_late_the_rule_and_the_step() -> None:
    """An officer needs no other page in order to act."""
    case = case_of([*serving(), *failed("F1", DAY)])
    digests(case, "2026-12-01 12:00")

    (text,) = digests(case, "2026-12-02 00:10")

    expected = (
        "Warning or enforcement action: due on 2026-12-01, 1 day late. "
        "Rule: 6 working days after the failure (NS 2015 9(a)). "
        "Proposed: warning issued (1 unacceptable failure within the 12 months to 2026-11-23; "
        "a warning is advised)."
    )
    assert [expected] == [line for line in text.splitlines() if line.startswith("Warning or")]


def test_nothing_stands_in_two_digests() -> None:
    """The next one names what fell due since, and a day without news has none."""
    case = case_of(two_failures_lapsed())
    digests(case, "2026-12-01 12:00")

    first, second = digests(case, "2026-12-02 00:10"), digests(case, "2026-12-03 00:10")

    assert (["2026-12-01"], ["2026-12-02"]) == (_due(first), _due(second))
    assert [] == digests(case, "2026-12-03 18:00")
    assert [] == digests(case, "2026-12-04 00:10", "line_manager")


def _due(texts: list[str]) -> list[str]:
    lines = [line for text in texts for line in text.splitlines()]
    return [line.split(": due on ")[1][:10] for line in lines if line.startswith("Warning or")]


def test_news_after_the_digest_of_the_day_waits_for_the_next() -> None:
    """One notice a day: the sentence wakes up after midnight for the rest."""
    case = case_of([*serving(), *failed("F1", DAY)])
    digests(case, "2026-12-02 00:10")
    for item in failed("F2", "2026-11-20"):
        case.receive(replace(incoming(item), received_at=at("2026-12-02 10:00")))

    assert [] == digests(case, "2026-12-02 10:30")
    decided = case.decide(law(), at("2026-12-02 10:30"))
    planned = wakeups(
        case, decided, law(), at("2026-12-02 10:30"), later=timedelta(minutes=4), quiet=QUIET
    )
    assert at("2026-12-03 00:04") == planned["housekeeping"].at
    assert ["2026-11-30"] == _due(digests(case, "2026-12-03 00:04"))


def test_evidence_that_came_late_is_told_in_the_next_digest_and_not_before() -> None:
    """Nothing is taken back by a notice of its own."""
    case = case_of([*serving(), *failed("F1", DAY)])
    digests(case, "2026-12-02 00:10")
    in_time = warned("W1", "2026-12-01", "F1")
    case.receive(replace(incoming(in_time), received_at=at("2026-12-02 09:00")))

    assert [] == [e for e in sent(case, "2026-12-02 10:00") if "overdue" in e.template]
    (text,) = digests(case, "2026-12-03 00:10")

    told = "Warning or enforcement action: not overdue after all, due on 2026-12-01."
    assert told in text.splitlines()
    assert [] == digests(case, "2026-12-04 00:10")


def test_a_digest_whose_answer_was_lost_is_sent_again_as_it_was() -> None:
    """It may have arrived, so it is not replaced by another."""
    case = case_of(two_failures_lapsed())
    first = digests(case, "2026-12-02 00:10", arrives=False)

    assert first == digests(case, "2026-12-02 00:20")
    assert ["2026-12-02"] == _due(digests(case, "2026-12-03 00:10"))


def test_a_digest_that_was_never_sent_grows_with_the_days() -> None:
    """Where the directory names nobody for a week, the one that goes has everything."""
    case = case_of(two_failures_lapsed())
    moment = at("2026-12-02 00:10")
    case.reconcile(case.decide(law(), moment), moment, QUIET)
    for key in case.outbox.queued(moment):
        case.outbox.start(key, moment)
        case.outbox.block(
            key, DeliveryStatus.NO_RECIPIENT, "RecipientUnknown", now=moment, next_try_at=moment
        )

    (text,) = digests(case, "2026-12-03 00:10")

    assert ["2026-12-01", "2026-12-02"] == sorted(_due([text]))


@pytest.mark.parametrize(
    ("events", "now", "about"),
    [
        (
            [*serving(), *failed("F1", f"{DAY} 10:00", acceptable=None, public_protection=True)],
            "2026-11-24 00:10",
            "enforce-immediate",
        ),
        (
            [
                *on_licence(),
                event("recall_decided", "2015-03-23 10:00", recall_type="emergency"),
            ],
            "2015-03-23 12:01",
            "recall-emergency-2h",
        ),
    ],
    ids=["immediate", "hours"],
)
def test_what_is_urgent_goes_at_once_and_alone(events: list[Event], now: str, about: str) -> None:
    """It waits for no digest, and a digest of the same day neither holds it up nor names it."""
    case = case_of(events)
    before = at(now) - timedelta(hours=1)
    case.reconcile(case.decide(law(), before), before, QUIET)

    found = sent(case, now)

    urgent = [e for e in found if e.template == "overdue" and e.subject.startswith(about)]
    assert {"officer", "line_manager", "nps_contact"} == {e.recipient for e in urgent}
    assert not [e for e in found if e.template == DIGEST and about in dict(e.facts)["overdue"]]


def test_a_month_of_a_neglected_sentence_is_a_notice_a_day_at_most() -> None:
    """Decided every hour: never two digests a day to one recipient, never a line twice."""
    case = unallocated_work()
    read: list[tuple[str, str]] = []
    lines: list[tuple[str, str]] = []
    moment = at("2026-11-02 13:00")
    while moment < at("2026-12-02 12:00"):
        for effect in sent(case, _london(moment)):
            if effect.template == DIGEST:
                read.append((effect.subject, effect.recipient))
                facts = dict(effect.facts)
                lines += [(effect.recipient, line) for line in facts["overdue"].splitlines()]
        moment += timedelta(hours=1)

    assert len(read) == len(set(read))
    assert len(lines) == len(set(lines))
    assert len(lines) > len(read) > 2


def _london(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def test_a_digest_without_its_facts_stays_sent_and_what_it_named_is_told_on_the_next_day() -> None:
    """A sentence taken up from its record knows that a digest went, and not what it said."""
    case = unallocated_work()
    assert [] != digests(case, "2026-11-20 00:10")
    for key, entry in list(case.outbox.entries.items()):
        if entry.effect.template == DIGEST:
            case.outbox.put(key, replace(entry, effect=replace(entry.effect, facts=())))

    assert [] == sent(case, "2026-11-20 00:20")
    (again,) = digests(case, "2026-11-21 00:10")
    assert "Provider told promptly of its case: due on 2026-11-03, 18 days late." in again

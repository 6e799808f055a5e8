"""Notices that are no longer true are compensated, whatever the kind of event."""

from datetime import timedelta
from typing import Any

import pytest

from states.documents import comparison
from states.event_log import EventLog, decide_with_lookups
from states.events.envelope import Event
from states.outbox import COMPENSATION_PREFIX, DeliveryStatus
from states.schedule import wakeups
from tests.states.laws import LATER_CALENDAR, later
from tests.states.licence import initiated, on_licence, returned, sentenced
from tests.states.stream import (
    IDENTITY,
    at,
    case_of,
    event,
    failed,
    incoming,
    law,
    played,
    serving,
    warned,
)

QUIET = timedelta(0)


def _step(case: EventLog, now: str, *events: Event) -> str:
    """Receive, decide and mark every notice as sent; return phase and state of the sentence."""
    moment = at(now)
    for item in events:
        case.receive(incoming(item, moment))
    while True:
        decided = decide_with_lookups(case, law(), moment, later().look_up)
        compare = comparison(IDENTITY, case, decided, moment)
        case.reconcile(decided, moment, QUIET, compare=compare)
        queued = case.outbox.queued(moment)
        if not queued:
            return f"{decided.sentence.phase.value} {decided.sentence.state.value}"
        for key in queued:
            case.outbox.start(key, moment)
            case.outbox.mark_sent(key, moment)


def _back(item: Event, when: str) -> Event:
    """Return what its own sender says to take `item` back."""
    fields = {"withdrawn_event_id": item.event_id, "by": item.by.model_dump(mode="json")}
    return event("event_withdrawn", when, **fields)


def _taken_back(case: EventLog) -> set[str]:
    """Return the templates of notices that were sent and then countered, or left to a person."""
    return {
        line.effect.template
        for key, line in case.outbox.entries.items()
        if COMPENSATION_PREFIX + key in case.outbox.entries
        and line.status is DeliveryStatus.COMPENSATED
    }


RELEASED = event("released", "2015-03-02 10:00", reason="conditional_release")
RECALL = initiated()


@pytest.mark.parametrize(
    ("before", "told", "when", "standing"),
    [
        (sentenced(), [RELEASED], "2015-03-02 12:00", ("licence allocated", "custody allocated")),
        (
            on_licence(),
            RECALL[:1],
            "2015-04-07 18:00",
            ("licence recalled", "licence active"),
        ),
        (
            [*on_licence(), *RECALL],
            [returned("2015-04-08")],
            "2015-04-09 18:00",
            ("recall_custody recalled", "licence recalled"),
        ),
    ],
    ids=["release", "recall", "return to custody"],
)
def test_the_state_goes_back_and_what_was_told_is_countered(
    before: list[Event], told: list[Event], when: str, standing: tuple[str, str]
) -> None:
    """Every notice that only the withdrawn event wanted has a counter; the others stand.

    A return is reported by the prison itself and causes no notice; a release brings the person the
    sheet of the licence.
    """
    case = case_of(before)
    _step(case, when)
    kept = set(case.outbox.in_effect())
    assert standing[0] == _step(case, when, *told)
    new = set(case.outbox.in_effect()) - kept
    assert (told[0].KIND == "returned_to_custody") == (not new)
    assert standing[1] == _step(case, when, _back(told[0], when))
    assert kept == set(case.outbox.in_effect())
    assert all(case.outbox.entries[key].status is DeliveryStatus.COMPENSATED for key in new)


def test_a_release_that_stands_again_is_told_as_a_generation_of_its_own() -> None:
    """Sent, countered, sent again: three messages, and none under the key of another."""
    case = case_of(sentenced())
    _step(case, "2015-03-02 12:00", RELEASED)
    _step(case, "2015-03-02 13:00", _back(RELEASED, "2015-03-02 13:00"))
    compensated = _taken_back(case)
    again = event("released", "2015-03-02 10:00", event_id="again", reason="conditional_release")
    assert "licence allocated" == _step(case, "2015-03-02 14:00", again)
    assert compensated == _taken_back(case)
    keys = [key for key in case.outbox.entries if not key.startswith(COMPENSATION_PREFIX)]
    assert sorted(set(keys)) == sorted(keys)


def test_a_counter_to_what_touches_liberty_is_drafted_for_a_person() -> None:
    """A recall that was notified is not simply countered: a manager looks first."""
    case = case_of(on_licence())
    _step(case, "2015-04-07 18:00", *RECALL)
    _step(case, "2015-04-07 19:00", _back(RECALL[0], "2015-04-07 19:00"))
    liberty = [line for line in case.outbox.entries.values() if line.effect.liberty]
    assert liberty
    drafts = [line for line in liberty if line.effect.template.endswith("-review")]
    assert {"line_manager"} == {line.effect.recipient for line in drafts}


def test_a_release_that_is_corrected_moves_everything_that_it_started() -> None:
    """Replaced by one of the day before: the clocks count from that day."""
    case = case_of(sentenced())
    _step(case, "2015-03-03 12:00", RELEASED)
    corrected = event(
        "released",
        "2015-03-01 10:00",
        event_id="corrected",
        replaces=RELEASED.event_id,
        reason="conditional_release",
    )
    _step(case, "2015-03-03 13:00", corrected)
    clocks = case.decide(law(), at("2015-03-03 13:00")).sentence.clocks
    subjects = {key.split("/")[1] for key in clocks if key.startswith("first-contact-release/")}
    assert {"2015-03-01"} == subjects


def _timer(case: EventLog, key: str, now: str) -> str:
    moment = at(now)
    decided = decide_with_lookups(case, law(), moment, later().look_up)
    found = wakeups(case, decided, decided.law, moment, later=QUIET, quiet=QUIET)
    return found[key].summary


@pytest.mark.parametrize(
    ("told", "key", "before", "after"),
    [
        (
            event("end_date_changed", "2026-11-24", ends_on="2027-12-01"),
            "order-end",
            "2027-11-01",
            "2027-12-01",
        ),
        (
            event("calendar_revised", "2026-11-24", calendar=LATER_CALENDAR),
            "enforce-6wd/2026-11-23",
            "2026-12-01",
            "2026-12-02",
        ),
    ],
    ids=["a moved end", "another calendar"],
)
def test_a_date_that_moves_arms_its_timer_anew(
    told: Event, key: str, before: str, after: str
) -> None:
    """And a withdrawal of what moved it arms it for the old date."""
    case = case_of([*serving(), *failed("F1", "2026-11-23")])
    assert f"{key} due {before}" == _timer(case, key, "2026-11-24 13:00")
    case.receive(incoming(told))
    assert f"{key} due {after}" == _timer(case, key, "2026-11-24 13:00")
    case.receive(incoming(_back(told, "2026-11-24 12:30")))
    assert f"{key} due {before}" == _timer(case, key, "2026-11-24 13:00")


WARNED = [*serving(), *failed("F1", "2026-11-23"), warned("W1", "2026-11-24", "F1")]
WARNING_KEY = "warning-letter/W1/"


def _corrected(**fields: Any) -> Event:
    """Return the correction of that warning, of the same time unless `fields` say otherwise."""
    named = {"warning_id": "W1", "failure_ids": ["F1"], "replaces": WARNED[-1].event_id}
    return event("warning_issued", "2026-11-24", event_id="corrected", **{**named, **fields})


def _notices(case: EventLog) -> list[str]:
    """Return the status of each notice of the warning, and of what takes one back."""
    notices = [f"{prefix}{WARNING_KEY}" for prefix in ("", COMPENSATION_PREFIX)]
    return [
        entry.status.value
        for key, entry in sorted(case.outbox.entries.items())
        if key.startswith(tuple(notices))
    ]


def test_a_correction_that_changes_nothing_of_a_notice_sends_nothing() -> None:
    """That the person understood the warning stands in no notice."""
    case = EventLog()
    _step(case, "2026-11-25", *WARNED)

    _step(case, "2026-11-26", _corrected(understood=True))

    assert ["replaced", "sent"] == sorted(_notices(case))


def test_a_corrected_notice_goes_out_and_no_withdrawal_follows_it() -> None:
    """The date of the warning was wrong: the new notice stands for the old one."""
    case = EventLog()
    _step(case, "2026-11-25", *WARNED)

    _step(case, "2026-11-26", _corrected(occurred_at=at("2026-11-25 09:00")))

    assert ["replaced", "sent"] == sorted(_notices(case))
    assert not _taken_back(case)


def test_a_notice_still_on_its_way_is_waited_for() -> None:
    """An unchanged notice does not follow one that may arrive yet."""
    case = EventLog()
    for item in WARNED:
        case.receive(incoming(item))
    moment = at("2026-11-25")
    case.reconcile(case.decide(law(), moment), moment, QUIET)
    notice = next(key for key in case.outbox.queued(moment) if key.startswith(WARNING_KEY))
    case.outbox.start(notice, moment)

    case.receive(incoming(_corrected(understood=True)))
    decided = case.decide(law(), moment)
    case.reconcile(decided, moment, QUIET, compare=comparison(IDENTITY, case, decided, moment))

    assert ["in_flight"] == _notices(case)
    case.outbox.mark_sent(notice, moment)
    case.reconcile(decided, moment, QUIET, compare=comparison(IDENTITY, case, decided, moment))
    assert ["replaced", "sent"] == sorted(_notices(case))


def test_a_withdrawn_correction_lets_the_first_notice_stand_again() -> None:
    """Its content is the same, so again nothing is sent."""
    case = EventLog()
    correction = _corrected(understood=True)
    _step(case, "2026-11-25", *WARNED)
    _step(case, "2026-11-26", correction)

    _step(case, "2026-11-27", _back(correction, "2026-11-27"))

    first = f"{WARNING_KEY}{WARNED[-1].uid}/person"
    assert ["replaced", "sent"] == sorted(_notices(case))
    assert "sent" == case.outbox.entries[first].status.value


def test_the_answer_to_a_notice_counts_for_its_correction() -> None:
    """Who acknowledged the first one has heard what the correction says too."""
    seen = played(WARNED, "2026-11-25")
    key = next(item for item in seen.decided.effects if item.startswith("enforcement-taken/"))
    answer = event("notice_acknowledged", "2026-11-25", notice_key=key)

    after = played([*WARNED, answer, _corrected(understood=True)], "2026-11-26")

    present = key.replace(WARNED[-1].event_id, "corrected")
    assert present in after.decided.effects
    assert present in after.decided.sentence.acknowledged

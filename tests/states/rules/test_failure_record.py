"""The record of a failure names what it lacks, and is complete when it lacks nothing (D4)."""

from states.events.envelope import Event
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, serving, warned

DAY = "2026-11-23"
EXPLAINED = "whether, when and by whom it was explained"
EXPLANATION = "the explanation"
DECISION = "the decision on it"
ANSWER = "the answer to the warning"
ACTION = "the action taken and who was informed"
TOLD = event("contact_recorded", "2026-11-27", kind="contributors_told")


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def lacks(*events: Event) -> list[str]:
    """Return what the record of the first failure lacks after these events."""
    found: list[str] = after(*events).view["failures"][0]["record_lacks"]
    return found


def test_d4_row_1_an_apparent_failure_is_shown_whole_from_the_start() -> None:
    """Kind, day, regime and status of a failure; the rest is added later."""
    assert [
        {
            "failure_id": "F1",
            "failed_on": DAY,
            "what": "missed_appointment",
            "requirement_id": None,
            "condition": None,
            "regime": "community_order",
            "public_protection": False,
            "explained_on": None,
            "explained_by": None,
            "judged_at": None,
            "acceptable": None,
            "factors": [],
            "counts": False,
            "spent": False,
            "in_window": True,
            "record_lacks": [EXPLAINED, EXPLANATION, DECISION, ACTION],
        }
    ] == after(*failed("F1", DAY, acceptable=None)).view["failures"]


def test_d4_rows_2_and_3_an_explanation_brings_its_time_its_sender_and_its_details() -> None:
    """Of what was said only the receipt is held here; the words are in the case record."""
    explained = event("explanation_received", "2026-11-25", failure_id="F1", from_whom="mother")

    seen = after(*failed("F1", DAY, acceptable=None), explained)

    shown = seen.view["failures"][0]
    assert ("2026-11-25", "mother") == (shown["explained_on"], shown["explained_by"])
    assert [DECISION, ACTION] == shown["record_lacks"]


def test_d4_row_4_a_judgement_alone_says_that_no_explanation_came() -> None:
    """D3.3: the officer decided without one."""
    assert [ACTION] == lacks(*failed("F1", DAY, acceptable=True))


def test_d4_rows_5_and_6_a_warning_keeps_its_copy_and_wants_the_answer_to_it() -> None:
    """The letter is kept under the key of its notice; comment or response is added later."""
    stream = [*failed("F1", DAY), TOLD]
    warning = warned("W1", "2026-11-24", "F1")
    answered = warned("W1", "2026-11-24", "F1", comment="Says that it will not happen again.")

    assert ([ANSWER], []) == (lacks(*stream, warning), lacks(*stream, answered))
    assert any(
        key.startswith("warning-letter/W1/") for key in after(*stream, warning).decided.effects
    )


def test_d4_row_6_the_answer_may_come_as_a_contact_of_its_own() -> None:
    """ev-warning-understood: copy and comment are kept by a contact of that kind."""
    understood = event("contact_recorded", "2026-11-26", kind="warning_understood")

    assert [] == lacks(*failed("F1", DAY), warned("W1", "2026-11-24", "F1"), understood, TOLD)


def test_d4_row_7_a_recall_on_record_has_its_time_to_the_minute() -> None:
    """The hours run from it (ev-recall-decision-record), and nothing of it can be lacking."""
    decided = event("recall_decided", "2015-03-17 14:05", failure_ids=["F1"])
    stream = [*on_licence(), *failed("F1", "2015-03-16"), decided]

    seen = played(stream, "2015-03-18")

    assert ["2015-03-17T14:05:00Z"] == [recall["decided_at"] for recall in seen.view["recalls"]]
    assert [ACTION] == seen.view["failures"][0]["record_lacks"]


def test_d4_row_8_an_unacceptable_failure_wants_action_and_telling() -> None:
    """Neither alone is enough: what was done, and that those who contribute know of it."""
    failure = failed("F1", DAY)
    warning = warned("W1", "2026-11-24", "F1", comment="None.")

    assert [ACTION] == lacks(*failure)
    assert [ACTION] == lacks(*failure, warning)
    assert [ACTION] == lacks(*failure, TOLD)
    assert [] == lacks(*failure, warning, TOLD)


def test_d4_row_8_a_report_of_a_provider_wants_feedback_as_well() -> None:
    """ev-feedback-provider: done by a contact of that kind, after the outcome."""
    monitor = {"id": "EM1", "role": "em_provider", "organisation": "EMS"}
    report = event("failure_reported", DAY, failure_id="F1", what="curfew", by=monitor)
    judged = event("failure_judged", "2026-11-24", failure_id="F1", acceptable=True)
    fed_back = event("contact_recorded", "2026-11-28", kind="reporter_told")

    assert [ACTION] == lacks(report, judged, TOLD)
    assert [] == lacks(report, judged, TOLD, fed_back)


def test_the_duty_to_record_is_done_when_nothing_is_lacking() -> None:
    """ev-failure-record: by the last item, here the notice to the contributors."""
    stream = [*failed("F1", DAY), warned("W1", "2026-11-24", "F1", comment="None.")]

    before = record(after(*stream))
    later = record(after(*stream, TOLD))

    assert ("open", None) == before
    assert ("done", "2026-11-27T12:00:00Z") == later


def test_the_record_is_complete_by_whatever_comes_last() -> None:
    """The warning itself, or that the person understood it."""
    told = event("contact_recorded", "2026-11-23 15:00", kind="contributors_told")
    understood = event("contact_recorded", "2026-11-28", kind="warning_understood")
    answered = warned("W1", "2026-11-24", "F1", comment="None.")

    by_warning = record(after(*failed("F1", DAY), told, answered))
    by_contact = record(
        after(*failed("F1", DAY), told, warned("W1", "2026-11-24", "F1"), understood)
    )

    assert ("done", "2026-11-24T12:00:00Z") == by_warning
    assert ("done", "2026-11-28T12:00:00Z") == by_contact


def record(seen: Played) -> tuple[str, str | None]:
    """Return the state of the duty to keep the record, and when it was done."""
    duty = next(d for d in seen.view["duties"] if d["id"] == "ev-failure-record/F1")
    return duty["status"], duty["settled_at"]

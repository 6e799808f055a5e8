"""Drug tests and samples (D20): recorded and notified; none is a failure by itself."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.requirements import licence_with, order_with, requirement, shown
from tests.states.stream import Played, event, failed, played


def sample(result: str, when: str = "2015-04-07", **fields: Any) -> Event:
    return event("drug_tested", when, requirement_id="R1", result=result, **fields)


def after(*events: Event, now: str = "2015-04-09", conditions: Any = None) -> Played:
    return played([*licence_with("drug_testing", conditions=conditions), *events], now)


def advice(seen: Played) -> list[tuple[str, str]]:
    return [step for step in seen.steps() if step[1].startswith("D20")]


def test_d20_row_1_a_positive_test_is_noted_and_no_failure() -> None:
    """D20.1, D1.13, X.DTC: it is weighed with other reasons."""
    seen = after(sample("positive"))

    assert ([], [("contact_recorded", "D20.1")]) == (seen.view["failures"], advice(seen))
    assert [{"tested_on": "2015-04-07", "result": "positive", "counts": True}] == shown(seen)[
        "tests"
    ]


@pytest.mark.parametrize("result", ["refused", "not_given"])
def test_d20_row_2_a_sample_that_is_not_given_is_advised_as_a_failure(result: str) -> None:
    """D20.2, X.DTC: a person reports it, and the advice is over."""
    report = failed("F1", "2015-04-07", acceptable=None, what="drug_sample_refused")

    assert [("failure_reported", "D20.2")] == advice(after(sample(result)))
    seen = after(sample(result), *report)
    assert ([], ["F1"]) == (advice(seen), [f["failure_id"] for f in seen.view["failures"]])


def test_d20_row_3_treatment_is_promoted_and_its_wait_weighed() -> None:
    """D20.3: where treatment is under way or awaited beside the tests."""
    both = [
        requirement("drug_testing"),
        {**requirement("drug_appointment"), "requirement_id": "R2"},
    ]

    seen = after(sample("positive"), conditions=both)

    assert [("contact_recorded", "D20.1"), ("contact_recorded", "D20.3")] == advice(seen)


def test_a_test_that_was_considered_is_advised_on_no_more() -> None:
    """D20.1: until there is another one."""
    weighed = event("contact_recorded", "2015-04-08", kind="considered", requirement_id="R1")

    assert [] == advice(after(sample("positive"), weighed))
    again = sample("positive", "2015-04-14")
    seen = after(sample("positive"), weighed, again, now="2015-04-15")
    assert [("contact_recorded", "D20.1")] == advice(seen)


def test_a_negative_test_calls_for_nothing() -> None:
    """It answers the positive one before it, too."""
    seen = after(sample("positive"), sample("negative", "2015-04-08"))

    assert [] == advice(seen)


def test_d20_row_6_a_result_under_drug_rehabilitation_is_told() -> None:
    """D20.6: to those who deliver; what it means for breach is not stated."""
    found = event("drug_tested", "2026-12-07", requirement_id="R1", result="positive")

    seen = played([*order_with("drug_rehabilitation"), found], "2026-12-08")

    told = {recipient for template, recipient in seen.told() if template == "drug-test-result"}
    assert ({"officer", "treatment_provider"}, []) == (told, advice(seen))


def test_what_a_refusal_under_drug_rehabilitation_means_the_officer_judges() -> None:
    """D20.6: nothing is stated, so nothing is proposed but to look at it."""
    found = event("drug_tested", "2026-12-07", requirement_id="R1", result="refused")

    seen = played([*order_with("drug_rehabilitation"), found], "2026-12-08")

    assert [("contact_recorded", "D20.6")] == advice(seen)


def test_d20_row_7_a_treatment_providers_own_test_is_information() -> None:
    """D20.7: held as information, without advice."""
    own = sample("positive", by_treatment_provider=True)

    seen = after(own)

    assert ([], [False]) == (advice(seen), [item["counts"] for item in shown(seen)["tests"]])
    assert ("applied", "") == seen.verdict(own)


def test_only_trained_staff_test() -> None:
    """ev-dtc-staff-kits: what was done otherwise is a fact, and irregular."""
    amateur = sample("positive", tester_trained=False)

    seen = after(amateur)

    assert (
        "applied",
        "only trained staff test, with contracted kits",
    ) == seen.verdict(amateur)
    assert seen.decided.dispositions[amateur.uid].irregular


def test_drug_appointments_test_nobody() -> None:
    """D20.7, P.DAC: a test under them is the treatment provider's."""
    odd = sample("positive")

    seen = played([*licence_with("drug_appointment"), odd], "2015-04-09")

    assert seen.decided.dispositions[odd.uid].irregular
    assert (
        "drug appointments include no tests; only the treatment provider tests"
        == (seen.verdict(odd)[1])
    )


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        (
            "programme",
            {},
            (
                "R1 is programme; drugs are tested under "
                "drug_appointment, drug_rehabilitation, drug_testing"
            ),
        ),
    ],
)
def test_a_test_that_cannot_have_been_is_refused(
    kind: str, fields: dict[str, str], reason: str
) -> None:
    """It was under another requirement."""
    odd = event("drug_tested", "2026-12-07", requirement_id="R1", result="negative", **fields)

    assert ("refused", reason) == played([*order_with(kind), odd], "2026-12-20").verdict(odd)


def test_tests_stand_in_the_order_of_their_days() -> None:
    """A test that is reported late keeps its own day."""
    late = sample("negative", "2015-04-08", tested_on="2015-04-01", event_id="late")

    seen = after(sample("positive"), late)

    assert ["2015-04-01", "2015-04-07"] == [item["tested_on"] for item in shown(seen)["tests"]]
    assert [("contact_recorded", "D20.1")] == advice(seen)


def test_a_test_after_the_condition_ended_is_irregular() -> None:
    """The fact is kept."""
    over = event("requirement_completed", "2015-04-01", requirement_id="R1")
    late = sample("positive")
    end = event("sentence_ended", "2015-04-02", reason="other")

    assert ("applied", "R1 had ended on 2015-04-01") == after(over, late).verdict(late)
    assert ("applied", "the sentence had ended on 2015-04-02") == after(end, late).verdict(late)

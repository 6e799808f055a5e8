"""Decisions of a court on a community order (D17.1 to D17.6, D17.12, D17.13)."""

import pytest

from states.events.envelope import Event
from tests.states.stream import Played, allocated, event, failed, played, serving, warned

DAY = "2026-11-23"
BREACHED = [
    *failed("F1", DAY),
    warned("W1", "2026-11-24", "F1"),
    *failed("F2", "2026-11-26"),
    event("breach_decided", "2026-11-27", failure_ids=["F2"]),
]


def court(outcome: str, when: str = "2026-12-10", **more: object) -> Event:
    return event("court_decided", when, outcome=outcome, **more)


def after(*events: Event, now: str = "2026-12-14") -> Played:
    return played([*serving(), *events], now)


def irregular(seen: Played, item: Event) -> bool:
    return seen.decided.dispositions[item.uid].irregular


def test_d17_row_1_an_order_that_continues_is_active_and_its_past_is_spent() -> None:
    """T07."""
    seen = after(*BREACHED, court("continues"))

    assert ("active", "T07", 0) == (seen.state, seen.arrows()[-1], seen.view["counted_failures"])
    assert "2026-12-10T12:00:00Z" == seen.view["breaches"][0]["closed_at"]


def test_a_failure_after_the_court_starts_the_count_anew() -> None:
    """A warning is advised again, as for a first failure."""
    seen = after(*BREACHED, court("continues"), *failed("F3", "2026-12-11"))

    assert (1, [("warning_issued", "D7.1")]) == (seen.view["counted_failures"], seen.steps())


@pytest.mark.parametrize(("day", "counted"), [("2026-12-09", 0), ("2026-12-11", 1)])
def test_what_failed_before_the_day_of_the_court_is_spent(day: str, counted: int) -> None:
    """Whenever it is reported; the day after counts again, and the day itself has its border."""
    seen = after(*BREACHED, court("continues"), *failed("F3", day))

    assert counted == seen.view["counted_failures"]


def test_guard_13_t07_returns_to_the_state_that_the_facts_support() -> None:
    """A person breached before the induction is `allocated` again."""
    stream = [*allocated(), *BREACHED, court("continues")]

    assert "allocated" == played(stream, "2026-12-14").state


def test_d17_row_2_changed_requirements_replace_the_old_and_spend_the_past() -> None:
    """Work under an id that stays is kept; the end of the order moves if given."""
    begun = event("requirement_started", "2026-11-10", requirement_id="R2")
    changed = court(
        "requirements_changed",
        requirements=[
            {"requirement_id": "R2", "kind": "unpaid_work", "hours": 120},
            {"requirement_id": "R3", "kind": "curfew", "ends_on": "2027-03-01"},
        ],
        ends_on="2027-12-01",
    )

    seen = after(begun, *BREACHED, changed)

    found = {r["requirement_id"]: r for r in seen.view["requirements"]}
    assert ("active", 0, "2027-12-01") == (
        seen.state,
        seen.view["counted_failures"],
        seen.view["ends_on"],
    )
    assert {"R2", "R3"} == {key for key, item in found.items() if item["terminated_on"] is None}
    assert (120, "2026-11-10") == (found["R2"]["hours"], found["R2"]["started_on"])
    assert ("running", "2027-12-01") == seen.clock("order-end")
    assert ("running", "2027-10-06") == seen.clock("evaluation-opens")


def test_t27_requirements_changed_outside_a_breach_spend_nothing() -> None:
    """A court may vary an order without any breach: state and count stay."""
    varied = court(
        "requirements_changed",
        requirements=[{"requirement_id": "R3", "kind": "curfew"}],
    )

    seen = after(*failed("F1", DAY), warned("W1", "2026-11-24", "F1"), varied)

    assert ("warned", 1) == (seen.state, seen.view["counted_failures"])
    standing = [r for r in seen.view["requirements"] if r["terminated_on"] is None]
    assert ["R3"] == [r["requirement_id"] for r in standing]
    assert not irregular(seen, varied)


def test_d17_row_3_extended_unpaid_work_moves_its_own_end_alone() -> None:
    """Guard 8: no other requirement; the order lasts as long, and warnings are unaffected."""
    extended = court("unpaid_work_extended", ends_on="2028-02-01")

    seen = after(*failed("F1", DAY), warned("W1", "2026-11-24", "F1"), extended)

    ends = {r["requirement_id"]: r["ends_on"] for r in seen.view["requirements"]}
    assert {"R1": "2027-11-01", "R2": "2028-02-01"} == ends
    assert ("warned", 1, "2028-02-01") == (
        seen.state,
        seen.view["counted_failures"],
        seen.view["ends_on"],
    )


@pytest.mark.parametrize(("row", "outcome"), [(4, "revoked_resentenced"), (5, "revoked_custody")])
def test_d17_rows_4_and_5_a_revoked_order_is_completed(row: int, outcome: str) -> None:
    """T32, with the day of the decision as its end."""
    seen = after(*BREACHED, court(outcome))

    assert ("completed", outcome, "2026-12-10", "T32") == (
        seen.state,
        seen.view["outcome"],
        seen.view["ended_on"],
        seen.arrows()[-1],
    ), row


def test_d17_row_6_good_progress_ends_the_order() -> None:
    """T31, from active or warned."""
    decided = court("good_progress")

    seen = after(decided)

    assert ("completed", "good_progress", ["T31"]) == (
        seen.state,
        seen.view["outcome"],
        seen.arrows()[3:],
    )
    assert not irregular(seen, decided)


def test_an_order_that_continues_with_no_breach_before_the_court_has_nothing_spent() -> None:
    """Recorded and irregular: what went before still counts."""
    decided = court("continues")

    seen = after(*failed("F1", DAY), warned("W1", "2026-11-24", "F1"), decided)

    note = "no breach was before the court; nothing is spent"
    assert ("warned", 1) == (seen.state, seen.view["counted_failures"])
    assert (("applied", note), True) == (seen.verdict(decided), irregular(seen, decided))


def test_d17_row_13_a_court_may_resentence_for_a_new_offence() -> None:
    """The order ends though no breach was decided: that is irregular, and the court's word."""
    decided = court("revoked_resentenced")

    seen = after(decided)

    note = "a new sentence is another one, with an event number of its own"
    assert ("completed", ("applied", note), True) == (
        seen.state,
        seen.verdict(decided),
        irregular(seen, decided),
    )


def test_a_court_that_decides_after_the_end_changes_nothing() -> None:
    """Recorded and irregular."""
    decided = court("continues", "2026-12-12")

    seen = after(*BREACHED, court("revoked_custody"), decided)

    assert ("completed", "revoked_custody") == (seen.state, seen.view["outcome"])
    assert ("applied", "the sentence had ended on 2026-12-10") == seen.verdict(decided)
    assert "outcome-communicated/court_decided.2026-12-12" not in seen.clocks


def test_what_the_court_decided_is_to_be_passed_on() -> None:
    """outcome-communicated: also where it ended the order."""
    key = "outcome-communicated/court_decided.2026-12-10"

    for outcome in ("continues", "revoked_resentenced"):
        assert ("running", "2026-12-11") == after(
            *BREACHED, court(outcome), now="2026-12-11"
        ).clock(key)


def test_t27_a_court_may_end_one_requirement_and_leave_the_rest() -> None:
    """Named by its id; the order continues with the others."""
    decided = court("requirement_ended", requirement_id="R1")

    seen = after(decided)

    assert ("active", False) == (seen.state, irregular(seen, decided))
    assert {"R1": False, "R2": True} == {
        key: item.is_open for key, item in seen.decided.sentence.requirements.items()
    }


def test_which_requirement_ended_must_be_said() -> None:
    """Several requirements could have ended: none is guessed."""
    order = [
        {"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20},
        {"requirement_id": "R2", "kind": "supervision"},
    ]
    decided = court("requirement_ended", requirement_id=None)
    stream = serving(
        requirements=order,
        offence={"committed_on": "2026-01-01", "violent_or_sexual": False, "mixed": True},
    )

    seen = played([*stream, decided], "2026-12-14")

    note = "which requirement the court ended is not said; its requirement_id is wanted"
    assert ("applied", note) == seen.verdict(decided)


def test_an_extension_without_a_date_is_recorded() -> None:
    """D17.3: the court extended the work, and the day is still to be reported."""
    decided = court("unpaid_work_extended")

    seen = after(decided)

    note = "the court extended unpaid work; to which day is open"
    assert (("applied", note), True) == (seen.verdict(decided), irregular(seen, decided))


def test_what_failed_up_to_the_day_that_the_court_decided_is_spent() -> None:
    """Entered two days later: the day of the decision draws the line, not that of the entry."""
    decided = court("continues", "2026-12-12", decided_on="2026-12-10")

    seen = after(*BREACHED, *failed("F3", "2026-12-11"), decided)

    assert 1 == seen.view["counted_failures"]


@pytest.mark.parametrize("outcome", ["revoked_resentenced", "continues", "not_proved"])
def test_a_court_is_never_refused_for_the_state(outcome: str) -> None:
    """Facts are applied and marked where the table did not expect them."""
    decided = court(outcome)

    seen = after(decided)

    assert ("applied", True) == (seen.verdict(decided)[0], irregular(seen, decided))


def test_d17_row_12_a_breach_not_proved_leads_back_and_spends_nothing() -> None:
    """T08: the warning counts as before."""
    seen = after(*BREACHED, court("not_proved"))

    assert ("warned", "T08", 2) == (seen.state, seen.arrows()[-1], seen.view["counted_failures"])


def test_an_outcome_without_a_row_is_recorded_and_left_to_people() -> None:
    """Activation of a suspended sentence is no outcome of a community order."""
    decided = court("activated_custody")

    seen = after(*BREACHED, decided)

    note = (
        "activated_custody is not foreseen of a community_order: foreseen are continues, "
        "requirements_changed, unpaid_work_extended, revoked_resentenced, revoked_custody, "
        "good_progress, requirement_ended, not_proved; the state stays as it is"
    )
    assert ("breached", ("applied", note)) == (seen.state, seen.verdict(decided))


@pytest.mark.parametrize(
    ("decided_on", "reason"),
    [
        ("2026-11-01", "decided_on 2026-11-01 lies before the sentence of 2026-11-02"),
    ],
)
def test_a_decision_on_an_impossible_day_is_taken_and_referred_back(
    decided_on: str, reason: str
) -> None:
    """No court can have decided before there was an order: the court is asked for the day."""
    decided = court("continues", decided_on=decided_on)

    seen = after(*BREACHED, decided)

    assert ("applied", reason) == seen.verdict(decided)
    assert f"refer_back.{decided.event_id}" in {flag["code"] for flag in seen.view["flags"]}


def test_a_court_that_writes_an_end_before_the_order_ends_nothing() -> None:
    """The end stands as it was until the court corrects the year."""
    decided = court("continues", ends_on="2017-05-01")

    seen = after(*BREACHED, decided)

    assert "2027-11-01" == seen.view["ends_on"]
    assert "applied" == seen.verdict(decided)[0]


def test_a_revocation_recorded_later_ends_the_order_on_its_own_day() -> None:
    """Entered on the 12th, decided on the 10th: the order ended on the 10th."""
    decided = court("revoked_custody", "2026-12-12", decided_on="2026-12-10")

    assert "2026-12-10" == after(*BREACHED, decided).view["ended_on"]


def test_guard_7_an_order_past_its_end_is_held_while_a_breach_is_before_the_court() -> None:
    """It is flagged; the court's word completes it, on the date that the order had."""
    stream = [
        *serving(),
        *failed("F1", "2027-10-18"),
        event("breach_decided", "2027-10-20", failure_ids=["F1"]),
    ]
    continues = court("continues", "2027-11-15")

    held = played(stream, "2027-11-10")
    done = played([*stream, continues], "2027-11-16")

    assert ("breached", None) == (held.state, held.view["outcome"])
    assert "the order was to end on 2027-11-01 and is breached" in {
        flag["text"] for flag in held.view["flags"]
    }
    assert "ended" == held.clock("order-end")[0]
    assert ("completed", "expired", "2027-11-01", ["T07", "T30"]) == (
        done.state,
        done.view["outcome"],
        done.view["ended_on"],
        done.arrows()[-2:],
    )


def test_an_order_past_its_end_may_still_be_revoked() -> None:
    """The court has the last word on a breach that was before it."""
    stream = [
        *serving(),
        *failed("F1", "2027-10-18"),
        event("breach_decided", "2027-10-20", failure_ids=["F1"]),
        court("revoked_resentenced", "2027-11-15"),
    ]

    seen = played(stream, "2027-11-16")

    assert ("revoked_resentenced", "2027-11-15") == (seen.view["outcome"], seen.view["ended_on"])


def test_a_failure_on_the_evening_of_the_hearing_is_not_spent() -> None:
    """The court let the order continue at 11:00; what is missed at 18:00 came after (D8.1)."""
    continued = court("continues", "2026-12-10 11:00")
    missed = failed("F9", "2026-12-10 18:00")

    seen = after(*BREACHED, continued, *missed, now="2026-12-14")

    spent = {f["failure_id"]: f["spent"] for f in seen.view["failures"]}
    assert (False, {True}) == (spent.pop("F9"), set(spent.values()))
    assert (1, [("warning_issued", "D7.1")]) == (seen.view["counted_failures"], seen.steps())
    assert "running" == seen.clock("enforce-6wd/2026-12-10")[0]


def test_a_failure_that_was_known_before_the_hearing_is_spent_with_the_others() -> None:
    """It came before the decision, on the same day."""
    known = failed("F9", "2026-12-10 09:00")

    seen = after(*BREACHED, *known, court("continues", "2026-12-10 11:00"), now="2026-12-14")

    assert {True} == {f["spent"] for f in seen.view["failures"]}
    assert 0 == seen.view["counted_failures"]


def test_where_only_the_day_of_the_hearing_is_known_a_failure_of_that_day_is_judged() -> None:
    """The decision is reported days later, without its hour: a person decides, nothing is lost."""
    known = failed("F9", "2026-12-10 09:00")
    late = court("continues", "2026-12-12 11:00", decided_on="2026-12-10")

    seen = after(*BREACHED, *known, late, now="2026-12-14")

    spent = {f["failure_id"]: f["spent"] for f in seen.view["failures"]}
    assert (False, {True}) == (spent.pop("F9"), set(spent.values()))

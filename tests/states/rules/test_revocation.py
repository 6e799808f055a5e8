"""Decisions to recall: withdrawn, refused, or followed by revocation (T13, D9.revoke, D12.7)."""

from typing import Any, Final

import pytest

from states.events.envelope import Event
from tests.states.licence import initiated, on_licence, recalled, returned
from tests.states.stream import Played, event, failed, played, warned
from tests.states.wording import CASEWORK, OFFICER

BROKEN: Final[dict[str, Any]] = {"ground": "condition_broken", "failure_ids": ["F1"]}
FAILED = failed("F1", "2015-04-01")
WITHDRAWN = event("recall_withdrawn", "2015-04-07 14:00")
REFUSED = event("revocation_refused", "2015-04-08")
REVOKED = event("licence_revoked", "2015-04-07 17:00")
UNDONE = [pytest.param(WITHDRAWN, id="withdrawn"), pytest.param(REFUSED, id="refused")]
NINE_DAYS = "recall-decision-9wd/2015-04-01"


def after(*events: Event, now: str = "2015-04-09", length: int = 8) -> Played:
    return played([*on_licence()[:length], *events], now)


@pytest.mark.parametrize("undone", UNDONE)
@pytest.mark.parametrize(
    ("length", "warnings", "state"),
    [
        (6, [], "allocated"),
        (7, [], "inducted"),
        (8, [], "active"),
        (8, [warned("W1", "2015-04-02", "F0")], "warned"),
    ],
)
def test_t13_leads_back_to_the_state_that_the_facts_support(
    undone: Event, length: int, warnings: list[Event], state: str
) -> None:
    """T13, G13: and to `warned` where a warning counts."""
    stream = [*failed("F0", "2015-03-20"), *warnings, *FAILED, recalled(**BROKEN), undone]

    seen = after(*stream, length=length)

    assert (state, "licence", "T13") == (seen.state, seen.view["phase"], seen.arrows()[-1])


@pytest.mark.parametrize("undone", UNDONE)
def test_t13_takes_in_what_happened_in_between(undone: Event) -> None:
    """Induction and plan while a recall is under way are facts kept for later (G13)."""
    stream = [
        recalled(),
        event("induction_completed", "2015-04-07 13:00"),
        event("plan_completed", "2015-04-07 13:30"),
        undone,
    ]

    assert "active" == after(*stream, length=6).state


@pytest.mark.parametrize("undone", UNDONE)
def test_the_failure_is_to_be_answered_otherwise(undone: Event) -> None:
    """T13, D6: its clocks run on to their first dates, and a warning answers them again."""
    stream = [*FAILED, recalled(**BROKEN), undone]
    warning = warned("W1", "2015-04-09 10:00", "F1")

    before = after(*stream)
    seen = after(*stream, warning)

    assert ("running", "2015-04-16") == before.clock(NINE_DAYS)
    assert ("met", "2015-04-09T09:00:00Z") == seen.settled(NINE_DAYS)
    assert "warned" == seen.state


@pytest.mark.parametrize("undone", UNDONE)
def test_a_failure_judged_in_between_is_to_be_answered_again(undone: Event) -> None:
    """It was to go with the recall, which goes nowhere (D7.13)."""
    stream = [recalled(), *failed("F2", "2015-04-07 13:00"), undone]

    assert "running" == after(*stream).clock("recall-decision-9wd/2015-04-07")[0]


@pytest.mark.parametrize("undone", UNDONE)
def test_the_clocks_of_the_recall_fall_away(undone: Event) -> None:
    """Nothing is left to be received."""
    stream = [recalled(departure_rationale="Weighed.", recall_type="standard"), undone]

    seen = after(*stream, now="2015-04-20")

    ends = "2015-04-07T13:00:00Z" if undone is WITHDRAWN else "2015-04-08T11:00:00Z"
    assert ("stopped", ends) == seen.settled("recall-nonemergency-24h/2015-04-07")
    assert ends == seen.view["recalls"][0]["undone_at"]


def test_hours_that_were_missed_before_stay_missed() -> None:
    """Taking the decision back does not undo that the report was late."""
    stream = [recalled(), event("recall_withdrawn", "2015-04-08 14:00")]

    assert "missed" == after(*stream).clock("recall-nonemergency-24h/2015-04-07")[0]


@pytest.mark.parametrize("undone", UNDONE)
def test_what_was_not_carried_out_spends_nothing(undone: Event) -> None:
    """D8.4, AMB-10: only a recall and the release after it spend a warning."""
    stream = [*failed("F0", "2015-03-20"), warned("W1", "2015-03-23", "F0"), recalled(), undone]

    assert ("warned", 1) == (after(*stream).state, after(*stream).view["counted_failures"])


@pytest.mark.parametrize("undone", UNDONE)
def test_a_new_recall_can_be_decided_afterwards(undone: Event) -> None:
    """Nothing bars it: there was no recall (D11.b3)."""
    again = recalled("2015-04-08 16:00")

    seen = after(recalled(), undone, again)

    assert ("recalled", "applied") == (seen.state, seen.verdict(again)[0])
    assert not seen.view["recalled_before"]


def test_a_revoked_licence_is_not_brought_back_by_an_officer() -> None:
    """It is then for the casework section."""
    late = event("recall_withdrawn", "2015-04-08")

    reason = "the licence was revoked on 2015-04-07; a recall is withdrawn before that"
    assert ("refused", reason) == after(recalled(), REVOKED, late).verdict(late)


@pytest.mark.parametrize(("role", "verdict"), [("officer", "applied"), ("system", "refused")])
def test_d9_an_officer_withdraws_a_recall(role: str, verdict: str) -> None:
    """As an officer decided on it (inv-human)."""
    item = event("recall_withdrawn", "2015-04-07 14:00", by={**OFFICER, "role": role})

    assert verdict == after(recalled(), item).verdict(item)[0]


@pytest.mark.parametrize("kind", ["licence_revoked", "revocation_refused"])
@pytest.mark.parametrize(
    ("role", "organisation", "verdict"),
    [
        ("casework_section", "PPCS", "applied"),
        ("casework_section", "NOMS", "applied"),
        ("officer", "CRC", "referred back"),
        ("officer", "NPS", "referred back"),
    ],
)
def test_d9_the_casework_section_decides_on_revocation(
    kind: str, role: str, organisation: str, verdict: str
) -> None:
    """D9.revoke: what others report of it is taken, and confirmed with the casework section."""
    by = {**CASEWORK, "role": role, "organisation": organisation}
    item = event(kind, "2015-04-08", by=by)

    seen = after(recalled(), item)

    doubted = f"refer_back.{item.event_id}" in {flag["code"] for flag in seen.view["flags"]}
    assert "applied" == seen.verdict(item)[0]
    assert ("referred back" if doubted else "applied") == verdict


def test_revocation_is_recorded_and_notified() -> None:
    """D12.7, D12.8, D12.11: the date, the notice to the police, and the plan to be reviewed."""
    item = event(
        "licence_revoked", "2015-04-07 17:00", police_notified_at="2015-04-07T16:30:00+00:00"
    )

    seen = after(recalled(), item)

    found = seen.view["recalls"][0]
    assert ("2015-04-07", "2015-04-07T16:30:00Z") == (found["revoked_on"], found["police_told_at"])
    duty = next(duty for duty in seen.view["duties"] if duty.get("duty") == "plan-review-on-recall")
    assert ("open", "2015-04-07T16:00:00Z") == (duty["status"], duty["since"])
    assert "running" == seen.clock("recall-notice-police/2015-04-07")[0]


def test_a_review_of_the_plan_answers_the_duty() -> None:
    """plan-review-on-recall, D14.plan-review."""
    reviewed = event("plan_reviewed", "2015-04-10", plan_version="2", why="recall")

    seen = after(recalled(), REVOKED, reviewed, now="2015-04-11")

    duty = next(duty for duty in seen.view["duties"] if duty.get("duty") == "plan-review-on-recall")
    assert "done" == duty["status"]


def test_a_revocation_that_nobody_decided_on_is_followed() -> None:
    """A fact: the person is recalled, by an unknown type, and it is marked irregular."""
    seen = after(REVOKED)

    assert ("recalled", "T11") == (seen.state, seen.arrows()[-1])
    assert ("applied", "no recall in force was decided") == seen.verdict(REVOKED)
    assert seen.decided.dispositions[REVOKED.uid].irregular
    found = seen.view["recalls"][0]
    assert (None, None) == (found["recall_type"], found["ground"])


def test_a_refusal_after_the_revocation_is_followed_and_marked() -> None:
    """The latest word of the casework section holds; that it had said otherwise is noted."""
    seen = after(recalled(), REVOKED, REFUSED)

    note = "the licence had been revoked on 2015-04-07"
    assert ("active", ("applied", note), False) == (
        seen.state,
        seen.verdict(REFUSED),
        seen.view["at_large"],
    )
    assert seen.decided.dispositions[REFUSED.uid].irregular


def test_a_second_revocation_is_noted() -> None:
    """The first date is kept."""
    again = event("licence_revoked", "2015-04-08")

    seen = after(recalled(), REVOKED, again)

    assert ("applied", "the licence was revoked on 2015-04-07 already") == seen.verdict(again)
    assert "2015-04-07" == seen.view["recalls"][0]["revoked_on"]


def test_no_licence_is_revoked_in_supervision() -> None:
    """M.recalled: nothing follows but the note."""
    dates = {"licence_ends_on": "2015-04-01", "pss_ends_on": "2016-02-01"}

    seen = played([*on_licence(**dates), REVOKED], "2015-04-09")

    assert ("active", "pss") == (seen.state, seen.view["phase"])
    assert ("applied", "in pss no licence is in force") == seen.verdict(REVOKED)


def test_a_refusal_that_comes_after_the_return_frees_nobody() -> None:
    """A person in custody stays there until a release is reported; an explanation is due."""
    late = event("revocation_refused", "2015-04-09")
    freed = event("released", "2015-04-10 09:00", reason="other")

    held = after(recalled(), returned("2015-04-08"), late)
    seen = after(recalled(), returned("2015-04-08"), late, freed, now="2015-04-11")

    assert ("recalled", "recall_custody") == (held.state, held.view["phase"])
    duty = next(d for d in held.view["duties"] if d.get("duty") == "custody-without-recall")
    assert "open" == duty["status"]
    assert ("active", "licence", False) == (
        seen.state,
        seen.view["phase"],
        seen.view["recalled_before"],
    )


def test_whoever_is_let_out_because_the_licence_was_not_revoked_was_not_recalled() -> None:
    """T13, D8.4, G10: no fixed term is missed, no warning spent, no failure answered by it."""
    warning = warned("W1", "2015-04-02", "F0")
    stream = [*failed("F0", "2015-04-01"), warning, *failed("F1", "2015-04-02")]
    decided = recalled(**BROKEN)
    late = event("revocation_refused", "2015-04-09")
    freed = event("released", "2015-04-10 09:00", reason="other")

    held = after(*stream, decided, returned("2015-04-08"), late, now="2015-04-09 13:00")
    seen = after(*stream, decided, returned("2015-04-08"), late, freed, now="2015-04-11")

    assert ("released", "T13") in held.steps()
    assert not {"recall_report_sent", "parole_board_decided"} & {step for step, _ in held.steps()}
    assert ("warned", False) == (seen.state, seen.view["recalled_before"])
    assert ("applied", "") == seen.verdict(freed)
    assert ("running", None) == seen.settled("recall-decision-9wd/2015-04-02")
    assert "2015-04-10T08:00:00Z" == seen.settled("recall-nonemergency-24h/2015-04-07")[1]


def test_withdrawing_the_withdrawal_leaves_the_recall_standing() -> None:
    """The fold forgets what was taken back, whichever came first."""
    gone = event("event_withdrawn", "2015-04-09", withdrawn_event_id=WITHDRAWN.event_id)

    for order in ([recalled(), WITHDRAWN, gone], [gone, WITHDRAWN, recalled()]):
        seen = after(*order, now="2015-04-10")
        assert ("recalled", None) == (seen.state, seen.view["recalls"][0]["undone_at"])


def test_the_casework_section_hears_of_a_withdrawal() -> None:
    """So are those who were notified of the recall."""
    seen = after(*initiated()[:2], WITHDRAWN)

    assert {("recall-withdrawn", "casework_section"), ("recall-withdrawn", "agencies")} <= (
        seen.told()
    )
    # To say of it that the recall stands after all touches liberty: that is drafted (design 3.1).
    effects = seen.decided.effects.values()
    assert all(item.liberty for item in effects if item.template == "recall-withdrawn")

"""Back in custody: arrest, return, committal, representations, the Board (T12, T22, D12.9-10)."""

from itertools import permutations
from typing import Any, Final

import pytest

from states.events.envelope import Event
from tests.states.custody import imprisoned
from tests.states.licence import STANDARD, initiated, on_licence, recalled, returned, sentenced
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.wording import BOARD, OFFICER, PRISON

PSS: Final[dict[str, Any]] = {"licence_ends_on": "2015-04-01", "pss_ends_on": "2016-02-01"}
BACK = returned("2015-04-08 15:00")
ARRESTED = event("arrested", "2015-04-08 12:00")
BOARD_SAID = event("parole_board_decided", "2015-06-01")


def after(*events: Event, now: str = "2015-04-20", **sentence: Any) -> Played:
    return played([*on_licence(**sentence), *events], now)


def duties(seen: Played) -> dict[str, str]:
    return {duty["duty"]: duty["status"] for duty in seen.view["duties"] if "duty" in duty}


def test_t12_a_return_begins_recall_custody() -> None:
    """State recalled, phase changed, regular where the licence was revoked."""
    seen = after(*initiated(), ARRESTED, BACK)

    assert ("recalled", "recall_custody", ["T11", "T12"]) == (
        seen.state,
        seen.view["phase"],
        seen.arrows()[-2:],
    )
    assert not seen.decided.dispositions[BACK.uid].irregular


def test_a_return_opens_reasons_representations_and_the_review_of_the_plan() -> None:
    """T12, D12.10, D12.11, D14.recall-reasons: ev-recall-reasons, representations-on-recall."""
    open_now = duties(after(*initiated(), BACK))

    assert ["open"] * 3 == [
        open_now[key]
        for key in ("ev-recall-reasons", "representations-on-recall", "plan-review-on-recall")
    ]
    assert "ev-recall-maintain-plan" not in open_now


def test_a_standard_recall_also_owes_the_board_its_review() -> None:
    """ev-recall-maintain-plan, D14.plan-review."""
    assert "open" == duties(after(*initiated(**STANDARD), BACK))["ev-recall-maintain-plan"]


@pytest.mark.parametrize("revoked", [True, False])
def test_victims_hear_of_the_recall_once(*, revoked: bool) -> None:
    """victim-timely-info: from the first word of it, revocation or return."""
    stream = initiated() if revoked else [recalled()]

    seen = after(*stream, BACK, victims={"statutory_contact": True})

    told = [key for key in seen.clocks if key.startswith("victim-timely-info/recall")]
    day = "2015-04-07" if revoked else "2015-04-08"
    assert [f"victim-timely-info/recall/{day}"] == told


def test_representations_are_recorded_and_answer_two_duties() -> None:
    """D12.10: the day on which they were made, the first where there are several."""
    stream = [
        *initiated(),
        BACK,
        event("representations_made", "2015-04-15"),
        event("representations_made", "2015-04-17"),
    ]

    seen = after(*stream)

    assert "2015-04-15" == seen.view["recalls"][0]["represented_on"]
    assert ["done", "done"] == [
        duties(seen)[key] for key in ("ev-recall-reasons", "representations-on-recall")
    ]


def test_arrest_and_return_are_measured_from_the_decision() -> None:
    """D12.9, AMB-06, recall-within-two-days, recall-notice-police: measures."""
    seen = after(*initiated(), ARRESTED, BACK)

    assert ("met", "2015-04-08T14:00:00Z") == seen.settled("recall-within-two-days/2015-04-07")
    assert ("met", "2015-04-08T11:00:00Z") == seen.settled("recall-notice-police/2015-04-07")
    assert "2015-04-08T11:00:00Z" == seen.view["recalls"][0]["arrested_at"]


def test_a_return_in_an_emergency_is_measured_in_hours() -> None:
    """AMB-06, recall-within-two-hours."""
    decided = recalled(recall_type="emergency", very_serious=True)

    seen = after(decided, returned("2015-04-07 13:30"))

    assert ("met", "2015-04-07T12:30:00Z") == seen.settled("recall-within-two-hours/2015-04-07")


@pytest.mark.parametrize(("failed_on", "regime"), [("2015-04-08", True), ("2015-04-09", False)])
def test_the_day_of_return_was_still_served_on_licence(failed_on: str, *, regime: bool) -> None:
    """Recall custody begins with the day after it; from then on nothing can be failed (5.3)."""
    late = failed("F9", "2015-04-10", acceptable=None, failed_on=failed_on)

    seen = after(*initiated(), BACK, *late)

    assert regime is (f"recall-decision-9wd/{failed_on}" in seen.clocks)


def test_no_failure_clock_runs_in_recall_custody() -> None:
    """5.3: one that was open falls away with the return, and what was missed stays missed."""
    stream = [
        *failed("F1", "2015-03-16"),
        *failed("F2", "2015-04-01", acceptable=None),
        *initiated(),
        BACK,
        *failed("F3", "2015-04-10", acceptable=None, failed_on="2015-04-07"),
    ]

    seen = after(*stream)

    assert ["missed", "stopped", "stopped"] == [
        seen.clock(f"recall-decision-9wd/{day}")[0]
        for day in ("2015-03-16", "2015-04-01", "2015-04-07")
    ]


def test_the_ten_days_of_the_failure_recalled_for_wait_for_the_report() -> None:
    """A quick arrest does not replace the report."""
    stream = [
        *failed("F1", "2015-04-01"),
        recalled(ground="condition_broken", failure_ids=["F1"]),
        BACK,
    ]

    assert (
        "running" == after(*stream, now="2015-04-16").clock("recall-10-day-timescale/2015-04-01")[0]
    )


def test_what_the_release_started_falls_away_in_prison() -> None:
    """A first contact that became impossible is not missed; a missed one stays missed."""
    stream = [
        *sentenced(),
        event("released", "2015-04-07 10:00"),
        recalled(),
        returned("2015-04-07 18:00"),
    ]

    seen = played(stream, "2015-04-20")

    assert "stopped" == seen.clock("first-contact-release/2015-04-07")[0]
    assert "stopped" == seen.clock("induction-at-start/2015-04-07")[0]


def test_warnings_are_not_issued_in_prison() -> None:
    """5.3: nothing is being served there."""
    item = warned("W1", "2015-04-10", "F1")

    seen = after(*failed("F1", "2015-04-01"), *initiated(), BACK, item)

    assert "refused" == seen.verdict(item)[0]


def test_a_return_on_an_unrevoked_licence_is_followed_and_marked() -> None:
    """T12 expects the revocation first; the person is in prison all the same."""
    seen = after(recalled(), BACK)

    reason = "back in custody, and the licence was not known to be revoked"
    assert ("recall_custody", ("applied", reason)) == (seen.view["phase"], seen.verdict(BACK))
    assert seen.decided.dispositions[BACK.uid].irregular


def test_a_return_that_nobody_decided_on_is_followed_and_somebody_called() -> None:
    """State and phase follow; of unknown type, it lasts as a standard recall does."""
    seen = after(BACK)

    assert ("recalled", "recall_custody", ["T12"]) == (
        seen.state,
        seen.view["phase"],
        seen.arrows()[-1:],
    )
    assert ("applied", "back in custody, and no recall is in force") == seen.verdict(BACK)
    assert ("running", "2016-02-01") == seen.clock("standard-recall-term/2015-04-08")
    assert "open" == duties(seen)["custody-without-recall"]


def test_a_revocation_alone_does_not_explain_a_return_whose_decision_was_taken_back() -> None:
    """A withdrawn decision no longer holds: the person stays in, and an urgent duty starts."""
    gone = event("event_withdrawn", "2015-04-09", withdrawn_event_id=initiated()[0].event_id)

    seen = after(*initiated(), BACK, gone)

    assert ("recalled", "recall_custody") == (seen.state, seen.view["phase"])
    assert "open" == duties(seen)["custody-without-recall"]
    assert ("custody-unexplained", "line_manager") in seen.told()


def test_a_decision_that_arrives_later_explains_the_return() -> None:
    """Out of order, nothing is irregular and no duty starts."""
    late = [BACK, *initiated()]

    seen = after(*late)

    assert ("fixed_term", False) == (
        seen.view["recalls"][0]["recall_type"],
        seen.decided.dispositions[BACK.uid].irregular,
    )
    assert "custody-without-recall" not in duties(seen)


def test_every_order_of_arrival_gives_one_view() -> None:
    """The view is a function of the events."""
    stream = [recalled(), event("licence_revoked", "2015-04-07 17:00"), ARRESTED, BACK]

    views = [after(*order).view for order in permutations(stream)]

    assert all(views[0]["clocks"] == view["clocks"] for view in views)
    assert all(views[0]["transitions"] == view["transitions"] for view in views)
    assert all(views[0]["duties"] == view["duties"] for view in views)


def test_a_withdrawn_return_leaves_the_person_at_large() -> None:
    """As if it had never been reported."""
    gone = event("event_withdrawn", "2015-04-09", withdrawn_event_id=BACK.event_id, by=PRISON)

    seen = after(*initiated(), BACK, gone)

    assert ("recalled", "licence", None) == (
        seen.state,
        seen.view["phase"],
        seen.view["recalls"][0]["returned_on"],
    )


def test_a_return_told_twice_is_noted_and_its_date_taken_over() -> None:
    """The second telling moves nothing but the prison's date."""
    again = returned("2015-04-09", release_due_on="2015-05-07")

    seen = after(*initiated(), BACK, again)

    note = "the person was back in custody since 2015-04-08"
    assert ("applied", note) == seen.verdict(again)
    assert ("running", "2015-05-07") == seen.clock("ftr-28-days/2015-04-07")
    assert 1 == seen.arrows().count("T12")


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (
            returned("2015-04-08", returned_on="2015-02-01"),
            "returned_on 2015-02-01 lies before the sentence of 2015-02-02",
        ),
        (
            returned("2015-04-08", returned_on="2015-03-01"),
            "returned_on 2015-03-01 lies before the release on 2015-03-02",
        ),
    ],
)
def test_a_return_on_a_day_that_cannot_be_is_taken_and_referred_back(
    item: Event, reason: str
) -> None:
    """The person is in prison; the prison is asked for the day."""
    seen = after(*initiated(), item)

    assert ("applied", reason) == seen.verdict(item)
    assert "recall_custody" == seen.view["phase"]


def test_the_day_of_the_sentence_is_a_day_on_which_somebody_can_return() -> None:
    """The first of the possible days, where no release is on record yet."""
    item = returned("2015-02-03", returned_on="2015-02-02")

    assert "applied" == played([*sentenced(), item], "2015-02-04").verdict(item)[0]


def test_a_return_without_a_release_on_record_is_followed() -> None:
    """The release was not reported; that there was one is beyond doubt."""
    seen = played([*sentenced(expected_release_on="2015-06-01"), BACK], "2015-04-20")

    assert ("recalled", "recall_custody") == (seen.state, seen.view["phase"])
    assert ("applied", "back in custody, and no release was reported") == seen.verdict(BACK)


def test_an_order_and_supervision_know_no_return_on_recall() -> None:
    """M.recalled: noted, and nothing moves."""
    item = returned("2026-11-23")

    on_order = played([*serving(), item], "2026-11-24")
    on_pss = after(BACK, **PSS)

    assert ("active", ("applied", "in community no licence is in force")) == (
        on_order.state,
        on_order.verdict(item),
    )
    assert ("active", ("applied", "in pss no licence is in force")) == (
        on_pss.state,
        on_pss.verdict(BACK),
    )


def test_after_the_end_a_return_is_noted() -> None:
    """Nothing leaves `completed`."""
    item = returned("2016-02-05")

    seen = after(item, now="2016-02-06")

    assert ("completed", ("applied", "the sentence had ended on 2016-02-01")) == (
        seen.state,
        seen.verdict(item),
    )


BREACHED = [
    *failed("F1", "2015-04-07", public_protection=True),
    event("breach_decided", "2015-04-08", failure_ids=["F1"], departure_rationale="Weighed."),
    event("breach_referral_received", "2015-04-08 13:00"),
]


def test_a_committal_the_court_told_of_gets_its_dates() -> None:
    """T22, D16.4: the court moved it; the return adds the prison's date."""
    stream = [
        *BREACHED,
        event("court_decided", "2015-04-20", outcome="committed"),
        returned("2015-04-20 16:00", why="committal", release_due_on="2015-05-04"),
    ]

    seen = after(*stream, now="2015-04-21", **PSS)

    assert ("breached", "pss_committal", 1) == (
        seen.state,
        seen.view["phase"],
        seen.arrows().count("T22"),
    )
    assert not seen.decided.dispositions[stream[-1].uid].irregular


def test_a_committal_no_court_told_of_is_followed_and_marked() -> None:
    """A fact; the plan is to be reviewed all the same (D16.5)."""
    item = returned("2015-04-20", why="committal")

    seen = after(*BREACHED, item, now="2015-04-21", **PSS)

    assert ("breached", "pss_committal", "T22") == (
        seen.state,
        seen.view["phase"],
        seen.arrows()[-1],
    )
    assert ("applied", "committed, and no court was reported to have done so") == seen.verdict(item)
    assert "open" == duties(seen)["plan-review-on-recall"]


def test_a_committal_is_for_supervision_alone() -> None:
    """On licence there is recall."""
    item = returned("2015-04-08", why="committal")

    seen = after(item)

    assert ("active", ("applied", "in licence no committal for breach is possible")) == (
        seen.state,
        seen.verdict(item),
    )


@pytest.mark.parametrize(
    ("role", "organisation", "verdict"),
    [
        ("parole_board", "PAROLE_BOARD", "applied"),
        ("officer", "CRC", "referred back"),
        ("prison", "HMPS", "referred back"),
    ],
)
def test_d9_the_parole_board_decides_on_release(role: str, organisation: str, verdict: str) -> None:
    """D9.re-release: what others report of its decision is taken, and confirmed with the Board."""
    by = {**BOARD, "role": role, "organisation": organisation}
    item = event("parole_board_decided", "2015-06-01", by=by)

    seen = after(*initiated(**STANDARD), BACK, item, now="2015-06-02")

    doubted = f"refer_back.{item.event_id}" in {flag["code"] for flag in seen.view["flags"]}
    assert "applied" == seen.verdict(item)[0]
    assert ("referred back" if doubted else "applied") == verdict


def test_a_decision_of_the_board_releases_nobody_by_itself() -> None:
    """The prison reports the release."""
    seen = after(*initiated(**STANDARD), BACK, BOARD_SAID, now="2015-06-02")

    assert ("recalled", "recall_custody", "2015-06-01") == (
        seen.state,
        seen.view["phase"],
        seen.view["recalls"][0]["board_released_on"],
    )


def test_the_latest_decision_of_the_board_holds() -> None:
    """A refusal takes back an earlier direction to release."""
    later = event("parole_board_decided", "2015-06-10", decision="no_release")

    seen = after(*initiated(**STANDARD), BACK, BOARD_SAID, later, now="2015-06-12")

    assert seen.view["recalls"][0]["board_released_on"] is None
    assert ("running", "2016-02-01") == seen.clock("standard-recall-term/2015-04-07")


@pytest.mark.parametrize("kind", ["arrested", "representations_made", "parole_board_decided"])
def test_what_belongs_to_a_recall_is_noted_without_one(kind: str) -> None:
    """A fact of another matter: recorded, marked, and nothing moves."""
    item = event(kind, "2015-04-08")

    seen = after(item)

    assert ("active", ("applied", "no recall is under way")) == (seen.state, seen.verdict(item))
    assert seen.decided.dispositions[item.uid].irregular


def test_the_board_also_decides_before_a_first_release() -> None:
    """In custody its decision is expected."""
    item = event("parole_board_decided", "2015-04-08")

    seen = played([*sentenced(expected_release_on="2015-06-01"), item], "2015-04-20")

    assert not seen.decided.dispositions[item.uid].irregular


def test_an_officer_may_tell_of_an_arrest() -> None:
    """Any sender may report a fact."""
    item = event("arrested", "2015-04-08", by=OFFICER)

    assert "applied" == after(*initiated(), item).verdict(item)[0]


BEFORE_RELEASE = (
    "plan-custody-prepared",
    "prerelease-contact",
    "prerelease-discussion",
    "reporting-to-governor",
)


@pytest.mark.parametrize(("expected", "arises"), [("2026-11-02", False), ("2026-11-03", True)])
def test_time_served_leaves_nothing_to_do_before_release(expected: str, *, arises: bool) -> None:
    """A person released on the day of sentence could never have been prepared for it."""
    served = imprisoned(expected_release_on=expected, automatic_release_on=expected)

    seen = played([*served, event("released", f"{expected} 16:00")], "2026-11-06")

    assert [arises] * len(BEFORE_RELEASE) == [row in seen.clocks for row in BEFORE_RELEASE]

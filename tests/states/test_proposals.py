"""The next lawful steps are advised with their reasons; a person takes them or leaves them (D7)."""

from states.events.event import Event
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.supervision import supervised, suspended
from tests.states.wording import NPS_OFFICER

DAY = "2026-11-23"


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def test_a_proposal_gives_step_failures_row_reason_and_whose_it_is() -> None:
    """All that an officer needs to take the step or to say why not."""
    assert [
        {
            "step": "warning_issued",
            "failure_ids": ("F1",),
            "row": "D7.1",
            "reason": "1 unacceptable failure within 12 months; a warning is advised",
            "by": "CRC",
            "subject": None,
        }
    ] == after(*failed("F1", DAY)).view["proposals"]


def test_d7_row_2_counts_up_to_the_failure_in_question() -> None:
    """The first of two is warned of, the second goes to court, each with its own count."""
    seen = after(*failed("F1", DAY), *failed("F2", "2026-11-25"))

    assert [("warning_issued", ("F1",)), ("breach_decided", ("F2",))] == [
        (item["step"], item["failure_ids"]) for item in seen.view["proposals"]
    ]
    assert (
        "2 unacceptable failures within 12 months; breach is advised from 2"
        == (seen.view["proposals"][1]["reason"])
    )


def test_a_day_is_proposed_for_as_one() -> None:
    """One failure a day: one step names all that failed on it."""
    seen = after(*failed("F1", "2026-11-23 09:00"), *failed("F2", "2026-11-23 15:00"))

    assert [("F1", "F2")] == [item["failure_ids"] for item in seen.view["proposals"]]


def test_d7_row_8_comes_before_any_count_and_any_warning() -> None:
    """A danger that is known after the warning is still to be acted on."""
    concern = event("public_protection_concern_raised", "2026-11-25", failure_ids=["F1"])

    seen = after(*failed("F1", DAY), warned("W1", "2026-11-24", "F1"), concern)

    assert [("breach_decided", "D7.8")] == seen.steps()


def test_an_excused_danger_is_not_proposed_for() -> None:
    """The officer found the explanation acceptable."""
    assert [] == after(*failed("F1", DAY, acceptable=True, public_protection=True)).steps()


def test_a_decided_breach_is_to_be_referred() -> None:
    """Until it is; then nothing is advised but to wait for the court."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"])
    referred = event("breach_referred", "2026-11-26")

    assert [("breach_referred", "D6.1")] == after(*failed("F1", DAY), decided).steps()
    assert [] == after(*failed("F1", DAY), decided, referred).steps()


def test_a_breach_withdrawn_before_anybody_acted_on_it_leaves_the_failure_open() -> None:
    """The clock runs on, so a step is advised again."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"])
    withdrawn = event("breach_withdrawn", "2026-11-26")

    assert [("warning_issued", "D7.1")] == after(*failed("F1", DAY), decided, withdrawn).steps()


def test_a_breach_that_the_court_found_not_proved_is_answered() -> None:
    """It was acted on; the court has spoken."""
    stream = [
        event("breach_decided", "2026-11-25", failure_ids=["F1"]),
        event("breach_referred", "2026-11-26"),
        event("breach_referral_received", "2026-11-27"),
        event("court_decided", "2026-11-28", outcome="not_proved"),
    ]

    assert [] == after(*failed("F1", DAY), *stream).steps()


def test_d7_row_3_and_4_advise_on_a_suspended_order_as_on_a_community_order() -> None:
    """AMB-03: a warning for the first, breach for the second."""
    two = [*failed("F1", DAY), *failed("F2", "2026-11-25")]

    seen = played([*suspended(), *two], "2026-11-30")

    assert [("warning_issued", "D7.3"), ("breach_decided", "D7.4")] == seen.steps()


def test_d7_rows_5_and_6_and_7_advise_on_supervision() -> None:
    """A warning for the first and the second, breach for the third, each with its count."""
    days = ("2015-03-16", "2015-03-23", "2015-03-30")
    three = [item for n, day in enumerate(days) for item in failed(f"F{n}", day)]

    proposals = played([*supervised(), *three], "2015-04-01").view["proposals"]

    assert [
        (
            "warning_issued",
            "D7.5",
            "1 unacceptable failure within 12 months; a warning is advised",
        ),
        (
            "warning_issued",
            "D7.6",
            "2 unacceptable failures within 12 months; a warning is advised",
        ),
        (
            "breach_decided",
            "D7.7",
            "3 unacceptable failures within 12 months; breach is advised from 3",
        ),
    ] == [(item["step"], item["row"], item["reason"]) for item in proposals]


def test_what_is_to_be_judged_says_what_there_is_to_weigh() -> None:
    """D3.f1 to D3.f4 and D3.f8 always; D3.f5 under mental health treatment, D3.f7 for a move."""
    order = [{"requirement_id": "R1", "kind": "mental_health_treatment", "consent": True}]
    report = failed("F1", DAY, acceptable=None, what="moved_without_permission")

    found = played([*serving(requirements=order), *report], "2026-11-24").view["proposals"]

    assert [
        (
            "no explanation came yet; with none, the failure is unacceptable unless found "
            "otherwise; weigh nature, circumstances, pattern, person, equality, "
            "mental_condition, outside_control"
        )
    ] == [item["reason"] for item in found if item["row"] == "D3"]


def test_under_drug_testing_the_wait_for_treatment_is_weighed() -> None:
    """D3.f6: the road to sobriety varies."""
    tested = {"requirement_id": "C1", "kind": "drug_testing", "safeguards": SAFEGUARDS}
    stream = supervised()
    stream[3] = event("released", "2015-03-02 10:00", conditions=[tested])
    explained = event("explanation_received", "2015-03-17", failure_id="F1")
    report = failed("F1", "2015-03-16", acceptable=None)

    found = played([*stream, *report, explained], "2015-03-18").view["proposals"]

    assert [
        (
            "the explanation is still to be judged; "
            "weigh nature, circumstances, pattern, person, equality, treatment_wait"
        )
    ] == [item["reason"] for item in found if item["row"] == "D3"]


SAFEGUARDS = ["drugs_a_factor", "dependence_or_propensity"]


def test_d3_row_4_advises_to_take_back_a_warning_that_lost_its_ground() -> None:
    """Once, naming the warning; one that still has a ground stands."""
    excused = event("failure_judged", "2026-11-26", failure_id="F1", acceptable=True)
    stream = [*failed("F1", DAY), *failed("F2", f"{DAY} 15:00")]
    warning = warned("W1", "2026-11-24", "F1", "F2")
    both = event("failure_judged", "2026-11-26 13:00", failure_id="F2", acceptable=True)

    half, whole = after(*stream, warning, excused), after(*stream, warning, excused, both)

    assert [] == half.steps()
    assert [("warning_withdrawn", "W1", ("F1", "F2"))] == [
        (item["step"], item["subject"], item["failure_ids"]) for item in whole.view["proposals"]
    ]


def test_a_breach_is_referred_by_a_crc_and_taken_to_court_by_the_nps() -> None:
    """D9.refer, D9.present: the advice says which of the two it is."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"], by=NPS_OFFICER)
    stream = [*failed("F1", DAY), decided]
    of_nps = serving()
    of_nps[1] = event("case_allocated", "2026-11-02", provider="NPS", provider_code="N02")

    by_crc, by_nps = after(*stream), played([*of_nps, *stream], "2026-11-30")

    assert [
        (
            "CRC",
            (
                "the breach was decided and is not referred yet: "
                "refer it to the NPS, which alone presents it"
            ),
        )
    ] == [(item["by"], item["reason"]) for item in by_crc.view["proposals"]]
    assert [("NPS", "the breach was decided and is not referred yet: take it to court")] == [
        (item["by"], item["reason"]) for item in by_nps.view["proposals"]
    ]


def test_where_the_nps_enforces_for_a_crc_the_step_is_its_own() -> None:
    """AMB-34: of a curfew alone."""
    curfew = [{"requirement_id": "R1", "kind": "curfew"}]
    report = failed("F1", DAY, acceptable=None, what="curfew")

    found = played([*serving(requirements=curfew), *report], "2026-11-24").view["proposals"]

    assert [("failure_judged", "NPS")] == [(item["step"], item["by"]) for item in found]


def test_nothing_is_advised_once_the_sentence_is_over() -> None:
    """What was not answered is answered no more."""
    ended = event("sentence_ended", "2026-11-26", reason="death")

    assert [] == after(*failed("F1", DAY), ended).steps()

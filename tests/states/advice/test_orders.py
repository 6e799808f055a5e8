"""Advice on failures under orders and under supervision (D6, D7)."""

from states.events.envelope import Event
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.supervision import supervised, suspended
from tests.states.wording import NPS_OFFICER

DAY = "2026-11-23"


def after(*events: Event, now: str = "2026-11-30") -> Played:
    return played([*serving(), *events], now)


def test_d7_row_2_two_failures_go_to_court_together() -> None:
    """Both go to court together, and neither is warned of beside it."""
    seen = after(*failed("F1", DAY), *failed("F2", "2026-11-25"))

    assert [("breach_decided", ("F1", "F2"))] == [
        (item["step"], item["failure_ids"]) for item in seen.view["proposals"]
    ]
    assert (
        "2 unacceptable failures within the 12 months to 2026-11-25; "
        "current practice advises breach from 2" == (seen.view["proposals"][0]["reason"])
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
    """AMB-03: a warning for one failure, breach for two."""
    two = [*failed("F1", DAY), *failed("F2", "2026-11-25")]

    one = played([*suspended(), *two[:2]], "2026-11-30")
    seen = played([*suspended(), *two], "2026-11-30")

    assert [("warning_issued", "D7.3")] == one.steps()
    assert [("breach_decided", "D7.4")] == seen.steps()


def test_d7_rows_5_and_6_and_7_advise_on_supervision() -> None:
    """A warning for each of two, each with its count; for three one breach."""
    days = ("2015-03-16", "2015-03-23", "2015-03-30")
    three = [item for n, day in enumerate(days) for item in failed(f"F{n}", day)]

    two = played([*supervised(), *three[:4]], "2015-04-01").view["proposals"]
    proposals = played([*supervised(), *three], "2015-04-01").view["proposals"]

    assert [
        (
            "warning_issued",
            "D7.5",
            "1 unacceptable failure within the 12 months to 2015-03-16; a warning is advised",
        ),
        (
            "warning_issued",
            "D7.6",
            "2 unacceptable failures within the 12 months to 2015-03-23; a warning is advised",
        ),
    ] == [(item["step"], item["row"], item["reason"]) for item in two]
    assert [
        (
            "breach_decided",
            "D7.7",
            (
                "3 unacceptable failures within the 12 months to 2015-03-30; current practice "
                "advises breach from 3"
            ),
        ),
    ] == [(item["step"], item["row"], item["reason"]) for item in proposals]


def test_one_danger_among_the_failures_hurries_the_referral() -> None:
    """D6.2: whatever the others are."""
    danger = failed("F2", "2026-11-24", public_protection=True)
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1", "F2"])

    assert [("breach_referred", "D6.2")] == after(*failed("F1", DAY), *danger, decided).steps()


def test_a_breach_is_referred_by_a_crc_and_taken_to_court_by_the_nps() -> None:
    """D9.refer, D9.present: the advice says which of the two it is."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"], by=NPS_OFFICER)
    of_nps = serving()
    of_nps[1] = event("case_allocated", "2026-11-02", provider="NPS", provider_code="N02")

    by_crc = after(*failed("F1", DAY), decided)
    judged = failed("F1", DAY, judge=NPS_OFFICER)
    by_nps = played([*of_nps, *judged, decided], "2026-11-30")

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


def test_d7_row_12_a_failure_beside_a_breach_is_passed_on() -> None:
    """Neither a second breach nor a warning is advised, and an excused one is no one's."""
    decided = event("breach_decided", "2026-11-25", failure_ids=["F1"])
    stream = [*failed("F1", DAY), decided, event("breach_referred", "2026-11-26")]
    excused = failed("F3", "2026-11-27", acceptable=True)

    seen = after(*stream, *failed("F2", "2026-11-27 15:00"), *excused)

    assert [("contact_recorded", ("F2",), "D7.12")] == [
        (item["step"], item["failure_ids"], item["row"]) for item in seen.view["proposals"]
    ]


def test_a_day_that_was_warned_of_is_advised_on_no_more() -> None:
    """The other days still are, with all that count."""
    two = [*failed("F1", DAY), *failed("F2", "2026-11-25")]

    seen = after(*two, warned("W1", "2026-11-26", "F1", departure_rationale="Weighed."))

    assert [("breach_decided", ("F1", "F2"))] == [
        (item["step"], item["failure_ids"]) for item in seen.view["proposals"]
    ]

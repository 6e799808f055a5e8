"""Advice on recall: the decision, its type, and its next step (D7.10, D10 to D15)."""

from typing import Any

import pytest

from states.events.envelope import Event
from tests.states.custody import of_row
from tests.states.licence import EMERGENCY, STANDARD, initiated, on_licence, recalled, returned
from tests.states.stream import Played, event, failed, played, serving, warned
from tests.states.wording import POLICE

HIGH = event("rosh_assessed", "2015-04-06", level="high")
SENT = event("recall_report_sent", "2015-04-07 14:00")
RECEIVED = event("recall_report_received", "2015-04-07 15:00")
REVOKED = event("licence_revoked", "2015-04-07 17:00")
BACK = returned("2015-04-08")
ROWS = ("D7.10", "D10", "D7.13", "D11", "D12", "D13", "D15")


def after(*events: Event, now: str = "2015-04-09", **sentence: Any) -> Played:
    return played([*on_licence(**sentence), *events], now)


def advice(seen: Played) -> list[tuple[str, str, str]]:
    """Return step, row and owner of what is advised on recall."""
    return [
        (item["step"], item["row"], item["by"])
        for item in seen.view["proposals"]
        if item["row"].startswith(ROWS)
    ]


def reasons(seen: Played, row: str) -> list[str]:
    return [item["reason"] for item in seen.view["proposals"] if item["row"] == row]


def test_d7_row_10_a_concern_on_licence_advises_emergency_recall() -> None:
    """D7.10: whatever the count, before any judgement, and with no warning beside it."""
    seen = after(*failed("F1", "2015-04-01", acceptable=None, public_protection=True))

    assert [("recall_decided", "D7.10", "CRC"), ("recall_decided", "D11.6", "CRC")] == advice(seen)
    assert "warning_issued" not in {step for step, _ in seen.steps()}


def test_an_excused_failure_advises_no_recall() -> None:
    """A concern that came to nothing is no reason."""
    seen = after(*failed("F1", "2015-04-01", acceptable=True, public_protection=True))

    assert [] == advice(seen)


@pytest.mark.parametrize("kind", ["offence_charged", "serious_further_offence_charged"])
def test_d10_row_1_a_person_on_licence_who_is_charged_can_be_recalled_and_the_officer_decides(
    kind: str,
) -> None:
    """D10.1: proposed with the type that a recall would have, and open until it is answered."""
    charged = event(kind, "2015-04-01", event_id="CHARGE1")
    seen = after(charged)

    assert [("recall_decided", "D10.1", "CRC"), ("recall_decided", "D11.1", "CRC")] == advice(seen)
    assert reasons(seen, "D10.1")[0].endswith(
        "offence: charged on 2015-04-01: a person on licence can be recalled for a new charge; "
        "decide on it, or give the reasons against it as duty_discharged of recall-on-charge"
    )
    assert ["open"] == of_row(seen, "recall-on-charge")


@pytest.mark.parametrize(
    "answer",
    [
        recalled("2015-04-02", ground="new_offence", recall_type="fixed_term"),
        event("duty_discharged", "2015-04-02", duty="recall-on-charge", rationale="Petty."),
    ],
)
def test_a_charge_is_answered_by_a_recall_or_by_the_reasons_against_one(answer: Event) -> None:
    """No timer decides: the proposal stays until a person answers it."""
    charged = event("offence_charged", "2015-04-01")
    seen = after(charged, answer)

    assert ["done"] == of_row(seen, "recall-on-charge")
    assert [] == reasons(seen, "D10.1")


def test_a_charge_under_a_recall_or_an_order_proposes_no_recall() -> None:
    """An order is breached, never recalled (D10.5), and one recall is enough."""
    charged = event("offence_charged", "2015-04-08")
    order = event("offence_charged", "2026-11-20")

    assert [] == of_row(after(*initiated("2015-04-07"), charged), "recall-on-charge")
    assert [] == of_row(played([*serving(), order], "2026-11-21"), "recall-on-charge")


def test_a_charge_that_was_reported_in_error_is_taken_back() -> None:
    """Withdrawn, it leaves nothing to decide."""
    charged = event("offence_charged", "2015-04-01", event_id="CHARGE1")
    gone = event("event_withdrawn", "2015-04-02", withdrawn_event_id="CHARGE1", by=POLICE)

    assert [] == of_row(after(charged, gone), "recall-on-charge")


@pytest.mark.parametrize(
    ("reason", "sentence", "row", "words"),
    [
        pytest.param(
            "conditional_release",
            {},
            "D11.1",
            "a recall would be of type fixed_term: nothing bars a fixed term; standard where "
            "judged too much of a risk for a fixed term; emergency where the danger is very "
            "serious",
            id="D11.1",
        ),
        pytest.param(
            "conditional_release",
            {"extended": True},
            "D11.3",
            "a recall would be of type standard: the sentence is an extended one; "
            "emergency where the danger is very serious",
            id="D11.3",
        ),
        pytest.param(
            "hdc",
            {"automatic_release_on": "2015-09-01"},
            "D11.4",
            "a recall would be of type standard: released early, and the automatic release date is "
            "still to come; emergency where the danger is very serious",
            id="D11.4",
        ),
    ],
)
def test_beside_the_warning_it_is_said_of_what_type_a_recall_would_be(
    reason: str, sentence: dict[str, Any], row: str, words: str
) -> None:
    """D7.9: recall is possible at any point, so its type and bars are shown (D11)."""
    seen = played([*on_licence(reason, **sentence), *failed("F1", "2015-04-01")], "2015-04-02")

    found = {item["row"]: item for item in seen.view["proposals"]}
    assert {"D7.9", row} <= set(found)
    assert (("F1",), words) == (found[row]["failure_ids"], found[row]["reason"])


def test_a_failure_that_was_warned_of_asks_for_nothing_more() -> None:
    """It is answered."""
    stream = [*failed("F1", "2015-04-01"), warned("W1", "2015-04-02", "F1")]

    assert [] == advice(after(*stream))


def test_before_any_failure_nothing_is_advised() -> None:
    """A ground is for people to see."""
    assert [] == advice(after())


@pytest.mark.parametrize(
    ("stream", "step"),
    [
        pytest.param([], ("recall_report_sent", "D12.5", "CRC"), id="D12.3-decided"),
        pytest.param([SENT], ("recall_report_received", "D12.5", "PPCS"), id="D12.5-sent"),
        pytest.param([SENT, RECEIVED], ("licence_revoked", "D12.7", "NOMS"), id="D12.6-initiated"),
        pytest.param(
            [SENT, RECEIVED, REVOKED],
            ("returned_to_custody", "D12.9", "POLICE"),
            id="D12.7-revoked",
        ),
        pytest.param(
            [SENT, RECEIVED, REVOKED, BACK], ("released", "D15.1", "HMPS"), id="D12.12-returned"
        ),
    ],
)
def test_the_next_step_of_a_recall_is_shown(stream: list[Event], step: tuple[str, ...]) -> None:
    """D12: each with whose it is."""
    assert [step] == advice(after(recalled(), *stream))


@pytest.mark.parametrize(
    ("choice", "hours"), [({}, "24 hours"), (EMERGENCY, "2 hours")], ids=["D6.3", "D6.4"]
)
def test_the_hours_are_said_with_the_step(choice: dict[str, Any], hours: str) -> None:
    """The officer reads how long there is."""
    seen = after(recalled(**choice))

    reason = f"the report is to be with the casework section {hours} after the decision"
    assert [reason] == reasons(seen, "D12.5")


def test_d13_the_endorsement_comes_before_the_sending() -> None:
    """D13.2: asked of the NPS; where it says no, the CRC thinks again."""
    no = event("recall_endorsed", "2015-04-07 13:00", endorsed=False)
    yes = event("recall_endorsed", "2015-04-07 13:00", endorsed=True)

    assert [
        [("recall_endorsed", "D13.2", "NPS")],
        [("recall_withdrawn", "D13.2", "CRC")],
        [("recall_report_sent", "D12.5", "CRC")],
    ] == [advice(after(HIGH, recalled(), *answer)) for answer in ([], [no], [yes])]


def test_a_revoked_licence_leaves_a_report_that_did_not_arrive_to_be_sent() -> None:
    """Both are shown: the return and the report."""
    assert [("returned_to_custody", "D12.9", "POLICE"), ("recall_report_sent", "D12.5", "CRC")] == (
        advice(after(recalled(), REVOKED))
    )


def test_d7_row_13_a_failure_before_the_return_is_passed_on() -> None:
    """D7.13: no second step is advised on it; after the return nothing is."""
    late = failed("F2", "2015-04-07 18:00")

    outside = after(*initiated(), *late)
    inside = after(*initiated(), *late, BACK)

    assert ("contact_recorded", "D7.13", "CRC") in advice(outside)
    assert [("released", "D15.1", "HMPS")] == advice(inside)


@pytest.mark.parametrize(
    ("choice", "heard", "step", "reason"),
    [
        pytest.param(
            {},
            [],
            ("released", "D15.1", "HMPS"),
            "the fixed term ends on 2015-05-05",
            id="D15.1",
        ),
        pytest.param(
            STANDARD,
            [event("parole_board_decided", "2015-04-08 18:00")],
            ("released", "D15.2", "HMPS"),
            "the Parole Board decided on release on 2015-04-08",
            id="D15.2",
        ),
        pytest.param(
            STANDARD,
            [],
            ("parole_board_decided", "D15.3", "PAROLE_BOARD"),
            "held until 2016-02-01, unless the Parole Board decides on release earlier",
            id="D15.3",
        ),
        pytest.param(
            EMERGENCY,
            [],
            ("parole_board_decided", "D15.4", "PAROLE_BOARD"),
            "held until 2016-02-01, unless the Parole Board decides on release earlier",
            id="D15.4",
        ),
    ],
)
def test_in_custody_the_way_out_is_shown(
    choice: dict[str, Any], heard: list[Event], step: tuple[str, ...], reason: str
) -> None:
    """D15: when, and by whom."""
    seen = after(*initiated(**choice), BACK, *heard)

    assert [step] == advice(seen)
    assert [reason] == reasons(seen, step[1])


def test_d15_row_5_a_capped_term_ends_with_the_licence() -> None:
    """D15.5."""
    seen = after(*initiated(), BACK, licence_ends_on="2015-04-30")

    assert [("released", "D15.5", "HMPS")] == advice(seen)


def test_after_the_release_a_recall_would_be_barred_from_a_fixed_term() -> None:
    """D11.b3, G10: the bar is said before anybody decides."""
    stream = [
        *initiated(),
        BACK,
        event("released", "2015-05-05", reason="fixed_term_recall_end"),
        *failed("F3", "2015-06-01"),
    ]

    seen = after(*stream, now="2015-06-02")

    assert [("recall_decided", "D11.4", "CRC")] == advice(seen)

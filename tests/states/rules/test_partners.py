"""Arrangements that hold the case: MAPPA, IOM, MARAC, ViSOR (7.2)."""

import pytest

from states.events.envelope import Event
from states.rules.law_values import facts_of
from tests.states.custody import contact, of_row
from tests.states.stream import Played, event, failed, played, serving


def after(*events: Event, now: str = "2026-12-31") -> Played:
    return played([*serving(), *events], now)


def flagged(agency: str, when: str, **more: object) -> Event:
    return event("agency_flag_changed", when, event_id=f"{agency}.{when}", agency=agency, **more)


def test_each_arrangement_opens_what_is_its_own() -> None:
    """ev-iom-select, ev-mappa-agency, ev-visor, iom-list-review: none is opened by another."""
    owed = {
        "mappa": ["ev-mappa-agency", "ev-mappa-agreements"],
        "visor": ["ev-visor"],
        "iom": ["iom-list-review", "ev-iom-known"],
        "marac": ["ev-marac-information"],
        "ppo": ["ev-ppo-management"],
        "dip": ["ev-dip-management"],
    }
    rows = [row for own in owed.values() for row in own]
    found = {
        agency: [row for row in rows if of_row(after(flagged(agency, "2026-11-20")), row)]
        for agency in owed
    }

    assert owed == found


def test_a_second_arrangement_opens_nothing_of_the_first_again() -> None:
    """ev-iom-select: selected for the joint cohort while ViSOR holds the case as well."""
    seen = after(flagged("visor", "2026-11-20"), flagged("iom", "2026-11-23"))

    assert (["open"], ["open"]) == (of_row(seen, "ev-visor"), of_row(seen, "iom-list-review"))


def test_what_lets_the_case_go_is_owed_nothing_more() -> None:
    """When it takes the case on again, the duty opens again."""
    taken = flagged("mappa", "2026-11-20")
    gone = flagged("mappa", "2026-11-25", active=False)
    again = flagged("mappa", "2026-12-01")

    assert ["fell_away"] == of_row(after(taken, gone), "ev-mappa-agency")
    assert ["fell_away", "open"] == of_row(after(taken, gone, again), "ev-mappa-agency")


def test_what_did_not_hold_the_case_cannot_let_it_go() -> None:
    """It is noted."""
    gone = flagged("marac", "2026-11-25", active=False)

    assert ("applied", "marac did not hold the case") == after(gone).verdict(gone)


def test_level_and_reference_are_kept_and_may_change() -> None:
    """A second telling changes what it gives and nothing else."""
    first = flagged("mappa", "2026-11-20", level=2, reference="M-1")
    raised = flagged("mappa", "2026-11-25", level=3)

    assert [
        {
            "agency": "mappa",
            "since": "2026-11-20",
            "level": 3,
            "reference": "M-1",
            "category": None,
            "jointly": None,
        }
    ] == after(first, raised).view["agencies"]


def test_integrated_management_acts_swiftly_on_non_compliance() -> None:
    """iom-swift-action: only while it holds the case; a working day is ours."""
    failure = failed("F1", "2026-11-23", acceptable=None)

    assert [] == of_row(after(*failure), "iom-swift-action")
    seen = after(flagged("iom", "2026-11-20"), *failure)
    assert ("missed", "2026-11-24") == seen.clock("iom-swift-action/F1")


@pytest.mark.parametrize("agency", ["ppo", "dip"])
def test_a_priority_or_drug_offender_is_acted_on_as_swiftly(agency: str) -> None:
    """iom-swift-action: both schemes go on within integrated offender management."""
    seen = after(flagged(agency, "2026-11-20"), *failed("F1", "2026-11-23", acceptable=None))

    assert ("missed", "2026-11-24") == seen.clock("iom-swift-action/F1")


def test_a_new_level_of_mappa_asks_for_new_agreements_and_only_one_is_open() -> None:
    """ev-mappa-agreements: those of the earlier level fall away."""
    first = flagged("mappa", "2026-11-20", level=1, category=2)
    agreed = contact("mappa_agreed", "2026-11-24")
    raised = flagged("mappa", "2026-11-25", level=3)
    repeated = flagged("mappa", "2026-11-27", level=3, reference="M-1")

    row = "ev-mappa-agreements"
    assert ["done", "open"] == of_row(after(first, agreed, raised, repeated), row)
    assert ["fell_away", "open"] == of_row(after(first, raised, repeated), row)


def test_a_case_of_mappa_without_a_level_is_flagged() -> None:
    """Absent is unknown: the law on recall asks whether the level is 2 or 3."""
    unknown = after(flagged("mappa", "2026-11-20"))
    known = after(flagged("mappa", "2026-11-20"), flagged("mappa", "2026-11-25", level=2))

    assert "mappa_level_unknown" in {flag["code"] for flag in unknown.view["flags"]}
    assert "mappa_level_unknown" not in {flag["code"] for flag in known.view["flags"]}


@pytest.mark.parametrize(("level", "known"), [(None, None), (1, False), (2, True), (3, True)])
def test_the_law_on_recall_knows_the_level_of_mappa(
    level: int | None,
    known: object,
) -> None:
    """Level 2 or 3 is a fact that a condition of the law pack asks about."""
    held = {} if level is None else {"level": level}

    assert (
        known
        is facts_of(after(flagged("mappa", "2026-11-20", **held)).decided.sentence).mappa_2_or_3
    )


def test_a_conference_on_domestic_abuse_asks_for_information_and_for_its_actions() -> None:
    """ev-marac-information, ev-marac-action: the second is owed once an action is agreed."""
    held = flagged("marac", "2026-11-20")
    shared = contact("marac_information_shared", "2026-11-23")
    agreed = contact("marac_action_agreed", "2026-11-25")
    taken = contact("marac_action_taken", "2026-11-26")

    rows = ("ev-marac-information", "ev-marac-action")
    assert [["open"], []] == [of_row(after(held), row) for row in rows]
    seen = after(held, shared, agreed)
    assert [["done"], ["open"]] == [of_row(seen, row) for row in rows]
    assert ["done"] == of_row(after(held, shared, agreed, taken), "ev-marac-action")
    assert [] == of_row(after(agreed), "ev-marac-action")


def test_who_meets_the_local_criteria_is_selected_or_not() -> None:
    """ev-iom-select: the flag answers it, and so does a decision against it."""
    met = contact("iom_criteria_met", "2026-11-18")
    refused = contact("iom_not_selected", "2026-11-20")

    assert ["open"] == of_row(after(met), "ev-iom-select")
    assert ["done"] == of_row(after(met, refused), "ev-iom-select")
    assert ["done"] == of_row(after(met, flagged("iom", "2026-11-20")), "ev-iom-select")


def test_a_selection_without_probation_staff_is_marked() -> None:
    """ev-iom-select: staff have a joint input; the selection stands."""
    alone = flagged("iom", "2026-11-20", jointly=False)

    seen = after(alone)

    assert ("applied", "probation staff had no part in the selection for iom") == seen.verdict(
        alone
    )
    assert ["open"] == of_row(seen, "ev-iom-known")


def test_all_staff_learn_of_a_selection_and_of_its_end() -> None:
    """ev-iom-known, ev-iom-removal-known: the record keeps from when to when, and why it ended."""
    held = flagged("iom", "2026-11-20", jointly=True)
    gone = flagged("iom", "2027-01-15", active=False, end_reason="risk_reduced")

    seen = after(held, gone, now="2027-01-20")

    assert {("iom-selected", "contributors"), ("iom-removed", "contributors")} <= seen.told()
    assert ["fell_away"] == of_row(seen, "ev-iom-known")
    assert ["open"] == of_row(seen, "ev-iom-removal-known")
    assert [
        {"agency": "iom", "since": "2026-11-20", "until": "2027-01-15", "reason": "risk_reduced"}
    ] == seen.view["past_agencies"]
    assert [] == seen.view["agencies"]


def test_a_removal_without_a_reason_is_noted() -> None:
    """Only who is no longer at high risk of reoffending is taken off the list."""
    gone = flagged("iom", "2027-01-15", active=False)

    seen = after(flagged("iom", "2026-11-20"), gone, now="2027-01-20")

    assert ("applied", "iom released the case; no reason was given") == seen.verdict(gone)


def test_the_most_non_compliant_of_the_drug_programme_are_referred_as_priority_offenders() -> None:
    """ev-dip-management: advised at the count that proposes breach, and not once it is done."""
    drugs = flagged("dip", "2026-11-10")
    twice = [*failed("F1", "2026-11-23"), *failed("F2", "2026-11-30")]

    advice = "agency_flag_changed", "ppo"
    assert advice not in _advised(after(drugs, *twice[:2]))
    assert advice in _advised(after(drugs, *twice))
    assert advice not in _advised(after(*twice))
    assert advice not in _advised(after(drugs, flagged("ppo", "2026-11-12"), *twice))


def _advised(seen: Played) -> set[tuple[str, str | None]]:
    return {(item["step"], item["subject"]) for item in seen.view["proposals"]}


def ordered(when: str, **more: object) -> Event:
    return event("civil_order_changed", when, event_id=f"order.{when}", **more)


def test_a_civil_order_without_a_last_day_goes_on() -> None:
    """Absent is unknown: only a court ends it, or the day that was given."""
    made = ordered("2026-11-20", kind="violent_offender")
    renewed = ordered("2026-12-01", kind="violent_offender", until="2028-11-19")
    shown = {"order_id": "O1", "kind": "violent_offender", "since": "2026-11-20", "ended_on": None}

    assert [{**shown, "until": None}] == after(made).view["civil_orders"]
    assert [{**shown, "until": "2028-11-19"}] == after(made, renewed).view["civil_orders"]


def test_a_civil_order_that_a_court_discharges_asks_for_nothing_more() -> None:
    """ev-civil-order-used: open until then; an order that nobody knew is recorded and marked."""
    made = ordered("2026-11-20")
    gone = ordered("2026-12-01", active=False)

    assert ["open"] == of_row(after(made), "ev-civil-order-used")
    assert ["fell_away"] == of_row(after(made, gone), "ev-civil-order-used")
    assert "2026-12-01" == after(made, gone).view["civil_orders"][0]["ended_on"]
    assert ("applied", "no order O1 was known") == after(gone).verdict(gone)


@pytest.mark.parametrize(("provider", "owed"), [("NPS", ["open"]), ("CRC", [])])
def test_the_nps_considers_civil_orders_for_whom_mappa_holds(
    provider: str, owed: list[str]
) -> None:
    """ev-civil-orders-considered: the order that a court makes answers it."""
    stream = [
        serving()[0],
        event("case_allocated", "2026-11-02 12:30", provider=provider, provider_code="N02"),
        flagged("mappa", "2026-11-20", level=2),
    ]
    row = "ev-civil-orders-considered"

    assert owed == of_row(played(stream, "2026-12-31"), row)
    done = [*stream, ordered("2026-11-25")]
    assert ["done"] * len(owed) == of_row(played(done, "2026-12-31"), row)


def test_a_civil_order_after_the_end_is_recorded() -> None:
    """It stands beside the sentence and asks nothing of those who managed it."""
    end = event("sentence_ended", "2026-11-15", reason="other")
    made = ordered("2026-11-20")

    seen = after(end, made)

    assert ("applied", "the sentence had ended on 2026-11-15") == seen.verdict(made)
    assert [] == of_row(seen, "ev-civil-order-used")
    assert ["O1"] == [item["order_id"] for item in seen.view["civil_orders"]]


def test_a_grave_charge_is_reported() -> None:
    """ev-record-sfo: each charge by itself."""
    first = event("serious_further_offence_charged", "2026-11-23")
    second = event("serious_further_offence_charged", "2026-12-01")

    seen = after(first, second)

    assert ["open", "open"] == of_row(seen, "ev-record-sfo")
    assert ("serious-further-offence", "noms") in seen.told()


def test_a_flag_after_the_end_is_recorded() -> None:
    """Nothing is opened for a sentence that is over."""
    end = event("sentence_ended", "2026-11-15", reason="other")
    item = flagged("mappa", "2026-11-20")

    seen = after(end, item)

    assert ("applied", "the sentence had ended on 2026-11-15") == seen.verdict(item)
    assert [] == of_row(seen, "ev-mappa-agency")

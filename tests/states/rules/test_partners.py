"""Arrangements that hold the case: MAPPA, IOM, MARAC, ViSOR (7.2)."""

from states.events.envelope import Event
from tests.states.custody import of_row
from tests.states.stream import Played, event, failed, played, serving


def after(*events: Event, now: str = "2026-12-31") -> Played:
    return played([*serving(), *events], now)


def flagged(agency: str, when: str, **more: object) -> Event:
    return event("agency_flag_changed", when, event_id=f"{agency}.{when}", agency=agency, **more)


def test_each_arrangement_opens_what_is_its_own() -> None:
    """ev-iom-select, ev-mappa-agency, ev-visor, iom-list-review: none is opened by another."""
    rows = ("ev-mappa-agency", "ev-visor", "iom-list-review")
    found = {
        agency: [row for row in rows if of_row(after(flagged(agency, "2026-11-20")), row)]
        for agency in ("mappa", "visor", "iom", "marac")
    }

    assert {
        "mappa": ["ev-mappa-agency"],
        "visor": ["ev-visor"],
        "iom": ["iom-list-review"],
        "marac": [],
    } == found


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

    assert [{"agency": "mappa", "since": "2026-11-20", "level": 3, "reference": "M-1"}] == after(
        first, raised
    ).view["agencies"]


def test_integrated_management_acts_swiftly_on_non_compliance() -> None:
    """iom-swift-action: only while it holds the case; a working day is ours."""
    failure = failed("F1", "2026-11-23", acceptable=None)

    assert [] == of_row(after(*failure), "iom-swift-action")
    seen = after(flagged("iom", "2026-11-20"), *failure)
    assert ("missed", "2026-11-24") == seen.clock("iom-swift-action/F1")


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

"""The rows of a record say what the view says, of every journey, and nothing personal."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from docs.journeys import load_journeys
from states.events.envelope import Event
from states.events.free_text import text_digest
from states.record import RecordRow, record_rows
from tests.states.stream import IDENTITY, at, event, failed, played, serving

JOURNEYS = load_journeys()


@cache
def lived(name: str) -> tuple[tuple[RecordRow, ...], dict[str, Any]]:
    found = JOURNEYS[name].simulated(JOURNEYS[name].base)
    return found.record(), found.view()


def table(found: tuple[RecordRow, ...], name: str) -> dict[str, Mapping[str, Any]]:
    return {row.key: row.values for row in found if row.table == name}


@pytest.mark.parametrize("name", JOURNEYS)
def test_rows_are_sorted_and_no_two_have_one_name(name: str) -> None:
    """A row is found by its table and key, and the order is the same in every run."""
    names = [(row.table, row.key) for row in lived(name)[0]]

    assert names == sorted(set(names))


@pytest.mark.parametrize("name", JOURNEYS)
def test_the_record_holds_what_the_view_shows(name: str) -> None:
    """Clocks with why they are due, failures, warnings, proceedings, requirements, moves."""
    found, view = lived(name)

    for part, key in (
        ("clocks", "id"),
        ("failures", "failure_id"),
        ("warnings", "warning_id"),
        ("requirements", "requirement_id"),
        ("stays", "stay_id"),
        ("warrants", "warrant_id"),
        ("reports", "report_id"),
    ):
        assert {item[key]: item for item in view[part]} == table(found, part)
    for part in ("breaches", "recalls", "transitions", "officers", "home_moves"):
        assert view[part] == list(table(found, part).values())
    (whole,) = table(found, "sentences").values()
    shared = set(whole) & set(view) - {"flags"}
    assert {"state", "phase", "outcome", "officer", "ends_on", "counted_failures"} <= shared
    assert {key: view[key] for key in shared} == {key: whole[key] for key in shared}
    assert sorted(flag["code"] for flag in view["flags"]) == whole["flags"]


@pytest.mark.parametrize("name", JOURNEYS)
def test_every_event_is_there_as_it_came(name: str) -> None:
    """With who sent it and when; what became of it lies apart, so that its row never changes."""
    found = lived(name)[0]
    events = JOURNEYS[name].events(JOURNEYS[name].base)
    sent = {f"{e.data['by']['organisation']}/{e.data['event_id']}": e for e in events}

    rows_of = table(found, "events")

    assert set(sent) == set(rows_of)
    assert {key: e.kind for key, e in sent.items()} == {k: r["kind"] for k, r in rows_of.items()}
    assert not {"verdict", "reason", "irregular"} & set().union(*map(set, rows_of.values()))


def recorded(events: list[Event], now: str) -> tuple[RecordRow, ...]:
    found = played(events, now)
    return record_rows(IDENTITY, found.case, found.decided, now=at(now))


def test_fact_and_opinion_lie_apart_and_are_digests() -> None:
    """NS 2015 1(b): the record keeps what happened apart from opinions about it."""
    said = {"fact": "He came late.", "opinion": "He seems tired."}
    events = [*serving(), event("contact_recorded", "2026-11-12", **said)]

    (contact,) = table(recorded(events, "2026-11-13"), "contacts").values()

    assert text_digest("He came late.") == contact["fact"]
    assert text_digest("He seems tired.") == contact["opinion"]


def test_what_is_told_of_a_victim_lies_in_tables_of_its_own() -> None:
    """The general record says that something came, and not what (NS 2015 7)."""
    offer = event("victim_contact_offered", "2026-11-12", victim_ref="V-REF", every_victim=True)

    found = recorded([*serving(), offer], "2026-11-13")

    apart = [row for row in found if "V-REF" in str(row)]
    assert {"victim_contacts", "victim_events"} == {row.table for row in apart}
    assert table(found, "events")[offer.uid]["said"] is None


def test_a_day_of_failures_counts_as_one_and_is_judged_by_the_worst_of_them() -> None:
    """AMB-05: the clock and the count are those of the day."""
    events = [*serving(), *failed("F1", "2026-11-16"), *failed("F2", "2026-11-16")]
    excused = event(
        "failure_judged", "2026-11-16 15:00", failure_id="F2", acceptable=True, event_id="J2"
    )

    (day,) = table(recorded(events, "2026-11-17"), "failure_days").values()
    (mixed,) = table(recorded([*events, excused], "2026-11-17"), "failure_days").values()

    assert (["F1", "F2"], False, True) == (day["failure_ids"], day["acceptable"], day["counts"])
    assert False is mixed["acceptable"]


def test_what_was_not_plainly_applied_says_why() -> None:
    """A refused decision has a disposition and is listed; a plain one has neither."""
    refused = event("warning_issued", "2026-11-12", warning_id="W1", failure_ids=["none"])

    found = recorded([*serving(), refused], "2026-11-13")

    assert {refused.uid} == set(table(found, "dispositions"))
    (open_message,) = table(found, "unapplied").values()
    assert (refused.event_id, False) == (open_message["event_id"], open_message["resolved"])


def test_no_row_changes_by_the_passing_of_a_day_on_which_nothing_falls_due() -> None:
    """Ages are left to the reader; otherwise every row would be rewritten each day."""
    events = serving()

    assert recorded(events, "2026-11-21 10:00") == recorded(events, "2026-11-22 10:00")

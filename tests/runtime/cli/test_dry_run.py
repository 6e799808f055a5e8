"""`dry-run` lists what a change of law would move, over the caseload, and sends nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from activities.standards import load_catalogue
from states.standards.law import StandardsCatalogue
from tests.isolation import eventually
from tests.runtime.cli.command_lines import command_words, three_weeks_ago
from tests.runtime.cli.terminal import Type, new_crn
from tests.states.laws import edition_of
from workflows import law as workflow_law

REVISED = "revised-1"
OTHER = "ns-other"


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> StandardsCatalogue:
    """A catalogue with another edition and a calendar on which nobody works for a month."""
    known = load_catalogue()
    newest = known.calendar()
    days = (date.today() - timedelta(days=25 - n) for n in range(30))  # noqa: DTZ011 - any zone
    holidays = {**newest.holidays, **dict.fromkeys(days, "Made up")}
    revised = replace(newest, name=REVISED, holidays=holidays)
    edition = known.editions["ns-2015"]
    rows = dict(edition.timescales)
    del rows["officer-assigned-prompt"]
    other = edition_of(edition, name=OTHER, digest="other", timescales=rows)
    catalogue = StandardsCatalogue(
        {"ns-2015": edition, OTHER: other},
        {newest.name: newest, REVISED: revised},
        known.packs,
    )
    monkeypatch.setattr("runtime.cli.dry_run.load_catalogue", lambda _root: catalogue)
    return catalogue


@pytest.fixture
def carried(made_up: StandardsCatalogue) -> Iterator[StandardsCatalogue]:
    """The same catalogue in the workers."""
    before = workflow_law._installed[:]  # noqa: SLF001 - there is no other way back
    workflow_law.install(made_up)
    yield made_up
    workflow_law._installed[:] = before  # noqa: SLF001 - as above


async def _begun(terminal: Type) -> tuple[str, str]:
    """Begin an order with a provider of its own, and return the person and the provider."""
    crn, code = new_crn(), f"D{uuid4().hex[:8]}"
    for line in (
        command_words("sentence_imposed", crn, "imposed", three_weeks_ago(10)),
        command_words("case_allocated", crn, "allocated", three_weeks_ago(11), provider_code=code),
    ):
        said = await terminal(*line)
        assert 0 == said.status, said.err

    async def is_listed() -> bool:
        return [crn] == [
            row["crn"] for row in (await terminal("list", "--provider", code, "--json")).data
        ]

    await eventually(is_listed)
    return crn, code


async def test_a_calendar_that_would_move_clocks(
    terminal: Type, carried: StandardsCatalogue
) -> None:
    """Each clock with both dates and the reason, and the sentence is as it was."""
    del carried
    crn, code = await _begun(terminal)
    said = await terminal("dry-run", "calendar", REVISED, "--provider", code, "--json")
    assert 0 == said.status, said.err
    (own,) = [item for item in said.data["found"] if item["crn"] == crn]
    (first,) = [move for move in own["moves"] if move["clock"] == "first-appt-community"]
    assert first["before"] < first["after"]
    assert first["reason"].endswith(f"gave way to {REVISED}")
    view = (await terminal("show", crn, "1", "--json")).data
    assert 2 == view["events_total"]

    printed = await terminal("dry-run", "calendar", REVISED, "--provider", code)
    assert "Clocks that would move" in printed.out
    assert "1 of 1 open sentences have clocks that would move" in printed.out


async def test_an_edition_lists_the_rules_that_differ(
    terminal: Type, carried: StandardsCatalogue
) -> None:
    """A running clock keeps its rule; a later one would not have it."""
    del carried
    crn, code = await _begun(terminal)
    said = await terminal("dry-run", "edition", OTHER, "--provider", code, "--json")
    dropped = [item["row"] for item in said.data["rules"]["ns-2015"]]
    assert (["officer-assigned-prompt"], 0) == (dropped, said.status)
    assert [] == [item for item in said.data["found"] if item["crn"] == crn]
    printed = await terminal("dry-run", "edition", OTHER, "--provider", code)
    assert "Rules that differ from ns-2015" in printed.out


async def test_a_name_that_is_not_in_the_catalogue_is_refused(terminal: Type) -> None:
    """With the names that are."""
    said = await terminal("dry-run", "edition", "ns-2099")
    assert said.refuses("there is no edition ns-2099; available: ns-2015")

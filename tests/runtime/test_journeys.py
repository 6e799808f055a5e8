"""Every journey on a real server, through virtual time, ends as in the offline simulation."""

from datetime import date
from pathlib import Path

import pytest

from docs.journeys import catalogue, load_journeys
from settings import Settings
from tests.isolation import isolated
from tests.journeys import JourneyResult
from tests.time_skipping import SentenceRun, run_stream, shift_to_future, time_skipping_server
from workflows.sentence import SentenceWorkflow

JOURNEYS = load_journeys()
CHOSEN = ("failure_entered_late", "rosh_escalated", "standard_recall_rereleased")
"""A late entry, a transfer, a recall; `make prove` runs all the others."""

REPEALED = ("committed_to_end", "licence_to_supervision", "supervision_committed")
"""Journeys of supervision after sentence, which a server of today can no longer show."""

EACH = [
    pytest.param(name, marks=() if name in CHOSEN else pytest.mark.prove)
    for name in JOURNEYS
    if name not in REPEALED
]


async def on_a_server(name: str, settings: Settings, folder: Path) -> tuple[date, SentenceRun]:
    """Run a journey on a server of its own; return its base as well."""
    async with time_skipping_server(folder, settings, [SentenceWorkflow]) as server:
        calendar = catalogue().calendar()
        base, events = shift_to_future(JOURNEYS[name].lines, calendar, await server.now())
        run = await run_stream(server, events, settings.task_queue)
    return base, run


def offline(name: str, base: date) -> JourneyResult:
    return JourneyResult.of_simulation(JOURNEYS[name].simulated(base), base)


@pytest.mark.parametrize("name", EACH)
async def test_a_journey_on_the_server_ends_as_in_the_fold(name: str, tmp_path: Path) -> None:
    """View, transitions, clocks, duties, notices and refusals, each on the very same day."""
    base, run = await on_a_server(name, isolated(tmp_path), tmp_path / "virtual")

    found, expected = JourneyResult.of_server(run, base), offline(name, base)

    assert expected.whole() == found.whole()
    assert offline(name, JOURNEYS[name].base).outline() == found.outline()

"""Every journey on a real server, through virtual time, ends as it does in the fold."""

from datetime import date
from pathlib import Path

import pytest

from docs.journeys import catalogue, load_journeys
from runtime.ahead import placed_ahead
from runtime.simulation import Life, simulate
from runtime.virtual import virtual_world
from settings import Settings
from tests.isolation import isolated
from tests.journeys import Account
from workflows.sentence import SentenceWorkflow

JOURNEYS = load_journeys()
CHOSEN = (
    "exclusion_police_notices",
    "failure_entered_late",
    "fixed_term_recall",
    "rosh_escalated",
    "supervision_committed",
)
"""An order, a late entry, a recall, a transfer, a committal; `make prove` lives all the others."""

EACH = [pytest.param(name, marks=() if name in CHOSEN else pytest.mark.prove) for name in JOURNEYS]


async def on_a_server(name: str, settings: Settings, folder: Path) -> tuple[date, Life]:
    """Live through a journey on a server of its own; return its base as well."""
    async with virtual_world(folder, settings, [SentenceWorkflow]) as world:
        # The server's clock begins now and only goes forward.
        begins_at = await world.now()
        base, events = placed_ahead(JOURNEYS[name].lines, catalogue().calendar(), begins_at)
        (life,) = (await simulate(world, events, settings.task_queue)).lives
    return base, life


def in_the_fold(name: str, base: date) -> Account:
    return Account.of_fold(JOURNEYS[name].simulated(base), base)


@pytest.mark.parametrize("name", EACH)
async def test_a_journey_on_the_server_ends_as_in_the_fold(name: str, tmp_path: Path) -> None:
    """View, transitions, clocks, duties, notices and refusals, each on the very same day."""
    base, life = await on_a_server(name, isolated(tmp_path), tmp_path / "virtual")

    found, expected = Account.of_server(life, base), in_the_fold(name, base)

    assert expected.whole() == found.whole()
    assert in_the_fold(name, JOURNEYS[name].base).outline() == found.outline()

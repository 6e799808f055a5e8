"""The Temporal UI, as ops see it in a real browser."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Page, async_playwright

from runtime.client import connect
from runtime.dev_server import run_dev_server
from runtime.event_sender import send_event
from runtime.ports import free_ports
from runtime.worker import build_activities, io_worker, sentence_worker
from states.standards.law import StandardsCatalogue
from states.time.london import day_of
from tests.isolation import isolated
from tests.ui.browser import CHROMIUM, FLAGS, LOOKS, PATIENCE_MS
from workflows.sentence import SentenceWorkflow

ROOT = Path(__file__).parents[2]
CRN = "X300001"
NAME = "Zebedee Fictitious"
BY = {"id": "C01", "role": "court_officer", "organisation": "NPS"}

pytestmark = LOOKS


@dataclass(frozen=True)
class UiSetup:
    """A browser in front of the UI of a server with one allocated sentence."""

    page: Page
    workflows: str
    due: str
    """The day by which its first appointment is due."""


def order(now: datetime) -> dict[str, Any]:
    """An order made this minute, with the person's name in it."""
    today = day_of(now)
    return {
        "event_id": "e-1",
        "occurred_at": now.isoformat(),
        "by": BY,
        "type": "community_order",
        "sentenced_on": today.isoformat(),
        "ends_on": (today + timedelta(days=364)).isoformat(),
        "offence": {"committed_on": "2026-01-05", "violent_or_sexual": False},
        "requirements": [{"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20}],
        "victims": {"statutory_contact": False},
        "person": {"name": NAME, "date_of_birth": "1990-01-01"},
    }


def given(now: datetime) -> dict[str, Any]:
    """Its allocation in the same minute."""
    return {
        "event_id": "e-2",
        "occurred_at": now.isoformat(),
        "by": BY,
        "provider": "CRC",
        "provider_code": "N07",
        "risk_screening_completed": True,
    }


@pytest.fixture(scope="module")
async def setup(
    tmp_path_factory: pytest.TempPathFactory, catalogue: StandardsCatalogue
) -> AsyncIterator[UiSetup]:
    """A server with its UI, a worker, one sentence, a browser."""
    folder, now = tmp_path_factory.mktemp("ui"), datetime.now(UTC)
    settings = isolated(folder)
    activities = build_activities(settings, catalogue)
    async with run_dev_server(folder, in_memory=True, choose_ports=free_ports) as server:
        client = await connect(address=server.address, namespace="default")
        sentences = sentence_worker(client, settings, activities, [SentenceWorkflow])
        async with (
            io_worker(client, settings, activities),
            sentences,
            async_playwright() as programs,
        ):
            queue = settings.task_queue
            for kind, event in (("sentence_imposed", order(now)), ("case_allocated", given(now))):
                await send_event(client, CRN, "1", kind, [event], task_queue=queue)
            browser = await programs.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            page = await browser.new_page(viewport={"width": 1400, "height": 900})
            page.set_default_timeout(PATIENCE_MS)
            due = str(catalogue.calendar().count(day_of(now), 5).due_on)
            yield UiSetup(page, f"{server.ui_url}/namespaces/default/workflows", due)
            await browser.close()


async def names_nobody(page: Page) -> bool:
    """Return whether no part of the name is anywhere in the page or its frames."""
    shown = [await frame.content() for frame in page.frames]
    return not any(part in text for part in NAME.split() for text in shown)


async def test_a_sentence_shows_its_named_timer_its_state_and_no_name(setup: UiSetup) -> None:
    """The timeline names the clock and its due day, the details the state; no person is named."""
    await setup.page.goto(f"{setup.workflows}/sentence-{CRN}-1")
    await setup.page.get_by_text(f"first-appt-community due {setup.due}").first.wait_for()
    assert await names_nobody(setup.page)

    await setup.page.get_by_text("User Metadata").first.click()
    # Each piece of Markdown is shown in a frame of its own, the summary first.
    frames = setup.page.frame_locator("iframe")
    await frames.last.get_by_text("State allocated by allocate").wait_for()
    await frames.first.get_by_text(f"sentence of {CRN}, event 1").wait_for()
    assert await names_nobody(setup.page)


async def test_the_list_takes_the_columns_of_the_documentation(setup: UiSetup) -> None:
    """The snippet of `docs/ui.md` works, and a filter in the address finds the sentence."""
    guide = (ROOT / "docs" / "ui.md").read_text("utf-8")
    (snippet,) = re.findall(r"```js\n(.*?)```", guide, re.DOTALL)
    query = quote('SentenceState = "allocated"')
    await setup.page.goto(f"{setup.workflows}?query={query}")
    await setup.page.get_by_text(f"sentence-{CRN}-1").first.wait_for()
    await setup.page.evaluate(snippet)

    for column in ("SentenceState", "NextDeadline", "OverdueTimescales", "Officer"):
        await setup.page.get_by_role("columnheader", name=column).first.wait_for()
    row = setup.page.get_by_role("row").filter(has_text=f"sentence-{CRN}-1")
    await row.get_by_text("allocated", exact=True).first.wait_for()
    assert await names_nobody(setup.page)

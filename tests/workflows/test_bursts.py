"""A burst of messages is decided in bounded turns, so that no workflow task takes too long.

These tests run as production does: two seconds for a workflow task, and no sandbox.
"""

import asyncio

import pytest
from temporalio.client import Client

from activities.contracts import END_WORKFLOW_TASK
from runtime.worker import build_activities, io_worker, sentence_worker
from states.standards.law import StandardsCatalogue
from tests.isolation import isolated
from tests.workflows.scene import (
    act,
    allocated,
    begin,
    day,
    nothing_under_way,
    runs,
    shows,
    task_faults,
)
from workflows.inbox import MESSAGES_PER_TURN
from workflows.sentence import SentenceWorkflow

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("temporals_limit")]


BURST = 1_000
"""Signals; the SDK makes a task of each before the sentence runs, which no turn can divide."""


async def test_a_burst_that_waits_for_a_worker_is_taken_in_turns(
    client: Client, catalogue: StandardsCatalogue, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every message is applied, and a workflow task ends after each full turn."""
    settings = isolated(tmp_path_factory.mktemp("burst"), workflow_sandbox=False)
    handle = await begin(client, settings, *allocated(-5))
    notes = [
        act("contact_recorded", f"{day(-1)} 10:00", event_id=f"note-{number}")
        for number in range(BURST)
    ]
    for start in range(0, BURST, 50):
        await asyncio.gather(
            *(handle.signal(kind, data) for kind, data in notes[start : start + 50])
        )
    activities = build_activities(settings, catalogue)
    sentences = sentence_worker(client, settings, activities, workflows=[SentenceWorkflow])
    async with io_worker(client, settings, activities), sentences:
        await shows(handle, events_total=BURST + 2)
        await nothing_under_way(client, handle)

    histories = await runs(client, handle)
    events = [event for run in histories for event in run]
    names = [event.activity_task_scheduled_event_attributes.activity_type.name for event in events]
    assert names.count(END_WORKFLOW_TASK) >= BURST // MESSAGES_PER_TURN
    assert [] == task_faults(events)

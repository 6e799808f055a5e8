"""`status` counts the fleet, and says when a sentence stands still; `list --stuck` names it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from runtime.dev_server import DevServer
from states.sentence_ref import SentenceRef
from tests.isolation import eventually
from tests.runtime.cli.terminal import new_crn, run_command_async
from tests.stores import prepared_files
from workflows.ids import WORKFLOW_TYPE
from workflows.search_attributes import NEXT_DEADLINE, OVERDUE


async def test_a_clock_that_did_not_fire_is_counted_and_named(
    client: Client, server: DevServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No worker serves the sentence: it is open, ready for nothing, and in no other list."""
    queue = f"nobody-{uuid4().hex}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("SENTENCES_TASK_QUEUE", queue)
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path))
    prepared_files(tmp_path)
    assert 0 == (await run_command_async("status")).status
    due = {new_crn(): timedelta(hours=2), new_crn(): timedelta(minutes=20)}
    for crn, past in due.items():
        attributes = TypedSearchAttributes(
            [
                SearchAttributePair(NEXT_DEADLINE, datetime.now(UTC) - past),
                SearchAttributePair(OVERDUE, 1),
            ]
        )
        await client.start_workflow(
            WORKFLOW_TYPE,
            id=SentenceRef(crn, "1").workflow_id,
            task_queue=queue,
            search_attributes=attributes,
        )

    async def is_counted() -> bool:
        found = json.loads((await run_command_async("status", "--json")).out)
        expected = {"sentences": 2, "overdue": 2, "late": 1, "failing": 0, "unversioned": 2}
        return expected == {name: found[name] for name in expected}

    await eventually(is_counted)
    said = await run_command_async("status")
    assert 1 == said.status
    assert "0 sentences fail and 1 have a clock that did not fire" in said.err
    named = {
        row["crn"] for row in json.loads((await run_command_async("list", "--stuck", "--json")).out)
    }
    stuck, quiet = due
    assert stuck in named
    assert quiet not in named
    for crn in due:
        await client.get_workflow_handle(SentenceRef(crn, "1").workflow_id).terminate()

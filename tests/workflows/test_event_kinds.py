"""Every kind that is published can be sent: a sentence reads it, whatever it makes of it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from temporalio.client import Client

from runtime.event_sender import send_event
from states.events.examples import example
from states.events.registry import KINDS, NUDGE
from tests.isolation import Working, eventually
from tests.workflows.scene import Handle, new_crn
from workflows.ids import workflow_id_of
from workflows.sentence import SentenceWorkflow

LEAVES: Final = "sentence_moved"
"""After it the sentence answers no more, for it goes on elsewhere."""

ROUND: Final = sorted((kind for kind in KINDS if kind != LEAVES), key=lambda kind: KINDS[kind].RANK)


def published(kind: str) -> dict[str, Any]:
    """The example of a kind; were it in the future, it would be held until it comes."""
    data = example(kind)
    latest = datetime.now(UTC) - timedelta(minutes=1)
    happened = min(latest, datetime.fromisoformat(data["occurred_at"]))
    return {**data, "occurred_at": happened.isoformat()}


async def told(client: Client, queue: str, kinds: list[str]) -> Handle:
    """A sentence that was sent the published example of each kind, in this order."""
    crn = new_crn()
    for kind in kinds:
        await send_event(client, crn, "1", kind, [published(kind)], task_queue=queue)
    await send_event(client, crn, "1", NUDGE, [{}], task_queue=queue)
    return client.get_workflow_handle(workflow_id_of(crn, "1"))


async def receipt(handle: Handle, kind: str) -> dict[str, Any]:
    """What became of the example of a kind, once the sentence has decided."""
    found: list[dict[str, Any]] = []

    async def is_decided() -> bool:
        found[:] = await handle.query("receipt", f"{kind}-1")
        return bool(found) and "queued" != found[0]["disposition"]

    await eventually(is_decided)
    (only,) = found
    return only


async def test_the_example_of_every_kind_is_read(client: Client, working: Working) -> None:
    """Applied, held or refused as the rules say, and never quarantined, and many applied."""
    queue = uuid4().hex
    handle = await told(client, queue, ROUND)
    async with working([SentenceWorkflow], task_queue=queue, quiet_minutes=0):
        verdicts = Counter([(await receipt(handle, kind))["disposition"] for kind in ROUND])
        unapplied = await handle.query("unapplied")

    assert {} == unapplied["quarantined"]["by_code"]
    assert {"applied", "held", "refused"} >= set(verdicts)
    assert 30 <= verdicts["applied"]


async def test_any_kind_may_come_first(client: Client, working: Working) -> None:
    """Each starts a sentence, which waits for its order and knows what it was told."""
    queue = uuid4().hex
    handles = {
        kind: await told(client, queue, [kind])
        for kind in (LEAVES, "released", "warning_issued", "message_resolved")
    }
    async with working([SentenceWorkflow], task_queue=queue, quiet_minutes=0):
        for kind, handle in handles.items():
            found = await receipt(handle, kind)
            assert found["disposition"] in {"applied", "held", "refused"}, kind

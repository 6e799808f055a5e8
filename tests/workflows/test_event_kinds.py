"""Every published kind of event can be sent: the sentence reads it, whatever the rules decide."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from temporalio.client import Client

from runtime.event_sender import send_event
from states.events.registry import KINDS, NUDGE
from states.events.schema_examples import example
from states.sentence_ref import SentenceRef
from tests.isolation import Working, eventually
from tests.workflows.scene import Handle, new_crn
from workflows.sentence import SentenceWorkflow

LEAVES: Final = "sentence_moved"
"""After it the sentence continues elsewhere, and answers no more."""

ROUND: Final = sorted((kind for kind in KINDS if kind != LEAVES), key=lambda kind: KINDS[kind].RANK)


def published(kind: str) -> dict[str, Any]:
    """Return the example of a kind, but never in the future, where it would be held."""
    data = example(kind)
    latest = datetime.now(UTC) - timedelta(minutes=1)
    happened = min(latest, datetime.fromisoformat(data["occurred_at"]))
    return {**data, "occurred_at": happened.isoformat()}


async def sent_to_one(client: Client, queue: str, kinds: list[str]) -> Handle:
    """Send the published examples of these kinds to one sentence, in this order."""
    crn = new_crn()
    for kind in kinds:
        await send_event(client, crn, "1", kind=kind, arguments=[published(kind)], task_queue=queue)
    await send_event(client, crn, "1", kind=NUDGE, arguments=[{}], task_queue=queue)
    return client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)


async def receipt(handle: Handle, kind: str) -> dict[str, Any]:
    """Return the receipt of the example of a kind, once it is decided."""
    found: list[dict[str, Any]] = []

    async def is_decided() -> bool:
        found[:] = await handle.query("receipt", f"{kind}-1")
        return bool(found) and "queued" != found[0]["disposition"]

    await eventually(is_decided)
    (only,) = found
    return only


async def test_the_example_of_every_kind_is_read(client: Client, working: Working) -> None:
    """Each is applied, held or refused; none is quarantined, and most are applied."""
    queue = uuid4().hex
    handle = await sent_to_one(client, queue, ROUND)
    async with working([SentenceWorkflow], task_queue=queue, quiet_minutes=0):
        verdicts = Counter([(await receipt(handle, kind))["disposition"] for kind in ROUND])
        unapplied = await handle.query("unapplied")

    assert {} == unapplied["quarantined"]["by_code"]
    assert {"applied", "held", "refused"} >= set(verdicts)
    assert 30 <= verdicts["applied"]


async def test_any_kind_may_come_first(client: Client, working: Working) -> None:
    """Each starts a sentence, which waits for its imposition and keeps the event."""
    queue = uuid4().hex
    handles = {
        kind: await sent_to_one(client, queue, [kind])
        for kind in (LEAVES, "released", "warning_issued", "message_resolved")
    }
    async with working([SentenceWorkflow], task_queue=queue, quiet_minutes=0):
        for kind, handle in handles.items():
            found = await receipt(handle, kind)
            assert found["disposition"] in {"applied", "held", "refused"}, kind

"""A client that does not know whether its event arrived sends it again; the server drops it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution
from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHistory
from temporalio.common import RawValue

from activities.crypto.envelope import Signer
from activities.crypto.keys import Key
from runtime.event_sender import encrypted_request_id, request_id, send_event
from states.events.schema_examples import example
from states.sentence_ref import SentenceRef
from tests.activities.crypto.rings import AT, NEW, OLD, SIGNER
from tests.isolation import Working
from tests.runtime.cli.terminal import new_crn
from workflows.sentence import SentenceWorkflow

KIND = "case_allocated"
NAME = "sentence-X320741-1"


def named(data: Any, *, kind: str = KIND, name: str = NAME) -> str:
    """The request id of one argument."""
    return request_id(name, kind, [data])


def altered(**fields: Any) -> dict[str, Any]:
    """The example, with other fields."""
    return {**example(KIND), **fields}


def test_the_same_event_has_the_same_request_id() -> None:
    """However its fields are ordered; the id holds codes alone, within what the server takes."""
    data = example(KIND)
    turned = dict(reversed(data.items()))

    assert named(data) == named(turned)
    assert named(data).startswith(f"{NAME}/{KIND}/")
    assert len(named(data)) < 200


@pytest.mark.parametrize(
    "other",
    [
        named(example(KIND), name="sentence-X320741-2"),
        named(example(KIND), kind="officer_assigned"),
        named(altered(event_id="e-9")),
        named(altered(provider_code="N08")),
        named(altered(by={**example(KIND)["by"], "organisation": "CRC"})),
    ],
    ids=["sentence", "kind", "event_id", "content", "organisation"],
)
def test_another_event_has_another_request_id(other: str) -> None:
    """One that says something else must reach the sentence, to be quarantined there if need be."""
    assert named(example(KIND)) != other


def test_how_it_is_sealed_and_a_secret_make_another_id() -> None:
    """A message that is encrypted again gets another id; a guess cannot be confirmed."""
    plain = named(example(KIND))
    ids = {
        plain,
        request_id(NAME, KIND, [example(KIND)], encryption="k1"),
        request_id(NAME, KIND, [example(KIND)], encryption="k2"),
        request_id(NAME, KIND, [example(KIND)], secret=b"known to few"),
    }

    assert 4 == len(ids)


def test_a_sealed_message_is_the_same_for_an_hour_where_its_signature_is_dated() -> None:
    """A retry is dropped; what nobody could take is heard when it is signed anew later on."""

    def asked(key: Key | None, signer: Signer | None, at: datetime) -> str:
        return encrypted_request_id(key, signer, NAME, kind=KIND, arguments=[example(KIND)], now=at)

    soon, later = AT + timedelta(minutes=59), AT + timedelta(hours=1)

    assert named(example(KIND)) == asked(None, None, AT)
    assert asked(NEW, SIGNER, AT) == asked(NEW, SIGNER, soon)
    assert asked(NEW, None, AT) == asked(NEW, None, later)
    ids = [(NEW, SIGNER, AT), (NEW, SIGNER, later), (NEW, None, AT), (OLD, None, AT)]
    assert 5 == len({named(example(KIND)), *(asked(*how) for how in ids)})


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [{}],
        [None],
        [{"event_id": "e-1"}],
        [{"event_id": 7, "by": {}}],
        [example(KIND), example(KIND)],
        [RawValue(Payload(data=b"{"))],
    ],
    ids=["nothing", "a nudge", "null", "no sender", "a number", "two", "raw"],
)
def test_what_is_no_event_is_never_the_same_as_another(arguments: list[Any]) -> None:
    """A second nudge wakes the sentence again."""
    assert request_id(NAME, KIND, arguments) != request_id(NAME, KIND, arguments)


async def history_of(client: Client, name: str) -> WorkflowHistory:
    """History that the server keeps of a sentence."""
    return await client.get_workflow_handle(name).fetch_history()


def signals(history: WorkflowHistory) -> list[str]:
    """The names of the signals in a history."""
    return [
        event.workflow_execution_signaled_event_attributes.signal_name
        for event in history.events
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]


async def test_an_event_sent_twice_is_one_signal(client: Client) -> None:
    """Also the first event, which starts the sentence; without a worker nobody else could drop it.

    Two nudges stay two, and so do two events of one id that say different things.
    """
    crn, queue = new_crn(), uuid4().hex
    messages: list[tuple[str, Any]] = [
        (KIND, example(KIND)),
        (KIND, example(KIND)),
        ("officer_assigned", example("officer_assigned")),
        ("officer_assigned", example("officer_assigned")),
        (KIND, altered(provider_code="N08")),
        (KIND, example(KIND)),
        ("nudge", {}),
        ("nudge", {}),
    ]
    for kind, data in messages:
        name = await send_event(client, crn, "1", kind, [data], task_queue=queue)

    assert [KIND, "officer_assigned", KIND, "nudge", "nudge"] == signals(
        await history_of(client, name)
    )


async def test_what_is_sealed_already_is_named_by_its_sender(client: Client) -> None:
    """Encrypted twice the same event differs; the id that the sender gives it does not."""
    crn, queue = new_crn(), uuid4().hex
    asked = request_id(SentenceRef(crn, "1").workflow_id, KIND, [example(KIND)], encryption="k1")
    for number in range(2):
        message = RawValue(Payload(data=b"encrypted %d" % number))
        name = await send_event(
            client, crn, "1", KIND, [message], task_queue=queue, request_id=asked
        )

    assert [KIND] == signals(await history_of(client, name))


async def test_a_plain_signal_sent_twice_is_one_signal(client: Client) -> None:
    """Clients of other languages that signal, and do not start, can use the same id."""
    crn, queue = new_crn(), uuid4().hex
    name = await send_event(client, crn, "1", KIND, [example(KIND)], task_queue=queue)
    data = example("officer_assigned")
    again = SignalWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=name),
        signal_name="officer_assigned",
        input=Payloads(payloads=await client.data_converter.encode([data])),
        request_id=request_id(name, "officer_assigned", [data]),
    )
    for _ in range(2):
        await client.workflow_service.signal_workflow_execution(again)
    await send_event(client, crn, "1", "officer_assigned", [data], task_queue=queue)

    assert [KIND, "officer_assigned"] == signals(await history_of(client, name))


async def test_an_update_sent_twice_is_one_update(client: Client, working: Working) -> None:
    """The second call gets the answer of the first, and leaves nothing in the history."""
    crn = new_crn()
    name, data = SentenceRef(crn, "1").workflow_id, example("officer_assigned")
    message = {"kind": "officer_assigned", "data": data}
    asked = request_id(name, "officer_assigned", [data])
    async with working([SentenceWorkflow]) as settings:
        await send_event(client, crn, "1", "nudge", [{}], task_queue=settings.task_queue)
        handle = client.get_workflow_handle(name)
        answers = [await handle.execute_update("submit", message, id=asked) for _ in range(2)]
        accepted = [
            event.workflow_execution_update_accepted_event_attributes.protocol_instance_id
            for event in (await handle.fetch_history()).events
            if event.HasField("workflow_execution_update_accepted_event_attributes")
        ]

    assert answers[0] == answers[1]
    assert [asked] == accepted

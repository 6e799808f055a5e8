"""What is sent from one sentence to another is for that sentence alone, and says who sends it."""

from base64 import b64encode
from typing import Any, cast

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from activities.names import HANDED_OVER, TARGET_CLOSED, Forwarded, HandOver, Parcel, Sender
from activities.relocation import Relocation, TargetClosedError
from activities.sealing.letters import Opened, Post
from activities.sealing.verdict import Standing, Verdict
from tests.activities.sealing.rings import AT, HERE, KIND, RING, THERE

PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'{"event_id": "e-1"}')
PARCEL = Parcel(
    by=Sender(id="a", role="officer", organisation="NPS"),
    source=HERE,
    target=THERE,
    digest="0" * 64,
    part=1,
    parts=1,
    data="x",
)
HAND_OVER = HandOver(
    workflow_type="SentenceWorkflow", crn="X320741", event_number="2", parcel=PARCEL
)


class Calls:
    """A client that keeps what it is told, or cannot be reached."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.told: list[tuple[str, list[Any]]] = []
        self.started: dict[str, Any] = {}

    def get_workflow_handle(self, name: str) -> "Calls":
        """Return itself."""
        self.named = name
        return self

    async def signal(self, name: str, *, args: list[Any]) -> None:
        """Keep a signal."""
        if self.error is not None:
            raise self.error
        self.told.append((name, args))

    async def start_workflow(self, name: str, argument: Any, **how: Any) -> None:
        """Keep a start."""
        self.started = {"name": name, "argument": argument, **how}


def relocation(calls: Calls, *, sealed: bool = True) -> Relocation:
    """The activities of a process, with keys or without."""
    return Relocation(cast("Client", calls), "sentences", RING if sealed else None)


def forwarded(*payloads: Payload, sender: str = "") -> Forwarded:
    """A message that goes on."""
    packed = [b64encode(item.SerializeToString()).decode() for item in payloads]
    return Forwarded(target=THERE, name=KIND, payloads=packed, sender=sender)


def opened(payload: Payload, *, at: str = THERE, kind: str = KIND) -> object:
    """What a sentence makes of a payload."""
    return Post(RING).open_letter(payload, workflow_id=at, kind=kind, now=AT)


async def test_a_message_that_was_not_opened_goes_on_as_it_came() -> None:
    """Byte for byte, in its order: whoever takes over judges it."""
    calls = Calls()
    odd = Payload(metadata={"encoding": b"odd"}, data=bytes(range(256)))

    await relocation(calls).forward(forwarded(PLAIN, odd))

    ((name, payloads),) = calls.told
    assert (THERE, KIND) == (calls.named, name)
    assert [PLAIN, odd] == [item.payload for item in payloads]


async def test_a_message_that_was_opened_is_sealed_for_the_new_name() -> None:
    """Its text is unchanged, the old sentence vouches for it, and it opens nowhere else."""
    calls = Calls()

    await relocation(calls).forward(forwarded(PLAIN, sender=HERE))

    ((_, (value,)),) = calls.told
    found = opened(value.payload)
    assert isinstance(found, Opened)
    assert (PLAIN.data, Verdict(Standing.VOUCHED, sender=HERE)) == (found.plain, found.verdict)
    assert not isinstance(opened(value.payload, at=HERE), Opened)


async def test_where_the_target_runs_no_more_trying_again_is_no_help() -> None:
    """The sentence is told so, and keeps the message."""
    gone = RPCError("workflow not found", RPCStatusCode.NOT_FOUND, b"")

    with pytest.raises(TargetClosedError, match=f"{THERE} runs no more") as found:
        await relocation(Calls(gone)).forward(forwarded(PLAIN))
    assert (TARGET_CLOSED, True) == (found.value.type, found.value.non_retryable)


async def test_a_server_that_is_away_is_worth_another_attempt() -> None:
    """Its error passes through, which Temporal tries again."""
    away = RPCError("no", RPCStatusCode.UNAVAILABLE, b"")

    with pytest.raises(RPCError) as found:
        await relocation(Calls(away)).forward(forwarded(PLAIN))
    assert away is found.value


async def test_a_parcel_starts_its_sentence_and_opens_there_alone() -> None:
    """One that runs is signalled, one that has ended is opened again."""
    calls = Calls()

    await relocation(calls).hand_over(HAND_OVER)

    started = calls.started
    assert {"crn": "X320741", "event_number": "2"} == started["argument"]
    assert (THERE, HANDED_OVER, "sentences") == (
        started["id"],
        started["start_signal"],
        started["task_queue"],
    )
    assert WorkflowIDReusePolicy.ALLOW_DUPLICATE == started["id_reuse_policy"]
    assert WorkflowIDConflictPolicy.USE_EXISTING == started["id_conflict_policy"]
    (value,) = started["start_signal_args"]
    found = opened(value.payload, kind=HANDED_OVER)
    assert isinstance(found, Opened)
    assert PARCEL == Parcel.model_validate_json(found.plain)
    assert Verdict(Standing.VOUCHED, sender=HERE) == found.verdict
    assert not isinstance(opened(value.payload), Opened)


async def test_without_keys_a_parcel_goes_readable() -> None:
    """As all else of such an installation."""
    calls = Calls()

    await relocation(calls, sealed=False).hand_over(HAND_OVER)

    (sent,) = calls.started["start_signal_args"]
    assert PARCEL == sent
    assert not isinstance(sent, RawValue)

"""Encrypted messages are decrypted once, and history keeps the answer; forged ones do nothing."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.contracts import DECRYPT_MESSAGES, OWN_ENCODING, TRANSFER_SIGNAL
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import Key, KeyRing
from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from states.sentence_ref import SentenceRef
from states.standards.law import StandardsCatalogue
from tests.activities.crypto.rings import SIGNER, STRANGER, integrators_file
from tests.isolation import eventually, isolated
from tests.states.orders import Act
from tests.states.wording import OPS
from tests.workflows.scene import (
    EVENT_NUMBER,
    Handle,
    act,
    allocated,
    day,
    new_crn,
    nothing_under_way,
    refusable,
    runs,
    shows,
    task_faults,
    view_of,
)
from workflows.ids import WORKFLOW_TYPE
from workflows.sentence import SentenceWorkflow

pytestmark = pytest.mark.timeout(90)

FIRST = Key("2026-05", bytes(range(32)))
SECOND = Key("2026-11", bytes(range(100, 132)))
MARK = "Bartholomew"
"""Text that no history may hold as plaintext."""


def encrypted(workflow_id: str, sent: Act, **how: Any) -> Payload:
    """Return one event, encrypted and signed by a known integrator unless `how` differs."""
    kind, data = sent
    return encrypt_event(
        how.pop("keys", FIRST),
        how.pop("signer", SIGNER),
        workflow_id,
        kind=kind,
        data=data,
        **how,
    )


def keys_text(*keys: Key) -> str:
    return "\n".join(f"{key.id} {b64encode(key.secret).decode()}" for key in keys)


class EncryptingWorker:
    """A worker that accepts only encrypted and signed messages, and a client with its keys."""

    def __init__(self, client: Client, bare: Client, settings: Settings) -> None:
        self.client = client
        self.bare = bare
        self.settings = settings
        assert settings.keys_file is not None
        self.ring = settings.keys_file

    async def begin(self, *acts: Act) -> Handle:
        """Start a sentence by its first event; send the others after it."""
        name = SentenceRef(new_crn(), EVENT_NUMBER).workflow_id
        first, *more = acts
        handle = await self.client.start_workflow(
            WORKFLOW_TYPE,
            id=name,
            task_queue=self.settings.task_queue,
            start_signal=first[0],
            start_signal_args=[RawValue(encrypted(name, first))],
        )
        handle = self.client.get_workflow_handle(handle.id)
        for sent in more:
            await self.tell(handle, sent[0], encrypted(name, sent))
        return handle

    async def tell(self, handle: Handle, kind: str, payload: Payload) -> None:
        """Signal the payload as it is, as a client without a codec does."""
        await self.bare.get_workflow_handle(handle.id).signal(kind, RawValue(payload))


@asynccontextmanager
async def encrypting_worker(
    server: DevServer, catalogue: StandardsCatalogue, folder: Path, **changes: object
) -> AsyncIterator[EncryptingWorker]:
    ring = folder / "keys"
    ring.write_text(keys_text(FIRST))
    settings = isolated(
        folder,
        keys_file=ring,
        integrators_file=integrators_file(folder),
        plain_payloads=False,
        **{"unsigned_senders": False, **changes},
    )
    keys = KeyRing(FIRST)
    client = await connect(address=server.address, namespace="default", keys=keys)
    activities = build_activities(settings, catalogue)
    sentences = sentence_worker(client, settings, activities, workflows=[SentenceWorkflow])
    async with io_worker(client, settings, activities), sentences:
        bare = await connect(address=server.address, namespace="default")
        yield EncryptingWorker(client, bare, settings)


async def _unapplied(handle: Handle, **fields: Any) -> list[dict[str, Any]]:
    seen = await shows(handle, **fields)
    found: list[dict[str, Any]] = seen["unapplied"]
    return found


def officers(acts: list[Act]) -> list[Act]:
    """Return the same acts by an officer of the NPS, for whom the tests' integrator may send."""
    by = {"id": "N07A001", "role": "officer", "organisation": "NPS"}
    return [(kind, {**data, "by": by}) for kind, data in acts]


def note(offset: int = -1, **fields: Any) -> Act:
    (sent,) = officers([act("contact_recorded", day(offset), fact=f"{MARK} came.", **fields)])
    return sent


async def test_encrypted_events_are_applied_and_no_history_holds_their_text(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """Every event is applied, with its signer as the sender."""
    async with encrypting_worker(server, catalogue, tmp_path, continue_after_events=10) as own:
        sent = [*officers(allocated(-5)), *(note(-1, event_id=f"n{n}") for n in range(12))]
        handle = await own.begin(*sent)
        await shows(handle, events_total=len(sent), state="allocated", unapplied_total=0)

        rows = await handle.query("record", 1)
        senders = {values["sender"] for table, _, values in rows["rows"] if table == "events"}
        assert {"signed:delius:delius-2026"} == senders

        async def crossed() -> bool:
            return len(await runs(own.client, handle)) > 1

        await eventually(crossed)
        await nothing_under_way(own.client, handle)
        histories = await runs(own.client, handle)
        raw = b"".join(event.SerializeToString() for events in histories for event in events)
        assert [] == [word for word in (MARK, "sentenced_on") if word.encode() in raw]
        assert [] == [fault for events in histories for fault in task_faults(events)]


async def test_a_running_sentence_decrypts_without_waiting_for_a_timer(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """A server fires even the shortest timer up to a second late; an activity answers at once."""
    async with encrypting_worker(server, catalogue, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await shows(handle, state="allocated")
        await nothing_under_way(own.client, handle)
        (before,) = await runs(own.client, handle)
        await own.tell(handle, "contact_recorded", encrypted(handle.id, note()))
        await shows(handle, events_total=3)
        await nothing_under_way(own.client, handle)

        (after,) = await runs(own.client, handle)
        new = after[len(before) :]
        types = [event.event_type for event in new]
        assert EventType.EVENT_TYPE_TIMER_FIRED not in types
        assert EventType.EVENT_TYPE_MARKER_RECORDED not in types
        scheduled = [event.activity_task_scheduled_event_attributes for event in new]
        assert DECRYPT_MESSAGES in [item.activity_type.name for item in scheduled]


FORGED: tuple[tuple[str, Callable[[str], Payload]], ...] = (
    ("wrong_context", lambda name: encrypted(f"{name}0", note())),
    ("wrong_context", lambda name: encrypted(name, ("rosh_assessed", note()[1]))),
    ("tampered", lambda name: _bent(encrypted(name, note()), lambda data: data[:-5])),
    ("tampered", lambda name: _bent(encrypted(name, note()), _flipped)),
    ("wrong_signature", lambda name: encrypted(name, note(), signer=STRANGER)),
    ("unsigned", lambda name: encrypted(name, note(), signer=None)),
    ("expired", lambda name: encrypted(name, note(), now=datetime.now(UTC) - timedelta(days=9))),
    ("plaintext_refused", lambda name: encrypted(name, note(), keys=None)),
    ("internal_encoding", lambda name: _as_ours(name.encode())),
    ("role_not_allowed", lambda name: encrypted(name, _by_court())),
)
"""The code of the quarantine, and a forged message for a workflow id."""


async def test_a_forged_message_is_quarantined_with_its_code_and_changes_nothing(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """Each is listed by itself, and the next honest message is applied."""
    async with encrypting_worker(server, catalogue, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        listed: dict[str, str] = {}
        for number, (code, forge) in enumerate(FORGED, 1):
            await own.tell(handle, "contact_recorded", forge(handle.id))
            seen = await _unapplied(handle, unapplied_total=number, events_total=2)
            (new,) = (item for item in seen if item["digest"] not in listed)
            assert (code, "quarantined") == (new["code"], new["disposition"])
            assert MARK not in str(new)
            listed[new["digest"]] = new["code"]
        await own.tell(handle, "contact_recorded", encrypted(handle.id, note()))
        await shows(handle, events_total=3, unapplied_total=len(FORGED))
        histories = await runs(own.client, handle)
        assert [] == [fault for events in histories for fault in task_faults(events)]


def _bent(payload: Payload, how: Callable[[bytes], bytes]) -> Payload:
    return Payload(metadata=payload.metadata, data=how(payload.data))


def _as_ours(data: bytes) -> Payload:
    return Payload(metadata={"encoding": OWN_ENCODING}, data=data)


def _flipped(data: bytes) -> bytes:
    return data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]


def _by_court() -> Act:
    by = {"id": "C1", "role": "court", "organisation": "NPS"}
    return act("contact_recorded", day(-1), by=by)


async def test_a_message_with_a_missing_key_waits_for_the_key(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """It is held and shown; with the key in the file, a nudge gets it applied."""
    async with encrypting_worker(server, catalogue, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await own.tell(handle, "contact_recorded", encrypted(handle.id, note(), keys=SECOND))
        (listed,) = await _unapplied(handle, unapplied_total=1)
        assert ("unknown_key", "held") == (listed["code"], listed["disposition"])

        own.ring.write_text(keys_text(FIRST, SECOND))

        await handle.signal("nudge")
        await shows(handle, events_total=3, unapplied_total=0)


async def test_a_message_that_stays_encrypted_does_not_cause_new_runs(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """It carries over to the next run and stays listed, but does not count as a new message."""
    async with encrypting_worker(server, catalogue, tmp_path, continue_after_events=10) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await own.tell(handle, "contact_recorded", encrypted(handle.id, note(), keys=SECOND))
        await shows(handle, unapplied_total=1)
        for number in range(5):
            sent = note(event_id=f"n{number}")
            await own.tell(handle, "contact_recorded", encrypted(handle.id, sent))
            await shows(handle, events_total=3 + number)

        async def rests() -> bool:
            before = len(await runs(own.client, handle))
            await asyncio.sleep(2)
            return 1 < before == len(await runs(own.client, handle))

        await eventually(rests)
        (listed,) = await _unapplied(handle, unapplied_total=1)
        assert ("unknown_key", "held") == (listed["code"], listed["disposition"])
        own.ring.write_text(keys_text(FIRST, SECOND))
        await handle.signal("nudge")
        await shows(handle, events_total=8, unapplied_total=0)


async def test_the_same_event_encrypted_again_is_a_repeat(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """The content counts, not the bytes of the ciphertext."""
    async with encrypting_worker(server, catalogue, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        once = encrypted(handle.id, note())
        for payload in (once, once, encrypted(handle.id, note())):
            await own.tell(handle, "contact_recorded", payload)

        seen = await shows(handle, events_total=3, unapplied_total=0)

        async def counted() -> bool:
            return bool((await view_of(handle))["arrival"]["repeats"] == 2)

        await eventually(counted)
        assert 0 == seen["arrival"]["quarantined"]


async def test_an_update_with_an_encrypted_message_gets_its_receipt(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """The caller learns the outcome, or the refusal; a refused message leaves nothing behind."""
    async with encrypting_worker(server, catalogue, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await shows(handle, state="allocated")

        receipt = await _submit(
            handle, encrypted(handle.id, note(event_id="n1")), "contact_recorded"
        )
        assert [("n1", "applied")] == [(r["event_id"], r["disposition"]) for r in receipt]

        forged = encrypted(handle.id, note(), signer=STRANGER)
        assert "wrong_signature" == await _refused(handle, forged, "contact_recorded")
        bad = encrypted(handle.id, *officers([refusable(-3)]))
        assert "refused" == await _refused(handle, bad, "duty_discharged")
        readable = {"kind": "contact_recorded", "data": note()[1]}
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await handle.execute_update("submit", readable)
        assert isinstance(caught.value.cause, ApplicationError)
        assert "plaintext_refused" == caught.value.cause.type
        seen = await shows(handle, events_total=3)
        assert 0 == seen["arrival"]["quarantined"]


async def _submit(handle: Handle, payload: Payload, kind: str) -> list[dict[str, Any]]:
    sent = {"kind": kind, "encrypted": payload.data.decode()}
    found: list[dict[str, Any]] = await handle.execute_update("submit", sent)
    return found


async def _refused(handle: Handle, payload: Payload, kind: str) -> str | None:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await _submit(handle, payload, kind)
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause.type


async def test_a_sentence_of_encrypted_messages_can_be_transferred(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """The case and the forwarded messages are encrypted for the new workflow id.

    A forwarded message names its signer and that our process asserts it. A case that an integrator
    sends is refused.
    """
    async with encrypting_worker(server, catalogue, tmp_path, unsigned_senders=True) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await shows(handle, state="allocated")
        crn = new_crn()
        named = {"to_crn": crn, "to_event_number": EVENT_NUMBER}
        moved = act("sentence_moved", day(-1), by=OPS, **named)
        await own.tell(handle, moved[0], encrypted(handle.id, moved, signer=None))
        new = own.client.get_workflow_handle(SentenceRef(crn, EVENT_NUMBER).workflow_id)

        async def arrived() -> bool:
            try:
                return bool((await view_of(new)).get("events_total") == 3)
            except RPCError:
                return False

        await eventually(arrived)
        await own.tell(handle, "contact_recorded", encrypted(handle.id, note()))
        await shows(new, events_total=4, state="allocated", unapplied_total=0)
        rows = await new.query("record", 1)
        senders = {values["sender"] for table, _, values in rows["rows"] if table == "events"}
        assert {
            "signed:delius:delius-2026",
            "unsigned",
            "asserted:signed:delius:delius-2026",
        } == senders

        forged = encrypt_event(
            FIRST, SIGNER, new.id, kind=TRANSFER_SIGNAL, data={"source": "sentence-Z1-1"}
        )
        await own.tell(new, TRANSFER_SIGNAL, forged)
        (listed,) = await _unapplied(new, unapplied_total=1)
        assert "not_internal" == listed["code"]
        for name in (handle, new):
            histories = await runs(own.client, name)
            assert [] == [fault for events in histories for fault in task_faults(events)]
            assert MARK.encode() not in b"".join(
                event.SerializeToString() for events in histories for event in events
            )


async def test_a_key_revoked_later_changes_no_replay(
    server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """The answer is in the history, so a replay without the key gives the same sentence."""
    async with encrypting_worker(server, catalogue, tmp_path, max_cached_workflows=0) as own:
        message_key = Key("letters", bytes(range(60, 92)))
        own.ring.write_text(keys_text(FIRST, message_key))
        handle = await own.begin(*officers(allocated(-5)))
        await shows(handle, state="allocated")

        async def taken() -> bool:
            message = encrypted(handle.id, note(), keys=message_key)
            await own.tell(handle, "contact_recorded", message)
            return bool((await view_of(handle)).get("events_total") == 3)

        await eventually(taken)
        own.ring.write_text(keys_text(FIRST))
        integrators_file(tmp_path, valid_until='"2026-01-01T00:00:00Z"')

        # Without a cache every task replays from the start.
        seen = await view_of(handle)
        assert 3 == seen["events_total"]
        histories = await runs(own.client, handle)
        assert [] == [fault for events in histories for fault in task_faults(events)]

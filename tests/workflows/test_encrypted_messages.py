"""Sealed messages: opened once, by an answer that history keeps; forged ones move nothing."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from activities.contracts import OWN_ENCODING, TRANSFER_SIGNAL
from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import Key, KeyRing
from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
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
    imposed,
    new_crn,
    nothing_under_way,
    runs,
    shows,
    task_faults,
    view_of,
)
from workflows.ids import WORKFLOW_TYPE, workflow_id_of
from workflows.sentence import SentenceWorkflow

pytestmark = pytest.mark.timeout(90)

FIRST = Key("2026-05", bytes(range(32)))
SECOND = Key("2026-11", bytes(range(100, 132)))
MARK = "Bartholomew"
"""What no history may hold readable."""


def sealed(workflow_id: str, told: Act, **how: Any) -> Payload:
    """One event, signed by a known integrator and sealed, unless told otherwise."""
    kind, data = told
    return encrypt_event(
        how.pop("keys", FIRST), how.pop("signer", SIGNER), workflow_id, kind, data, **how
    )


def keys_text(*keys: Key) -> str:
    return "\n".join(f"{key.id} {b64encode(key.secret).decode()}" for key in keys)


class Sealing:
    """A worker that takes sealed and signed messages only, and a client that seals its own."""

    def __init__(self, client: Client, bare: Client, settings: Settings) -> None:
        self.client, self.bare, self.settings = client, bare, settings
        assert settings.keys_file is not None
        self.ring = settings.keys_file

    async def begin(self, *acts: Act) -> Handle:
        """Start a sentence by its first event; the others follow."""
        name = workflow_id_of(new_crn(), EVENT_NUMBER)
        first, *more = acts
        handle = await self.client.start_workflow(
            WORKFLOW_TYPE,
            id=name,
            task_queue=self.settings.task_queue,
            start_signal=first[0],
            start_signal_args=[RawValue(sealed(name, first))],
        )
        handle = self.client.get_workflow_handle(handle.id)
        for told in more:
            await self.tell(handle, told[0], sealed(name, told))
        return handle

    async def tell(self, handle: Handle, kind: str, payload: Payload) -> None:
        """Signal the payload as it is, as a client without a codec does."""
        await self.bare.get_workflow_handle(handle.id).signal(kind, RawValue(payload))


@asynccontextmanager
async def sealing(
    server: DevServer, shelf: StandardsCatalogue, folder: Path, **changes: object
) -> AsyncIterator[Sealing]:
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
    hands = build_activities(settings, shelf)
    sentences = sentence_worker(client, settings, hands, [SentenceWorkflow])
    async with io_worker(client, settings, hands), sentences:
        bare = await connect(address=server.address, namespace="default")
        yield Sealing(client, bare, settings)


async def _unapplied(handle: Handle, **fields: Any) -> list[dict[str, Any]]:
    seen = await shows(handle, **fields)
    found: list[dict[str, Any]] = seen["unapplied"]
    return found


def officers(acts: list[Act]) -> list[Act]:
    """The same acts by an officer of the NPS, for whom the integrator of the tests may speak."""
    by = {"id": "N07A001", "role": "officer", "organisation": "NPS"}
    return [(kind, {**data, "by": by}) for kind, data in acts]


def note(offset: int = -1, **fields: Any) -> Act:
    (told,) = officers([act("contact_recorded", day(offset), fact=f"{MARK} came.", **fields)])
    return told


async def test_a_sealed_life_is_as_a_readable_one_and_nothing_of_it_lies_open(
    server: DevServer, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """Every event is applied with who signed it; no history holds a word of it."""
    async with sealing(server, shelf, tmp_path, continue_after_events=10) as own:
        told = [*officers(allocated(-5)), *(note(-1, event_id=f"n{n}") for n in range(12))]
        handle = await own.begin(*told)
        await shows(handle, events_total=len(told), state="allocated", unapplied_total=0)

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


@pytest.mark.parametrize(
    ("code", "forge"),
    [
        ("replayed_elsewhere", lambda name: sealed(f"{name}0", note())),
        ("replayed_elsewhere", lambda name: sealed(name, ("rosh_assessed", note()[1]))),
        ("tampered", lambda name: _bent(sealed(name, note()), lambda data: data[:-5])),
        ("tampered", lambda name: _bent(sealed(name, note()), _flipped)),
        ("wrong_signature", lambda name: sealed(name, note(), signer=STRANGER)),
        ("unsigned", lambda name: sealed(name, note(), signer=None)),
        ("expired", lambda name: sealed(name, note(), now=datetime.now(UTC) - timedelta(days=9))),
        ("plain_refused", lambda name: sealed(name, note(), keys=None)),
        (
            "not_a_letter",
            lambda name: Payload(metadata={"encoding": OWN_ENCODING}, data=name.encode()),
        ),
        ("role_not_allowed", lambda name: sealed(name, _by_court())),
    ],
)
async def test_what_is_forged_is_listed_with_its_code_and_moves_nothing(
    server: DevServer,
    shelf: StandardsCatalogue,
    tmp_path: Path,
    code: str,
    forge: Callable[[str], Payload],
) -> None:
    """The sentence goes on: the next honest message is applied."""
    async with sealing(server, shelf, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await own.tell(handle, "contact_recorded", forge(handle.id))

        (listed,) = await _unapplied(handle, unapplied_total=1)

        assert (code, "quarantined") == (listed["code"], listed["disposition"])
        assert MARK not in str(listed)
        await own.tell(handle, "contact_recorded", sealed(handle.id, note()))
        await shows(handle, events_total=3, unapplied_total=1)
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


async def test_a_message_whose_key_is_not_here_yet_waits_for_it(
    server: DevServer, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """It is held and shown; once the key is in the file and somebody nudges, it is applied."""
    async with sealing(server, shelf, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await own.tell(handle, "contact_recorded", sealed(handle.id, note(), keys=SECOND))
        (listed,) = await _unapplied(handle, unapplied_total=1)
        assert ("unknown_key", "held") == (listed["code"], listed["disposition"])

        own.ring.write_text(keys_text(FIRST, SECOND))

        await handle.signal("nudge")
        await shows(handle, events_total=3, unapplied_total=0)


async def test_a_letter_that_stays_shut_keeps_no_run_busy(
    server: DevServer, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """It crosses into the next run, is listed all the while, and is no reason for yet another."""
    async with sealing(server, shelf, tmp_path, continue_after_events=10) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await own.tell(handle, "contact_recorded", sealed(handle.id, note(), keys=SECOND))
        await shows(handle, unapplied_total=1)
        for number in range(5):
            told = note(event_id=f"n{number}")
            await own.tell(handle, "contact_recorded", sealed(handle.id, told))
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


async def test_a_repeated_letter_is_a_repeat_and_a_new_seal_of_it_too(
    server: DevServer, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """What counts is what it says, not the bytes of its seal."""
    async with sealing(server, shelf, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        once = sealed(handle.id, note())
        for payload in (once, once, sealed(handle.id, note())):
            await own.tell(handle, "contact_recorded", payload)

        seen = await shows(handle, events_total=3, unapplied_total=0)

        async def counted() -> bool:
            return bool((await view_of(handle))["arrival"]["repeats"] == 2)

        await eventually(counted)
        assert 0 == seen["arrival"]["quarantined"]


async def test_an_update_may_bring_a_sealed_letter_and_gets_its_receipt(
    server: DevServer, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """The caller is told what became of it, or why it stays shut or is refused; nothing is left."""
    async with sealing(server, shelf, tmp_path) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await shows(handle, state="allocated")

        receipt = await _submit(handle, sealed(handle.id, note(event_id="n1")), "contact_recorded")
        assert [("n1", "applied")] == [(r["event_id"], r["disposition"]) for r in receipt]

        forged = sealed(handle.id, note(), signer=STRANGER)
        assert "wrong_signature" == await _refused(handle, forged, "contact_recorded")
        again = sealed(handle.id, *officers([imposed(-3)]))
        assert "refused" == await _refused(handle, again, "sentence_imposed")
        readable = {"kind": "contact_recorded", "data": note()[1]}
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await handle.execute_update("submit", readable)
        assert isinstance(caught.value.cause, ApplicationError)
        assert "plain_refused" == caught.value.cause.type
        seen = await shows(handle, events_total=3)
        assert 0 == seen["arrival"]["quarantined"]


async def _submit(handle: Handle, payload: Payload, kind: str) -> list[dict[str, Any]]:
    told = {"kind": kind, "letter": b64encode(payload.data).decode()}
    found: list[dict[str, Any]] = await handle.execute_update("submit", told)
    return found


async def _refused(handle: Handle, payload: Payload, kind: str) -> str | None:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await _submit(handle, payload, kind)
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause.type


async def test_a_sealed_sentence_goes_on_under_a_new_name_with_what_still_comes(
    server: DevServer, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """Its file is sealed for the new one; a letter for the old one is sealed anew, and names both
    who signed it and who sent it on. A file that somebody else hands over is refused."""
    async with sealing(server, shelf, tmp_path, unsigned_senders=True) as own:
        handle = await own.begin(*officers(allocated(-5)))
        await shows(handle, state="allocated")
        crn = new_crn()
        named = {"to_crn": crn, "to_event_number": EVENT_NUMBER}
        moved = act("sentence_moved", day(-1), by=OPS, **named)
        await own.tell(handle, moved[0], sealed(handle.id, moved, signer=None))
        new = own.client.get_workflow_handle(workflow_id_of(crn, EVENT_NUMBER))

        async def arrived() -> bool:
            try:
                return bool((await view_of(new))["events_total"] == 3)
            except RPCError:
                return False

        await eventually(arrived)
        await own.tell(handle, "contact_recorded", sealed(handle.id, note()))
        await shows(new, events_total=4, state="allocated", unapplied_total=0)
        rows = await new.query("record", 1)
        senders = {values["sender"] for table, _, values in rows["rows"] if table == "events"}
        assert {
            "signed:delius:delius-2026",
            "unsigned",
            "vouched:signed:delius:delius-2026",
        } == senders

        forged = encrypt_event(FIRST, SIGNER, new.id, TRANSFER_SIGNAL, {"source": "sentence-Z1-1"})
        await own.tell(new, TRANSFER_SIGNAL, forged)
        (listed,) = await _unapplied(new, unapplied_total=1)
        assert "not_ours" == listed["code"]
        for name in (handle, new):
            histories = await runs(own.client, name)
            assert [] == [fault for events in histories for fault in task_faults(events)]
            assert MARK.encode() not in b"".join(
                event.SerializeToString() for events in histories for event in events
            )


async def test_a_key_revoked_later_changes_no_replay(
    server: DevServer, shelf: StandardsCatalogue, tmp_path: Path
) -> None:
    """The answer stands in the history: without the key of letters it replays the same."""
    async with sealing(server, shelf, tmp_path, max_cached_workflows=0) as own:
        letters = Key("letters", bytes(range(60, 92)))
        own.ring.write_text(keys_text(FIRST, letters))
        handle = await own.begin(*officers(allocated(-5)))
        await shows(handle, state="allocated")

        async def taken() -> bool:
            await own.tell(*(handle, "contact_recorded", sealed(handle.id, note(), keys=letters)))
            return bool((await view_of(handle)).get("events_total") == 3)

        await eventually(taken)
        own.ring.write_text(keys_text(FIRST))
        integrators_file(tmp_path, valid_until='"2026-01-01T00:00:00Z"')

        # Without a cache every task replays from the start.
        seen = await view_of(handle)
        assert 3 == seen["events_total"]
        histories = await runs(own.client, handle)
        assert [] == [fault for events in histories for fault in task_faults(events)]

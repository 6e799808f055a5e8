"""Keys are replaced while two workers work: no sender waits, no task fails, nothing is lost."""

import asyncio
import random
import time
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import MESSAGE_ENCODING
from activities.crypto.cipher import read_header
from activities.crypto.envelope import read_message_header
from activities.crypto.keys import Key
from tests.encryption.installation import Installation, Sender, key_line
from tests.encryption.traces import encrypted, histories
from tests.isolation import eventually
from tests.workflows.scene import Handle, act, allocated, day, new_crn, task_faults, view_of

pytestmark = pytest.mark.prove

KEYS = tuple(Key(f"rotation-{n}", bytes(range(n, n + 32))) for n in (1, 50, 100))
EACH = 5
"""Events of one sentence: two begin it, the others come one by one while keys change."""
AT_ONCE = 10
SETTLE_SECONDS = 900


class Rotation:
    """Two workers, senders that use the present key, and an operator who changes it."""

    def __init__(self, folder: Path, sentences: int) -> None:
        self.own = Installation(folder, KEYS, SENTENCES_LOG_LEVEL="WARNING")
        self.sender, self.sentences = Sender(self.own, KEYS[0]), sentences
        self.handles: list[Handle] = []
        self.sent = 0
        self.hold(KEYS[0])

    def hold(self, *keys: Key) -> None:
        """Give the workers these keys, the first of them primary."""
        beside = self.own.ring.with_name("ring.new")
        beside.write_text("".join(map(key_line, keys)))
        beside.rename(self.own.ring)

    async def live(self) -> None:
        """Begin every sentence, and send each of them the rest, some at a time."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with gate:
                handle = await self.sender.begin(new_crn(), *allocated(-5))
                self.handles.append(handle)
                for nth in range(EACH - 2):
                    await asyncio.sleep(random.uniform(0, 0.2))  # noqa: S311 - a pace
                    event = act(
                        "contact_recorded", day(-1), event_id=f"{number}.{nth}", fact="Came."
                    )
                    await self.sender.tell(handle, event)
                    self.sent += 1

        await asyncio.gather(*(one(number) for number in range(self.sentences)))

    async def turn(self) -> None:
        """First the next key can decrypt everywhere, then it encrypts; twice over."""
        first, second, third = KEYS
        for ring in (
            (first, second),
            (second, first),
            (second, first, third),
            (third, second, first),
        ):
            wanted = self.sent + self.sentences * (EACH - 2) // 6

            async def went_on(wanted: int = wanted) -> bool:
                return self.sent >= wanted

            await eventually(went_on, SETTLE_SECONDS)
            self.hold(*ring)
            self.sender.key = ring[0]

    async def settle(self) -> None:
        """Wait until each sentence has applied all its events."""

        async def is_settled(handle: Handle) -> bool:
            try:
                seen = await view_of(handle)
            except RPCError as error:
                # A busy machine may let a task run out of time; the server gives it out again.
                if error.status is not RPCStatusCode.FAILED_PRECONDITION:
                    raise
                return False
            return bool((seen.get("events_total"), seen.get("unapplied_total")) == (EACH, 0))

        for handle in self.handles:
            await eventually(lambda handle=handle: is_settled(handle), SETTLE_SECONDS)  # type: ignore[misc]


async def rotated(folder: Path, sentences: int) -> float:
    """Live through a rotation; return how many sentences were lived each second."""
    trial = Rotation(folder, sentences)
    async with trial.own.running():
        await trial.own.more_work("second-worker")
        began = time.monotonic()
        await asyncio.gather(trial.live(), trial.turn())
        await trial.settle()
        pace = sentences / (time.monotonic() - began)
        await judge(trial)
        await retire_the_first(trial)
    return pace


def _key_id(payload: Payload) -> str:
    if payload.metadata["encoding"] == MESSAGE_ENCODING:
        return read_message_header(payload.data).key_id
    return read_header(payload.data).key_id


async def judge(trial: Rotation) -> None:
    """No task failed, and all three keys were at work."""
    raw = await histories(trial.own.bare)
    used = {
        _key_id(payload)
        for events in raw.values()
        for event in events
        for payload in encrypted(event)
    }

    assert trial.sentences == len(raw)
    assert [] == [fault for events in raw.values() for fault in task_faults(events)]
    assert {key.id for key in KEYS} == used


async def retire_the_first(trial: Rotation) -> None:
    """Without the first key a sentence that never needs it continues as before."""
    trial.hold(KEYS[2], KEYS[1])
    handle = await trial.sender.begin(new_crn(), *allocated(-5))

    async def goes_on() -> bool:
        return bool((await view_of(handle)).get("state") == "allocated")

    await eventually(goes_on)


@pytest.mark.timeout(300)
async def test_keys_are_rotated_under_load(tmp_path: Path) -> None:
    """Six sentences: a key is added, encrypts, and is removed, without an effect on them."""
    await rotated(tmp_path, 6)


@pytest.mark.timeout(3600)
async def test_keys_are_rotated_under_the_load_of_a_thousand_sentences(tmp_path: Path) -> None:
    """Two workers, three keys, a thousand sentences, no failed workflow task."""
    pace = await rotated(tmp_path, 1_000)

    assert pace > 1

"""Without a key and without access to the case records, no personal data can be found."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToJson, Parse
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import OWN_ENCODING
from activities.crypto.keys import Key
from activities.records.deliveries import DocumentTable
from activities.records.read import read_people, read_texts
from states.events.registry import KINDS
from states.sentence_ref import SentenceRef
from tests.activities.crypto.rings import STRANGER
from tests.activities.documents.samples import text_of
from tests.encryption.installation import Installation, Sender
from tests.encryption.marking import (
    FIRST,
    FRAGMENTS,
    READABLE,
    mark,
    marked,
    marked_example,
    marks_in,
    places,
)
from tests.encryption.traces import encrypted, everywhere, finds, histories, readable
from tests.isolation import eventually
from tests.states.orders import Act
from tests.stores import open_files
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    day,
    failed,
    new_crn,
    refusable,
    serving,
    shows,
    task_faults,
    view_of,
    warned,
)
from workflows.ids import WORKFLOW_TYPE

pytestmark = pytest.mark.timeout(240)

OWN = Key("own-2026", bytes(range(7, 39)))
LASTING = "lasting"
"""Queue of sentences whose files stay open, so that one that has moved can still be written to."""

UNKNOWN = Key("unknown", bytes(range(60, 92)))

PLACES_OF_CODES = frozenset(["marker_recorded_event_attributes.details[data].payloads"])
"""Where the SDK itself writes down, readable, which local activity ran and when."""

ENDS = frozenset(["sentence_ended", "sentence_moved"])
ROUND = sorted(KINDS.keys() - ENDS, key=lambda kind: KINDS[kind].RANK)


def life() -> list[Act]:
    """An order with failures, a warning and a breach, so that documents about a person are sent."""
    return [
        marked(event)
        for event in (
            *serving(-60),
            *failed("F1", -30),
            warned("W1", "F1", -30),
            *failed("F2", -9),
            act("breach_decided", f"{day(-8)} 09:00", failure_ids=["F1", "F2"]),
        )
    ]


def note(number: int, **more: Any) -> Act:
    """One marked contact."""
    return marked(act("contact_recorded", day(-1), event_id=f"n{number}", **more))


class Driver:
    """Driver of the installation, with the responses that it received."""

    def __init__(self, own: Installation) -> None:
        self.own, self.sender = own, Sender(own, OWN)
        self.answers: list[str] = []

    async def live(self) -> Handle:
        """A whole life, across continue-as-new, with notices and their documents."""
        handle = await self.sender.begin(new_crn(), *life())
        for number in range(8):
            await self.sender.tell(handle, note(number))
        await shows(handle, events_total=len(life()) + 8)
        return handle

    async def every_kind(self) -> Handle:
        """Each kind once, as it is published: some are applied, some held, some refused."""
        acts = (marked_example(kind) for kind in ROUND)
        handle = await self.sender.begin(new_crn(), *acts, queue=LASTING)

        await shows(handle, events_total=len(ROUND))
        left = (await handle.query("unapplied"))["unapplied"]
        assert {"held", "refused"} == {item["disposition"] for item in left}
        return handle

    async def forged(self, handle: Handle) -> None:
        """Send messages that cannot be decrypted, and encrypted, signed ones that are no events."""
        sender = self.sender
        message = sender.encrypted(handle.id, note(90))
        late = datetime.now(UTC) - timedelta(days=9)
        flipped = message.data[:-20] + bytes([message.data[-20] ^ 1]) + message.data[-19:]
        for payload in (
            sender.encrypted(f"{handle.id}0", note(91)),
            _with(message, message.data[:-5]),
            _with(message, flipped),
            sender.encrypted(handle.id, note(92), signer=STRANGER),
            sender.encrypted(handle.id, note(93), signer=None),
            sender.encrypted(handle.id, note(94), now=late),
            sender.encrypted(handle.id, note(95), keys=UNKNOWN),
            Payload(metadata={"encoding": OWN_ENCODING}, data=message.data),
            *(sender.encrypted(handle.id, ("contact_recorded", data)) for data in _no_events()),
        ):
            await sender.send(handle, "contact_recorded", payload)
        plain = Payload(metadata={"encoding": b"json/plain"}, data=f'"{READABLE}"'.encode())
        await sender.send(handle, "contact_recorded", plain)

        async def all_are_listed() -> bool:
            return bool((await view_of(handle))["unapplied_total"] == 9 + len(_no_events()))

        await eventually(all_are_listed)

    async def refused(self, handle: Handle) -> None:
        """Send updates that a rule, a signature or the parser refuses, and an unencrypted one."""
        again = marked(refusable(-3, event_id="again"))
        unsigned = self.sender.encrypted(handle.id, note(96), signer=None)
        invalid = self.sender.encrypted(handle.id, ("contact_recorded", _no_events()[1]))
        for kind, payload in (
            (again[0], self.sender.encrypted(handle.id, again)),
            ("contact_recorded", unsigned),
            ("contact_recorded", invalid),
        ):
            submission = {"kind": kind, "encrypted": payload.data.decode()}
            await self._refused(handle, submission)
        await self._refused(handle, {"kind": "contact_recorded", "data": {"fact": READABLE}})

    async def _refused(self, handle: Handle, submission: dict[str, Any]) -> None:
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await handle.execute_update("submit", submission)
        assert isinstance(caught.value.cause, ApplicationError)
        cause = caught.value.cause
        self.answers.append(f"{caught.value} {cause} {cause.type} {cause.details}")

    async def at_the_api(self) -> None:
        """An event that is taken, and what the API rejects."""
        first, second = (marked(event) for event in allocated(-5))
        crn = "X320749"
        taken = await self.own.knock(crn, first)
        assert 202 == taken.status_code, taken.text
        await shows(
            self.own.client.get_workflow_handle(SentenceRef(crn, "1").workflow_id), events_total=1
        )
        waited = await self.own.knock(crn, second, wait=True)
        assert 200 == waited.status_code, waited.text
        for event, status in (
            (("contact_recorded", _no_events()[1]), 422),
            (("contact_recorded", {**note(97)[1], "fact": 7, "opinion": [mark("api")]}), 422),
            (marked(refusable(-3, event_id="again")), 409),
        ):
            answer = await self.own.knock(crn, event, wait=True)
            assert status == answer.status_code, answer.text
            self.answers.append(answer.text)

    async def by_the_program(self, handle: Handle) -> None:
        """`starter.py submit`, which is refused and says so."""
        again = marked(refusable(-3, event_id="program"))
        crn = handle.id.split("-")[1]
        line = ("starter.py", "submit", again[0], "--crn", crn, "--event", "1", "--data", "-")
        status, wrote = await self.own.run(*line, stdin=json.dumps(again[1]).encode())
        assert 1 == status, wrote
        self.answers.append(wrote)

    async def at_the_codec(self) -> None:
        """Send requests that are no payloads, and requests of foreign pages."""
        for content in (f'{{"payloads": "{mark("codec")}"}}', mark("codec")):
            answer = await self.own.decode(content.encode())
            assert 400 == answer.status_code
            self.answers.append(answer.text)

    async def hostile_starts(self) -> None:
        """Inputs that no start has, of sentences and of what is none."""
        for name, kind in (
            (SentenceRef(new_crn(), "1").workflow_id, WORKFLOW_TYPE),
            (SentenceRef(new_crn(), "1").workflow_id, "Sentence"),
            ("no-sentence", WORKFLOW_TYPE),
        ):
            for client, word in ((self.own.client, mark("input")), (self.own.bare, READABLE)):
                await client.start_workflow(
                    kind,
                    args=[{"crn": word}, word],
                    id=name if word == READABLE else name.replace("-1", "-2"),
                    task_queue="sentences",
                    start_signal="contact_recorded",
                    start_signal_args=[word],
                )

    async def move(self, handle: Handle) -> Handle:
        """Transfer the sentence, and forward later messages."""
        crn = new_crn()
        moving = {"to_crn": crn, "to_event_number": "1", "why": "merge", "event_id": "moved"}
        await self.sender.tell(handle, act("sentence_moved", day(-1), **moving))
        new = self.own.client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)

        await eventually(lambda: _is_there(new))
        known = (await view_of(new))["events_total"]
        await self.sender.tell(handle, note(1))
        await shows(new, events_total=known + 1)
        return new

    async def close(self) -> Handle:
        """End and close a sentence, then send to it again."""
        first, second = (marked(event) for event in allocated(-5))
        ended = marked(act("sentence_ended", day(-2), reason="death"))
        crn = new_crn()
        handle = await self.sender.begin(crn, first, second, ended)
        assert "closed" == (await handle.result())["ended"]
        late = await self.sender.begin(crn, note(98), reuse=True)
        assert "already_closed" == (await late.result())["ended"]
        return handle


async def test_nothing_personal_is_found_outside_the_case_records(tmp_path: Path) -> None:
    """Not in histories, visibility, files of the server, logs, metrics, command lines, answers.

    It is in the records, in documents, in encrypted payloads, and where a sender sent it plain.
    """
    own = Installation(
        tmp_path, [OWN], SENTENCES_CONTINUE_AFTER_EVENTS="30", SENTENCES_CLOSING_DAYS="0"
    )
    async with own.running():
        driver, lived = await driven(own)
        raw = await histories(own.bare)
        found = await everywhere(own, raw, {"answers": "\n".join(driver.answers)})
        behind = await opened(own, raw)

    assert [] == [fault for events in raw.values() for fault in task_faults(events)]
    assert set() == finds([*FRAGMENTS, *own.secrets], found)
    assert {"history", "temporal.db"} == {name.split()[0] for name in by_name(READABLE, found)}
    assert PLACES_OF_CODES >= {
        where
        for events in raw.values()
        for event in events
        for where, payload in readable(event)
        if READABLE.encode() not in payload.data
    }
    assert places() <= behind
    assert set() == in_records(own, lived) ^ {"texts", "people", "papers"}


async def driven(own: Installation) -> tuple[Driver, Handle]:
    """Drive marks through every path; return the driver, and a sentence with its documents."""
    queues = {"SENTENCES_TASK_QUEUE": LASTING, "SENTENCES_IO_QUEUE": f"{LASTING}-io"}
    await own.more_work(LASTING, **queues, SENTENCES_CLOSING_DAYS="90")
    driver = Driver(own)
    lived, kinds, *_ = await asyncio.gather(
        driver.live(),
        driver.every_kind(),
        driver.close(),
        driver.at_the_api(),
        driver.hostile_starts(),
    )
    await driver.forged(lived)
    await driver.refused(lived)
    await driver.by_the_program(lived)
    await driver.move(kinds)
    await driver.at_the_codec()

    async def is_even() -> bool:
        return bool((await view_of(lived))["arrival"]["record"]["in_sync"])

    await eventually(is_even)
    return driver, lived


async def opened(own: Installation, raw: dict[str, list[HistoryEvent]]) -> set[str]:
    """Return the place of every mark that the codec server decrypts."""
    payloads = [
        payload for events in raw.values() for event in events for payload in encrypted(event)
    ]
    found: set[str] = set()
    for start in range(0, len(payloads), 500):
        part = Payloads(payloads=payloads[start : start + 500])
        answer = Parse((await own.decode(MessageToJson(part).encode())).text, Payloads())
        for payload in answer.payloads:
            found |= marks_in(payload.data.decode("utf-8", "replace"))
    return found


def in_records(own: Installation, handle: Handle) -> set[str]:
    """Return the places at which the records of a sentence name a person."""
    with open_files(own.data) as store:
        documents = DocumentTable(store)
        texts = read_texts(store, handle.id).values()
        names = [name for name, _ in read_people(store, handle.id).values()]
        pdfs = [documents.pdf(handle.id, one.key) for one in documents.of_sentence(handle.id)]
        papers = [text_of(pdf) for pdf in pdfs if pdf is not None]
    kept = {"texts": texts, "people": names, "papers": papers}
    return {name for name, said in kept.items() if any(FIRST in text for text in said)}


def by_name(word: str, found: dict[str, bytes]) -> set[str]:
    """The name of each place that holds a word."""
    return {name.removesuffix("-wal") for name, _ in finds([word], found)}


def _with(message: Payload, data: bytes) -> Payload:
    return Payload(metadata=message.metadata, data=data)


def _no_events() -> list[Any]:
    """Return data that are no events, each with a mark."""
    whole = note(99)[1]
    return [
        {"event_id": "x", "fact": mark("hostile.fact")},
        {**whole, "colour": mark("hostile.colour")},
        {**whole, "occurred_at": mark("hostile.time")},
        {**whole, "by": mark("hostile.by")},
        [mark("hostile.list")],
        f'{{"event_id": "{mark("hostile.text")}'.encode(),
    ]


async def _is_there(handle: Handle) -> bool:
    try:
        return bool((await view_of(handle)).get("came_from"))
    except RPCError as error:
        assert RPCStatusCode.NOT_FOUND is error.status  # noqa: PT017 - any other is a failure
        return False

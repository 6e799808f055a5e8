"""Worker, database and mail server are killed at random: every effect happens, under one key.

Nothing here is mocked: `kill -9` ends real processes in the middle of what they do.
"""

import asyncio
import json
import random
import re
from collections.abc import Sequence
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client

from activities.records.database import Store
from activities.records.deliveries import DocumentTable
from activities.records.read import read_rows
from runtime.dev_server import DevServer
from states.documents import DOCUMENTS
from states.sentence_ref import SentenceRef
from tests.chaos.parts import Installation
from tests.isolation import eventually, isolated
from tests.postgres import running_postgres
from tests.postgres_programs import NoPostgresError
from tests.states.orders import Act
from tests.workflows.scene import (
    Handle,
    act,
    begin,
    day,
    failed,
    runs,
    serving,
    task_faults,
    tell,
    view_of,
    warned,
)

SETTLE_SECONDS = 240
"""Time for several retries of attempts whose worker died."""

_OPEN = {"queued", "in_flight"}


def stream(number: int, length: int) -> list[Act]:
    """Return a stream of so many events: failures, a warning, a referral, contacts with texts."""
    acts = [
        *serving(-60, person={"name": "Marker Person", "date_of_birth": "1990-01-01"}),
        *failed("F1", -30),
        warned("W1", "F1", -30),
        *failed("F2", -9),
        act("breach_decided", f"{day(-8)} 09:00", failure_ids=["F1", "F2"]),
    ]
    notes = (
        act("contact_recorded", f"{day(-5)} 10:{n:02}", fact=f"Call {number}.{n}.")
        for n in range(60)
    )
    return [*acts, *notes][:length]


async def _kill_parts(parts: Sequence[Any], kills: int, rnd: random.Random) -> None:
    """Kill one part after the other, each at a random moment, and start it again."""
    for number in range(kills):
        await asyncio.sleep(rnd.uniform(0.2, 1.5))
        # Kill each in turn, because a short run might otherwise miss one.
        part = parts[number % len(parts)]
        await part.kill()
        await asyncio.sleep(rnd.uniform(0.05, 0.8))
        await part.start()


async def _send(handle: Handle, acts: Sequence[Act], rnd: random.Random, spread: float) -> None:
    for event in acts:
        await asyncio.sleep(rnd.uniform(0, spread))
        await tell(handle, [event])


async def _is_settled(handle: Handle, total: int) -> bool:
    arrival = (view := await view_of(handle)).get("arrival")
    if arrival is None or view["events_total"] != total or not arrival["record"]["in_sync"]:
        return False
    return not _OPEN & set(arrival["notices"]["counts"])


async def _wanted(handle: Handle) -> dict[tuple[str, str], Any]:
    first = await handle.query("record", 1)
    found = list(first["rows"])
    for page in range(2, first["pages"] + 1):
        found += (await handle.query("record", page))["rows"]
    return {(table, key): _known(values) for table, key, values in found}


def _known(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _held(store: Store, workflow_id: str) -> dict[tuple[str, str], Any]:
    return {(row.table, row.key): _known(dict(row.values)) for row in read_rows(store, workflow_id)}


async def live_through(
    client: Client,
    server: DevServer,
    folder: Path,
    *,
    kills: int,
    sentences: int,
    events: int,
    seed: int,
) -> None:
    rnd = random.Random(seed)  # noqa: S311 - a trial repeats itself
    settings = isolated(folder / uuid4().hex)
    queues = {
        "SENTENCES_TASK_QUEUE": settings.task_queue,
        "SENTENCES_IO_QUEUE": settings.io_queue,
    }
    with running_postgres(lasting=True) as postgres:
        own = Installation(server.address, queues, settings.data_dir, postgres)
        async with own.running():
            lives = [stream(number, events) for number in range(sentences)]
            handles = [await begin(client, settings, life[0]) for life in lives]
            spread = 1.5 * kills / events
            await asyncio.gather(
                _kill_parts((own.worker, own.database, own.mail), kills, rnd),
                *(_send(h, life[1:], rnd, spread) for h, life in zip(handles, lives, strict=True)),
            )
            for handle in handles:

                async def settled(handle: Handle = handle) -> bool:
                    return await _is_settled(handle, events)

                await eventually(settled, SETTLE_SECONDS)
            await _judge(client, own, handles)


async def _judge(client: Client, own: Installation, handles: Sequence[Handle]) -> None:
    store = own.store()
    try:
        sent: dict[tuple[str, str], str] = {}
        for handle in handles:
            assert 0 == (await view_of(handle))["unapplied_total"]
            wanted = await _wanted(handle)
            assert wanted == _held(store, handle.id)
            sent |= {
                (handle.id, key): values["template"]
                for (table, key), values in wanted.items()
                if table == "notices" and values["sending"] in ("sent", "compensated")
            }
            histories = await runs(client, handle)
            assert [] == [fault for events in histories for fault in task_faults(events)]
        mails = own.mails()
        taken = {(_sentence_of(mail), str(mail["X-Notice-Key"])): mail for mail in mails}
        assert set(sent) == set(taken)
        _judge_documents(store, sent, taken)
        assert _under_two_keys(taken) == []
    finally:
        store.close()


def _sentence_of(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    found = re.search(r"^Sentence: (\S+) event (\S+)\s*$", body.get_content(), re.MULTILINE)
    assert found is not None
    return SentenceRef(*found.groups()).workflow_id


def _judge_documents(
    store: Store, sent: dict[tuple[str, str], str], taken: dict[tuple[str, str], Any]
) -> None:
    documents = DocumentTable(store)
    with_document = {name for name, template in sent.items() if template in DOCUMENTS}
    assert len(with_document) >= len({workflow_id for workflow_id, _ in sent})
    for name in with_document:
        pdf = documents.pdf(*name)
        attached = [part.get_content() for part in taken[name].iter_attachments()]
        assert pdf is not None
        assert [sha256(pdf).hexdigest()] == [sha256(content).hexdigest() for content in attached]


def _under_two_keys(taken: dict[tuple[str, str], Any]) -> list[tuple[str, str]]:
    """Return notices sent twice under two keys: same sentence, template, subject and cause."""
    seen: dict[str, str] = {}
    twice = []
    for (workflow_id, key), mail in taken.items():
        said = json.dumps([workflow_id, str(mail["To"]), key.partition("#")[0]])
        if seen.setdefault(said, key) != key:
            twice.append((workflow_id, key))
    return twice


@pytest.mark.timeout(400)
async def test_five_kills_lose_nothing_and_double_nothing(
    client: Client, server: DevServer, tmp_path: Path
) -> None:
    """A hundred events over five sentences: records equal their views, notices and documents are
    all there, each under one key."""
    try:
        await live_through(client, server, tmp_path, kills=5, sentences=5, events=20, seed=2015)
    except NoPostgresError as error:
        pytest.skip(f"PostgreSQL does not run here: {error}")


@pytest.mark.prove
@pytest.mark.timeout(1800)
async def test_fifty_kills_lose_nothing_and_double_nothing(
    client: Client, server: DevServer, tmp_path: Path
) -> None:
    """Two thousand events over a hundred sentences."""
    await live_through(client, server, tmp_path, kills=50, sentences=100, events=20, seed=2016)

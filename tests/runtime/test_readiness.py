"""A worker is ready only if it would do its work; else it says what to do."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion

from activities.crypto.keys import KeyRing, new_key, parse_keys
from activities.records.database import FILE, Store
from activities.records.schema import sentences
from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.event_sender import send_event
from runtime.readiness import (
    KeyRingError,
    MissingStandardsError,
    Readiness,
    verify_keys,
    verify_standards,
)
from states.standards.law import StandardsCatalogue
from tests.isolation import eventually
from tests.stores import open_files

OLD, NEW = new_key("2026-11"), new_key("2026-12")


def ring(*lines: str) -> KeyRing:
    """Return a key ring of these lines."""
    return parse_keys("\n".join(lines))


async def key_fault(client: Client, queue: str) -> str:
    """Return why the keys of the client do not read the sentences of a queue; empty if they do."""
    try:
        await verify_keys(client, queue)
    except KeyRingError as error:
        return str(error)
    return ""


async def test_a_key_ring_that_cannot_read_the_sentences_is_no_key_ring(
    server: DevServer, client: Client
) -> None:
    """Each ring is judged by what is stored: a wrong one would fail every task of a sentence."""
    queue = f"sentences-{uuid4().hex}"
    own = await connect(address=server.address, namespace="default", keys=ring(OLD))
    assert "" == await key_fault(own, queue)
    sentence = await send_event(
        own, f"K{uuid4().int % 10**6:06}", "1", kind="nudge", arguments=[], task_queue=queue
    )

    async def without_keys() -> bool:
        return "no key is set" in await key_fault(client, queue)

    await eventually(without_keys)
    for keys, said in (
        (ring(OLD), ""),
        (ring(NEW, OLD), ""),
        (ring(NEW), "the key ring lacks 2026-11"),
        (ring(new_key("2026-11")), "under the right id with another secret"),
    ):
        other = await connect(address=server.address, namespace="default", keys=keys)
        found = await key_fault(other, queue)
        assert said in found
        assert bool(said) == bool(found)
    await own.get_workflow_handle(sentence).terminate()


async def test_a_build_that_no_deployment_made_current_is_not_ready(
    client: Client, tmp_path: Path
) -> None:
    """Without a promotion it would be healthy and idle while the sentences wait."""
    version = WorkerDeploymentVersion(f"sentences-{uuid4().hex}", "b2")
    with open_files(tmp_path) as store:
        readiness = Readiness("it starts")
        readiness.set_ready(client, store, "nobody", version)
        (fault,) = await readiness.faults()
        assert fault.endswith("run starter.py deploy promote b2")
        readiness.set_ready(client, store, "nobody")
        assert () == await readiness.faults()


async def test_a_database_that_cannot_be_used_is_said_with_what_to_do(
    client: Client, tmp_path: Path
) -> None:
    """Which one, what is wrong with it, and what mends it."""
    with open_files(tmp_path) as store:
        readiness = Readiness("it starts")
        readiness.set_ready(client, store, "nobody")
        store.close()
        (tmp_path / FILE).write_bytes(b"no database" * 1_000)
        (fault,) = await readiness.faults()
    damaged = "the database of the records is damaged, or is no database of records: "
    assert fault == f"{damaged}stop the workers and restore it from its backup"


async def test_a_worker_that_lacks_the_law_pack_of_an_open_sentence_says_which(
    client: Client, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """Its tasks would fail until another worker takes them; an ended sentence needs no worker."""
    with open_files(tmp_path) as store:
        readiness = Readiness("it starts")
        readiness.set_ready(client, store, "nobody", catalogue=catalogue)
        _record(store, "X000001", catalogue.calendar().name, "england-and-wales-2999a")
        (fault,) = await readiness.faults()
        assert fault == (
            "open sentences are under law pack england-and-wales-2999a, which this build lacks: "
            "deploy a build that carries it"
        )
        with pytest.raises(MissingStandardsError, match="england-and-wales-2999a"):
            await verify_standards(store, catalogue)
        _record(store, "X000001", catalogue.calendar().name, "england-and-wales-2999a", ended=True)
        assert () == await readiness.faults()


def _record(store: Store, crn: str, calendar: str, pack: str, *, ended: bool = False) -> None:
    row = {
        "workflow_id": f"sentence-{crn}-1",
        "key": "",
        "crn": crn,
        "event_number": "1",
        "edition": "ns-2015",
        "calendar": calendar,
        "law_pack": pack,
        "first_law_pack": pack,
        "ended_on": date(2026, 12, 1) if ended else None,
    }
    with store.main.writing() as connection:
        connection.execute(delete(sentences).where(sentences.c.crn == crn))
        connection.execute(insert(sentences).values(row))

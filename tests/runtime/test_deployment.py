"""Sentences change their build after a promotion; none is left on a build that stops."""

import asyncio
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from temporalio.client import Client

from activities.records.schema import ROWS
from activities.standards import load_catalogue
from runtime.cli.play import send_all
from runtime.deployment import (
    Build,
    Deployment,
    DeploymentError,
    RecordRehearsal,
    Rehearsal,
    rehearse,
)
from runtime.event_sender import send_event
from runtime.simulation import simulate
from runtime.streams import RelativeBase, read_stream
from states.event_log import EventLog, FoldResult
from states.sentence_ref import SentenceRef
from states.standards.law import Law
from tests.isolation import Working, becomes, eventually
from tests.record_loader import load_rows
from tests.runtime.cli.terminal import new_crn
from tests.runtime.cli.test_play import order
from tests.stores import open_files
from workflows.sentence import SentenceWorkflow

SENTENCES = 3


async def promoted(deployment: Deployment, build: str) -> None:
    """Promote a build as soon as its workers poll."""

    async def is_promoted() -> bool:
        try:
            await deployment.promote(build)
        except DeploymentError:
            return False
        return True

    await eventually(is_promoted)


async def test_idle_sentences_change_their_build_and_then_the_old_one_may_stop(
    client: Client, working: Working
) -> None:
    """A drain wakes each of them; it is counted, and refused where they would have to stay."""
    name = f"sentences-{uuid4().hex}"
    deployment = Deployment(client, name)
    queues = {"task_queue": f"q-{uuid4().hex}", "io_queue": f"io-{uuid4().hex}"}

    async def counts() -> list[tuple[str, str, int, bool]]:
        # Other tests leave sentences of unversioned workers on the server.
        return [
            (build.build_id, build.status, build.sentences, build.may_stop)
            for build in await deployment.builds()
            if build.build_id is not None
        ]

    with pytest.raises(DeploymentError, match="ever polled"):
        await deployment.builds()
    async with working([SentenceWorkflow], deployment_name=name, build_id="b1", **queues):
        await promoted(deployment, "b1")
        crns = [new_crn() for _ in range(SENTENCES)]
        for crn in crns:
            await send_event(
                client, crn, "1", kind="nudge", arguments=[], task_queue=queues["task_queue"]
            )
        await becomes([("b1", "current", SENTENCES, False)], counts)
        with pytest.raises(DeploymentError, match=r"b2 .*start its workers first"):
            await deployment.promote("b2")
        with pytest.raises(DeploymentError, match="b1 is current, so its sentences stay"):
            await drained(deployment, "b1")

        async with working([SentenceWorkflow], deployment_name=name, build_id="b2", **queues):
            await promoted(deployment, "b2")
            await becomes(
                [("b2", "current", 0, False), ("b1", "draining", SENTENCES, False)], counts
            )
            seen = await drained(deployment, "b1")

            assert [(0, SENTENCES), (SENTENCES, SENTENCES)] == [seen[0], seen[-1]]
            assert {"b1": 0, "b2": SENTENCES} == {row[0]: row[2] for row in await counts()}
            for crn in crns:
                await client.get_workflow_handle(f"sentence-{crn}-1").terminate()


async def drained(deployment: Deployment, build: str) -> list[tuple[int, int]]:
    """Drain a build; return the progress, step by step."""
    seen: list[tuple[int, int]] = []
    left = await deployment.drain(
        build,
        per_second=50,
        moved=lambda done, total: seen.append((done, total)),
        stop=asyncio.Event(),
    )
    assert 0 == left
    return seen


@pytest.mark.parametrize(
    ("status", "sentences", "may_stop"),
    [("current", 0, False), ("ramping", 0, False), ("draining", 1, False), ("drained", 0, True)],
)
def test_a_build_that_holds_or_gets_sentences_may_not_stop(
    status: str, sentences: int, *, may_stop: bool
) -> None:
    """Clocks stop in silence with the last worker of their build."""
    build = Build("b1", status, sentences, without_clock=0, oldest=None)

    assert may_stop == build.may_stop


@pytest.mark.parametrize("journey", ["two_failures", "standard_recall_rereleased"])
def test_recorded_events_give_the_record_and_a_decision_that_differs_is_named(
    tmp_path: Path, journey: str
) -> None:
    """The core alone, without a workflow: what its own record holds is what it decides again."""
    catalogue = load_catalogue()
    lines = Path("examples/journeys", f"{journey}.jsonl").read_text("utf-8").splitlines()
    base = RelativeBase(date(2026, 3, 2), catalogue.calendar())
    (life,) = simulate(list(read_stream(lines, base)), catalogue)
    with open_files(tmp_path) as store:
        load_rows(store, [(life.ref, life.record())], life.now)
        rehearsal = RecordRehearsal(store, catalogue)
        assert {} == rehearsal.redecided(life.ref)

        transitions = ROWS["transitions"]
        with store.main.writing() as connection:
            connection.execute(delete(transitions).where(transitions.c.key == "0001"))
            connection.execute(update(ROWS["sentences"]).values(state="warned"))
        assert {"sentences": 1, "transitions": 1} == rehearsal.redecided(life.ref)
        assert {} == rehearsal.redecided(SentenceRef(new_crn(), "1"))


async def test_a_rehearsal_finds_the_sentences_on_which_a_build_fails(
    client: Client, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Live runs are replayed; a rule that raises is named, and nothing is sent to a sentence."""
    crn = new_crn()
    handle = client.get_workflow_handle(f"sentence-{crn}-1")
    async with working([SentenceWorkflow]) as settings:
        base = RelativeBase(date(2026, 11, 20), load_catalogue().calendar())
        events = list(read_stream(order(crn), base))
        await send_all(client, events, settings.task_queue)

        async def rehearsal() -> Rehearsal:
            return await rehearse(
                client, [SentenceWorkflow], task_queue=settings.task_queue, per_state=2
            )

        await becomes(Rehearsal({"allocated": 1}, {}, ()), rehearsal)
    # No worker is left that could go on with the sentence meanwhile.
    before = (await handle.describe()).history_length

    def broken(self: EventLog, law: Law, now: datetime) -> FoldResult:
        del self, law, now
        raise KeyError

    with monkeypatch.context() as patch:
        patch.setattr(EventLog, "decide", broken)
        bad = await rehearsal()
    assert {"allocated": 1} == bad.replayed
    assert {handle.id} == bad.failed.keys()
    assert before == (await handle.describe()).history_length
    await handle.terminate()

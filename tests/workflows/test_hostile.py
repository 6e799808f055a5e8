"""A sentence survives any message and any start, and accounts for each."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest
from temporalio.client import Client

from states.sentence_ref import SentenceRef
from tests.isolation import Working, becomes, eventually
from tests.workflows.hostile_inputs import SORTS, Shot, conflict, raw, repeat, setting
from tests.workflows.scene import Handle, act, day, new_crn, runs, shows, submit, task_faults
from workflows.continue_as_new import WARN_BYTES
from workflows.ids import WORKFLOW_TYPE
from workflows.sentence import SentenceWorkflow

EACH = 38
AT_ONCE = 50
MODULUS = 1 << 128


async def _fire(handle: Handle, shots: Sequence[Shot]) -> None:
    for start in range(0, len(shots), AT_ONCE):
        await asyncio.gather(
            *(
                handle.signal(shot.name, args=shot.arguments)
                for shot in shots[start : start + AT_ONCE]
            )
        )


async def _pages(handle: Handle, query: str) -> list[dict[str, Any]]:
    first = await handle.query(query, 1)
    items: list[dict[str, Any]] = list(first[query])
    for page in range(2, first["pages"] + 1):
        items += (await handle.query(query, page))[query]
    return items


async def _account(handle: Handle) -> tuple[int, int]:
    """Return how many messages the sentence knows, and the sum of their digests."""
    applied = [item["digest"] for item in await _pages(handle, "events")]
    kept = [
        item["digest"]
        for item in await _pages(handle, "unapplied")
        if item["disposition"] in ("held", "refused")
    ]
    tallies = await handle.query("unapplied", 1)
    log = [int(digest, 16) for digest in (*applied, *kept)]
    counted = [tallies["quarantined"], tallies["repeats"]]
    number = len(log) + sum(tally["count"] for tally in counted)
    return number, (sum(log) + sum(int(t["checksum"], 16) for t in counted)) % MODULUS


@pytest.mark.timeout(240)
async def test_more_than_a_thousand_hostile_signals_are_each_accounted_for(
    client: Client, working: Working
) -> None:
    """Of 27 sorts, across continue-as-new: every digest is in log, quarantine or repeats.

    The sentence still answers, its snapshot stays small, and none of its workflow tasks failed.
    """
    shots = [sort(n) for sort in (*SORTS, repeat, conflict) for n in range(EACH)]
    random.Random(7).shuffle(shots)  # noqa: S311 - a test repeats itself
    assert (1_026, 27) == (len(shots), len(SORTS) + 2)
    first = setting()
    async with working([SentenceWorkflow]) as settings:
        handle = await client.start_workflow(
            WORKFLOW_TYPE,
            id=SentenceRef(new_crn(), "1").workflow_id,
            task_queue=settings.task_queue,
            start_signal=first[0].name,
            start_signal_args=first[0].arguments,
        )
        chain = client.get_workflow_handle(handle.id)
        await _fire(chain, first[1:])
        await _fire(chain, shots)

        sent = [*first, *shots]
        expected = (len(sent), sum(int(shot.digest, 16) for shot in sent) % MODULUS)

        async def all_is_known() -> bool:
            return expected == await _account(chain)

        await eventually(all_is_known, 120)
        receipt = await submit(chain, act("contact_recorded", day(-1), event_id="after"))
        assert ["applied"] == [item["disposition"] for item in receipt]
        assert receipt == await chain.query("receipt", "after")

        # How many runs it took depends on the server, which ends no run with signals waiting.
        async def it_continued() -> bool:
            return len(await runs(client, chain)) > 1

        await eventually(it_continued)
        histories = await runs(client, chain)
        assert [] == [fault for events in histories for fault in task_faults(events)]
        begun = histories[-1][0].workflow_execution_started_event_attributes
        assert len(begun.input.payloads[0].data) < WARN_BYTES


async def test_each_sort_has_its_reason(client: Client, working: Working) -> None:
    """Each message that is not applied is listed with a code, and nothing of it is quoted."""
    first = setting()
    expected = {sort(0).digest: sort(0).becomes for sort in (*SORTS, conflict)}
    async with working([SentenceWorkflow]) as settings:
        handle = await client.start_workflow(
            WORKFLOW_TYPE,
            id=SentenceRef(new_crn(), "1").workflow_id,
            task_queue=settings.task_queue,
            start_signal=first[0].name,
            start_signal_args=first[0].arguments,
        )
        await _fire(handle, first[1:])
        await _fire(handle, [sort(0) for sort in (*SORTS, conflict)])

        async def becomes_of_each() -> dict[str, str | None]:
            seen = {item["digest"]: item["code"] for item in await _pages(handle, "unapplied")}
            seen |= {item["digest"]: "applied" for item in await _pages(handle, "events")}
            return {digest: seen.get(digest) for digest in expected}

        await becomes(expected, becomes_of_each)
        reasons = [item["reason"] for item in await _pages(handle, "unapplied")]
        assert [] == [reason for reason in reasons if not reason or "SECRET" in reason]


STARTS: dict[str, list[object]] = {
    "nothing": [],
    "null": [None],
    "of another sentence": [{"crn": "X999999", "event_number": "7"}],
    "two": [{"crn": "X320741"}, {"event_number": "1"}],
    "of an unknown encoding": [raw(b"\x00\xff", b"binary/unknown")],
    "of no encoding": [raw(b"x", None)],
    "broken JSON": [raw(b"{oops")],
    "nested deep": [raw(b"[" * 5_000)],
    "a snapshot of someone's own": [{"packed": "c$"}],
    "long": ["x" * 100_000],
}


async def test_a_hostile_start_changes_nothing_of_the_sentence(
    client: Client, working: Working
) -> None:
    """The id decides which sentence it is; the fault of the input is noted."""
    async with working([SentenceWorkflow]) as settings:
        for name, start in STARTS.items():
            crn = new_crn()
            handle = await client.start_workflow(
                WORKFLOW_TYPE,
                args=start,
                id=SentenceRef(crn, "1").workflow_id,
                task_queue=settings.task_queue,
                start_signal="hello",
                start_signal_args=[raw(b"\x00", b"binary/unknown"), 1],
            )
            seen = await shows(handle, state="awaiting_allocation", unapplied_total=1)
            assert (name, crn) == (name, seen["crn"])
            assert (name, True) == (name, "the id governs" in seen["arrival"]["trail"][0])
            assert (name, []) == (name, task_faults((await handle.fetch_history()).events))


async def test_a_malformed_id_ends_the_run_with_a_reason(client: Client, working: Working) -> None:
    """The result of the run says which form an id has."""
    ids = ("sentence-x320741-1", "sentence-X320741", "X320741-1", "sentence-X320741-1 ")
    async with working([SentenceWorkflow]) as settings:
        for workflow_id in ids:
            result = await client.execute_workflow(
                WORKFLOW_TYPE, id=workflow_id, task_queue=settings.task_queue
            )
            assert (workflow_id, "bad_workflow_id") == (workflow_id, result["ended"])
            assert "sentence-<CRN>-<event number>" in result["reason"]


async def test_another_workflow_type_ends_the_run_with_a_reason(
    client: Client, working: Working
) -> None:
    """The result names the right type."""
    async with working([SentenceWorkflow]) as settings:
        result = await client.execute_workflow(
            "Sentence", id=SentenceRef(new_crn(), "1").workflow_id, task_queue=settings.task_queue
        )
        assert "unknown_type" == result["ended"]
        assert WORKFLOW_TYPE in result["reason"]

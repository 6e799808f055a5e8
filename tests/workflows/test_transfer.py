"""A case is transferred to another workflow id: whole, once, and with what still arrives."""

import json
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from activities.contracts import TRANSFER_SIGNAL, TransferChunk
from settings import Settings
from states.sentence_ref import SentenceRef
from states.snapshot import to_snapshot
from states.time.london import day_of
from tests.isolation import Working, becomes, eventually
from tests.states.orders import Act
from tests.states.stream import case_of, event
from tests.states.wording import OPS
from tests.workflows.replay import replayed
from tests.workflows.scene import (
    EVENT_NUMBER,
    Handle,
    act,
    begin,
    day,
    delivered,
    failed,
    law_part,
    new_crn,
    open_timers,
    runs,
    serving,
    shows,
    submit,
    task_faults,
    tell,
    view_of,
    warned,
)
from workflows.continue_as_new import TransferableCase
from workflows.sentence import SentenceWorkflow
from workflows.transfer import split_into_chunks

LIFE: list[Act] = [*serving(-60), *failed("F1", -30), warned("W1", "F1", -30)]

pytestmark = pytest.mark.timeout(180)


def _move_to(crn: str, when: str, **fields: Any) -> Act:
    named = {"to_crn": crn, "to_event_number": EVENT_NUMBER, "why": "merge"}
    return act("sentence_moved", when, by=OPS, **{**named, **fields})


def _handle(client: Client, crn: str) -> Handle:
    return client.get_workflow_handle(SentenceRef(crn, EVENT_NUMBER).workflow_id)


def _crn(handle: Handle) -> str:
    return handle.id.split("-")[1]


def _law(view: dict[str, Any]) -> dict[str, Any]:
    whole = law_part(view)
    whole["flags"] = [flag for flag in whole["flags"] if flag["code"] != "moved_to"]
    return {name: value for name, value in whole.items() if name not in ("moved_to", "came_from")}


async def _notices_settled(handle: Handle) -> None:
    async def nothing_under_way() -> bool:
        counts = (await view_of(handle))["arrival"]["notices"]["counts"]
        return not {"queued", "in_flight"} & set(counts)

    await eventually(nothing_under_way)


async def _is_transferred(handle: Handle) -> None:
    """Wait until the case was transferred: an update is then refused."""

    async def refused() -> bool:
        try:
            await submit(handle, act("nonsense", day(-1)))
        except WorkflowUpdateFailedError as error:
            return isinstance(error.cause, ApplicationError) and error.cause.type == "moved"
        return False

    await eventually(refused)


async def _keys(settings: Settings, *handles: Handle) -> list[str]:
    return [notice["key"] for handle in handles for notice in delivered(settings, handle)]


async def test_a_sentence_continues_whole_under_its_new_id(
    client: Client, working: Working
) -> None:
    """The view is the same there. Here it stays as it was, with no timer and no more notices."""
    async with working([SentenceWorkflow], quiet_minutes=0) as settings:
        old = await begin(client, settings, *LIFE)
        await shows(old, state="warned")
        await _notices_settled(old)
        crn = new_crn()
        await tell(old, [_move_to(crn, day(-1))])
        new = _handle(client, crn)
        await _is_transferred(old)
        seen = await shows(new, state="warned", events_total=len(LIFE) + 1)
        left = await view_of(old)

        assert ({"crn": crn, "event_number": EVENT_NUMBER}, None) == (
            left["moved_to"],
            seen["moved_to"],
        )
        assert ["moved_to"] == [f["code"] for f in left["flags"] if f["code"] == "moved_to"]
        assert [old.id] == seen["came_from"]
        assert _law(left) == _law(seen)
        await _notices_settled(new)
        sent = await _keys(settings, old, new)
        assert sorted(set(sent)) == sorted(sent)
        timers = open_timers((await runs(client, old))[-1])
        assert ["the case is closed"] == list(timers)
        assert [] == [
            fault
            for handle in (old, new)
            for events in await runs(client, handle)
            for fault in task_faults(events)
        ]

        async def found() -> list[str]:
            query = f"WorkflowId IN ('{old.id}', '{new.id}') AND NextDeadline IS NOT NULL"
            return [item.id async for item in client.list_workflows(query)]

        async def only_the_new_one() -> bool:
            return [new.id] == await found()

        await eventually(only_the_new_one)
        for handle in (old, new):
            history = await client.get_workflow_handle(handle.id).fetch_history()
            assert law_part(await view_of(handle)) == (await replayed(history)).law


async def test_messages_for_the_old_id_reach_the_new_one(client: Client, working: Working) -> None:
    """Signals are forwarded as they came, also unreadable ones; an update names the new id."""
    async with working([SentenceWorkflow]) as settings:
        old = await begin(client, settings, *LIFE)
        await shows(old, state="warned")
        crn = new_crn()
        await tell(old, [_move_to(crn, day(-1))])
        await _is_transferred(old)
        for minute in range(10, 30):
            await tell(old, [act("contact_recorded", f"{day(-2)} 10:{minute}")])
        await old.signal("nonsense", 1)
        await old.signal("nonsense", args=[1, 2])
        new = _handle(client, crn)
        seen = await shows(new, events_total=len(LIFE) + 21)

        async def all_counted() -> bool:
            count: int = (await view_of(new))["arrival"]["quarantined"]
            return count == 2

        await eventually(all_counted)
        assert len(LIFE) + 1 == (await view_of(old))["events_total"]
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await submit(old, act("contact_recorded", day(-2)))
        assert f"the sentence continues as {new.id}" in str(caught.value.cause)
        assert "warned" == seen["state"]


async def test_a_merge_of_two_cases_overwrites_nothing(client: Client, working: Working) -> None:
    """An event that both hold counts once; the same id with other content is a conflict."""
    crn = new_crn()
    known = act("contact_recorded", day(-3), event_id="both", fact="Came.")
    other = act("contact_recorded", day(-4), event_id="clash", fact="Here.")
    clash = act("contact_recorded", day(-5), event_id="clash", fact="There.")
    async with working([SentenceWorkflow]) as settings:
        old = await begin(client, settings, *LIFE, known, clash)
        new = await client.start_workflow(
            "SentenceWorkflow",
            {"crn": crn, "event_number": EVENT_NUMBER},
            id=SentenceRef(crn, EVENT_NUMBER).workflow_id,
            task_queue=settings.task_queue,
            start_signal=known[0],
            start_signal_args=[known[1]],
        )
        await tell(new, [other])
        await shows(new, events_total=2)
        await tell(old, [_move_to(crn, day(-1))])
        seen = await shows(new, state="warned", events_total=len(LIFE) + 3)
        assert {"id_conflict": 1} == seen["arrival"]["quarantined_by_code"]

        async def verdicts() -> list[str]:
            receipts = await new.query("receipt", "clash")
            return [sent["disposition"] for sent in receipts if "organisation" in sent]

        await becomes(["applied"], verdicts)


async def test_a_merge_of_two_different_sentences_is_refused_and_both_go_on(
    client: Client, working: Working
) -> None:
    """Nothing moves: the sender reads both impositions, and may move it elsewhere."""
    async with working([SentenceWorkflow]) as settings:
        other = await begin(client, settings, *serving(-50))
        old = await begin(client, settings, *LIFE)
        await shows(old, state="warned")
        await shows(other, state="active", events_total=len(serving(-50)))

        await tell(old, [_move_to(_crn(other), day(-1), event_id="merge")])

        async def refusal() -> str:
            (receipt, *_) = await old.query("receipt", "merge")
            return f"{receipt['disposition']}: {receipt['reason']}"

        async def is_refused() -> bool:
            return "is another sentence" in await refusal()

        await eventually(is_refused)
        for handle in (old, other):
            assert (await handle.query("impositions"))[0]["uid"] in await refusal()
        assert (await refusal()).startswith("refused: ")
        await tell(old, [act("contact_recorded", day(-1), event_id="on")])
        seen = await shows(old, state="warned", events_total=len(LIFE) + 2, moved_to=None)
        assert seen["clocks"]
        await shows(other, state="active", events_total=len(serving(-50)), came_from=[])
        assert [] == task_faults((await old.fetch_history()).events)

        crn = new_crn()
        await tell(old, [_move_to(crn, f"{day(-1)} 15:00", event_id="elsewhere")])
        await _is_transferred(old)
        await shows(_handle(client, crn), state="warned", events_total=len(LIFE) + 3)


async def test_a_sentence_that_was_moved_by_mistake_can_be_moved_back(
    client: Client, working: Working
) -> None:
    """The first one continues with what happened meanwhile; the other one rests."""
    async with working([SentenceWorkflow], quiet_minutes=0) as settings:
        old = await begin(client, settings, *LIFE)
        await shows(old, state="warned")
        crn = new_crn()
        new = _handle(client, crn)
        await tell(old, [_move_to(crn, day(-2))])
        await _is_transferred(old)
        await tell(new, [act("contact_recorded", day(-1), event_id="there")])
        await tell(new, [_move_to(_crn(old), f"{day(-1)} 13:00", why="unmerge")])
        await _is_transferred(new)
        seen = await shows(old, moved_to=None, state="warned", events_total=len(LIFE) + 3)
        assert [new.id] == seen["came_from"]
        await tell(new, [act("contact_recorded", day(-1), event_id="late")])
        await shows(old, events_total=len(LIFE) + 4)
        await _notices_settled(old)
        sent = await _keys(settings, old, new)
        assert sorted(set(sent)) == sorted(sent)
        # Each case was transferred once, and not back and forth.
        for handle in (old, new):
            scheduled = [
                item.activity_task_scheduled_event_attributes.activity_type.name
                for events in await runs(client, handle)
                for item in events
            ]
            assert 1 == scheduled.count("transfer_case")


async def test_a_forged_case_is_quarantined_and_changes_nothing(
    client: Client, working: Working
) -> None:
    """Neither an unrelated sentence nor an officer can transfer a case here."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *LIFE)
        before = await shows(handle, state="warned")
        stranger = "sentence-X999999-1"
        case = case_of([event("sentence_ended", "2026-11-02", reason="death")])
        forged_case = TransferableCase(event_log=to_snapshot(case))
        (chunk,) = split_into_chunks(stranger, handle.id, forged_case)
        officer: TransferChunk = chunk.model_copy(
            update={"sent_by": chunk.sent_by.model_copy(update={"role": "officer"})}
        )
        for forged in (chunk, officer):
            await handle.signal(TRANSFER_SIGNAL, json.loads(forged.model_dump_json()))
        await handle.signal(TRANSFER_SIGNAL, "nothing at all")

        async def quarantined() -> bool:
            codes: dict[str, int] = (await view_of(handle))["arrival"]["quarantined_by_code"]
            return codes == {"invalid_transfer": 3}

        await eventually(quarantined)
        assert law_part(before) == law_part(await view_of(handle))
        assert [] == [
            fault for events in await runs(client, handle) for fault in task_faults(events)
        ]


async def test_a_transferred_case_is_closed_as_moved(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """Ninety days after the transfer; the sentence that took over continues."""
    today = day_of(await skipping.get_current_time())
    client = skipping.client
    async with skipped([SentenceWorkflow], closing_days=90) as settings:
        old = await begin(client, settings, *serving(-30, today))
        await shows(old, state="active")
        crn = new_crn()
        await tell(old, [_move_to(crn, day(-1, today))])
        new = _handle(client, crn)
        await _is_transferred(old)
        await shows(new, state="active")
        await skipping.sleep(timedelta(days=89))
        await tell(old, [act("contact_recorded", day(-1, today), event_id="late")])
        await shows(new, events_total=len(serving(-30, today)) + 2)
        await skipping.sleep(timedelta(days=2))
        assert {"ended": "moved", "to": new.id} == await old.result()
        assert "active" == (await view_of(new))["state"]


async def test_a_transfer_reopens_a_closed_case(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The register has that id as closed; the transfer starts it again."""
    today = day_of(await skipping.get_current_time())
    client = skipping.client
    async with skipped([SentenceWorkflow], closing_days=1) as settings:
        closed = await begin(client, settings, *serving(-30, today))
        died = act("sentence_ended", day(-1, today), ended_on=day(-1, today), reason="death")
        await tell(closed, [died])
        await skipping.sleep(timedelta(days=2))
        assert "closed" == (await closed.result())["ended"]

        old = await begin(client, settings, *serving(-20, today))
        await shows(old, state="active")
        await tell(old, [_move_to(_crn(closed), day(-1, today), why="renumbering")])
        await _is_transferred(old)
        seen = await shows(_handle(client, _crn(closed)), state="active")
        assert [old.id] == seen["came_from"]

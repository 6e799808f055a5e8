"""One sentence on a real server: its messages, its answers and its traces."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from activities.records.database import FILE
from states.event_log import EventLog
from tests.isolation import Working, eventually
from tests.states.wording import OPS
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    begin,
    day,
    delivered,
    failed,
    nothing_under_way,
    refusable,
    runs,
    serving,
    shows,
    submit,
    task_faults,
    tell,
    view_of,
)
from workflows.ids import WORKFLOW_TYPE
from workflows.sentence import SentenceWorkflow
from workflows.updates import OUR_FAULT


async def _refusal(handle: Handle, *arguments: Any) -> ApplicationError:
    with pytest.raises(WorkflowUpdateFailedError) as caught:
        await handle.execute_update("submit", args=arguments)
    assert isinstance(caught.value.cause, ApplicationError)
    return caught.value.cause


async def test_the_queries_show_the_sentence(client: Client, working: Working) -> None:
    """The whole view, its clocks and events, the allowed kinds, and the graph with the state."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-20))
        seen = await shows(handle, state="active")
        assert (handle.id, "community_order", "ns-2015") == (
            seen["workflow_id"],
            seen["type"],
            seen["edition"],
        )
        clocks = await handle.query("clocks", 1)
        assert seen["clocks"] == clocks["clocks"]
        events = await handle.query("events", 1)
        assert [kind for kind, _ in serving(-20)] == [item["kind"] for item in events["events"]]
        assert seen["allowed"] == await handle.query("allowed")
        assert "active" in await handle.query("diagram")
        assert 0 == (await handle.query("unapplied", 1))["total"]
        assert [] == await handle.query("receipt", "never-sent")


async def test_an_error_in_a_rule_is_no_verdict_and_the_event_is_taken_once_it_is_mended(
    client: Client, working: Working, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender is told that it is our fault, without a word of the error, and sends it again."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-9))
        await shows(handle, events_total=7)
        sent = act("contact_recorded", day(-1), event_id="c-1")

        with monkeypatch.context() as broken:
            broken.setattr(EventLog, "preview", _broken)
            with pytest.raises(WorkflowUpdateFailedError) as failed:
                await submit(handle, sent)
        cause = failed.value.cause
        assert isinstance(cause, ApplicationError)
        assert (OUR_FAULT, False) == (cause.type, cause.non_retryable)
        assert "Marker" not in str(cause)

        (receipt,) = await submit(handle, sent)
        assert "applied" == receipt["disposition"]


def _broken(*_: object) -> EventLog:
    raise KeyError("Marker")


async def test_a_submitted_event_is_answered_with_its_receipt(
    client: Client, working: Working
) -> None:
    """Applied, held or a repeat: the caller knows at once, and `receipt` says the same later."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-20))
        await shows(handle, state="active")
        sent = act("contact_recorded", day(-3), event_id="c-1")
        receipt = await submit(handle, sent)
        assert ["applied"] == [item["disposition"] for item in receipt]
        assert receipt == await submit(handle, sent)
        assert receipt == await handle.query("receipt", "c-1")
        held = await submit(
            handle, act("warning_issued", day(-3), warning_id="W1", failure_ids=["F1"])
        )
        assert [("held", "waits for failure F1")] == [
            (item["disposition"], item["reason"]) for item in held
        ]
        assert 1 == (await view_of(handle))["arrival"]["repeats"]


async def test_a_rejected_update_says_why_and_leaves_no_trace(
    client: Client, working: Working
) -> None:
    """The code, the reason and the allowed kinds reach the caller; the history holds nothing."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-20))
        await shows(handle, state="active")
        await submit(handle, act("contact_recorded", day(-3), event_id="c-1"))
        kind, data = refusable(-3)
        refused = await _refusal(handle, {"kind": kind, "data": data})
        assert "refused" == refused.type
        assert "order-end" in refused.message
        assert "officer_assigned" in refused.details[0]["allowed"]
        other = act("contact_recorded", day(-2), event_id="c-1")[1]
        codes: dict[str, list[Any]] = {
            "id_conflict": [{"kind": "contact_recorded", "data": other}],
            "unknown_kind": [{"kind": "contact", "data": other}],
            "invalid": [{"kind": "contact_recorded", "data": {"event_id": "x"}}],
            "not_an_object": [{"kind": "contact_recorded", "data": []}],
            "over_size": [{"kind": "contact_recorded", "data": {"fact": "x" * 20_000}}],
            "undecodable": [b"\x00\xff"],
        }
        assert list(codes) == [(await _refusal(handle, *args)).type for args in codes.values()]
        assert "invalid" == (await _refusal(handle, {"kind": "nudge"})).type
        await _refusal(handle)
        await _refusal(handle, {}, {})
        taken = [
            event
            async for event in handle.fetch_history_events()
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        ]
        assert 1 == len(taken)
        assert 0 == (await view_of(handle))["unapplied_total"]


async def test_sentences_are_found_by_search_attributes(client: Client, working: Working) -> None:
    """Search attributes hold codes, and follow the sentence."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-60), *failed("F1", -40))
        await shows(handle, events_total=9)
        query = (
            f"WorkflowId='{handle.id}' AND SentenceState='active' AND Officer='N07A001'"
            " AND SentenceType='community_order' AND Overdue>0 AND CountedFailures=1"
            " AND OverdueTimescales='enforce-6wd' AND RunningTimescales='order-end'"
        )

        async def is_found() -> bool:
            return [handle.id] == [found.id async for found in client.list_workflows(query)]

        await eventually(is_found)


async def test_the_current_details_show_ops_the_sentence(client: Client, working: Working) -> None:
    """State, officer, overdue and running clocks by name, and messages that were not applied."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *serving(-60), *failed("F1", -40))
        await handle.signal("nonsense", 1)
        await shows(handle, events_total=9, unapplied_total=1)
        text = (await handle.query("__temporal_workflow_metadata")).current_details
        parts = ("State active", "officer N07A001", "**Overdue**", "enforce-6wd/", "`nonsense`")
        assert parts == tuple(part for part in parts if part in text)


async def test_a_cancel_request_is_recorded_and_declined(client: Client, working: Working) -> None:
    """A court's sentence is not ended by a click, not even before its first turn."""
    async with working([SentenceWorkflow]) as settings:
        early = await begin(client, settings, *allocated(-5))
        await early.cancel()
        await shows(early, state="allocated")
        assert 1 == str((await view_of(early))["arrival"]["trail"]).count("declined")
        late = await begin(client, settings, *allocated(-5))
        await shows(late, state="allocated")
        await late.cancel()
        await tell(late, [act("officer_assigned", day(-4))])
        await shows(late, officer="N07A001")
        assert 1 == str((await view_of(late))["arrival"]["trail"]).count("declined")


async def test_a_closed_sentence_records_late_messages_and_ends(
    client: Client, working: Working
) -> None:
    """The register of closed sentences has it; a later start records all that it brought."""
    died = act("sentence_ended", day(-1), ended_on=day(-1), reason="death")
    async with working([SentenceWorkflow], closing_days=0) as settings:
        handle = await begin(client, settings, *allocated(-5), died)
        assert "closed" == (await handle.result())["ended"]
        kind, data = act("contact_recorded", day(-2))
        late = await client.start_workflow(
            WORKFLOW_TYPE,
            id=handle.id,
            task_queue=settings.task_queue,
            start_signal=kind,
            start_signal_args=[data],
        )
        await late.signal("nonsense", 1)
        result = await late.result()
        assert ("already_closed", 2) == (result["ended"], result["messages"])
        with closing(sqlite3.connect(settings.data_dir / FILE)) as database:
            rows = database.execute("SELECT kind FROM late_arrivals ORDER BY kind").fetchall()
        assert [("contact_recorded",), ("nonsense",)] == rows


async def test_late_evidence_is_taken_while_the_case_is_open(
    client: Client, working: Working
) -> None:
    """It is applied, and the sentence stays completed."""
    died = act("sentence_ended", day(-1), ended_on=day(-1), reason="death")
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *allocated(-5), died)
        await shows(handle, state="completed")
        receipt = await submit(handle, act("contact_recorded", day(-2)))
        assert ["applied"] == [item["disposition"] for item in receipt]
        await shows(handle, state="completed", ended_on=day(-1))


async def test_ops_can_close_a_sentence_that_was_never_imposed(
    client: Client, working: Working
) -> None:
    """A sentence that is known from an allocation only ends without an imposition, and closes."""
    never = act("sentence_ended", day(-1), ended_on=day(-1), reason="never_imposed", by=OPS)
    async with working([SentenceWorkflow], closing_days=0) as settings:
        handle = await begin(client, settings, act("case_allocated", day(-9)))
        await shows(handle, state="awaiting_allocation")
        await tell(handle, [never])
        assert "closed" == (await handle.result())["ended"]


MARK = "ZEBRAFISH"


async def test_texts_and_people_are_in_two_places_of_a_history_only(
    client: Client, working: Working
) -> None:
    """In the signal that brought them, and on the way to the database."""
    person = {"name": f"{MARK} Smith", "date_of_birth": "1990-01-01"}
    sent = [
        *serving(-20, person=person),
        act("contact_recorded", day(-3), fact=f"{MARK} came.", opinion=f"{MARK} was calm."),
        act("failure_reported", day(-2), failure_id="F1", details=f"{MARK} slept."),
    ]
    async with working([SentenceWorkflow], quiet_minutes=0) as settings:
        handle = await begin(client, settings, *sent)
        await shows(handle, events_total=len(sent))
        kind, data = refusable(-3, rationale=f"{MARK} asked.")
        await _refusal(handle, {"kind": kind, "data": data})

        def filed() -> list[Any]:
            with closing(sqlite3.connect(settings.data_dir / FILE)) as database:
                found = "SELECT text FROM texts UNION ALL SELECT name FROM people"
                return database.execute(found).fetchall()

        async def all_is_filed() -> bool:
            return 4 == sum(MARK in text for (text,) in filed())

        await eventually(all_is_filed)
        await nothing_under_way(client, handle)
        events = [event for run in await runs(client, handle) for event in run]
        places = {
            (
                EventType.Name(event.event_type),
                event.activity_task_scheduled_event_attributes.activity_type.name,
            )
            for event in events
            if MARK.encode() in event.SerializeToString()
        }
        assert {
            ("EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED", ""),
            ("EVENT_TYPE_ACTIVITY_TASK_SCHEDULED", "write_record"),
        } == places
        assert [] == task_faults(events)
        shown = [
            await view_of(handle),
            await handle.query("events", 1),
            await handle.query("__temporal_workflow_metadata"),
            (await handle.describe()).raw_description.SerializeToString(),
            delivered(settings, handle),
        ]
        assert MARK not in str(shown)


async def test_a_run_without_a_cache_decides_the_same(client: Client, working: Working) -> None:
    """With every task replayed from the start, nothing is lost, doubled or decided twice."""
    acts = [*serving(-60), *failed("F1", -30), *failed("F2", -3)]
    changes = {"max_cached_workflows": 0, "quiet_minutes": 0, "continue_after_events": 40}
    async with working([SentenceWorkflow], **changes) as settings:
        handle = await begin(client, settings, acts[0])
        for sent in acts[1:]:
            (receipt,) = await submit(handle, sent)
            assert receipt["disposition"] in ("applied", "queued")
        await shows(handle, events_total=len(acts), state="active", unapplied_total=0)

        async def all_is_sent() -> bool:
            counts = (await view_of(handle))["arrival"]["notices"]["counts"]
            return not {"queued", "in_flight"} & set(counts)

        await eventually(all_is_sent)
        counts = (await view_of(handle))["arrival"]["notices"]["counts"]
        sent = counts["sent"] + counts.get("compensated", 0)
        assert sent == len(delivered(settings, handle))
        histories = await runs(client, handle)
        assert [] == [fault for events in histories for fault in task_faults(events)]

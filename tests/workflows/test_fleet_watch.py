"""The watch counts the fleet every few minutes, and reports each trouble to ops once."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleOverlapPolicy,
    ScheduleSpec,
    WorkflowExecutionStatus,
)
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.contracts import (
    COUNT_FLEET,
    DELIVER_NOTICE,
    FleetStatus,
    FleetWatchInput,
    FleetWatchResult,
    NoticeReceipt,
    NoticeRequest,
    notice_queue,
)
from activities.records.ingest_log import DEAD_LETTER, IngestedMessage, IngestLog
from runtime.dev_server import DevServer
from tests.isolation import Working, becomes, eventually
from tests.runtime.cli.terminal import run_command_async
from tests.stores import open_files
from workflows.fleet_watch import TROUBLE_TEMPLATE, FleetWatch
from workflows.sentence import SentenceWorkflow

QUIET = FleetStatus(
    counted_at=datetime(2026, 12, 1, tzinfo=UTC),
    sentences=3,
    overdue=2,
    unapplied=1,
    failing=0,
    late=0,
    unversioned=3,
    old_builds=1,
    quarantined=4,
    dead_letters=0,
    notices_failing=1,
    notices_blocked=0,
    oldest_notice_seconds=3_600,
    records_behind=0,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"failing": 2, "late": 1}, {"failing": 2, "late": 1}),
        ({"dead_letters": 5, "notices_blocked": 1}, {"notices_blocked": 1, "dead_letters": 5}),
        ({"oldest_notice_seconds": 3_601}, {"notices_waiting": 1}),
        ({"oldest_notice_seconds": 3_601, "notices_failing": 0}, {"notices_waiting": 1}),
        ({"records_behind": 7}, {"records_behind": 7}),
        ({"records_behind": None}, {"records_unreachable": 1}),
    ],
)
def test_a_trouble_is_what_ops_must_act_on(
    changes: dict[str, Any], expected: dict[str, int]
) -> None:
    """Overdue clocks and refused events are the work of officers and senders, not of ops."""
    assert expected == QUIET.model_copy(update=changes).troubles()


async def test_a_trouble_reaches_ops_once_however_long_it_lasts(
    working: Working,
    client: Client,
    server: DevServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The schedule is started by a command; `status` prints the numbers that the watch counted."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path))
    now = datetime.now(UTC)
    async with working([SentenceWorkflow]) as settings:
        monkeypatch.setenv("SENTENCES_TASK_QUEUE", settings.task_queue)
        monkeypatch.setenv("SENTENCES_IO_QUEUE", settings.io_queue)
        with open_files(tmp_path) as store:
            dead = IngestedMessage(
                uuid4().hex, "some.type", taken_at=now, changed_at=now, status=DEAD_LETTER
            )
            IngestLog(store.main).save(dead)
        assert 0 == (await run_command_async("watch", "--every", "60")).status
        name = f"{settings.task_queue}-watch"
        schedule = client.get_schedule_handle(name)

        async def results() -> list[FleetWatchResult]:
            query = f'WorkflowType = "FleetWatch" AND WorkflowId STARTS_WITH "{name}"'
            runs = [run async for run in client.list_workflows(query)]
            runs.sort(key=lambda run: run.start_time)
            handles = [
                client.get_workflow_handle_for(FleetWatch.run, run.id, run_id=run.run_id)
                for run in runs
                if run.status is WorkflowExecutionStatus.COMPLETED
            ]
            return [await handle.result() for handle in handles]

        async def look(number: int) -> FleetWatchResult:
            async def is_over() -> bool:
                return len(await results()) >= number

            await eventually(is_over)
            return (await results())[number - 1]

        first = await look(1)
        assert [False] == [trouble.is_reported for trouble in first.troubles]
        await schedule.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)
        second = await look(2)
        await schedule.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)
        third = await look(3)
        for result in (second, third):
            assert ["dead_letters"] == [trouble.name for trouble in result.troubles]
            assert result.troubles[0].is_reported
        assert second.troubles[0].since == third.troubles[0].since
        notices = [
            json.loads(file.read_text("utf-8")) for file in (tmp_path / "outbox").rglob("*.json")
        ]
        assert [(TROUBLE_TEMPLATE, "ops", "dead_letters")] == [
            (notice["template"], notice["recipient"], notice["subject"]) for notice in notices
        ]
        said = json.loads((await run_command_async("status", "--json")).out)
        counted = third.status.model_dump(mode="json") if third.status is not None else {}
        assert {**counted, "counted_at": ""} == {**said, "counted_at": ""}
        assert 0 == (await run_command_async("watch", "--every", "30")).status
        assert 0 == (await run_command_async("watch", "--stop")).status
        assert (await run_command_async("watch", "--stop")).refuses("there is no schedule")


async def test_a_notice_that_did_not_arrive_is_sent_again_as_it_was(client: Client) -> None:
    """The trouble may grow meanwhile; under one key there is one content, or it would conflict."""
    now = datetime.now(UTC)
    sent: list[NoticeRequest] = []
    counts = iter([1, 2, 3, 4])

    @activity.defn(name=COUNT_FLEET)
    async def count() -> FleetStatus:
        return QUIET.model_copy(update={"dead_letters": next(counts)})

    @activity.defn(name=DELIVER_NOTICE)
    async def deliver(notice: NoticeRequest) -> NoticeReceipt:
        sent.append(notice)
        if len(sent) == 1:
            raise ApplicationError("down", non_retryable=True)
        return NoticeReceipt(key=notice.key, already_delivered=False, delivered_at=now)

    queue = uuid4().hex
    given = FleetWatchInput(watch_id=queue, io_queue=queue)
    action = ScheduleActionStartWorkflow(FleetWatch.run, given, id=queue, task_queue=queue)
    schedule = await client.create_schedule(queue, Schedule(action=action, spec=ScheduleSpec()))
    watcher = Worker(client, task_queue=queue, workflows=[FleetWatch], activities=[count])
    sender = Worker(client, task_queue=notice_queue(queue), activities=[deliver])

    async def ended() -> int:
        query = f'WorkflowId STARTS_WITH "{queue}" AND ExecutionStatus = "Completed"'
        return (await client.count_workflows(query)).count

    async with watcher, sender:
        for number in range(1, 5):
            await schedule.trigger(overlap=ScheduleOverlapPolicy.BUFFER_ONE)
            await becomes(number, ended)
    await schedule.delete()

    assert 2 == len(sent)
    assert sent[0] == sent[1]

"""A workflow of the sentence's shape: dynamic, total at its start, nothing else to it."""

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue

from activities.contracts import (
    DELIVER_NOTICE,
    LOAD_RUN_CONFIG,
    NoticeReceipt,
    NoticeRequest,
    RunConfig,
    RunConfigRequest,
    notice_queue,
)
from workflows.inbox import from_signal
from workflows.law import law_named
from workflows.log import note


@workflow.defn(dynamic=True)
class Toy:
    """Opens its run, delivers one notice, and waits for `finish`; `again` continues as new."""

    @workflow.init
    def __init__(self, arguments: Sequence[RawValue]) -> None:
        self._arguments = len(arguments)
        self._inbox: list[str] = []
        self._terms: RunConfig | None = None

    @workflow.run
    async def run(self, arguments: Sequence[RawValue]) -> str:
        del arguments
        info = workflow.info()
        self._terms = await workflow.execute_local_activity(
            LOAD_RUN_CONFIG,
            RunConfigRequest(workflow_id=info.workflow_id, day=workflow.now().date()),
            result_type=RunConfig,
            start_to_close_timeout=timedelta(seconds=5),
        )
        note("run_opened", edition=self._terms.edition, name="Smith", args="Smith")
        await workflow.wait_condition(lambda: bool({"finish", "again"} & set(self._inbox)))
        if "again" in self._inbox:
            workflow.continue_as_new(args=[{"one": "snapshot"}])
        return await self._noticed(info.workflow_id, self._terms)

    @workflow.signal(dynamic=True)
    def inbox(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take whatever comes."""
        for message in from_signal(name, arguments, workflow.now()):
            number = len(message.payloads)
            self._inbox.append(message.name if number < 2 else f"{message.name}/{number}")

    @workflow.query
    def seen(self) -> dict[str, object]:
        """Return what arrived, and the law that the terms name."""
        if self._terms is None:
            return {"arguments": self._arguments, "inbox": self._inbox}
        held = law_named(self._terms.edition, self._terms.calendar)
        return {
            "type": workflow.info().workflow_type,
            "arguments": self._arguments,
            "inbox": self._inbox,
            "edition": held.edition.name,
            "calendar": held.calendar.name,
        }

    async def _noticed(self, workflow_id: str, terms: RunConfig) -> str:
        notice = NoticeRequest(
            key="note/X/1",
            workflow_id=workflow_id,
            crn="X320741",
            event_number="1",
            template="note",
            recipient="officer",
            subject="X",
        )
        delivered: NoticeReceipt = await workflow.execute_activity(
            DELIVER_NOTICE,
            notice,
            result_type=NoticeReceipt,
            task_queue=notice_queue(terms.io_queue),
            start_to_close_timeout=timedelta(seconds=5),
        )
        return delivered.key

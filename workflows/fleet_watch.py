"""Workflow that looks after the fleet: a schedule starts it every few minutes.

A run counts, compares with what the run before it found, and ends. A trouble that two runs in a row
find is reported to ops once, under a key made of its start: however long it lasts and however often
a run is repeated, there is one notice. A trouble that ends and begins again is another one.
"""

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.contracts import (
    COUNT_FLEET,
    DELIVER_NOTICE,
    FleetStatus,
    FleetWatchInput,
    FleetWatchResult,
    NoticeReceipt,
    NoticeRequest,
    Trouble,
    notice_queue,
)
from workflows.log import warn
from workflows.retry import ATTEMPT_TIMEOUT, RETRY_ROUND

WATCH_TYPE: Final = "FleetWatch"
TROUBLE_TEMPLATE: Final = "fleet-trouble"

COUNT_TIMEOUT: Final = timedelta(minutes=1)
COUNT_PATIENCE: Final = timedelta(minutes=3)
"""Time for which a count is tried again; then the run fails, and its schedule starts another."""

NOTICE_PATIENCE: Final = timedelta(minutes=2)
"""Time for which a notice is tried again in one run; the next run sends what did not arrive."""


@workflow.defn(name=WATCH_TYPE)
class FleetWatch:
    """One look at the fleet."""

    @workflow.run
    async def run(self, given: FleetWatchInput) -> FleetWatchResult:
        """Count, report new troubles, and return what is open for the next run."""
        status: FleetStatus = await workflow.execute_activity(
            COUNT_FLEET,
            result_type=FleetStatus,
            start_to_close_timeout=COUNT_TIMEOUT,
            schedule_to_close_timeout=COUNT_PATIENCE,
            retry_policy=RETRY_ROUND,
        )
        before = {trouble.name: trouble for trouble in _last_result().troubles}
        troubles = [
            await self._looked_at(name, number, before.get(name), given)
            for name, number in status.troubles().items()
        ]
        return FleetWatchResult(status=status, troubles=troubles)

    async def _looked_at(
        self, name: str, number: int, known: Trouble | None, given: FleetWatchInput
    ) -> Trouble:
        if known is None:
            # It may be over in a moment, as a restart of the workers is.
            return Trouble(name=name, since=workflow.now(), number=number)
        if known.is_reported:
            return known.model_copy(update={"number": number})
        # Its number stays the first until ops have the notice: a key never has other content.
        return known.model_copy(update={"is_reported": await self._report(known, given)})

    async def _report(self, trouble: Trouble, given: FleetWatchInput) -> bool:
        since = trouble.since.isoformat()
        notice = NoticeRequest(
            key=f"{TROUBLE_TEMPLATE}/{trouble.name}/{since}",
            workflow_id=given.watch_id,
            crn="",
            event_number="",
            template=TROUBLE_TEMPLATE,
            recipient="ops",
            subject=trouble.name,
            facts={"since": since, "number": str(trouble.number)},
        )
        warn("fleet_trouble", reason_code=trouble.name, count=trouble.number)
        try:
            await workflow.execute_activity(
                DELIVER_NOTICE,
                notice,
                result_type=NoticeReceipt,
                task_queue=notice_queue(given.io_queue),
                start_to_close_timeout=ATTEMPT_TIMEOUT,
                schedule_to_close_timeout=NOTICE_PATIENCE,
                retry_policy=RETRY_ROUND,
            )
        except ActivityError:
            return False
        return True


def _last_result() -> FleetWatchResult:
    found = workflow.get_last_completion_result(FleetWatchResult)
    return found if found is not None else FleetWatchResult()

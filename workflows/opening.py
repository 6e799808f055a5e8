"""Ask the environment what holds for a run: the one question whose answer history records."""

from datetime import date, timedelta
from typing import Final

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.names import LIST_SHELF, OPEN_RUN, OpenRun, RunTerms, ShelfNames
from states.london import day_of
from workflows.log import warn

LOOK_UP: Final = timedelta(seconds=10)

FAILED: Final = (ActivityError, ApplicationError)
"""How a local activity fails: one that says itself that it must not be retried raises plainly."""


async def terms_for(sentenced_on: date | None) -> RunTerms:
    """Return the terms for that day of sentence, however long it takes to get them."""
    info = workflow.info()
    ask = OpenRun(
        workflow_id=info.workflow_id,
        day=day_of(workflow.now()),
        sentenced_on=sentenced_on,
        continued=info.continued_run_id is not None,
    )
    while True:
        try:
            terms: RunTerms = await workflow.execute_local_activity(
                OPEN_RUN, ask, result_type=RunTerms, start_to_close_timeout=LOOK_UP
            )
        except FAILED:
            # It tries again by itself, so this is an answer that rules that out.
            warn("opening_failed")
            await workflow.sleep(LOOK_UP, summary="the run is opened again")
        else:
            return terms


async def shelf_names() -> ShelfNames:
    """Return what the shelf holds today, however long it takes to get that."""
    while True:
        try:
            held: ShelfNames = await workflow.execute_local_activity(
                LIST_SHELF, result_type=ShelfNames, start_to_close_timeout=LOOK_UP
            )
        except FAILED:
            warn("look_up_failed")
            await workflow.sleep(LOOK_UP, summary="law is looked up again")
        else:
            return held

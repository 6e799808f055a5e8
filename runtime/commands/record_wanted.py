"""Ask the workflow of a sentence what its record is to hold."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError

from activities.names import RecordBatch, RecordRow
from runtime.commands.refusal import UnknownSentenceError
from runtime.commands.show import ANSWER, last_run
from runtime.submitting import is_missing
from states.case_record import Row
from workflows.identity import identify, workflow_id_of

PATIENCE: Final = 10.0
"""Seconds for which a sentence may still be sending what changed."""

_PAUSE: Final = 0.3


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rows of a workflow, all of one moment."""

    rows: tuple[Row, ...]
    as_of: datetime


async def wanted(client: Client, crn: str, event_number: str) -> Wanted:
    """Return the rows that the record of a sentence is to hold, also of one that is closed.

    While the sentence is sending some, it is asked again for a moment.

    Raises:
        UnknownSentenceError: If Temporal has no such workflow.
        RPCError: If no worker answers.
    """
    name = workflow_id_of(crn, event_number)
    try:
        handle: WorkflowHandle[Any, Any] = client.get_workflow_handle(name)
        first = await _page(handle, 1)
        if not first["total"] and (earlier := await last_run(client, name)) is not None:
            handle = earlier
        return await _settled(handle)
    except RPCError as error:
        if is_missing(error):
            raise UnknownSentenceError(crn, event_number) from error
        raise


def batch_of(asked: Wanted, workflow_id: str, sequence: int) -> RecordBatch:
    """Return the one batch that makes a record anew."""
    identity = identify(workflow_id)
    if identity is None:
        raise ValueError(workflow_id)
    return RecordBatch(
        workflow_id=workflow_id,
        crn=identity.crn,
        event_number=identity.event_number,
        sequence=sequence,
        afresh=True,
        whole=True,
        as_of=asked.as_of,
        rows=[RecordRow(table=r.table, key=r.key, values=dict(r.values)) for r in asked.rows],
    )


async def _settled(handle: WorkflowHandle[Any, Any]) -> Wanted:
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE
    while True:
        first = await _page(handle, 1)
        pages = [first] + [await _page(handle, number + 1) for number in range(1, first["pages"])]
        # A sentence that moved on between two pages is asked for all of them again.
        same = {page["as_of"] for page in pages} == {first["as_of"]}
        if same and (first["even"] or loop.time() > until):
            rows = tuple(Row(*row) for page in pages for row in page["rows"])
            return Wanted(rows, datetime.fromisoformat(first["as_of"]))
        await asyncio.sleep(_PAUSE)


async def _page(handle: WorkflowHandle[Any, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] = await handle.query("record", number, rpc_timeout=ANSWER)
    return found

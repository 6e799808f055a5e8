"""How a run ends for good: as no sentence, as a file already closed, or as one closed now."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.names import CLOSE_SENTENCE, REPORT_LATE, ClosedSentence, LateArrival
from states.identity import Identity
from states.sentence import Sentence
from workflows.identity import WORKFLOW_TYPE
from workflows.inbox import Letter, open_letter
from workflows.log import warn
from workflows.mail import Mail

PATIENT: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10)
)
"""The record is written before the run ends, however long it takes."""

ATTEMPT: Final = timedelta(seconds=30)

MOVED: Final = "moved"
"""How the run of a sentence ends that goes on under another name."""


def not_a_sentence(workflow_type: str, identity: Identity | None) -> dict[str, Any] | None:
    """Return the clear end of a run that was started as something else; None for a sentence."""
    if workflow_type != WORKFLOW_TYPE:
        reason = f"this queue runs workflows of the type {WORKFLOW_TYPE} only"
        return {"ended": "unknown_type", "reason": reason}
    if identity is None:
        reason = (
            "a sentence has the workflow id sentence-<CRN>-<event number>, as sentence-X320741-1"
        )
        return {"ended": "bad_workflow_id", "reason": reason}
    return None


ALREADY_CLOSED: Final = {
    "ended": "already_closed",
    "reason": "the file of this sentence is closed; what comes is reported to the record",
}


async def report_late(identity: Identity, mail: Mail, io_queue: str) -> dict[str, Any]:
    """Report what comes for a sentence whose file is closed, until nothing more does; say so."""
    count = 0
    while mail:
        letters = mail.take_all()
        await report(identity, letters, io_queue)
        count += len(letters)
    return {**ALREADY_CLOSED, "messages": count}


async def report(identity: Identity, letters: Sequence[Letter], io_queue: str) -> None:
    """Enter messages in the record of what came when nobody could take it any more."""
    messages = [open_letter(item, {}) for item in letters]
    warn("late_arrival_reported", count=len(messages))
    await workflow.execute_activity(
        REPORT_LATE,
        LateArrival(
            workflow_id=identity.workflow_id,
            digests=[message.digest for message in messages],
            kinds=[message.kind for message in messages],
            at=workflow.now(),
        ),
        task_queue=io_queue,
        start_to_close_timeout=ATTEMPT,
        retry_policy=PATIENT,
        summary="report messages for a closed sentence",
    )


async def close_file(
    identity: Identity, s: Sentence, io_queue: str, moved_to: str | None = None
) -> dict[str, Any]:
    """Enter the sentence in the register of closed ones, and return its outcome.

    One that goes on under another name is closed as moved, whatever it had come to.
    """
    outcome = s.outcome.value if s.outcome is not None else None
    if moved_to is not None:
        outcome = MOVED
    await workflow.execute_activity(
        CLOSE_SENTENCE,
        ClosedSentence(
            workflow_id=identity.workflow_id,
            crn=identity.crn,
            event_number=identity.event_number,
            outcome=outcome,
            ended_on=s.ended_on,
            closed_at=workflow.now(),
        ),
        task_queue=io_queue,
        start_to_close_timeout=ATTEMPT,
        retry_policy=PATIENT,
        summary="close the file",
    )
    if moved_to is not None:
        return {"ended": MOVED, "to": moved_to}
    return {"ended": "closed", "outcome": outcome, "ended_on": str(s.ended_on)}

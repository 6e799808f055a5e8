"""Ends of a run: refused at its start, late for a closed case, or closed after a grace period."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow

from activities.contracts import CLOSE_SENTENCE, RECORD_LATE_MESSAGES, ClosedSentence, LateMessages
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.vocabulary import State
from workflows.ids import WORKFLOW_TYPE
from workflows.inbox import InboundMessage, Inbox, parse_message
from workflows.log import note, warn
from workflows.retry import ATTEMPT_TIMEOUT, RETRY_FOREVER

MOVED: Final = "moved"
"""Result of the run of a sentence that another workflow has taken over."""

ALREADY_CLOSED: Final = {
    "ended": "already_closed",
    "reason": "the case of this sentence is closed; messages are recorded as late",
}
"""Result of a run that was started for a closed case, and the refusal of its updates."""


def start_refusal(workflow_type: str, ref: SentenceRef | None) -> dict[str, Any] | None:
    """Return the result of a run that is not one of a sentence; None if it is."""
    if workflow_type != WORKFLOW_TYPE:
        reason = f"this queue runs workflows of the type {WORKFLOW_TYPE} only"
        return {"ended": "unknown_type", "reason": reason}
    if ref is None:
        reason = (
            "a sentence has the workflow id sentence-<CRN>-<event number>, as sentence-X320741-1"
        )
        return {"ended": "bad_workflow_id", "reason": reason}
    return None


async def report_late_messages(ref: SentenceRef, inbox: Inbox, io_queue: str) -> dict[str, Any]:
    """Record every message of `inbox` as late, and return the result of the run."""
    count = 0
    while inbox:
        messages = inbox.take_oldest()
        # Signals may arrive while the activity runs; the loop takes those too.
        await report_messages(ref, messages, io_queue)
        count += len(messages)
    return {**ALREADY_CLOSED, "messages": count}


async def report_messages(
    ref: SentenceRef, messages: Sequence[InboundMessage], io_queue: str
) -> None:
    """Record messages that no run can take any more, by digest and kind."""
    parsed = [parse_message(message, {}) for message in messages]
    warn("late_messages_reported", count=len(parsed))
    # It retries for ever, so the caller must not hold anything that others wait for.
    await workflow.execute_activity(
        RECORD_LATE_MESSAGES,
        LateMessages(
            workflow_id=ref.workflow_id,
            digests=[message.digest for message in parsed],
            kinds=[message.kind for message in parsed],
            at=workflow.now(),
        ),
        task_queue=io_queue,
        start_to_close_timeout=ATTEMPT_TIMEOUT,
        retry_policy=RETRY_FOREVER,
        summary="record late messages",
    )


async def close_sentence(
    ref: SentenceRef, sentence: Sentence, io_queue: str, *, moved_to: str | None = None
) -> dict[str, Any]:
    """Enter the sentence in the register of closed ones, and return the result of the run.

    Args:
        ref: The sentence.
        sentence: The sentence as it ended.
        io_queue: Task queue of the activity.
        moved_to: Workflow id of the sentence that took the case over. The case is then closed as
            moved, whatever the sentence's own outcome.
    """
    outcome = sentence.outcome.value if sentence.outcome is not None else None
    if moved_to is not None:
        outcome = MOVED
    # Signals may arrive while the activity runs; the caller then keeps the run open.
    await workflow.execute_activity(
        CLOSE_SENTENCE,
        ClosedSentence(
            workflow_id=ref.workflow_id,
            crn=ref.crn,
            event_number=ref.event_number,
            outcome=outcome,
            ended_on=sentence.ended_on,
            closed_at=workflow.now(),
        ),
        task_queue=io_queue,
        start_to_close_timeout=ATTEMPT_TIMEOUT,
        retry_policy=RETRY_FOREVER,
        summary="close the case",
    )
    if moved_to is not None:
        return {"ended": MOVED, "to": moved_to}
    return {"ended": "closed", "outcome": outcome, "ended_on": str(sentence.ended_on)}


class GracePeriod:
    """Time between the end of a sentence and the closing of its case, for late evidence.

    It starts when this workflow first sees the end. A sentence that is imported years after it
    ended therefore still takes late evidence.
    """

    def __init__(self, since: datetime | None) -> None:
        self.since = since
        """Start of the period; None while the sentence runs."""

    def start_if_ended(self, sentence: Sentence, now: datetime, *, moved: bool = False) -> None:
        """Start the period if the sentence is completed or `moved`; stop it if it no longer is."""
        if sentence.state is not State.COMPLETED and not moved:
            self.since = None
        elif self.since is None:
            self.since = now
            outcome = sentence.outcome.value if sentence.outcome is not None else None
            note("sentence_moved_away" if moved else "sentence_completed", outcome=outcome)

    def ends_at(self, days: int) -> datetime | None:
        """Return the end of a period of `days`; None while the sentence runs."""
        return None if self.since is None else self.since + timedelta(days=days)

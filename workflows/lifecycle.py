"""How a run ends for good: as no sentence, as a file already closed, or as one closed now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RetryPolicy

from activities.contracts import CLOSE_SENTENCE, RECORD_LATE_MESSAGES, ClosedSentence, LateMessages
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.vocabulary import State
from workflows.ids import WORKFLOW_TYPE
from workflows.inbox import InboundMessage, Inbox, parse_message
from workflows.log import note, warn

RETRY_FOREVER: Final = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10)
)
"""The record is written before the run ends, however long it takes."""

ATTEMPT_TIMEOUT: Final = timedelta(seconds=30)

MOVED: Final = "moved"
"""How the run of a sentence ends that goes on under another name."""


def start_refusal(workflow_type: str, identity: SentenceRef | None) -> dict[str, Any] | None:
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


async def report_late_messages(identity: SentenceRef, mail: Inbox, io_queue: str) -> dict[str, Any]:
    """Report what comes for a sentence whose file is closed, until nothing more does; say so."""
    count = 0
    while mail:
        letters = mail.take_all()
        await report_messages(identity, letters, io_queue)
        count += len(letters)
    return {**ALREADY_CLOSED, "messages": count}


async def report_messages(
    identity: SentenceRef, letters: Sequence[InboundMessage], io_queue: str
) -> None:
    """Enter messages in the record of what came when nobody could take it any more."""
    messages = [parse_message(item, {}) for item in letters]
    warn("late_arrival_reported", count=len(messages))
    await workflow.execute_activity(
        RECORD_LATE_MESSAGES,
        LateMessages(
            workflow_id=identity.workflow_id,
            digests=[message.digest for message in messages],
            kinds=[message.kind for message in messages],
            at=workflow.now(),
        ),
        task_queue=io_queue,
        start_to_close_timeout=ATTEMPT_TIMEOUT,
        retry_policy=RETRY_FOREVER,
        summary="report messages for a closed sentence",
    )


async def close_sentence(
    identity: SentenceRef, s: Sentence, io_queue: str, moved_to: str | None = None
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
        start_to_close_timeout=ATTEMPT_TIMEOUT,
        retry_policy=RETRY_FOREVER,
        summary="close the file",
    )
    if moved_to is not None:
        return {"ended": MOVED, "to": moved_to}
    return {"ended": "closed", "outcome": outcome, "ended_on": str(s.ended_on)}


class GracePeriod:
    """The time between the end of a sentence and the closing of its file.

    It is reckoned from when the end was first seen here, so that a sentence which was imported
    years after it ended still takes what comes in late.
    """

    def __init__(self, since: str | None = None) -> None:
        self._since = None if since is None else datetime.fromisoformat(since)

    def start_if_ended(self, s: Sentence, now: datetime, *, moved: bool = False) -> None:
        """Start the time when the sentence is found completed or gone; evidence may undo that."""
        if s.state is not State.COMPLETED and not moved:
            self._since = None
        elif self._since is None:
            self._since = now
            outcome = s.outcome.value if s.outcome is not None else None
            note("sentence_moved_away" if moved else "sentence_completed", outcome=outcome)

    def ends_at(self, days: int) -> datetime | None:
        """Return when the file is closed; None while the sentence runs."""
        return None if self._since is None else self._since + timedelta(days=days)

    def dump(self) -> str | None:
        """Return what the next run is given."""
        return None if self._since is None else self._since.isoformat()

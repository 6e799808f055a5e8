"""Updates: the same messages as signals, for callers who wait for the answer."""

from base64 import b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities.names import LETTER_ENCODING, SEAL_FAULT
from states.events.reading import UnreadableError, canonical, parse
from states.messages import Incoming
from states.view import allowed
from states.vocabulary import Verdict
from workflows.desk import Desk
from workflows.inbox import Letter, event_id_of, open_letter
from workflows.post import LONGEST, TOO_LARGE, is_shut, judged
from workflows.receipts import receipts


class Callers:
    """Those who wait for the answer to what they submit."""

    def __init__(
        self, desk: Desk, decides: Callable[[], bool], stirred: Callable[[], None]
    ) -> None:
        """Take for `desk`; `decides` tells whether it is decided upon in the call itself."""
        self._desk, self._decides, self._stirred = desk, decides, stirred
        self._tickets = 0

    def validate(self, raw: RawValue) -> None:
        """Refuse what can be refused before it enters the history, changing nothing.

        Raises:
            ApplicationError: With the reason, as `_check` and `letter_of` give it.
        """
        now = workflow.now()
        item = letter_of(raw, now)
        if not is_shut(item):
            _check(self._desk, judged(item, plain=self._desk.inbox.accept_plaintext), now)

    async def execute(self, raw: RawValue) -> list[dict[str, Any]]:
        """Take what passed the check, and return its receipts.

        Raises:
            ApplicationError: If it was shut, and is refused now that it is open.
        """
        wait_for_key(raw)
        item = letter_of(raw, workflow.now())
        if is_shut(item):
            # Whatever it comes to, a run that is to go on anew has waited for this call to end.
            try:
                item = await self._opened(item)
                _check(self._desk, item, workflow.now())
            finally:
                self._stirred()
        now = workflow.now()
        self._desk.inbox.append(item)
        if self._decides():
            self._desk.drain()
            self._desk.decide(now)
        self._stirred()
        return receipts(self._desk, event_id_of(item))

    async def _opened(self, item: Letter) -> Letter:
        # The main loop has it opened, and puts it aside under the ticket.
        mail = self._desk.inbox
        self._tickets += 1
        ticket = self._tickets
        mail.append(replace(item, waiter_id=ticket))
        await workflow.wait_condition(lambda: ticket in mail.delivered)
        found = mail.delivered.pop(ticket)
        if found.fault is not None:
            raise refused(*found.fault)
        return found


class SealedUpdateError(Exception):
    """Raised in replay for an update whose key is gone; the task waits until it is back."""


def wait_for_key(raw: RawValue) -> None:
    """Return unless the payload of an update that was taken cannot be opened here.

    What could never be opened was refused before it entered the history.

    Raises:
        SealedUpdateError: If it cannot; it is no failure that ends a workflow.
    """
    if SEAL_FAULT in raw.payload.metadata:
        raise SealedUpdateError


def letter_of(raw: RawValue, received_at: datetime) -> Letter:
    """Return the letter that an update brought: `{"kind": ..., "data": {...}}`.

    With `letter` in place of `data` it is sealed, and is returned shut.

    Raises:
        ApplicationError: If it is not one; the caller gets the reason, history gets nothing.
    """
    if raw.payload.metadata.get("encoding") != b"json/plain":
        raise refused("undecodable", "the payload is not in the encoding json/plain")
    try:
        data = parse(raw.payload.data)
    except UnreadableError as error:
        raise refused(error.code, error.reason) from None
    if not isinstance(data, dict) or set(data) not in ({"kind", "data"}, {"kind", "letter"}):
        reason = "submit takes one object with the fields kind and data, or kind and letter"
        raise refused("invalid", reason)
    if not isinstance(data["kind"], str):
        raise refused("invalid", "kind is the name of an event")
    if "letter" in data:
        return Letter(data["kind"], (_sealed(data["letter"]),), received_at)
    payload = Payload(metadata={"encoding": b"json/plain"}, data=canonical(data["data"]))
    return Letter(data["kind"], (payload,), received_at)


def _sealed(letter: object) -> Payload:
    try:
        data = b64decode(letter if isinstance(letter, str) else "-", validate=True)
    except ValueError:
        raise refused("invalid", "letter is a sealed event in base64") from None
    if len(data) > LONGEST:
        raise refused(*TOO_LARGE)
    return Payload(metadata={"encoding": LETTER_ENCODING}, data=data)


def refused(code: str, reason: str, *details: Any) -> ApplicationError:
    """Return what a caller is told whose message is not taken."""
    return ApplicationError(reason, *details, type=code, non_retryable=True)


def _check(desk: Desk, letter: Letter, now: datetime) -> None:
    """Refuse, to the caller, what the log would refuse or could not read.

    Raises:
        ApplicationError: With the code as its type, the reason as its message and, for a refusal
            by a rule, the kinds allowed now as its detail.
    """
    message: Incoming = open_letter(letter, {})
    event = message.event
    if event is None:
        raise refused(message.code, message.reason)
    known = desk.event_log.digest_of(event.uid)
    if known is not None and known != message.digest:
        raise refused(
            "id_conflict", "this organisation already used the event_id for other content"
        )
    outcome = desk.preview(message, now)
    if outcome is None or desk.pinned_law is None or outcome.sentenced_on != desk.pinned_law.sentenced_on:
        return
    verdict = outcome.dispositions.get(event.uid)
    if verdict is not None and verdict.verdict is Verdict.REFUSED and known is None:
        kinds = allowed(desk.decision.sentence) if desk.decision is not None else []
        raise refused(Verdict.REFUSED.value, verdict.reason, {"allowed": kinds})

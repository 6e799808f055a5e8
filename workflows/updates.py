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

from activities.contracts import DECRYPTION_FAULT, MESSAGE_ENCODING
from states.events.parsing import UnreadableError, canonical_json, parse_json
from states.messages import ParsedMessage
from states.view.sentence import allowed_kinds
from states.vocabulary import DispositionKind
from workflows.case import SentenceCase
from workflows.inbox import (
    MAX_ENCRYPTED_BYTES,
    TOO_LARGE,
    InboundMessage,
    event_id_of,
    is_encrypted,
    parse_message,
    screened,
)
from workflows.queries import receipts


class SubmitUpdate:
    """Those who wait for the answer to what they submit."""

    def __init__(
        self, desk: SentenceCase, decides: Callable[[], bool], stirred: Callable[[], None]
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
        item = message_from_update(raw, now)
        if not is_encrypted(item):
            _validate_message(
                self._desk, screened(item, plain=self._desk.inbox.accept_plaintext), now
            )

    async def execute(self, raw: RawValue) -> list[dict[str, Any]]:
        """Take what passed the check, and return its receipts.

        Raises:
            ApplicationError: If it was shut, and is refused now that it is open.
        """
        require_key(raw)
        item = message_from_update(raw, workflow.now())
        if is_encrypted(item):
            # Whatever it comes to, a run that is to go on anew has waited for this call to end.
            try:
                item = await self._opened(item)
                _validate_message(self._desk, item, workflow.now())
            finally:
                self._stirred()
        now = workflow.now()
        self._desk.inbox.append(item)
        if self._decides():
            self._desk.drain()
            self._desk.decide(now)
        self._stirred()
        return receipts(self._desk, event_id_of(item))

    async def _opened(self, item: InboundMessage) -> InboundMessage:
        # The main loop has it opened, and puts it aside under the ticket.
        mail = self._desk.inbox
        self._tickets += 1
        ticket = self._tickets
        mail.append(replace(item, waiter_id=ticket))
        await workflow.wait_condition(lambda: ticket in mail.delivered)
        found = mail.delivered.pop(ticket)
        if found.fault is not None:
            raise rejection(*found.fault)
        return found


class UndecryptableUpdateError(Exception):
    """Raised in replay for an update whose key is gone; the task waits until it is back."""


def require_key(raw: RawValue) -> None:
    """Return unless the payload of an update that was taken cannot be opened here.

    What could never be opened was refused before it entered the history.

    Raises:
        SealedUpdateError: If it cannot; it is no failure that ends a workflow.
    """
    if DECRYPTION_FAULT in raw.payload.metadata:
        raise UndecryptableUpdateError


def message_from_update(raw: RawValue, received_at: datetime) -> InboundMessage:
    """Return the letter that an update brought: `{"kind": ..., "data": {...}}`.

    With `letter` in place of `data` it is sealed, and is returned shut.

    Raises:
        ApplicationError: If it is not one; the caller gets the reason, history gets nothing.
    """
    if raw.payload.metadata.get("encoding") != b"json/plain":
        raise rejection("undecodable", "the payload is not in the encoding json/plain")
    try:
        data = parse_json(raw.payload.data)
    except UnreadableError as error:
        raise rejection(error.code, error.reason) from None
    if not isinstance(data, dict) or set(data) not in ({"kind", "data"}, {"kind", "letter"}):
        reason = "submit takes one object with the fields kind and data, or kind and letter"
        raise rejection("invalid", reason)
    if not isinstance(data["kind"], str):
        raise rejection("invalid", "kind is the name of an event")
    if "letter" in data:
        return InboundMessage(data["kind"], (_encrypted_payload(data["letter"]),), received_at)
    payload = Payload(metadata={"encoding": b"json/plain"}, data=canonical_json(data["data"]))
    return InboundMessage(data["kind"], (payload,), received_at)


def _encrypted_payload(letter: object) -> Payload:
    try:
        data = b64decode(letter if isinstance(letter, str) else "-", validate=True)
    except ValueError:
        raise rejection("invalid", "letter is a sealed event in base64") from None
    if len(data) > MAX_ENCRYPTED_BYTES:
        raise rejection(*TOO_LARGE)
    return Payload(metadata={"encoding": MESSAGE_ENCODING}, data=data)


def rejection(code: str, reason: str, *details: Any) -> ApplicationError:
    """Return what a caller is told whose message is not taken."""
    return ApplicationError(reason, *details, type=code, non_retryable=True)


def _validate_message(desk: SentenceCase, letter: InboundMessage, now: datetime) -> None:
    """Refuse, to the caller, what the log would refuse or could not read.

    Raises:
        ApplicationError: With the code as its type, the reason as its message and, for a refusal
            by a rule, the kinds allowed now as its detail.
    """
    message: ParsedMessage = parse_message(letter, {})
    event = message.event
    if event is None:
        raise rejection(message.code, message.reason)
    known = desk.event_log.digest_of(event.uid)
    if known is not None and known != message.digest:
        raise rejection(
            "id_conflict", "this organisation already used the event_id for other content"
        )
    outcome = desk.preview(message, now)
    if (
        outcome is None
        or desk.pinned_law is None
        or outcome.sentenced_on != desk.pinned_law.sentenced_on
    ):
        return
    verdict = outcome.dispositions.get(event.uid)
    if verdict is not None and verdict.verdict is DispositionKind.REFUSED and known is None:
        kinds = allowed_kinds(desk.decision.sentence) if desk.decision is not None else []
        raise rejection(DispositionKind.REFUSED.value, verdict.reason, {"allowed": kinds})

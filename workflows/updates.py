"""Update `submit`: the same messages as signals, for callers who wait for the receipt."""

from datetime import datetime
from typing import Any, Final

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from activities.contracts import DECRYPTION_FAULT, MESSAGE_ENCODING
from states.events.parsing import UnreadableError, canonical_json, parse_json
from states.view.sentence import allowed_kinds
from states.vocabulary import DispositionKind
from workflows.case import SentenceCase
from workflows.inbox import (
    MAX_ENCRYPTED_BYTES,
    TOO_LARGE,
    InboundMessage,
    is_encrypted,
    parse_message,
    screened,
)
from workflows.log import warn


class UndecryptableUpdateError(Exception):
    """Raised in replay for an accepted update whose key is missing.

    It fails the workflow task, not the workflow: the server retries the task until the key is back.
    """


OUR_FAULT: Final = "our_fault"
"""Error type of an update that failed in our code. It says nothing about the message."""

_OUR_FAULT: Final = "the sentence could not judge the event, by a fault of ours; send it again"


def rejection(code: str, reason: str, *details: Any) -> ApplicationError:
    """Return the error that tells a caller why the message is not accepted."""
    return ApplicationError(reason, *details, type=code, non_retryable=True)


def validate_update(case: SentenceCase, raw: RawValue) -> None:
    """Reject what can be rejected before the update enters the history; change nothing.

    An encrypted message passes: only the main loop can decrypt it.

    Raises:
        ApplicationError: With the code as its type and the reason as its message.
    """
    now = workflow.now()
    message = message_from_update(raw, now)
    if not is_encrypted(message):
        plaintext = screened(message, accept_plaintext=case.inbox.accept_plaintext)
        try:
            _validate(case, plaintext, now)
        except ApplicationError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a rule raises is our fault
            # A sender takes a rejection for a verdict and drops the event. Messages may quote.
            warn("update_not_validated", reason_code=type(error).__name__)
            raise ApplicationError(_OUR_FAULT, type=OUR_FAULT) from None


async def readable_message(case: SentenceCase, raw: RawValue) -> InboundMessage:
    """Return the readable message of an update that passed the validator.

    Raises:
        ApplicationError: If it was encrypted, and is rejected now that it is decrypted.
        UndecryptableUpdateError: If the payload of the update itself cannot be decrypted here.
    """
    _require_key(raw)
    message = message_from_update(raw, workflow.now())
    if not is_encrypted(message):
        return message
    inbox = case.inbox
    waiter_id = inbox.append_for_waiter(message)
    # The main loop decrypts it. Other messages may be decided meanwhile, so it is validated after.
    await workflow.wait_condition(lambda: inbox.is_delivered(waiter_id))
    message = inbox.take_delivered(waiter_id)
    if message.fault is not None:
        raise rejection(*message.fault)
    _validate(case, message, workflow.now())
    return message


def _require_key(raw: RawValue) -> None:
    # A payload that could never be decrypted was rejected before it entered the history.
    if DECRYPTION_FAULT in raw.payload.metadata:
        raise UndecryptableUpdateError


def message_from_update(raw: RawValue, received_at: datetime) -> InboundMessage:
    """Return the message in the argument of an update.

    The argument is `{"kind": ..., "data": {...}}`; or, with `encrypted` in place of `data`,
    an event as a compact JWE, which is returned encrypted.

    Raises:
        ApplicationError: If the argument has another form. It never enters the history.
    """
    if raw.payload.metadata.get("encoding") != b"json/plain":
        raise rejection("undecodable", "the payload is not in the encoding json/plain")
    try:
        data = parse_json(raw.payload.data)
    except UnreadableError as error:
        raise rejection(error.code, error.reason) from None
    if not isinstance(data, dict) or set(data) not in ({"kind", "data"}, {"kind", "encrypted"}):
        reason = "submit takes one object with the fields kind and data, or kind and encrypted"
        raise rejection("invalid", reason)
    if not isinstance(data["kind"], str):
        raise rejection("invalid", "kind is the name of an event")
    if "encrypted" in data:
        payload = _encrypted_payload(data["encrypted"])
    else:
        payload = Payload(metadata={"encoding": b"json/plain"}, data=canonical_json(data["data"]))
    return InboundMessage(data["kind"], (payload,), received_at)


def _encrypted_payload(text: object) -> Payload:
    if not isinstance(text, str) or not text.isascii():
        raise rejection("invalid", "encrypted is an event as a compact JWE")
    data = text.encode()
    if len(data) > MAX_ENCRYPTED_BYTES:
        raise rejection(*TOO_LARGE)
    return Payload(metadata={"encoding": MESSAGE_ENCODING}, data=data)


def _validate(case: SentenceCase, message: InboundMessage, now: datetime) -> None:
    """Reject a message that the log would refuse or could not read.

    Raises:
        ApplicationError: With the code as its type, the reason as its message and, if a rule
            refuses it, the kinds of event that are allowed now as its detail.
    """
    parsed = parse_message(message, {})
    event = parsed.event
    if event is None:
        raise rejection(parsed.code, parsed.reason)
    known = case.event_log.digest_of(event.uid)
    if known is not None and known != parsed.digest:
        raise rejection(
            "id_conflict", "this organisation already used the event_id for other content"
        )
    result = case.preview(parsed, now)
    if result is None or case.pinned_law is None:
        return
    if result.sentenced_on != case.pinned_law.sentenced_on:
        # Another law may apply, which only the main loop can look up: the verdict is not known.
        return
    disposition = result.dispositions.get(event.uid)
    if disposition is None or known is not None:
        return
    if disposition.verdict is DispositionKind.REFUSED:
        allowed = allowed_kinds(case.sentence) if case.decision is not None else []
        raise rejection(DispositionKind.REFUSED.value, disposition.reason, {"allowed": allowed})

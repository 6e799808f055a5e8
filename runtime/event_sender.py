"""Send events to sentences by signal, which starts a sentence that does not run yet."""

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from temporalio.api.common.v1 import Payload, WorkflowType
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy, WorkflowIdReusePolicy
from temporalio.api.errordetails.v1 import WorkflowExecutionAlreadyStartedFailure
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import SignalWithStartWorkflowExecutionRequest
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.converter import PayloadConverter, WorkflowSerializationContext
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.crypto.authentication import Authentication
from activities.crypto.envelope import PLAIN_ENCODING, Signer, encrypt_event
from activities.crypto.keys import Key
from runtime.codec import EncryptionCodec
from states.events.parsing import canonical_json
from workflows.ids import WORKFLOW_TYPE, workflow_id_of

_LENGTH: Final = 32
"""Hexadecimal digits of the digest."""

_PURPOSE: Final = b"sentences-request-id-v1"
"""Makes a secret of its own out of a key, which itself only ever seals."""


def request_id(
    workflow_id: str, kind: str, arguments: Sequence[Any], *, sealed: str = "", secret: bytes = b""
) -> str:
    """Return the id under which these arguments go to a sentence: codes and a digest.

    Two messages share it only where sentence, kind, event id, organisation and all the rest are
    the same. What has no event id, such as a nudge, is never the same as another: its id is random.

    Args:
        workflow_id: The sentence.
        kind: The name of the signal.
        arguments: What is said, before it is sealed.
        sealed: How it is sealed and signed: ids of keys, and when it was signed. What one key could
            not open, or came too late, must not be taken for the same when it is sealed anew.
        secret: Keys the digest, which stands readable in the history: without it, whoever reads
            that can confirm a guess of the whole content.
    """
    if not _is_event(arguments):
        return str(uuid4())
    said = canonical_json([kind, sealed, arguments[0]])
    return f"{workflow_id}/{kind}/{hmac.new(secret, said, 'sha256').hexdigest()[:_LENGTH]}"


def encrypted_request_id(
    key: Key | None,
    signer: Signer | None,
    workflow_id: str,
    kind: str,
    arguments: Sequence[Any],
    now: datetime,
) -> str:
    """Return the request id of what is sealed with `key` and signed at `now`.

    It is the same for an hour where a signature is dated: a signature that was not taken, for want
    of its key in the file of integrators say, is heard when the message is signed anew later on.

    Args:
        key: Seals it; None where it goes readable.
        signer: Signs it, if anything does.
        workflow_id: The sentence.
        kind: The name of the signal.
        arguments: What is said, before it is sealed.
        now: When it is signed.
    """
    if key is None:
        return request_id(workflow_id, kind, arguments)
    signed = "" if signer is None else f"/{signer.key_id}/{now.astimezone(UTC):%Y-%m-%dT%H}"
    secret = hmac.digest(key.secret, _PURPOSE, "sha256")
    sealed = f"{key.id}{signed}"
    return request_id(workflow_id, kind, arguments, sealed=sealed, secret=secret)


def _is_event(arguments: Sequence[Any]) -> bool:
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        return False
    data = arguments[0]
    return isinstance(data.get("event_id"), str) and isinstance(data.get("by"), dict)


@dataclass(frozen=True)
class MessageEncoder:
    """How one message goes: with which key, whose signature, and when.

    The key is asked for once, so that a message and its request id are of the same key although
    the ring may change in between.
    """

    converter: PayloadConverter
    key: Key | None
    signer: Signer | None = None
    vouched: Authentication | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def for_client(
        cls, client: Client, signer: Signer | None = None, vouched: Authentication | None = None
    ) -> "MessageEncoder":
        """Return how messages of that client go: sealed where it has keys, readable otherwise."""
        converter = client.data_converter
        codec = converter.payload_codec
        key = codec.keys.primary() if isinstance(codec, EncryptionCodec) else None
        return cls(converter.payload_converter, key, signer, vouched)

    def encode(self, workflow_id: str, kind: str, arguments: Sequence[Any]) -> list[Payload]:
        """Return the arguments as letters to a sentence; what is sealed already goes as it is."""
        payloads = self.converter.to_payloads(arguments)
        if self.key is None:
            return payloads
        return [
            self._encrypted(workflow_id, kind, payload.data)
            if payload.metadata.get("encoding") == PLAIN_ENCODING
            else payload
            for payload in payloads
        ]

    def request_id(self, workflow_id: str, kind: str, arguments: Sequence[Any]) -> str:
        """Return the id of the request that carries them."""
        return encrypted_request_id(self.key, self.signer, workflow_id, kind, arguments, self.now)

    def _encrypted(self, workflow_id: str, kind: str, data: bytes) -> Payload:
        return encrypt_event(
            self.key, self.signer, workflow_id, kind, data, asserted=self.vouched, now=self.now
        )


_REJECT: Final = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE
_USE: Final = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING


async def send_event(  # noqa: PLR0913 - each is a fact of the message
    client: Client,
    crn: str,
    event_number: str,
    kind: str,
    arguments: Sequence[Any],
    *,
    task_queue: str,
    asked: str | None = None,
    signer: Signer | None = None,
    vouched: Authentication | None = None,
) -> str:
    """Signal a sentence, start it where it does not run, and return its workflow id.

    An event is one argument. Whoever tests how sentences take what is no event gives others. The
    same event sent again has the same request id, and leaves nothing in the history.

    Args:
        client: Of the server.
        crn: Whose sentence.
        event_number: Which of theirs.
        kind: The signal's name.
        arguments: What it says.
        task_queue: Where a sentence is started.
        asked: The request id, for what is sealed already; None makes it of the arguments.
        signer: Signs what is sealed here, which is everything where the client has keys.
        vouched: What this process knows of the sender, in place of a signature.

    Raises:
        WorkflowAlreadyStartedError: If the file of the sentence is closed; nothing was sent.
        RPCError: If the server turns the call down.
    """
    request = await _request(client, crn, event_number, kind)
    how = MessageEncoder.for_client(client, signer, vouched)
    request.signal_input.payloads.extend(how.encode(request.workflow_id, kind, arguments))
    request.task_queue.CopyFrom(TaskQueue(name=task_queue))
    request.request_id = asked or how.request_id(request.workflow_id, kind, arguments)
    try:
        await client.workflow_service.signal_with_start_workflow_execution(request, retry=True)
    except RPCError as error:
        closed = _closed(error)
        if closed is None:
            raise
        raise WorkflowAlreadyStartedError(
            request.workflow_id, WORKFLOW_TYPE, run_id=closed.run_id
        ) from error
    return request.workflow_id


async def _request(
    client: Client, crn: str, event_number: str, kind: str
) -> SignalWithStartWorkflowExecutionRequest:
    # By hand, since the client's own method makes up a request id for every call.
    name = workflow_id_of(crn, event_number)
    context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=name)
    converter = client.data_converter.with_context(context)
    request = SignalWithStartWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_id=name,
        workflow_type=WorkflowType(name=WORKFLOW_TYPE),
        workflow_id_reuse_policy=_REJECT,
        workflow_id_conflict_policy=_USE,
        identity=client.identity,
        signal_name=kind,
    )
    whose = {"crn": crn, "event_number": event_number}
    request.input.payloads.extend(await converter.encode([whose]))
    # Shown above the timeline in the UI, until the first continue-as-new; codes only.
    (summary,) = await converter.encode([f"sentence of {crn}, event {event_number}"])
    request.user_metadata.summary.CopyFrom(summary)
    return request


def _closed(error: RPCError) -> WorkflowExecutionAlreadyStartedFailure | None:
    found = WorkflowExecutionAlreadyStartedFailure()
    if error.status is not RPCStatusCode.ALREADY_EXISTS or not error.grpc_status.details:
        return None
    return found if error.grpc_status.details[0].Unpack(found) else None


ANSWER_SECONDS: Final = 30.0
"""How long a worker may take to answer before it is taken to be away."""


class SubmitRejectedError(Exception):
    """The sentence did not take the event; nothing of it is left there.

    Attributes:
        code: `refused` where a rule says no, or the fault of the message.
        reason: The same for a person.
        allowed: The kinds that are allowed now, where a rule said no.
    """

    def __init__(self, code: str, reason: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason, self.allowed = code, reason, allowed


class NoAnswerError(Exception):
    """No worker answered in time; the event may be taken yet."""


class NotRunningError(Exception):
    """No sentence of this name runs."""


async def submit_event(  # noqa: PLR0913 - each is a fact of the message
    client: Client,
    crn: str,
    event_number: str,
    kind: str,
    data: dict[str, Any],
    *,
    signer: Signer | None = None,
    vouched: Authentication | None = None,
    seconds: float = ANSWER_SECONDS,
) -> list[dict[str, Any]]:
    """Return the receipts of the event; the same one submitted again gets the first answer.

    Raises:
        NotTakenError: If it is refused, or cannot be read.
        NoAnswerError: If no worker answers within `seconds`.
        NotRunningError: If there is no such sentence, or its file is closed.
        RPCError: If the server turns the call down.
    """
    name, how = (
        workflow_id_of(crn, event_number),
        MessageEncoder.for_client(client, signer, vouched),
    )
    handle = client.get_workflow_handle(name)
    message = _message(how, name, kind, data)
    asked = how.request_id(name, kind, [data])
    try:
        async with asyncio.timeout(seconds):
            found: list[dict[str, Any]] = await handle.execute_update("submit", message, id=asked)
    except WorkflowUpdateFailedError as error:
        raise _not_taken(error) from error
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        raise NoAnswerError from error
    except RPCError as error:
        if is_missing(error):
            raise NotRunningError from error
        raise
    return found


def is_missing(error: RPCError) -> bool:
    """Return whether a call failed because there is no such workflow, or it runs no more.

    A namespace that is not there is another matter, which the server reports alike.
    """
    return error.status is RPCStatusCode.NOT_FOUND and "namespace" not in error.message.lower()


def _message(how: MessageEncoder, name: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    if how.key is None:
        return {"kind": kind, "data": data}
    (letter,) = how.encode(name, kind, [data])
    return {"kind": kind, "letter": b64encode(letter.data).decode()}


def _not_taken(error: WorkflowUpdateFailedError) -> SubmitRejectedError:
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return SubmitRejectedError("failed", str(cause))
    first = cause.details[0] if cause.details else None
    allowed = first.get("allowed", []) if isinstance(first, dict) else []
    return SubmitRejectedError(cause.type or "failed", cause.message, tuple(allowed))

"""Sender of events: by signal, which starts a sentence, or by update, which waits for the receipt.

A client that got no answer cannot know whether its event arrived, so it sends it again. The request
id is made of the content: under the same id the server keeps one signal, and repeats the result of
an update. That holds for one run; a later repeat reaches the sentence, which ignores it.
"""

import asyncio
import hmac
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
from states.sentence_ref import SentenceRef
from workflows.ids import WORKFLOW_TYPE

REQUEST_ID_DIGITS: Final = 32
"""Hexadecimal digits of the digest in a request id."""

ANSWER_SECONDS: Final = 30.0
"""Time that a worker has to answer an update."""

_PURPOSE: Final = b"sentences-request-id-v1"
"""Derives a separate secret from a key that otherwise only encrypts."""

# A run that was terminated closed no file: the next one takes the sentence up from its record.
_REUSE: Final = WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY
_USE: Final = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING


class SubmitRejectedError(Exception):
    """The sentence rejected the event and kept nothing of it.

    Attributes:
        code: `refused` if a rule rejected it, else the fault of the message.
        reason: The same for a person.
        allowed: Kinds that are allowed now, if a rule rejected it.
    """

    def __init__(self, code: str, reason: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.allowed = allowed


class OurFaultError(Exception):
    """The sentence failed at the event by a fault of ours: the event is not judged, and not kept.

    The sender sends it again until a corrected worker judges it.
    """


class NoAnswerError(Exception):
    """No worker answered in time; the event may still be taken."""


class NotRunningError(Exception):
    """No sentence of this name runs."""


@dataclass(frozen=True)
class MessageEncoder:
    """Encoder of one message: its key, its signer and its time.

    The key is read once, so that a message and its request id use the same key even if the key
    ring changes in between.
    """

    converter: PayloadConverter
    key: Key | None
    signer: Signer | None = None
    authentication: Authentication | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def for_client(
        cls,
        client: Client,
        signer: Signer | None = None,
        authentication: Authentication | None = None,
    ) -> "MessageEncoder":
        """Return an encoder that encrypts if the client has keys, and leaves plaintext if not."""
        codec = client.data_converter.payload_codec
        return cls(
            converter=client.data_converter.payload_converter,
            key=codec.keys.primary() if isinstance(codec, EncryptionCodec) else None,
            signer=signer,
            authentication=authentication,
        )

    def encode(self, workflow_id: str, kind: str, arguments: Sequence[Any]) -> list[Payload]:
        """Return the payloads of the arguments; encrypted ones are passed on unchanged."""
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
        """Return the id of the request that carries the arguments."""
        return encrypted_request_id(
            self.key,
            self.signer,
            workflow_id,
            kind=kind,
            arguments=arguments,
            now=self.now,
        )

    def _encrypted(self, workflow_id: str, kind: str, data: bytes) -> Payload:
        return encrypt_event(
            self.key,
            self.signer,
            workflow_id,
            kind,
            data,
            asserted=self.authentication,
            now=self.now,
        )


async def send_event(  # noqa: PLR0913 - each is a fact of the message
    client: Client,
    crn: str,
    event_number: str,
    kind: str,
    arguments: Sequence[Any],
    *,
    task_queue: str,
    request_id: str | None = None,
    signer: Signer | None = None,
    authentication: Authentication | None = None,
) -> str:
    """Signal a sentence, start it if it does not run, and return its workflow id.

    An event is one argument; tests of invalid input give others. The same event sent again has the
    same request id and leaves nothing in the history.

    Args:
        client: Client of the server.
        crn: CRN of the person.
        event_number: Event number of the sentence.
        kind: Name of the signal.
        arguments: Arguments of the signal.
        task_queue: Queue on which a sentence is started.
        request_id: Request id of an event that is encrypted already; else made of the arguments.
        signer: Signs what is encrypted here, if the client has keys.
        authentication: What this process knows of the sender, in place of a signature.

    Raises:
        WorkflowAlreadyStartedError: If the file of the sentence is closed; nothing was sent.
        RPCError: If the server refuses the call.
    """
    request = await _signal_with_start(client, crn, event_number, kind)
    encoder = MessageEncoder.for_client(client, signer, authentication)
    request.signal_input.payloads.extend(encoder.encode(request.workflow_id, kind, arguments))
    request.task_queue.CopyFrom(TaskQueue(name=task_queue))
    request.request_id = request_id or encoder.request_id(request.workflow_id, kind, arguments)
    try:
        await client.workflow_service.signal_with_start_workflow_execution(request, retry=True)
    except RPCError as error:
        closed = _closed_run(error)
        if closed is None:
            raise
        raise WorkflowAlreadyStartedError(
            request.workflow_id, WORKFLOW_TYPE, run_id=closed.run_id
        ) from error
    return request.workflow_id


async def submit_event(  # noqa: PLR0913 - each is a fact of the message
    client: Client,
    crn: str,
    event_number: str,
    kind: str,
    data: dict[str, Any],
    *,
    signer: Signer | None = None,
    authentication: Authentication | None = None,
    seconds: float = ANSWER_SECONDS,
) -> list[dict[str, Any]]:
    """Update a running sentence with one event and return its receipts.

    The same event submitted again gets the receipts of the first time.

    Raises:
        SubmitRejectedError: If the event is refused or invalid.
        OurFaultError: If the sentence fails at it by a fault of ours.
        NoAnswerError: If no worker answers within `seconds`.
        NotRunningError: If there is no such sentence, or its file is closed.
        RPCError: If the server refuses the call.
    """
    workflow_id = SentenceRef(crn, event_number).workflow_id
    encoder = MessageEncoder.for_client(client, signer, authentication)
    handle = client.get_workflow_handle(workflow_id)
    message = _update_argument(encoder, workflow_id, kind, data)
    update_id = encoder.request_id(workflow_id, kind, [data])
    try:
        async with asyncio.timeout(seconds):
            receipts: list[dict[str, Any]] = await handle.execute_update(
                "submit", message, id=update_id
            )
    except WorkflowUpdateFailedError as error:
        if _is_ours(error):
            raise OurFaultError from error
        raise _rejected(error) from error
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        raise NoAnswerError from error
    except RPCError as error:
        if is_missing(error):
            raise NotRunningError from error
        raise
    return receipts


def is_missing(error: RPCError) -> bool:
    """Return whether a call failed because no such workflow runs.

    The server reports a missing namespace with the same status; that is excluded.
    """
    return error.status is RPCStatusCode.NOT_FOUND and "namespace" not in error.message.lower()


def request_id(
    workflow_id: str,
    kind: str,
    arguments: Sequence[Any],
    *,
    encryption: str = "",
    secret: bytes = b"",
) -> str:
    """Return the request id of these arguments to a sentence: codes and a digest.

    Two messages share it only if sentence, kind, event id, organisation and all other content are
    equal. A message without an event id, such as a nudge, gets a random id.

    Args:
        workflow_id: The sentence.
        kind: Name of the signal.
        arguments: Arguments of the signal, before encryption.
        encryption: Key ids and time of the encryption and the signature. A message that could not
            be decrypted, or was too late, must not share its id with the one encrypted again.
        secret: Keys the digest, which history shows in plaintext: without it, a reader of the
            history could confirm a guess of the whole content.
    """
    if not _is_event(arguments):
        return str(uuid4())
    content = canonical_json([kind, encryption, arguments[0]])
    digest = hmac.new(secret, content, "sha256").hexdigest()[:REQUEST_ID_DIGITS]
    return f"{workflow_id}/{kind}/{digest}"


def encrypted_request_id(
    key: Key | None,
    signer: Signer | None,
    workflow_id: str,
    *,
    kind: str,
    arguments: Sequence[Any],
    now: datetime,
) -> str:
    """Return the request id of a message encrypted with `key` and signed at `now`.

    A signature dates it to the hour: if a signature was rejected, say because its key was not in
    the file of integrators, a message signed later is not taken for a repeat.

    Args:
        key: Encrypts the message; None for plaintext.
        signer: Signs the message; None for no signature.
        workflow_id: The sentence.
        kind: Name of the signal.
        arguments: Arguments of the signal, before encryption.
        now: Time of the signature.
    """
    if key is None:
        return request_id(workflow_id, kind, arguments)
    signature = "" if signer is None else f"/{signer.key_id}/{now.astimezone(UTC):%Y-%m-%dT%H}"
    secret = hmac.digest(key.secret, _PURPOSE, "sha256")
    return request_id(
        workflow_id, kind, arguments, encryption=f"{key.id}{signature}", secret=secret
    )


def _is_event(arguments: Sequence[Any]) -> bool:
    if len(arguments) != 1 or not isinstance(arguments[0], dict):
        return False
    data = arguments[0]
    return isinstance(data.get("event_id"), str) and isinstance(data.get("by"), dict)


async def _signal_with_start(
    client: Client, crn: str, event_number: str, kind: str
) -> SignalWithStartWorkflowExecutionRequest:
    # Built here because the client's own method makes up a request id for every call.
    workflow_id = SentenceRef(crn, event_number).workflow_id
    context = WorkflowSerializationContext(namespace=client.namespace, workflow_id=workflow_id)
    converter = client.data_converter.with_context(context)
    request = SignalWithStartWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_id=workflow_id,
        workflow_type=WorkflowType(name=WORKFLOW_TYPE),
        workflow_id_reuse_policy=_REUSE,
        workflow_id_conflict_policy=_USE,
        identity=client.identity,
        signal_name=kind,
    )
    argument = {"crn": crn, "event_number": event_number}
    request.input.payloads.extend(await converter.encode([argument]))
    # Shown above the timeline in the UI, until the first continue-as-new; codes only.
    (summary,) = await converter.encode([f"sentence of {crn}, event {event_number}"])
    request.user_metadata.summary.CopyFrom(summary)
    return request


def _closed_run(error: RPCError) -> WorkflowExecutionAlreadyStartedFailure | None:
    found = WorkflowExecutionAlreadyStartedFailure()
    if error.status is not RPCStatusCode.ALREADY_EXISTS or not error.grpc_status.details:
        return None
    return found if error.grpc_status.details[0].Unpack(found) else None


def _update_argument(
    encoder: MessageEncoder, workflow_id: str, kind: str, data: dict[str, Any]
) -> dict[str, Any]:
    if encoder.key is None:
        return {"kind": kind, "data": data}
    (encrypted,) = encoder.encode(workflow_id, kind, [data])
    return {"kind": kind, "encrypted": encrypted.data.decode()}


def _is_ours(error: WorkflowUpdateFailedError) -> bool:
    # Each verdict about a message is final. An error of Python that came out of a rule is not.
    return not isinstance(error.cause, ApplicationError) or not error.cause.non_retryable


def _rejected(error: WorkflowUpdateFailedError) -> SubmitRejectedError:
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return SubmitRejectedError("failed", str(cause))
    first = cause.details[0] if cause.details else None
    allowed = first.get("allowed", []) if isinstance(first, dict) else []
    return SubmitRejectedError(cause.type or "failed", cause.message, tuple(allowed))

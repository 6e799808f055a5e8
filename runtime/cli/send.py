"""`send` and `submit`: one event, by signal or by update.

`send` starts the sentence if it does not run. `submit` waits for the receipt. Both validate the
event, so that a mistake is reported before anything is sent; the sentence validates it again.
"""

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.exceptions import WorkflowAlreadyStartedError

from runtime.cli.console import print_result
from runtime.cli.errors import (
    ClosedSentenceError,
    CommandError,
    UnknownSentenceError,
    UnreadableEventError,
    UnreadableFileError,
)
from runtime.cli.options import At, CrnOption, Data, EventId, EventOption, Json, Kind, Sender
from runtime.cli.session import with_client
from runtime.event_sender import (
    NoAnswerError,
    NotRunningError,
    OurFaultError,
    SubmitRejectedError,
    send_event,
    submit_event,
)
from runtime.keys import signer_of
from settings import load_settings
from states.events.parsing import UnreadableError, parse_event, parse_json
from states.events.registry import NUDGE
from states.time.london import LONDON
from states.view.sentence import is_decision
from states.vocabulary import DispositionKind

NOW: Final = "now"
_BY_FORM: Final = "write it as ID:ROLE:ORG, such as N07A001:officer:CRC"
_BY_PARTS: Final = 3
_UNCHECKED: Final = "with --unchecked the data are sent unchanged: no option can set a field"


class OurFaultCommandError(CommandError):
    """The sentence failed at the event by a fault of ours."""

    def __init__(self) -> None:
        super().__init__(
            "the sentence could not judge the event, by a fault of ours: nothing is wrong with the "
            "event and nothing was kept; submit it again once the worker is corrected"
        )


class OutcomeUnknownError(CommandError):
    """No worker answered in time, so the event may have been taken or not."""

    def __init__(self) -> None:
        super().__init__(
            "no worker answered in time, so the outcome is unknown: repeat the event with the same "
            "event_id and occurred_at, which counts once; `python worker.py` starts a worker"
        )


class QuarantinedEventError(CommandError):
    """The sentence set an event aside: it counts and lists it, and will never apply it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"quarantined: {reason}")


@dataclass(frozen=True, slots=True)
class EnvelopeOptions:
    """Options that set fields of the event's envelope; None leaves a field to the data."""

    event_id: str | None = None
    at: str | None = None
    by: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return the fields that the options set.

        Raises:
            BadParameter: If `by` does not have three parts.
        """
        at = datetime.now(LONDON).isoformat(timespec="seconds") if self.at == NOW else self.at
        found = {"event_id": self.event_id, "occurred_at": at, "by": _sender(self.by)}
        return {name: value for name, value in found.items() if value is not None}


def send(  # noqa: PLR0913 - an option of the command line each
    kind: Kind,
    crn: CrnOption,
    event: EventOption,
    data: Data = "{}",
    *,
    event_id: EventId = None,
    at: At = None,
    by: Sender = None,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Send the data without validation.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send one event by signal; a first one starts the sentence."""
    envelope = EnvelopeOptions(event_id, at, by)
    if unchecked and envelope != EnvelopeOptions():
        raise typer.BadParameter(_UNCHECKED)
    raw = read_data(data)
    argument = json_payload(raw) if unchecked else build_event(kind, raw, envelope)
    settings = load_settings()
    signer = signer_of(settings)

    async def work(client: Client) -> str:
        try:
            return await send_event(
                client,
                crn,
                event,
                kind=kind,
                arguments=[argument],
                task_queue=settings.task_queue,
                signer=signer,
            )
        except WorkflowAlreadyStartedError as error:
            raise ClosedSentenceError(crn, event) from error

    name = with_client(work)
    print_result(
        f"sent {kind} to {name}; `show {crn} {event}` shows the result",
        {"kind": kind, "workflow_id": name},
        as_json=as_json,
    )


def submit(  # noqa: PLR0913 - an option of the command line each
    kind: Kind,
    crn: CrnOption,
    event: EventOption,
    data: Data = "{}",
    *,
    event_id: EventId = None,
    at: At = None,
    by: Sender = None,
    as_json: Json = False,
) -> None:
    """Submit one event by update, and print its receipt.

    The exit status is 1 if the event is refused or quarantined.

    `send` starts a sentence; `submit` does not, or a refused event would leave an empty sentence.
    """
    submitted = build_event(kind, read_data(data), EnvelopeOptions(event_id, at, by))
    signer = signer_of(load_settings())

    async def work(client: Client) -> list[dict[str, Any]]:
        try:
            return await submit_event(client, crn, event, kind=kind, data=submitted, signer=signer)
        except SubmitRejectedError as error:
            decisions = ", ".join(kind for kind in error.allowed if is_decision(kind))
            now = f"; decisions allowed now: {decisions}" if decisions else ""
            raise CommandError(f"refused: {error.reason}{now}") from error
        except OurFaultError as error:
            raise OurFaultCommandError from error
        except NoAnswerError as error:
            raise OutcomeUnknownError from error
        except NotRunningError as error:
            raise UnknownSentenceError(crn, event) from error

    receipts = with_client(work)
    if as_json:
        typer.echo(json.dumps(receipts, indent=2))
    else:
        for receipt in receipts:
            reason = f": {receipt['reason']}" if receipt["reason"] else ""
            typer.echo(f"{receipt['disposition']} {receipt['kind']} {receipt['event_id']}{reason}")
    quarantined = DispositionKind.QUARANTINED.value
    for receipt in receipts:
        if receipt["disposition"] == quarantined:
            raise QuarantinedEventError(receipt["reason"])


def read_data(data: str) -> bytes:
    """Return the bytes that `--data` names: a file, the standard input or the text itself.

    Raises:
        UnreadableFileError: If the file cannot be read.
    """
    if data == "-":
        return sys.stdin.buffer.read()
    if not data.startswith("@"):
        return data.encode()
    try:
        return Path(data[1:]).read_bytes()
    except OSError as error:
        raise UnreadableFileError(data[1:], error.strerror or "it is not a file") from error


def build_event(kind: str, raw: bytes, envelope: EnvelopeOptions) -> dict[str, Any]:
    """Return the event in `raw`, with the fields of `envelope`, as it is sent.

    Raises:
        UnreadableEventError: If it is not a valid event of this kind.
        BadParameter: If an option and the data both set a field.
    """
    try:
        data = parse_json(raw)
        given = envelope.fields()
        if isinstance(data, dict):
            twice = sorted(set(data) & set(given))
            if twice:
                message = f"{', '.join(twice)} is in the data already; give it once"
                raise typer.BadParameter(message)
            data = data | given
        if kind != NUDGE:
            parse_event(kind, data)
    except UnreadableError as error:
        # A reason names the first faults alone; a person mends all of them at once.
        raise UnreadableEventError("; ".join(error.faults)) from None
    event: dict[str, Any] = data if isinstance(data, dict) else {}
    return event


def json_payload(raw: bytes) -> Any:
    """Return `raw` as a payload that claims to be JSON, whether or not it is."""
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=raw))


def _sender(by: str | None) -> dict[str, str] | None:
    if by is None:
        return None
    # From the right: an id may contain colons.
    parts = by.rsplit(":", 2)
    if len(parts) != _BY_PARTS or not all(parts):
        raise typer.BadParameter(_BY_FORM, param_hint="--by")
    return {"id": parts[0], "role": parts[1], "organisation": parts[2]}

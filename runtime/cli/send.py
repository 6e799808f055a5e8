"""`send`: one event by signal, which starts a sentence that does not run yet."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.crypto.envelope import Signer
from runtime import event_sender
from runtime.cli.errors import (
    ClosedSentenceError,
    CommandError,
    FileError,
    NoWorkerError,
    UnknownSentenceError,
    UnreadableEventError,
)
from runtime.cli.options import At, By, CrnOption, Data, EventId, EventOption, Json, Kind
from runtime.cli.session import with_client
from runtime.event_sender import NoAnswerError, NotRunningError, SubmitRejectedError
from runtime.keys import signer_of
from settings import load_settings
from states.events.parsing import UnreadableError, parse_event, parse_json
from states.events.registry import NUDGE
from states.time.london import LONDON
from states.view.sentence import is_decision

NOW: Final = "now"

_BY_FORM: Final = "write it as ID:ROLE:ORG, as N07A001:officer:CRC"


@dataclass(frozen=True, slots=True)
class EnvelopeOptions:
    """What options say of an event; None leaves it to the data."""

    event_id: str | None = None
    at: str | None = None
    by: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return the fields of the envelope that the options fill in.

        Raises:
            BadParameter: If `by` is not of three parts.
        """
        at = datetime.now(LONDON).isoformat(timespec="seconds") if self.at == NOW else self.at
        found = {"event_id": self.event_id, "occurred_at": at, "by": _sender(self.by)}
        return {name: value for name, value in found.items() if value is not None}


def read_data(data: str) -> bytes:
    """Return the bytes that `--data` names: of a file, of the standard input, or its own.

    Raises:
        FileError: If the file cannot be read.
    """
    if data == "-":
        return sys.stdin.buffer.read()
    if not data.startswith("@"):
        return data.encode()
    try:
        return Path(data[1:]).read_bytes()
    except OSError as error:
        raise FileError(data[1:], error.strerror or "it is no file") from error


def build_event(kind: str, raw: bytes, envelope: EnvelopeOptions) -> dict[str, Any]:
    """Return the event in `raw`, filled in by `envelope`, as it goes over the wire.

    Raises:
        UnreadableEventError: If no sentence could read it as an event of this kind.
        BadParameter: If an option and the data both give a field.
    """
    try:
        data, given = parse_json(raw), envelope.fields()
        if isinstance(data, dict):
            twice = sorted(set(data) & set(given))
            if twice:
                message = f"{', '.join(twice)} is in the data already; give it once"
                raise typer.BadParameter(message)
            data = data | given
        if kind != NUDGE:
            parse_event(kind, data)
    except UnreadableError as error:
        raise UnreadableEventError(error.reason) from None
    found: dict[str, Any] = data if isinstance(data, dict) else {}
    return found


def _sender(by: str | None) -> dict[str, str] | None:
    if by is None:
        return None
    # From the right: an id may hold colons of its own.
    parts = by.rsplit(":", 2)
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004 - id, role, organisation
        raise typer.BadParameter(_BY_FORM, param_hint="--by")
    return {"id": parts[0], "role": parts[1], "organisation": parts[2]}


_FILLED: str = "with --unchecked the data go as they are: no option can fill them in"


def send(  # noqa: PLR0913 - an option of the command line each
    kind: Kind,
    crn: CrnOption,
    event: EventOption,
    data: Data = "{}",
    *,
    event_id: EventId = None,
    at: At = None,
    by: By = None,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Send the data as they are, whatever they are.")
    ] = False,
) -> None:
    """Send one event by signal; the first event starts the sentence."""
    envelope = EnvelopeOptions(event_id, at, by)
    if unchecked and envelope != EnvelopeOptions():
        raise typer.BadParameter(_FILLED)
    raw = read_data(data)
    argument = as_it_is(raw) if unchecked else build_event(kind, raw, envelope)
    settings = load_settings()
    queue, signer = settings.task_queue, signer_of(settings)

    async def work(client: Client) -> str:
        try:
            return await event_sender.send_event(
                client, crn, event, kind, [argument], task_queue=queue, signer=signer
            )
        except WorkflowAlreadyStartedError as error:
            raise ClosedSentenceError(crn, event) from error

    typer.echo(f"sent {kind} to {with_client(work)}; `show {crn} {event}` tells what came of it")


def as_it_is(raw: bytes) -> Any:
    """Return `raw` as a payload that says it is JSON, whether or not it is."""
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=raw))


class RefusedEventError(CommandError):
    """The sentence refused an event."""

    def __init__(self, reason: str, allowed: Sequence[str]) -> None:
        decisions = ", ".join(kind for kind in allowed if is_decision(kind))
        now = f"; decisions allowed now: {decisions}" if decisions else ""
        super().__init__(f"refused: {reason}{now}")


def submit(  # noqa: PLR0913 - an option of the command line each
    kind: Kind,
    crn: CrnOption,
    event: EventOption,
    data: Data = "{}",
    *,
    event_id: EventId = None,
    at: At = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Submit one event to a running sentence and print its receipt.

    A sentence is started by `send`: an update that is refused would leave an empty one behind.
    """
    found = build_event(kind, read_data(data), EnvelopeOptions(event_id, at, by))

    signer = signer_of(load_settings())

    async def work(client: Client) -> list[dict[str, Any]]:
        return await _submitted(client, crn, event, kind, found, signer)

    receipts = with_client(work)
    if as_json:
        typer.echo(json.dumps(receipts, indent=2))
        return
    for receipt in receipts:
        reason = f": {receipt['reason']}" if receipt["reason"] else ""
        typer.echo(f"{receipt['disposition']} {receipt['kind']} {receipt['event_id']}{reason}")


async def _submitted(
    client: Client,
    crn: str,
    event: str,
    kind: str,
    data: dict[str, Any],
    signer: Signer | None,
) -> list[dict[str, Any]]:
    try:
        return await event_sender.submit_event(client, crn, event, kind, data, signer=signer)
    except SubmitRejectedError as error:
        raise RefusedEventError(error.reason, error.allowed) from error
    except NoAnswerError as error:
        raise NoWorkerError from error
    except NotRunningError as error:
        raise UnknownSentenceError(crn, event) from error

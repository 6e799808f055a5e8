"""`send`: one event by signal, which starts a sentence that does not run yet."""

from typing import Annotated, Any

import typer
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue
from temporalio.exceptions import WorkflowAlreadyStartedError

from runtime import sending
from runtime.commands.compose import Envelope, event_of, text_of
from runtime.commands.options import At, By, CrnOption, Data, EventId, EventOption, Kind
from runtime.commands.refusal import ClosedSentenceError
from runtime.commands.session import with_client
from runtime.sealing import signer_of
from settings import load_settings

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
    envelope = Envelope(event_id, at, by)
    if unchecked and envelope != Envelope():
        raise typer.BadParameter(_FILLED)
    raw = text_of(data)
    argument = as_it_is(raw) if unchecked else event_of(kind, raw, envelope)
    settings = load_settings()
    queue, signer = settings.task_queue, signer_of(settings)

    async def work(client: Client) -> str:
        try:
            return await sending.send(
                client, crn, event, kind, [argument], task_queue=queue, signer=signer
            )
        except WorkflowAlreadyStartedError as error:
            raise ClosedSentenceError(crn, event) from error

    typer.echo(f"sent {kind} to {with_client(work)}; `show {crn} {event}` tells what came of it")


def as_it_is(raw: bytes) -> Any:
    """Return `raw` as a payload that says it is JSON, whether or not it is."""
    return RawValue(Payload(metadata={"encoding": b"json/plain"}, data=raw))

"""`play`: a stream of events, in the order of its lines."""

import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.crypto.envelope import Signer
from activities.standards import load_catalogue
from runtime import event_sender
from runtime.cli.errors import ClosedSentenceError, FileError, UnreadableEventError
from runtime.cli.session import with_client
from runtime.keys import signer_of
from runtime.streams import RelativeBase, StreamError, StreamEvent, read_stream
from settings import load_settings
from states.time.london import day_of

Stream = Annotated[str, typer.Argument(metavar="FILE", help="JSON lines; - the standard input.")]
BaseDay = Annotated[
    datetime | None,
    typer.Option(
        "--base", formats=["%Y-%m-%d"], help="Day from which relative times count; today if left."
    ),
]


def play(
    file: Stream,
    *,
    base: BaseDay = None,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Send events that no sentence can read as well.")
    ] = False,
) -> None:
    """Play a stream of events; nothing is sent unless every line can be."""
    events = events_of(file, base.date() if base is not None else None, checked=not unchecked)
    settings = load_settings()
    queue, signer = settings.task_queue, signer_of(settings)

    async def work(client: Client) -> None:
        await send_all(client, events, queue, signer)

    with_client(work)
    sentences = len({event.workflow_id for event in events})
    typer.echo(f"played {len(events)} events to {sentences} sentences")


def events_of(file: str, day: date | None, *, checked: bool = True) -> list[StreamEvent]:
    """Return the events of a stream, with times relative to `day`, today in London if None.

    Raises:
        FileError: If the file cannot be read.
        UnreadableEventError: At the first line that is no event of a stream.
    """
    lines = lines_of(file)
    calendar = load_catalogue(load_settings().standards_dir).calendar()
    base = RelativeBase(day or day_of(datetime.now(UTC)), calendar)
    try:
        return list(read_stream(lines, base, checked=checked))
    except StreamError as error:
        raise UnreadableEventError(str(error)) from None


async def send_all(
    client: Client, events: Sequence[StreamEvent], queue: str, signer: Signer | None = None
) -> None:
    """Send the events one after the other, in their order, signed where there is a signer.

    Raises:
        ClosedSentenceError: At the first one for a sentence whose file is closed.
    """
    for event in events:
        crn, number = event.crn, event.event_number
        try:
            await event_sender.send_event(
                client, crn, number, event.kind, [event.data], task_queue=queue, signer=signer
            )
        except WorkflowAlreadyStartedError as error:
            raise ClosedSentenceError(crn, number, line=event.number) from error


def lines_of(file: str) -> list[str]:
    """Return the lines of a stream; `-` names the standard input.

    Raises:
        FileError: If the file cannot be read.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except OSError as error:
        raise FileError(file, error.strerror or "it is no file") from error
    except UnicodeDecodeError as error:
        raise FileError(file, "it is not UTF-8 text") from error
    # Not splitlines(): a JSON text may hold U+2028, which is no end of a line.
    return text.split("\n")

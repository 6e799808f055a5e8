"""`play`: send a stream of events in the order of its lines."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.crypto.envelope import Signer
from activities.standards import load_catalogue
from runtime.cli.console import print_result, progress_bar
from runtime.cli.errors import ClosedSentenceError, UnreadableEventError
from runtime.cli.options import BaseDay, Json, Stream, read_lines
from runtime.cli.session import with_client
from runtime.event_sender import send_event
from runtime.keys import signer_of
from runtime.streams import RelativeBase, StreamError, StreamEvent, read_stream
from settings import load_settings
from states.time.london import day_of


def play(
    file: Stream,
    *,
    base: BaseDay = None,
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help="Send invalid events too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send a stream of events, if every line is valid."""
    events = read_events(file, base.date() if base is not None else None, checked=not unchecked)
    settings = load_settings()
    queue = settings.task_queue
    signer = signer_of(settings)

    with progress_bar() as bar:
        task = bar.add_task("playing", total=len(events))

        async def work(client: Client) -> None:
            await send_all(client, events, queue, signer, sent=lambda: bar.advance(task))

        with_client(work)
    sentences = len({event.workflow_id for event in events})
    print_result(
        f"played {len(events)} events to {sentences} sentences",
        {"events": len(events), "sentences": sentences},
        as_json=as_json,
    )


def read_events(file: str, day: date | None, *, checked: bool = True) -> list[StreamEvent]:
    """Return the events of a stream, with times relative to `day`; None is today in London.

    Raises:
        UnreadableFileError: If the file cannot be read.
        UnreadableEventError: At the first line that is not an event of a stream.
    """
    lines = read_lines(file)
    calendar = load_catalogue(load_settings().standards_dir).calendar()
    base = RelativeBase(day or day_of(datetime.now(UTC)), calendar)
    try:
        return list(read_stream(lines, base, checked=checked))
    except StreamError as error:
        raise UnreadableEventError(str(error)) from None


async def send_all(
    client: Client,
    events: Sequence[StreamEvent],
    queue: str,
    signer: Signer | None = None,
    *,
    sent: Callable[[], None] = lambda: None,
) -> None:
    """Send the events one after the other in their order, signed if there is a signer.

    Args:
        client: Client of the server.
        events: The events.
        queue: Queue on which sentences are started.
        signer: Signs each event.
        sent: Called after each event.

    Raises:
        ClosedSentenceError: At the first event for a sentence whose file is closed.
    """
    for event in events:
        try:
            await send_event(
                client,
                event.crn,
                event.event_number,
                kind=event.kind,
                arguments=[event.data],
                task_queue=queue,
                signer=signer,
            )
        except WorkflowAlreadyStartedError as error:
            raise ClosedSentenceError(event.crn, event.event_number, line=event.number) from error
        sent()

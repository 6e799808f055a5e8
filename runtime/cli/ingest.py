"""`ingest`: messages of other systems, from a file or from a queue."""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from temporalio.client import Client

from runtime.cli.errors import CommandError, DeadLettersError
from runtime.cli.play import lines_of
from runtime.cli.session import with_client
from runtime.ingest.ingestor import open_ingestor
from runtime.ingest.outcomes import IngestOutcome, IngestResult
from runtime.ingest.wire import split_messages
from runtime.logs import configure_logs
from settings import load_settings

_ONE: str = "name a file, - for the standard input, or a queue by --queue: one of them"


def ingest(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="One message, or one a line; - the standard input."),
    ] = None,
    *,
    queue: Annotated[
        str | None,
        typer.Option("--queue", metavar="URL", help="A queue of SQS, consumed until SIGTERM."),
    ] = None,
) -> None:
    """Take in messages of other systems; what cannot become events is parked, never dropped."""
    if (file is None) == (queue is None):
        raise typer.BadParameter(_ONE)
    if queue is not None:
        _consume(queue)
    else:
        _take(split_messages("\n".join(lines_of(file or "-"))))


def _take(texts: Sequence[str]) -> None:
    settings = load_settings()

    async def work(client: Client) -> list[IngestResult]:
        async with open_ingestor(client, settings) as intake:
            results = [await intake.ingest(text) for text in texts]
            results += await intake.retry_due()
            return [intake.current_result(result) for result in results]

    report(with_client(work))


def _consume(url: str) -> None:
    # Here, because this client is slow to load and the other commands do without it.
    from runtime.ingest.consumer import QueueConsumer, QueueError, create_sqs_client  # noqa: PLC0415

    settings = load_settings()
    configure_logs(settings.log_level)

    async def work(client: Client) -> None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with open_ingestor(client, settings) as intake:
            await QueueConsumer(create_sqs_client(), url, intake).run(stop)

    try:
        with_client(work)
    except QueueError as error:
        raise CommandError(str(error)) from error


def report(results: Sequence[IngestResult]) -> None:
    """Print a line for each outcome, with how often it came.

    Raises:
        ParkedError: If something was parked.
    """
    for line in _lines(results):
        typer.echo(line)
    parked = sum(result.became is IngestOutcome.PARKED for result in results)
    if parked:
        raise DeadLettersError(parked)


def _lines(results: Sequence[IngestResult]) -> Iterator[str]:
    sent = [result for result in results if result.became is IngestOutcome.SENT]
    events, told = sum(item.events for item in sent), {name for r in sent for name in r.sentences}
    if sent:
        yield f"sent {len(sent)}: {events} events to {len(told)} sentences"
    repeated = sum(result.became is IngestOutcome.REPEATED for result in results)
    if repeated:
        yield f"repeated {repeated}: nothing was done again"
    for became in (IngestOutcome.IGNORED, IngestOutcome.PARKED):
        rest = [result for result in results if result.became is became]
        groups = Counter((item.type, item.why or "", item.reason or "") for item in rest)
        for (kind, why, reason), count in sorted(groups.items()):
            code = f" ({why})" if why else ""
            yield f"{became.value} {count}{code}: {kind or 'no type'}: {reason}"

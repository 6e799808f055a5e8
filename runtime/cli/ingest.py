"""`ingest`: messages of other systems, read from a file or a queue."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Final

import typer
from temporalio.client import Client

from runtime.cli.console import print_result, progress_bar
from runtime.cli.errors import CommandError, DeadLettersError
from runtime.cli.options import Json, read_lines
from runtime.cli.session import stop_event, with_client
from runtime.ingest.ingestor import open_ingestor
from runtime.ingest.outcomes import IngestOutcome, IngestResult
from runtime.ingest.wire import split_messages
from runtime.logs import configure_logs
from settings import load_settings

_ONE_SOURCE: Final = "name one source: a file, - for standard input, or a queue by --queue"


def ingest(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]", help="One message, or one a line; - reads standard input."
        ),
    ] = None,
    *,
    queue: Annotated[
        str | None,
        typer.Option("--queue", metavar="URL", help="SQS queue to consume until SIGTERM."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Ingest messages of other systems, from a file or a queue.

    A message that cannot become events is kept as a dead letter.
    """
    if (file is None) == (queue is None):
        raise typer.BadParameter(_ONE_SOURCE)
    if queue is not None:
        _consume(queue)
    else:
        _ingest_all(split_messages("\n".join(read_lines(file or "-"))), as_json=as_json)


def _ingest_all(texts: Sequence[str], *, as_json: bool) -> None:
    settings = load_settings()
    with progress_bar() as bar:

        async def work(client: Client) -> list[IngestResult]:
            async with open_ingestor(client, settings) as ingestor:
                results = [
                    await ingestor.ingest(text)
                    for text in bar.track(texts, description="ingesting")
                ]
                results += await ingestor.retry_due()
                return [ingestor.current_result(result) for result in results]

        found = with_client(work)
    report(found, as_json=as_json)


def _consume(url: str) -> None:
    # Imported here: the SQS client is slow to load, and files are ingested without it.
    from runtime.ingest.consumer import QueueConsumer, QueueError, create_sqs_client  # noqa: PLC0415

    settings = load_settings()
    configure_logs(settings.log_level)

    async def work(client: Client) -> None:
        stop = stop_event()
        async with open_ingestor(client, settings) as ingestor:
            await QueueConsumer(create_sqs_client(), url, ingestor).run(stop)

    try:
        with_client(work, logged=True)
    except QueueError as error:
        raise CommandError(str(error)) from error


def report(results: Sequence[IngestResult], *, as_json: bool) -> None:
    """Print one line for each outcome and reason, with its count; as JSON, each message.

    Raises:
        DeadLettersError: If some messages became dead letters.
    """
    if as_json or results:
        data = [asdict(result) | {"sentences": sorted(result.sentences)} for result in results]
        print_result("\n".join(_lines(results)), data, as_json=as_json)
    dead = sum(result.outcome is IngestOutcome.DEAD_LETTER for result in results)
    if dead:
        raise DeadLettersError(dead)


def _lines(results: Sequence[IngestResult]) -> Iterator[str]:
    sent = [result for result in results if result.outcome is IngestOutcome.SENT]
    if sent:
        events = sum(result.events for result in sent)
        sentences = {name for result in sent for name in result.sentences}
        yield f"sent {len(sent)}: {events} events to {len(sentences)} sentences"
    repeated = sum(result.outcome is IngestOutcome.REPEATED for result in results)
    if repeated:
        yield f"repeated {repeated}: received before, nothing done"
    for outcome, label in _UNSENT.items():
        groups = Counter(
            (result.type, result.why or "", result.reason or "")
            for result in results
            if result.outcome is outcome
        )
        for (kind, why, reason), count in sorted(groups.items()):
            code = f" ({why})" if why else ""
            yield f"{label} {count}{code}: {kind or 'no type'}: {reason}"


_UNSENT: Final = {IngestOutcome.IGNORED: "ignored", IngestOutcome.DEAD_LETTER: "dead letters"}

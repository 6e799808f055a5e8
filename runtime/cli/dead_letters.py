"""`parked`: messages of other systems that wait for somebody, or for a mapping."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from temporalio.client import Client

from activities.records.ingest_log import IngestedMessage, IngestLog
from runtime.cli.console import local_time, make_console, make_table
from runtime.cli.errors import UnknownMessageError
from runtime.cli.ingest import report
from runtime.cli.options import Json
from runtime.cli.session import with_client
from runtime.ingest.ingestor import dismiss, open_ingest_log, open_ingestor
from runtime.ingest.outcomes import IngestResult, IngestStatus
from settings import load_settings

_WHICH: str = "name one message by the beginning of its digest, or all of them by --all"
_LONG_ENOUGH: str = "give at least 4 characters of the digest"
_SHORTEST: int = 4


def _start(value: str | None) -> str | None:
    if value is not None and len(value) < _SHORTEST:
        raise typer.BadParameter(_LONG_ENOUGH)
    return value


Message = Annotated[
    str,
    typer.Argument(callback=_start, help="Which one: its digest, or the beginning of it."),
]


def list_dead_letters(*, as_json: Json = False) -> None:
    """List messages that wait for somebody, for a mapping, or for another try."""
    with open_ingest_log(load_settings()) as messages:
        waiting = _waiting(messages)
    if as_json:
        typer.echo(json.dumps([_plain(item) for item in waiting], indent=2))
        return
    console = make_console()
    if waiting:
        found = make_table(
            "Parked messages", "message", "why", "type", "occurred", "came", "reason"
        )
        for item in waiting:
            occurred = local_time(item.occurred_at) if item.occurred_at is not None else "-"
            cells = (item.digest[:12], item.why or item.status, item.type or "-", occurred)
            found.add_row(*cells, local_time(item.taken_at), item.reason or "")
        console.print(found)
    console.print(f"{len(waiting) or 'no'} message{'' if len(waiting) == 1 else 's'}")


def show_dead_letter(message: Message, *, as_json: Json = False) -> None:
    """Show one message as it came, and why it waits; it may hold personal data."""
    with open_ingest_log(load_settings()) as messages:
        item = _one(messages, message)
    if as_json:
        typer.echo(json.dumps(_plain(item) | {"body": item.body}, indent=2))
        return
    for name, value in _plain(item).items():
        typer.echo(f"{name}: {'-' if value is None else value}")
    typer.echo(f"\n{item.body or 'What it said was erased.'}")


def replay_dead_letters(
    message: Annotated[
        str | None, typer.Argument(callback=_start, help="Which one, by its digest.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Every message that waits.")] = False,
) -> None:
    """Try again, by the mappings and the look-ups of now."""
    if (message is None) != every:
        raise typer.BadParameter(_WHICH)
    settings = load_settings()

    async def work(client: Client) -> list[IngestResult]:
        with open_ingest_log(settings) as messages:
            wanted = _waiting(messages) if message is None else [_one(messages, message)]
        async with open_ingestor(client, settings) as intake:
            results = [await intake.retry(item) for item in wanted]
            return [intake.current_result(result) for result in results]

    report(with_client(work))


def dismiss_dead_letter(
    message: Message,
    *,
    how: Annotated[str, typer.Option("--how", help="What was done about it.")],
) -> None:
    """Note that somebody dealt with a message by hand; what it said is let go."""
    with open_ingest_log(load_settings()) as messages:
        item = _one(messages, message)
        dismiss(messages, item, how, datetime.now(UTC))
    typer.echo(f"dismissed {item.digest[:12]}")


def _waiting(messages: IngestLog) -> list[IngestedMessage]:
    return [
        *messages.with_status(IngestStatus.PARKED),
        *messages.with_status(IngestStatus.UNDER_WAY),
    ]


def _one(messages: IngestLog, start: str) -> IngestedMessage:
    found: Sequence[IngestedMessage] = [
        item
        for item in messages.with_prefix(start)
        if item.status in (IngestStatus.PARKED, IngestStatus.UNDER_WAY)
    ]
    if len(found) != 1:
        raise UnknownMessageError(start, len(found))
    return found[0]


def _plain(item: IngestedMessage) -> dict[str, Any]:
    return {
        "message": item.digest,
        "type": item.type,
        "status": item.status,
        "why": item.why,
        "reason": item.reason,
        "occurred_at": _written(item.occurred_at),
        "taken_at": _written(item.taken_at),
        "tries": item.tries,
        "next_try_at": _written(item.next_try_at),
    }


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")

"""`dead-letters`: messages of other systems that could not become events yet."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from temporalio.client import Client

from activities.records.ingest_log import IngestedMessage, IngestLog
from runtime.cli.console import local_time, make_console, make_table, print_result, utc_text
from runtime.cli.errors import CommandError
from runtime.cli.ingest import report
from runtime.cli.options import Json
from runtime.cli.session import with_client
from runtime.ingest.ingestor import dismiss, open_ingest_log, open_ingestor
from runtime.ingest.outcomes import IngestResult, IngestStatus
from settings import load_settings

_WHICH: Final = "name one message by its digest or the start of it, or all messages by --all"
_MIN_PREFIX: Final = 4
_TOO_SHORT: Final = f"give at least {_MIN_PREFIX} characters of the digest"
_DIGITS_SHOWN: Final = 12


def _digest_prefix(value: str | None) -> str | None:
    if value is not None and len(value) < _MIN_PREFIX:
        raise typer.BadParameter(_TOO_SHORT)
    return value


Message = Annotated[
    str,
    typer.Argument(callback=_digest_prefix, help="Digest of the message, or the start of it."),
]


def list_dead_letters(*, as_json: Json = False) -> None:
    """List messages that could not become events yet."""
    with open_ingest_log(load_settings()) as log:
        waiting = _waiting(log)
    if as_json:
        typer.echo(json.dumps([_as_data(message) for message in waiting], indent=2))
        return
    console = make_console()
    if waiting:
        table = make_table("Dead letters", "message", "why", "type", "occurred", "came", "reason")
        for message in waiting:
            occurred_at = message.occurred_at
            table.add_row(
                message.digest[:_DIGITS_SHOWN],
                message.why or message.status,
                message.type or "-",
                local_time(occurred_at) if occurred_at is not None else "-",
                local_time(message.taken_at),
                message.reason or "",
            )
        console.print(table)
    console.print(f"{len(waiting) or 'no'} message{'' if len(waiting) == 1 else 's'}")


def show_dead_letter(message: Message, *, as_json: Json = False) -> None:
    """Show one message as received; it may be personal data."""
    with open_ingest_log(load_settings()) as log:
        found = _find_one(log, message)
    if as_json:
        typer.echo(json.dumps(_as_data(found) | {"body": found.body}, indent=2))
        return
    for name, value in _as_data(found).items():
        typer.echo(f"{name}: {'-' if value is None else value}")
    typer.echo(f"\n{found.body or 'The content was erased.'}")


def replay_dead_letters(
    message: Annotated[
        str | None,
        typer.Argument(callback=_digest_prefix, help="Digest of the message, or the start of it."),
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Replay every waiting message.")] = False,
    as_json: Json = False,
) -> None:
    """Process messages again, with the current mappings."""
    if (message is None) != every:
        raise typer.BadParameter(_WHICH)
    settings = load_settings()

    async def work(client: Client) -> list[IngestResult]:
        with open_ingest_log(settings) as log:
            chosen = _waiting(log) if message is None else [_find_one(log, message)]
        async with open_ingestor(client, settings) as ingestor:
            results = [await ingestor.retry(item) for item in chosen]
            return [ingestor.current_result(result) for result in results]

    report(with_client(work), as_json=as_json)


def dismiss_dead_letter(
    message: Message,
    *,
    how: Annotated[str, typer.Option("--how", help="How it was dealt with.")],
    as_json: Json = False,
) -> None:
    """Mark a message as dealt with, and delete its content."""
    with open_ingest_log(load_settings()) as log:
        found = _find_one(log, message)
        dismiss(log, found, how, datetime.now(UTC))
    print_result(
        f"dismissed {found.digest[:_DIGITS_SHOWN]}", {"message": found.digest}, as_json=as_json
    )


def _waiting(log: IngestLog) -> list[IngestedMessage]:
    return [*log.with_status(IngestStatus.DEAD_LETTER), *log.with_status(IngestStatus.UNDER_WAY)]


def _find_one(log: IngestLog, prefix: str) -> IngestedMessage:
    found: Sequence[IngestedMessage] = [
        message
        for message in log.with_prefix(prefix)
        if message.status in (IngestStatus.DEAD_LETTER, IngestStatus.UNDER_WAY)
    ]
    if len(found) != 1:
        what = f"{len(found)} dead letters have" if found else "no dead letter has"
        raise CommandError(f"{what} a digest that starts with {prefix[:32]}")
    return found[0]


def _as_data(message: IngestedMessage) -> dict[str, Any]:
    return {
        "message": message.digest,
        "type": message.type,
        "status": message.status,
        "why": message.why,
        "reason": message.reason,
        "occurred_at": _utc_or_none(message.occurred_at),
        "taken_at": utc_text(message.taken_at),
        "tries": message.tries,
        "next_try_at": _utc_or_none(message.next_try_at),
    }


def _utc_or_none(at: datetime | None) -> str | None:
    return None if at is None else utc_text(at)

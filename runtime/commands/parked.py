"""`parked`: messages of other systems that wait for somebody, or for a mapping."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from temporalio.client import Client

from activities.records.taking import Taken, TakenMessages
from runtime.commands.ingest import report
from runtime.commands.options import Json
from runtime.commands.paper import moment, paper, table
from runtime.commands.refusal import UnknownMessageError
from runtime.commands.session import with_client
from runtime.ingest.intake import dismiss
from runtime.ingest.opening import opened_intake, opened_messages
from runtime.ingest.outcomes import Result, Status
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


def parked_list(*, as_json: Json = False) -> None:
    """List messages that wait for somebody, for a mapping, or for another try."""
    with opened_messages(load_settings()) as messages:
        waiting = _waiting(messages)
    if as_json:
        typer.echo(json.dumps([_plain(item) for item in waiting], indent=2))
        return
    console = paper()
    if waiting:
        found = table("Parked messages", "message", "why", "type", "occurred", "came", "reason")
        for item in waiting:
            occurred = moment(item.occurred_at) if item.occurred_at is not None else "-"
            cells = (item.digest[:12], item.why or item.status, item.type or "-", occurred)
            found.add_row(*cells, moment(item.taken_at), item.reason or "")
        console.print(found)
    console.print(f"{len(waiting) or 'no'} message{'' if len(waiting) == 1 else 's'}")


def parked_show(message: Message, *, as_json: Json = False) -> None:
    """Show one message as it came, and why it waits; it may hold personal data."""
    with opened_messages(load_settings()) as messages:
        item = _one(messages, message)
    if as_json:
        typer.echo(json.dumps(_plain(item) | {"body": item.body}, indent=2))
        return
    for name, value in _plain(item).items():
        typer.echo(f"{name}: {'-' if value is None else value}")
    typer.echo(f"\n{item.body or 'What it said was erased.'}")


def parked_replay(
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

    async def work(client: Client) -> list[Result]:
        with opened_messages(settings) as messages:
            wanted = _waiting(messages) if message is None else [_one(messages, message)]
        async with opened_intake(client, settings) as intake:
            results = [await intake.retry(item) for item in wanted]
            return [intake.current_result(result) for result in results]

    report(with_client(work))


def parked_dismiss(
    message: Message,
    *,
    how: Annotated[str, typer.Option("--how", help="What was done about it.")],
) -> None:
    """Note that somebody dealt with a message by hand; what it said is let go."""
    with opened_messages(load_settings()) as messages:
        item = _one(messages, message)
        dismiss(messages, item, how, datetime.now(UTC))
    typer.echo(f"dismissed {item.digest[:12]}")


def _waiting(messages: TakenMessages) -> list[Taken]:
    return [*messages.with_status(Status.PARKED), *messages.with_status(Status.UNDER_WAY)]


def _one(messages: TakenMessages, start: str) -> Taken:
    found: Sequence[Taken] = [
        item
        for item in messages.with_prefix(start)
        if item.status in (Status.PARKED, Status.UNDER_WAY)
    ]
    if len(found) != 1:
        raise UnknownMessageError(start, len(found))
    return found[0]


def _plain(item: Taken) -> dict[str, Any]:
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

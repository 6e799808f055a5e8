"""`parked`: messages of other systems that wait for somebody, or for a mapping."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from temporalio.client import Client

from activities.records.taking import Taken, TakenMessages
from runtime.commands.ingest import records_named, report
from runtime.commands.options import Json
from runtime.commands.paper import moment, paper, table
from runtime.commands.refusal import UnknownMessageError
from runtime.commands.session import with_client
from runtime.ingest.intake import dismiss
from runtime.ingest.opening import opened_intake, opened_messages
from runtime.ingest.outcomes import Result, Status
from settings import load_settings

_WHICH: str = "name a message by the beginning of its digest, or all of them by --all"
_HOW: str = "say by --how what was done about it"
_SHORTEST: int = 4


class Action(StrEnum):
    """What is done with parked messages."""

    LIST = "list"
    SHOW = "show"
    REPLAY = "replay"
    DISMISS = "dismiss"


def parked(
    action: Annotated[Action, typer.Argument(help="What to do.")],
    message: Annotated[
        str | None, typer.Argument(help="Which message: its digest, or the beginning of it.")
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Replay every parked message.")] = False,
    how: Annotated[
        str | None, typer.Option("--how", help="What was done about a dismissed message.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List, show, replay or dismiss messages that could not become events."""
    if action is Action.LIST:
        _list(as_json=as_json)
    elif action is Action.REPLAY and every and message is None:
        _replay(None)
    elif message is None or every or len(message) < _SHORTEST:
        raise typer.BadParameter(_WHICH)
    elif action is Action.REPLAY:
        _replay(message)
    elif action is Action.SHOW:
        _show(message, as_json=as_json)
    elif how is None:
        raise typer.BadParameter(_HOW)
    else:
        _dismiss(message, how)


def _list(*, as_json: bool) -> None:
    with records_named(), opened_messages(load_settings()) as messages:
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


def _show(start: str, *, as_json: bool) -> None:
    with records_named(), opened_messages(load_settings()) as messages:
        item = _one(messages, start)
    if as_json:
        typer.echo(json.dumps(_plain(item) | {"body": item.body}, indent=2))
        return
    for name, value in _plain(item).items():
        typer.echo(f"{name}: {'-' if value is None else value}")
    typer.echo(f"\n{item.body or 'What it said was erased.'}")


def _replay(start: str | None) -> None:
    settings = load_settings()

    async def work(client: Client) -> list[Result]:
        with opened_messages(settings) as messages:
            wanted = _waiting(messages) if start is None else [_one(messages, start)]
        async with opened_intake(client, settings) as intake:
            return [await intake.again(item) for item in wanted]

    with records_named():
        results = with_client(work)
    report(results)


def _dismiss(start: str, how: str) -> None:
    with records_named(), opened_messages(load_settings()) as messages:
        item = _one(messages, start)
        dismiss(messages, item, how, datetime.now(UTC))
    typer.echo(f"dismissed {item.digest[:12]}")


def _waiting(messages: TakenMessages) -> list[Taken]:
    return [*messages.standing(Status.PARKED), *messages.standing(Status.UNDER_WAY)]


def _one(messages: TakenMessages, start: str) -> Taken:
    found: Sequence[Taken] = [
        item
        for item in messages.beginning(start)
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

"""`schema`: the JSON Schema of events, for whoever writes a program that sends them."""

import json
from typing import Annotated, Any, Final

import typer

from runtime.commands.refusal import CommandError
from states.events.examples import example
from states.events.register import KINDS, NUDGE

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


ALL: Final = (*KINDS, NUDGE)
"""Every kind that may be sent; a nudge is no event, and needs no envelope."""

_NUDGE: Final = "It only wakes the sentence: nothing is recorded."


class UnknownKindError(CommandError):
    """No event has the name that was asked for."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"no event is named {kind!r}; `starter.py schema` lists the kinds")


def schema(
    kind: Annotated[str | None, typer.Argument(help="A kind of event.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="All kinds, as one document.")] = False,
) -> None:
    """Print the JSON Schema of one kind of event, or list the kinds."""
    if kind is not None:
        typer.echo(json.dumps(schema_of(kind), indent=2))
    elif as_json:
        typer.echo(json.dumps({name: schema_of(name) for name in ALL}, indent=2))
    else:
        width = max(map(len, ALL))
        for name in ALL:
            typer.echo(f"{name:{width}}  {meaning(name)}")


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of the events of `kind`, with one whole example.

    Raises:
        UnknownKindError: If there is no such kind.
    """
    if kind == NUDGE:
        return {"$schema": DRAFT, "$id": kind, "type": "object", "description": _NUDGE}
    model = KINDS.get(kind)
    if model is None:
        raise UnknownKindError(kind)
    return {"$schema": DRAFT, "$id": kind, "examples": [example(kind)]} | model.model_json_schema()


def meaning(kind: str) -> str:
    """Return what an event of `kind` says, in one line."""
    return _NUDGE if kind == NUDGE else (KINDS[kind].__doc__ or "").strip().partition("\n")[0]

"""`schema`: JSON Schema of the events, for programs that send them."""

import json
from typing import Annotated, Any, Final

import typer

from runtime.cli.errors import CommandError
from states.events import schema as schemas
from states.events.parsing import nearest
from states.events.registry import KINDS, NUDGE

ALL: Final = (*KINDS, NUDGE)
"""Every kind that may be sent; a nudge is not an event and needs no envelope."""


def schema(
    kind: Annotated[str | None, typer.Argument(help="Kind of event.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="All kinds, as one document.")] = False,
) -> None:
    """Print the JSON Schema of a kind of event, or list kinds."""
    if kind is not None:
        typer.echo(json.dumps(schema_of(kind), indent=2))
    elif as_json:
        typer.echo(json.dumps({name: schema_of(name) for name in ALL}, indent=2))
    else:
        width = max(map(len, ALL))
        for name in ALL:
            typer.echo(f"{name:{width}}  {meaning(name)}")


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of the events of `kind`, as in `docs/contract/`.

    Raises:
        CommandError: If there is no such kind.
    """
    if kind not in ALL:
        reason = f"there is no kind {kind!r}, `schema` lists the kinds{nearest(kind, ALL)}"
        raise CommandError(reason)
    return schemas.schema_of(kind)


def meaning(kind: str) -> str:
    """Return the meaning of `kind` in one line."""
    if kind == NUDGE:
        return schemas.NUDGE_MEANING
    return (KINDS[kind].__doc__ or "").strip().partition("\n")[0]

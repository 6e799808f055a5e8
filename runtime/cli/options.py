"""The arguments and options that several commands share, and what they accept."""

from typing import Annotated, Final

import typer
from pydantic import TypeAdapter, ValidationError

from states.events.envelope import Code
from workflows.ids import parse_workflow_id, workflow_id_of

_CRN_FORM: Final = "a CRN is a capital letter and six digits, as X320741"
_CODE: TypeAdapter[str] = TypeAdapter(Code)
_EVENT_FORM: Final = "an event number is 1 to 4 digits"


def _crn(value: str) -> str:
    if parse_workflow_id(workflow_id_of(value, "1")) is None:
        raise typer.BadParameter(_CRN_FORM)
    return value


def _event_number(value: str) -> str:
    if parse_workflow_id(workflow_id_of("X000000", value)) is None:
        raise typer.BadParameter(_EVENT_FORM)
    return value


def _code(value: str | None) -> str | None:
    try:
        return value if value is None else _CODE.validate_python(value)
    except ValidationError:
        message = "a code is 1 to 64 letters, digits, dots, underscores, colons or hyphens"
        raise typer.BadParameter(message) from None


Kind = Annotated[str, typer.Argument(help="The kind of event; `schema` lists them.")]

CrnOption = Annotated[str, typer.Option("--crn", callback=_crn, help="Whose sentence, as X320741.")]
EventOption = Annotated[
    str, typer.Option("--event", callback=_event_number, help="Which of the person's sentences.")
]
CrnArgument = Annotated[
    str, typer.Argument(metavar="CRN", callback=_crn, help="Whose sentence, as X320741.")
]
EventArgument = Annotated[
    str,
    typer.Argument(
        metavar="EVENT", callback=_event_number, help="Which of the person's sentences."
    ),
]
Data = Annotated[
    str,
    typer.Option("--data", help="The event as JSON; @FILE reads a file, - the standard input."),
]
EventId = Annotated[
    str | None, typer.Option("--event-id", help="Fills in `event_id`: a repeat does nothing.")
]
At = Annotated[
    str | None,
    typer.Option("--at", help="Fills in `occurred_at`: RFC 3339 with its offset, or `now`."),
]
By = Annotated[
    str | None, typer.Option("--by", metavar="ID:ROLE:ORG", help="Fills in `by`, the sender.")
]
Reason = Annotated[
    str, typer.Option(callback=_code, help="Why, as a code for the log of erasures.")
]
Json = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
ProviderOption = Annotated[
    str | None, typer.Option(callback=_code, help="Only of CRC or NPS, or of one, as N07.")
]
OfficerOption = Annotated[str | None, typer.Option(callback=_code, help="Only of one officer.")]

"""Arguments and options that several commands share, with their validation."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import TypeAdapter, ValidationError

from runtime.cli.errors import UnreadableFileError
from states.events.envelope import Code
from states.sentence_ref import SentenceRef

_CODE: TypeAdapter[str] = TypeAdapter(Code)
_CRN_FORM: Final = "a CRN is a capital letter and six digits, such as X320741"
_EVENT_FORM: Final = "an event number is 1 to 4 digits without leading zeros: 1, not 01"
_CODE_FORM: Final = "a code is 1 to 64 letters, digits, dots, underscores, colons or hyphens"


def _crn(value: str | None) -> str | None:
    if value is not None and SentenceRef.parse(SentenceRef(value, "1").workflow_id) is None:
        raise typer.BadParameter(_CRN_FORM)
    return value


def _event_number(value: str | None) -> str | None:
    if value is not None and SentenceRef.parse(SentenceRef("X000000", value).workflow_id) is None:
        raise typer.BadParameter(_EVENT_FORM)
    return value


def _code(value: str | None) -> str | None:
    try:
        return value if value is None else _CODE.validate_python(value)
    except ValidationError:
        raise typer.BadParameter(_CODE_FORM) from None


Kind = Annotated[str, typer.Argument(help="Kind of event; `schema` lists the kinds.")]

CrnOption = Annotated[
    str, typer.Option("--crn", callback=_crn, help="CRN of the person, such as X320741.")
]
EventOption = Annotated[
    str, typer.Option("--event", callback=_event_number, help="Event number of the sentence.")
]
CrnArgument = Annotated[
    str,
    typer.Argument(metavar="CRN", callback=_crn, help="CRN of the person, such as X320741."),
]
EventArgument = Annotated[
    str,
    typer.Argument(metavar="EVENT", callback=_event_number, help="Event number of the sentence."),
]
OptionalCrn = Annotated[
    str | None,
    typer.Argument(metavar="CRN", callback=_crn, help="CRN of the person, such as X320741."),
]
OptionalEvent = Annotated[
    str | None,
    typer.Argument(metavar="EVENT", callback=_event_number, help="Event number of the sentence."),
]
Data = Annotated[
    str,
    typer.Option("--data", help="Event as JSON; @FILE reads a file, - reads standard input."),
]
EventId = Annotated[
    str | None,
    typer.Option("--event-id", help="Sets `event_id`; a repeated id changes nothing."),
]
At = Annotated[
    str | None,
    typer.Option("--at", help="Sets `occurred_at`: RFC 3339 with its offset, or `now`."),
]
Sender = Annotated[
    str | None, typer.Option("--by", metavar="ID:ROLE:ORG", help="Sets `by`, the sender.")
]
Reason = Annotated[
    str, typer.Option(callback=_code, help="Reason as a code, for the log of erasures.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
ProviderOption = Annotated[
    str | None,
    typer.Option(callback=_code, help="Only CRC, NPS or one provider, such as N07."),
]
OfficerOption = Annotated[
    str | None, typer.Option(callback=_code, help="Only this officer's sentences.")
]
Stream = Annotated[str, typer.Argument(metavar="FILE", help="JSON lines; - is standard input.")]
BaseDay = Annotated[
    datetime | None,
    typer.Option(
        "--base", formats=["%Y-%m-%d"], help="Day from which relative times count; else today."
    ),
]


BYTE_ORDER_MARK: Final = "\ufeff"
"""Mark with which some programs begin a file in UTF-8; it belongs to no line."""


def read_lines(file: str) -> list[str]:
    """Return the lines of a text file; `-` is the standard input. A byte-order mark is left out.

    Raises:
        UnreadableFileError: If the file cannot be read.
    """
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except OSError as error:
        raise UnreadableFileError(file, error.strerror or "it is not a file") from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(file, "it is not UTF-8 text") from error
    # Not splitlines(): a JSON text may hold U+2028, which does not end a line.
    return text.removeprefix(BYTE_ORDER_MARK).split("\n")

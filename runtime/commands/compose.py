"""Make the event that `send` and `submit` carry: given as JSON, filled in by options, read once.

Reading it here tells a mistake before anything is sent; the sentence reads it again.
"""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typer

from runtime.commands.refusal import FileError, UnreadableEventError
from states.events.reading import UnreadableError, parse, read
from states.events.register import NUDGE
from states.london import LONDON

NOW: Final = "now"

_BY_FORM: Final = "write it as ID:ROLE:ORG, as N07A001:officer:CRC"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What options say of an event; None leaves it to the data."""

    event_id: str | None = None
    at: str | None = None
    by: str | None = None

    def fields(self) -> dict[str, Any]:
        """Return the fields of the envelope that the options fill in.

        Raises:
            BadParameter: If `by` is not of three parts.
        """
        at = datetime.now(LONDON).isoformat(timespec="seconds") if self.at == NOW else self.at
        found = {"event_id": self.event_id, "occurred_at": at, "by": _sender(self.by)}
        return {name: value for name, value in found.items() if value is not None}


def text_of(data: str) -> bytes:
    """Return the bytes that `--data` names: of a file, of the standard input, or its own.

    Raises:
        FileError: If the file cannot be read.
    """
    if data == "-":
        return sys.stdin.buffer.read()
    if not data.startswith("@"):
        return data.encode()
    try:
        return Path(data[1:]).read_bytes()
    except OSError as error:
        raise FileError(data[1:], error.strerror or "it is no file") from error


def event_of(kind: str, raw: bytes, envelope: Envelope) -> dict[str, Any]:
    """Return the event in `raw`, filled in by `envelope`, as it goes over the wire.

    Raises:
        UnreadableEventError: If no sentence could read it as an event of this kind.
        BadParameter: If an option and the data both give a field.
    """
    try:
        data, given = parse(raw), envelope.fields()
        if isinstance(data, dict):
            twice = sorted(set(data) & set(given))
            if twice:
                message = f"{', '.join(twice)} is in the data already; give it once"
                raise typer.BadParameter(message)
            data = data | given
        if kind != NUDGE:
            read(kind, data)
    except UnreadableError as error:
        raise UnreadableEventError(error.reason) from None
    found: dict[str, Any] = data if isinstance(data, dict) else {}
    return found


def _sender(by: str | None) -> dict[str, str] | None:
    if by is None:
        return None
    # From the right: an id may hold colons of its own.
    parts = by.rsplit(":", 2)
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004 - id, role, organisation
        raise typer.BadParameter(_BY_FORM, param_hint="--by")
    return {"id": parts[0], "role": parts[1], "organisation": parts[2]}

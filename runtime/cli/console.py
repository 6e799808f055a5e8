"""Console of the commands: tables, days and times."""

import json
from datetime import UTC, datetime
from typing import Any, Final

import typer
from rich import box
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

from states.time.calendar import shift
from states.time.london import LONDON, day_of, start_of

WIDE: Final = 160
"""Columns where no terminal gives a width, so that a pipe does not cut words."""


def make_console() -> Console:
    """Return a console on standard output that prints texts unchanged.

    Markup and emoji names in a reason or an id are not interpreted.
    """
    console = Console(markup=False, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDE
    return console


def make_table(title: str, *columns: str) -> Table:
    """Return an empty table with a title on the left."""
    empty = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for name in columns:
        empty.add_column(name, overflow="fold")
    return empty


def print_result(text: str, data: Any, *, as_json: bool) -> None:
    """Print the result of a command: `data` as JSON for programs, else `text` for people."""
    typer.echo(json.dumps(data, indent=2, default=str) if as_json else text)


def progress_bar() -> Progress:
    """Return a progress bar on standard error; where that is no terminal, it shows nothing."""
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def local_time(at: datetime) -> str:
    """Return an instant in London time, to the minute."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def utc_text(at: datetime) -> str:
    """Return an instant as ISO 8601 in UTC, as JSON output has it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def deadline(due_at: datetime, *, opens: bool = False) -> str:
    """Return the day, or the London time, at which something is due.

    A deadline at London midnight ends the day before, so that day is shown. Where a window
    `opens` at midnight, the new day is shown.
    """
    if due_at != start_of(day_of(due_at)):
        return local_time(due_at)
    return f"opens {day_of(due_at)}" if opens else str(shift(day_of(due_at), -1))

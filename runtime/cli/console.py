"""What the commands write tables on, and how they write days and times."""

from datetime import datetime
from typing import Final

from rich import box
from rich.console import Console
from rich.table import Table

from states.time.calendar import shift
from states.time.london import LONDON, day_of, start_of

WIDE: Final = 160
"""Columns where no terminal says how many it has: a pipe should not cut words."""


def make_console() -> Console:
    """Return a console on standard output that takes texts as they are.

    A reason or an id is never read as markup, nor as the name of an emoji.
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


def local_time(at: datetime) -> str:
    """Return an instant as London's day and minute."""
    return f"{at.astimezone(LONDON):%Y-%m-%d %H:%M}"


def deadline(due_at: datetime, *, opens: bool = False) -> str:
    """Return when something is due, from the instant at which its time comes.

    A London midnight ends the day before, which is what a person calls due; where a window
    `opens` then, it is the first of the new day.
    """
    if due_at != start_of(day_of(due_at)):
        return local_time(due_at)
    return f"opens {day_of(due_at)}" if opens else str(shift(day_of(due_at), -1))

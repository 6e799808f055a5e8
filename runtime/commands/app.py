"""Join the commands into one program, and turn whatever happens into an exit status."""

import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import typer

from activities.records import StoreError
from activities.sealing.watched import SealingFileError
from activities.standards import StandardsError
from runtime.codec import StillSealedError
from runtime.commands.codec import codec
from runtime.commands.directory import DIRECTORY
from runtime.commands.documents import DOCUMENTS
from runtime.commands.door import door
from runtime.commands.dry_run import dry_run
from runtime.commands.importing import bring_in
from runtime.commands.ingest import ingest
from runtime.commands.listing import listing
from runtime.commands.parked import PARKED
from runtime.commands.play import play
from runtime.commands.record import RECORD
from runtime.commands.refusal import CommandError
from runtime.commands.report import report
from runtime.commands.schema import schema
from runtime.commands.send import send
from runtime.commands.show import show
from runtime.commands.simulate import simulate
from runtime.commands.submit import submit
from runtime.commands.up import up
from runtime.program import EmbeddedError
from settings import SettingsError

COMMANDS: Final[Mapping[str, Callable[..., Any]]] = {
    "send": send,
    "submit": submit,
    "play": play,
    "import": bring_in,
    "show": show,
    "list": listing,
    "dry-run": dry_run,
    "ingest": ingest,
    "report": report,
    "schema": schema,
    "simulate": simulate,
    "codec": codec,
    "door": door,
    "up": up,
}
"""Every command by its name, in the order of `--help`. A new one is registered here."""

GROUPS: Final[Mapping[str, tuple[str, Mapping[str, Callable[..., Any]]]]] = {
    "record": ("What the databases hold: show, check, rebuild, erase, retain.", RECORD),
    "documents": ("Check the templates of documents, list documents, take one out.", DOCUMENTS),
    "parked": ("Messages of other systems that wait: list, show, replay, dismiss.", PARKED),
    "directory": ("Check the directory of recipients, and find who is meant.", DIRECTORY),
}
"""Commands that share a first word: by that word what they are for, and each by its own."""

REFUSED: Final = 1
WRONG_USAGE: Final = 2


def make_app() -> typer.Typer:
    """Return the program: one sub-command for each of `COMMANDS`."""
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # A callback keeps the sub-commands named where there is only one of them.
    app.callback()(_no_options)
    for name, command in COMMANDS.items():
        app.command(name)(command)
    for word, (purpose, commands) in GROUPS.items():
        group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
        for name, command in commands.items():
            group.command(name)(command)
        app.add_typer(group, name=word, help=purpose)
    return app


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; return 0 done, 1 refused, 2 wrong usage.

    Nothing escapes: a refusal is one sentence on standard error, and so is a mistake of ours.
    """
    try:
        make_app()(list(arguments), prog_name="starter.py")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else REFUSED
    except SettingsError as error:
        return _say(str(error), WRONG_USAGE)
    except (CommandError, EmbeddedError, StandardsError, SealingFileError) as error:
        return _say(str(error), REFUSED)
    except (StoreError, StillSealedError) as error:
        return _say(_refusal(error), REFUSED)
    except Exception as error:  # noqa: BLE001 - a traceback could show what a message held
        return _say(_broken(error), REFUSED)
    return 0


def _refusal(error: StoreError | StillSealedError) -> str:
    if isinstance(error, StoreError):
        return error.message
    return f"{error}: docs/sealing.md says which settings it takes"


def _no_options() -> None:
    """Drive sentences, and look at them. Exit status: 0 done, 1 refused, 2 wrong usage."""


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return status


def _broken(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"this is a mistake of ours: {type(error).__name__} at {place}"

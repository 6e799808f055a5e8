"""Join the commands into one program, and turn whatever happens into an exit status."""

import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import typer

from activities.refusal import RefusalError
from runtime.commands.registry import COMMANDS, Group, Place, imported, purpose
from settings import SettingsError

REFUSED: Final = 1
WRONG_USAGE: Final = 2


def make_app(words: Sequence[str]) -> typer.Typer:
    """Return the program: every command of the registry, imported the one that `words` begin with.

    Args:
        words: The command line without what begins with a hyphen.
    """
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # A callback keeps the sub-commands named where there is only one of them.
    app.callback()(_no_options)
    _register(app, COMMANDS, words)
    return app


def _register(
    app: typer.Typer, commands: Mapping[str, Place | Group], words: Sequence[str]
) -> None:
    for name, entry in commands.items():
        more = words[1:] if name in words[:1] else None
        if isinstance(entry, Group):
            group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
            if more is not None:
                _register(group, entry.commands, more)
            app.add_typer(group, name=name, help=entry.help)
        elif more is not None:
            app.command(name)(imported(entry))
        else:
            # Help lists it; no command line that comes here carries it out.
            app.command(name, help=purpose(entry))(_not_imported)


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line; return 0 done, 1 refused, 2 wrong usage.

    Nothing escapes: a refusal is one sentence on standard error, and so is a mistake of ours.
    """
    try:
        words = [argument for argument in arguments if not argument.startswith("-")]
        make_app(words)(list(arguments), prog_name="starter.py")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else REFUSED
    except SettingsError as error:
        return _say(str(error), WRONG_USAGE)
    except RefusalError as error:
        return _say(error.user_message, REFUSED)
    except Exception as error:  # noqa: BLE001 - a traceback could show what a message held
        return _say(_broken(error), REFUSED)
    return 0


def _no_options() -> None:
    """Drive sentences, and look at them. Exit status: 0 done, 1 refused, 2 wrong usage."""


def _not_imported() -> None:
    """Stand for a command that the command line does not name."""
    raise NotImplementedError


def _say(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return status


def _broken(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"this is a mistake of ours: {type(error).__name__} at {place}"

"""The commands of `starter.py`: each by its name, and where it is. A new one is registered here.

Together they need web frameworks, SQL, a typesetter: more than a second of work, so that a command
line imports the one command that it names, and what help says of the others is read unimported.
"""

import ast
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

import typer

from activities.errors import UserFacingError
from settings import SettingsError


class CommandRef(NamedTuple):
    """Where the function of a command is."""

    module: str
    """Its name below this package."""
    function: str

    @property
    def path(self) -> str:
        """The whole name of the module."""
        return f"{__package__}.{self.module}"


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands that share a first word."""

    help: str
    commands: Mapping[str, CommandRef]
    """Each by its second word."""


COMMANDS: Final[Mapping[str, CommandRef | CommandGroup]] = {
    "send": CommandRef("send", "send"),
    "submit": CommandRef("submit", "submit"),
    "play": CommandRef("play", "play"),
    "import": CommandRef("importing", "bring_in"),
    "show": CommandRef("show", "show"),
    "list": CommandRef("listing", "listing"),
    "dry-run": CommandRef("dry_run", "dry_run"),
    "ingest": CommandRef("ingest", "ingest"),
    "report": CommandRef("report", "report"),
    "schema": CommandRef("schema", "schema"),
    "simulate": CommandRef("simulate", "simulate"),
    "codec": CommandRef("codec", "codec"),
    "door": CommandRef("door", "door"),
    "up": CommandRef("up", "up"),
    "record": CommandGroup(
        "What the databases hold: show, check, rebuild, erase, retain.",
        {
            "show": CommandRef("record", "show"),
            "check": CommandRef("record_check", "check"),
            "rebuild": CommandRef("record_check", "rebuild"),
            "erase": CommandRef("record_erase", "erase"),
            "retain": CommandRef("record_erase", "retain"),
        },
    ),
    "documents": CommandGroup(
        "Check the templates of documents, list documents, take one out.",
        {
            "check": CommandRef("documents", "check"),
            "list": CommandRef("documents", "listing"),
            "get": CommandRef("documents", "get"),
        },
    ),
    "parked": CommandGroup(
        "Messages of other systems that wait: list, show, replay, dismiss.",
        {
            "list": CommandRef("parked", "parked_list"),
            "show": CommandRef("parked", "parked_show"),
            "replay": CommandRef("parked", "parked_replay"),
            "dismiss": CommandRef("parked", "parked_dismiss"),
        },
    ),
    "directory": CommandGroup(
        "Check the directory of recipients, and find who is meant.",
        {"check": CommandRef("directory", "check"), "find": CommandRef("directory", "find")},
    ),
}
"""Every command by its first word, in the order of `--help`."""


def load_command(place: CommandRef) -> Callable[..., Any]:
    """Return the function of a command, with all that its module needs."""
    found: Callable[..., Any] = getattr(import_module(place.path), place.function)
    return found


def help_text(place: CommandRef) -> str:
    """Return the docstring of a command's function, from its source: nothing is imported."""
    spec = find_spec(place.path)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(place.path)
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == place.function:
            return ast.get_docstring(node) or ""
    raise AttributeError(place.function)


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
    app: typer.Typer, commands: Mapping[str, CommandRef | CommandGroup], words: Sequence[str]
) -> None:
    for name, entry in commands.items():
        more = words[1:] if name in words[:1] else None
        if isinstance(entry, CommandGroup):
            group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
            if more is not None:
                _register(group, entry.commands, more)
            app.add_typer(group, name=name, help=entry.help)
        elif more is not None:
            app.command(name)(load_command(entry))
        else:
            # Help lists it; no command line that comes here carries it out.
            app.command(name, help=help_text(entry))(_not_imported)


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
    except UserFacingError as error:
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

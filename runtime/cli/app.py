"""Command-line program: the registry of the commands, and the exit status of a command line.

Register a new command in `COMMANDS`. Importing all commands would load web frameworks, SQL and a
typesetter, which takes over a second. So a command line imports only the command that it names;
`--help` reads the docstrings of the others from their source.
"""

import ast
import logging
import sys
import tomllib
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import typer

from activities.errors import UserFacingError
from settings import PROJECT, SettingsError

REFUSED: Final = 1
WRONG_USAGE: Final = 2


class CommandRef(NamedTuple):
    """Location of the function of a command."""

    module: str
    """Its name below this package."""
    function: str
    hidden: bool = False
    """Leave it out of `--help`; it works all the same."""

    @property
    def path(self) -> str:
        """Return the full name of the module."""
        return f"{__package__}.{self.module}"


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Group of commands that share a first word."""

    help: str
    commands: Mapping[str, CommandRef]
    """Each by its second word."""


COMMANDS: Final[Mapping[str, CommandRef | CommandGroup]] = {
    "send": CommandRef("send", "send"),
    "submit": CommandRef("send", "submit"),
    "play": CommandRef("play", "play"),
    "import": CommandRef("import_caseload", "import_caseload"),
    "show": CommandRef("show", "show"),
    "list": CommandRef("caseload_list", "list_sentences"),
    "status": CommandRef("status", "status"),
    "watch": CommandRef("status", "watch"),
    "dry-run": CommandRef("dry_run", "dry_run"),
    "ingest": CommandRef("ingest", "ingest"),
    "report": CommandRef("report", "report"),
    "schema": CommandRef("schema", "schema"),
    "simulate": CommandRef("simulate", "simulate"),
    "codec": CommandRef("codec", "codec"),
    "api": CommandRef("api", "api"),
    "up": CommandRef("up", "up", hidden=True),
    "record": CommandGroup(
        "Case records: show, check, rebuild, erase, retain.",
        {
            "show": CommandRef("record", "show"),
            "check": CommandRef("record_check", "check"),
            "rebuild": CommandRef("record_check", "rebuild"),
            "erase": CommandRef("erasure", "erase"),
            "retain": CommandRef("erasure", "retain"),
        },
    ),
    "documents": CommandGroup(
        "Documents: check templates, list, save one to a file.",
        {
            "check": CommandRef("documents", "check"),
            "list": CommandRef("documents", "list_documents"),
            "get": CommandRef("documents", "get"),
        },
    ),
    "dead-letters": CommandGroup(
        "Dead letters: list, show, replay, dismiss.",
        {
            "list": CommandRef("dead_letters", "list_dead_letters"),
            "show": CommandRef("dead_letters", "show_dead_letter"),
            "replay": CommandRef("dead_letters", "replay_dead_letters"),
            "dismiss": CommandRef("dead_letters", "dismiss_dead_letter"),
        },
    ),
    "deploy": CommandGroup(
        "Builds of the workers: status, rehearse, promote, drain.",
        {
            "status": CommandRef("deploy", "status"),
            "rehearse": CommandRef("deploy", "rehearse_build"),
            "promote": CommandRef("deploy", "promote"),
            "drain": CommandRef("deploy", "drain"),
        },
    ),
    "keys": CommandGroup("Keys of a new installation.", {"new": CommandRef("new_keys", "new")}),
    "directory": CommandGroup(
        "Directory of recipients: check it, find a recipient.",
        {"check": CommandRef("directory", "check"), "find": CommandRef("directory", "find")},
    ),
}
"""Every command by its first word, in the order of `--help`."""


class LogsOnDemand(logging.Handler):
    """Handler that configures the logs at the first record: loading structlog takes long."""

    def emit(self, record: logging.LogRecord) -> None:
        """Configure the logs, which replaces this handler, and log the record."""
        import_module("runtime.logs").configure_logs("ERROR")
        logging.getLogger(record.name).handle(record)


def load_command(command: CommandRef) -> Callable[..., Any]:
    """Import the module of a command and return its function."""
    found: Callable[..., Any] = getattr(import_module(command.path), command.function)
    return found


def help_text(command: CommandRef) -> str:
    """Return the docstring of a command from its source, without an import."""
    spec = find_spec(command.path)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(command.path)
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == command.function:
            return ast.get_docstring(node) or ""
    raise AttributeError(command.function)


def make_app(words: Sequence[str]) -> typer.Typer:
    """Return the program with every command; only the one that `words` names is imported.

    Args:
        words: The command line without its options.
    """
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # Without a callback, Typer would drop the command's name where there is only one command.
    app.callback()(_describe_program)
    _register(app, COMMANDS, words)
    return app


def _register(
    app: typer.Typer, commands: Mapping[str, CommandRef | CommandGroup], words: Sequence[str]
) -> None:
    for name, entry in commands.items():
        remaining = words[1:] if name in words[:1] else None
        if isinstance(entry, CommandGroup):
            group = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
            if remaining is not None:
                _register(group, entry.commands, remaining)
            app.add_typer(group, name=name, help=entry.help)
        elif remaining is not None:
            app.command(name, hidden=entry.hidden)(load_command(entry))
        else:
            # Listed by --help; this command line does not run it.
            app.command(name, help=help_text(entry), hidden=entry.hidden)(_not_imported)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; return 0 done, 1 refused, 2 wrong usage.

    No exception escapes: a refusal, and an internal error too, is one sentence on standard error.
    """
    try:
        words = [argument for argument in arguments if not argument.startswith("-")]
        make_app(words)(list(arguments), prog_name="starter.py")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else REFUSED
    except SettingsError as error:
        return _fail(str(error), WRONG_USAGE)
    except UserFacingError as error:
        return _fail(error.user_message, REFUSED)
    except Exception as error:  # noqa: BLE001 - a traceback could show what a message held
        return _fail(_internal_error(error), REFUSED)
    return 0


def _version(value: bool) -> None:  # noqa: FBT001 - Typer calls it with the value alone
    if value:
        project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
        typer.echo(f"{project['name']} {project['version']}")
        raise typer.Exit


def _describe_program(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version, then exit."
        ),
    ] = False,
) -> None:
    """Send events to sentences and query them. Exit status: 0 done, 1 refused, 2 wrong usage."""
    del version


def _not_imported() -> None:
    """Stand in for a command that this command line does not name."""
    raise NotImplementedError


def _fail(sentence: str, status: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return status


def _internal_error(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(last.filename).name}:{last.lineno}"
    return f"internal error ({type(error).__name__} at {place}); please report it"

"""The commands of `starter.py`: each by its name, and where it is. A new one is registered here.

Together they need web frameworks, SQL, a typesetter: more than a second of work, so that a command
line imports the one command that it names, and what help says of the others is read unimported.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple


class Place(NamedTuple):
    """Where the function of a command is."""

    module: str
    """Its name below this package."""
    function: str

    @property
    def path(self) -> str:
        """The whole name of the module."""
        return f"{__package__}.{self.module}"


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that share a first word."""

    help: str
    commands: Mapping[str, Place]
    """Each by its second word."""


COMMANDS: Final[Mapping[str, Place | Group]] = {
    "send": Place("send", "send"),
    "submit": Place("submit", "submit"),
    "play": Place("play", "play"),
    "import": Place("importing", "bring_in"),
    "show": Place("show", "show"),
    "list": Place("listing", "listing"),
    "dry-run": Place("dry_run", "dry_run"),
    "ingest": Place("ingest", "ingest"),
    "report": Place("report", "report"),
    "schema": Place("schema", "schema"),
    "simulate": Place("simulate", "simulate"),
    "codec": Place("codec", "codec"),
    "door": Place("door", "door"),
    "up": Place("up", "up"),
    "record": Group(
        "What the databases hold: show, check, rebuild, erase, retain.",
        {
            "show": Place("record", "show"),
            "check": Place("record_check", "check"),
            "rebuild": Place("record_check", "rebuild"),
            "erase": Place("record_erase", "erase"),
            "retain": Place("record_erase", "retain"),
        },
    ),
    "documents": Group(
        "Check the templates of documents, list documents, take one out.",
        {
            "check": Place("documents", "check"),
            "list": Place("documents", "listing"),
            "get": Place("documents", "get"),
        },
    ),
    "parked": Group(
        "Messages of other systems that wait: list, show, replay, dismiss.",
        {
            "list": Place("parked", "parked_list"),
            "show": Place("parked", "parked_show"),
            "replay": Place("parked", "parked_replay"),
            "dismiss": Place("parked", "parked_dismiss"),
        },
    ),
    "directory": Group(
        "Check the directory of recipients, and find who is meant.",
        {"check": Place("directory", "check"), "find": Place("directory", "find")},
    ),
}
"""Every command by its first word, in the order of `--help`."""


def imported(place: Place) -> Callable[..., Any]:
    """Return the function of a command, with all that its module needs."""
    found: Callable[..., Any] = getattr(import_module(place.path), place.function)
    return found


def purpose(place: Place) -> str:
    """Return the docstring of a command's function, from its source: nothing is imported."""
    spec = find_spec(place.path)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(place.path)
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == place.function:
            return ast.get_docstring(node) or ""
    raise AttributeError(place.function)

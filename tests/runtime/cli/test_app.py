"""The program as a whole: it lists every command, and loads what the named one needs alone."""

import inspect
import json
import subprocess
import sys
import tomllib

import pytest

from runtime.cli.app import COMMANDS, CommandGroup, CommandRef, help_text, load_command
from settings import PROJECT
from tests.runtime.cli.terminal import run_command

HEAVY = frozenset(
    [
        "alembic",
        "botocore",
        "fastapi",
        "httpx",
        "jinja2",
        "jwt",
        "pygal",
        "sqlalchemy",
        "starlette",
        "typst",
        "uvicorn",
    ]
)
"""Libraries that take longer to load than most commands take to run."""

LOADED = """
import json, sys
import starter
for line in json.loads(sys.argv.pop()):
    sys.argv[1:] = line
    starter.main()
sys.stderr.write(json.dumps(list(sys.modules)))
"""


PLACES = [
    place
    for entry in COMMANDS.values()
    for place in (entry.commands.values() if isinstance(entry, CommandGroup) else [entry])
]


def load_path(command: str) -> str:
    """The module of a command that belongs to no group."""
    entry = COMMANDS[command]
    assert isinstance(entry, CommandRef)
    return entry.path


def loaded(*lines: list[str]) -> set[str]:
    """The modules that command lines of the program leave loaded, in a process of their own."""
    line = [sys.executable, "-c", LOADED, json.dumps(lines)]
    ended = subprocess.run(line, capture_output=True, check=True, text=True)
    return set(json.loads(ended.stderr))


def test_a_command_that_only_talks_to_sentences_loads_no_heavy_library() -> None:
    """No web framework, SQL or typesetter is loaded for a command that opens none."""
    commands = ("send", "submit", "play", "show", "list", "schema")
    found = loaded(*([command, "--help"] for command in commands))

    assert {load_path(command) for command in commands} <= found
    assert frozenset() == HEAVY & found


def test_a_command_about_records_loads_sql_and_nothing_that_migrates() -> None:
    """Reading the records needs SQL but no migrations."""
    assert {"sqlalchemy"} == HEAVY & loaded(["record", "show", "--help"])


def test_the_list_of_commands_loads_none_of_them() -> None:
    """Help reads what each command is for, and imports neither it nor Temporal's library."""
    found = loaded(["--help"])

    assert frozenset() == (HEAVY | {"structlog", "temporalio", "states"}) & found
    assert set() == {place.path for place in PLACES} & found


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.module}.{place.function}")
def test_help_says_of_a_command_what_its_function_says(place: CommandRef) -> None:
    """Every command is where the registry says, with a docstring that is found unimported."""
    assert inspect.getdoc(load_command(place)) == help_text(place) != ""


def test_a_problem_of_a_library_is_one_line_of_json_on_standard_error() -> None:
    """The logs are configured at the first record."""
    code = "import logging, starter; starter.main(); logging.getLogger('lib').error('Name %s', 'x')"
    line = [sys.executable, "-c", code, "--help"]
    ended = subprocess.run(line, capture_output=True, check=True, text=True)

    (record,) = map(json.loads, ended.stderr.splitlines())
    assert ("lib", "error") == (record["logger"], record["level"])
    assert "Name x" not in ended.stderr


def test_help_lists_every_command_in_the_order_of_the_registry() -> None:
    """The first words are listed, whether or not their modules are imported."""
    said = run_command("--help")

    lines = said.out.partition("Commands:\n")[2].splitlines()
    listed = [name for name, entry in COMMANDS.items() if not getattr(entry, "hidden", False)]
    assert (0, listed) == (said.status, [line.split()[0] for line in lines])
    assert "up" not in listed


@pytest.mark.parametrize("words", [["sho"], ["record", "sho"]])
def test_an_unknown_word_is_wrong_usage_and_the_nearest_command_is_named(words: list[str]) -> None:
    """Commands that are not imported are known by their names all the same."""
    said = run_command(*words)

    assert (2, "") == (said.status, said.out)
    assert "No such command 'sho'. Did you mean 'show'" in said.err


def test_a_command_is_found_behind_two_hyphens() -> None:
    """Two hyphens end the options; the first word behind them is the command."""
    said = run_command("--", "schema", "nudge")

    assert (0, "Nudge") == (said.status, said.data["title"])


SERVERS = frozenset({"api", "codec", "up"})
"""Commands that run until Ctrl-C and have no result."""


@pytest.mark.parametrize("place", [place for place in PLACES if place.function not in SERVERS])
def test_every_command_with_a_result_prints_it_as_json(place: CommandRef) -> None:
    """For programs: none of them has to read a sentence for people."""
    assert "as_json" in inspect.signature(load_command(place)).parameters


def test_the_version_is_that_of_the_project() -> None:
    """One line, before any command and without a server."""
    said = run_command("--version")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]

    assert (0, f"{project['name']} {project['version']}\n") == (said.status, said.out)

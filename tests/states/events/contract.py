"""What integrators were told, line by line: every kind, field, bound and word on the wire.

`contract.txt` is a promise. `python -m tests.states.events.contract` adds what is new and takes
nothing away: whoever means to break a promise edits the file by hand, and says why.
"""

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from states import vocabulary
from states.events.envelope import Event
from states.events.registry import KINDS

Told = dict[str, frozenset[str]]
"""What was said of each kind, part and list of words, by its name."""

PROMISED: Final = Path(__file__).with_name("contract.txt")
SAID_ELSEWHERE: Final = {"title", "description"}


@cache
def promised() -> Told:
    """Return the promise."""
    return _by_name(PROMISED.read_text("utf-8").splitlines())


def kept(kind: str) -> Told:
    """Return what the code would say now of a kind, and of the parts and words that it uses."""
    return _by_name(_kind(KINDS[kind]))


def words() -> Told:
    """Return what the code would say now of each closed list of the domain."""
    lists = (item for item in vars(vocabulary).values() if isinstance(item, type))
    return _by_name(
        f"{item.__name__}: {word.value}"
        for item in lists
        if issubclass(item, StrEnum)
        for word in item
    )


def _by_name(lines: Iterable[str]) -> Told:
    found: dict[str, set[str]] = {}
    for line in lines:
        name = line.partition(":")[0].partition(".")[0]
        found.setdefault(name, set()).add(line)
    return {name: frozenset(said) for name, said in found.items()}


def _kind(model: type[Event]) -> Iterator[str]:
    time = model.OWN_TIME or "occurred_at"
    yield f"{model.KIND}: counts from {time}, rank {model.RANK}"
    schema = model.model_json_schema()
    yield from _fields(model.KIND, schema)
    for name, part in schema.get("$defs", {}).items():
        yield from _fields(name, part)
        yield from (f"{name}: {word}" for word in part.get("enum", ()))


def _fields(name: str, schema: dict[str, Any]) -> Iterator[str]:
    for field, shape in schema.get("properties", {}).items():
        need = "required" if field in schema.get("required", ()) else "optional"
        yield f"{name}.{field}: {need} {_shape(shape)}"


def _shape(schema: dict[str, Any]) -> str:
    said = {key: value for key, value in schema.items() if key not in SAID_ELSEWHERE}
    return json.dumps(said, sort_keys=True)


if __name__ == "__main__":
    every = (promised(), words(), *(kept(kind) for kind in KINDS))
    lines = {line for told in every for said in told.values() for line in said}
    PROMISED.write_text("\n".join(sorted(lines)) + "\n", "utf-8")

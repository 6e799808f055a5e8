"""Promise to integrators, line by line: every kind, field, bound and word on the wire.

`contract.txt` is a promise. `python -m tests.states.events.contract` adds what is new and takes
nothing away: a broken promise is a deliberate edit of the file by hand, with its reason.
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

Promise = dict[str, frozenset[str]]
"""Lines of each kind, part and list of words, by its name."""

PROMISED: Final = Path(__file__).with_name("contract.txt")
NOT_PROMISED: Final = {"title", "description"}


@cache
def promised() -> Promise:
    """Return the promise."""
    return _by_name(PROMISED.read_text("utf-8").splitlines())


def present(kind: str) -> Promise:
    """Return the present promise of a kind, with the parts and words that it uses."""
    return _by_name(_kind(KINDS[kind]))


def words() -> Promise:
    """Return the present promise of each closed list of the domain."""
    lists = (item for item in vars(vocabulary).values() if isinstance(item, type))
    return _by_name(
        f"{item.__name__}: {word.value}"
        for item in lists
        if issubclass(item, StrEnum)
        for word in item
    )


def _by_name(lines: Iterable[str]) -> Promise:
    found: dict[str, set[str]] = {}
    for line in lines:
        name = line.partition(":")[0].partition(".")[0]
        found.setdefault(name, set()).add(line)
    return {name: frozenset(lines) for name, lines in found.items()}


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
    shape = {key: value for key, value in schema.items() if key not in NOT_PROMISED}
    return json.dumps(shape, sort_keys=True)


if __name__ == "__main__":
    every = (promised(), words(), *(present(kind) for kind in KINDS))
    lines = {line for promise in every for found in promise.values() for line in found}
    PROMISED.write_text("\n".join(sorted(lines)) + "\n", "utf-8")

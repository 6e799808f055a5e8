"""What integrators were told, line by line: every kind, field, bound and word on the wire.

`contract.txt` is a promise. `python -m tests.states.events.contract` adds what is new and takes
nothing away: whoever means to break a promise edits the file by hand, and says why.
"""

import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from states import vocabulary
from states.events.event import Event
from states.events.register import KINDS

PROMISED: Final = Path(__file__).with_name("contract.txt")
SAID_ELSEWHERE: Final = {"title", "description"}


def promised() -> list[str]:
    """Return the lines of the promise."""
    return PROMISED.read_text("utf-8").splitlines()


@cache
def kept() -> tuple[str, ...]:
    """Return the lines as the code would write them now, sorted."""
    return tuple(sorted({line for model in KINDS.values() for line in _kind(model)} | {*_words()}))


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


def _words() -> Iterator[str]:
    for name, words in vars(vocabulary).items():
        if isinstance(words, type) and issubclass(words, StrEnum) and words is not StrEnum:
            yield from (f"{name}: {word.value}" for word in words)


if __name__ == "__main__":
    PROMISED.write_text("\n".join(sorted({*promised(), *kept()})) + "\n", "utf-8")

"""The contract as it was released, which old senders were built for.

`frozen/0.1.0.json` holds every kind of that release with its fields, what must be there, words and
bounds. It is data and never changes. `python -m tests.states.events.frozen VERSION` adds the file
of another release beside it; today's models must take what any of them takes.
"""

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from states.events.envelope import MAX_EVENT_BYTES
from states.events.parsing import MAX_DEPTH
from states.events.registry import KINDS
from states.events.schema import schema_of
from tests.states.events.validity import WORDS

Schema = dict[str, Any]

FOLDER: Final = Path(__file__).with_name("frozen")
DESCRIPTIVE: Final = {"$schema", "$id", "title", "description", "examples", "default", "$defs"}
"""Keys of a schema that bind nobody."""

LEAST: Final = ("minimum", "minLength", "minItems")
MOST: Final = ("maximum", "maxLength", "maxItems")


def versions() -> list[str]:
    """Return the releases whose contract is kept."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def released(version: str) -> dict[str, Any]:
    """Return the contract of a release."""
    found: dict[str, Any] = json.loads((FOLDER / f"{version}.json").read_text("utf-8"))
    return found


def released_schema(version: str, kind: str) -> Schema:
    """Return the schema of a kind as it was released, with the parts that it uses."""
    contract = released(version)
    return {**contract["kinds"][kind], "$defs": contract["parts"]}


def now(kind: str) -> Schema:
    """Return the schema of a kind as it is now, without its descriptive keys."""
    whole = schema_of(kind)
    parts = {name: _bare(part) for name, part in whole.get("$defs", {}).items()}
    return {**_bare(whole), "$defs": parts}


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {name: value for name, value in schema.items() if name not in DESCRIPTIVE}
    # Fields are named as they like: one may be called `title`.
    fields = {name: _bare(field) for name, field in schema.get("properties", {}).items()}
    bare = {name: _bare(value) for name, value in kept.items() if name != "properties"}
    return bare | ({"properties": fields} if "properties" in schema else {})


def narrowed(old: Schema, new: Schema) -> list[str]:
    """Return in what way `new` takes less than `old`, a line each; `[]` where it takes it all."""
    return sorted(set(_narrowed(old, new, (old["$defs"], new["$defs"]), at="")))


def _narrowed(old: Schema, new: Schema, parts: tuple[Schema, Schema], at: str) -> Iterator[str]:
    old = _whole(old, parts[0])
    new = _whole(new, parts[1])
    if "anyOf" in old or "anyOf" in new:
        yield from _fewer(old, new, parts, at=at)
        return
    if old.get("type") != new.get("type"):
        yield f"{at} was of type {old.get('type')}"
        return
    yield from (f"{at} took {word!r}" for word in old.get("enum", ()) if not _taken(word, new))
    yield from _bounds(old, new, at)
    yield from _fields(old, new, parts, at=at)
    if "items" in old:
        yield from _narrowed(old["items"], new["items"], parts, at=f"{at}[]")
    known = old.get("allOf", [])
    yield from (f"{at or 'the event'}: a new rule" for r in new.get("allOf", ()) if r not in known)


def _whole(schema: Schema, parts: Schema) -> Schema:
    return parts[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _taken(word: str, new: Schema) -> bool:
    return "enum" not in new or word in new["enum"]


def _fewer(old: Schema, new: Schema, parts: tuple[Schema, Schema], at: str) -> Iterator[str]:
    for choice in old.get("anyOf", [old]):
        answers = [list(_narrowed(choice, one, parts, at=at)) for one in new.get("anyOf", [new])]
        if all(answers):
            yield from min(answers, key=len)


def _bounds(old: Schema, new: Schema, at: str) -> Iterator[str]:
    for name in LEAST:
        if new.get(name, 0) > old.get(name, 0):
            yield f"{at} had {name} {old.get(name)}"
    for name in MOST:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{at} had {name} {old.get(name)}"
    for name in ("pattern", "format"):
        if name in new and new[name] != old.get(name):
            yield f"{at} had {name} {old.get(name)}"
    if "enum" in new and "enum" not in old:
        yield f"{at} took any word"


def _fields(old: Schema, new: Schema, parts: tuple[Schema, Schema], at: str) -> Iterator[str]:
    before = old.get("properties", {})
    after = new.get("properties", {})
    wanted = set(new.get("required", ())) - set(old.get("required", ()))
    yield from (f"{at}.{name} could be left out" for name in sorted(wanted))
    for name, shape in before.items():
        if name not in after:
            yield f"{at}.{name} is gone"
        else:
            yield from _narrowed(shape, after[name], parts, at=f"{at}.{name}")


def _freeze(version: str) -> None:
    parts: Schema = {}
    kinds: Schema = {}
    for kind in KINDS:
        shape = now(kind)
        parts |= shape.pop("$defs")
        kinds[kind] = shape
    contract = {
        "version": version,
        "bytes": MAX_EVENT_BYTES,
        "depth": MAX_DEPTH,
        "refusals": sorted(WORDS.values()),
        "parts": dict(sorted(parts.items())),
        "kinds": kinds,
    }
    with (FOLDER / f"{version}.json").open("x", encoding="utf-8") as file:
        json.dump(contract, file, indent=1, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    _freeze(sys.argv[1])

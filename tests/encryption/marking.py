"""Mark every personal value that an event can hold, so that it can be looked for anywhere.

Free text is found by the published schema, not by our own list of encrypted fields: a field that
we forgot to encrypt is marked as well, and found where it should not be.
"""

import re
from base64 import b64encode
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from states.events.registry import KINDS
from states.events.schema import schema_of
from states.events.schema_examples import example
from tests.states.orders import Act

FIRST: Final = "Zylphia"
LAST: Final = "Quennell"
BORN: Final = "1953-03-14"
FRAGMENTS: Final = (FIRST, LAST, BORN)
"""Parts of every mark, each of them enough to identify a person."""

READABLE: Final = "Ombersley"
"""Data that a careless sender sends unencrypted: Temporal stores them as that sender sent them."""

_PART: Final = {"requirement_id": "M1", "kind": "exclusion", "ends_on": "2027-06-30"}
"""Stands where an example has no requirement or condition that could be marked."""

_MARK: Final = re.compile(f"{FIRST} of (\\S+) {LAST}")

Schema = dict[str, Any]


def mark(place: str) -> str:
    """The mark of one field."""
    return f"{FIRST} of {place} {LAST}"


def marked(act: Act) -> Act:
    """The same event with a mark in every field that takes free text, a name or a birth."""
    kind, data = act
    schema = schema_of(kind)
    return kind, _object(schema, schema.get("$defs", {}), deepcopy(data), kind)


def marked_example(kind: str) -> Act:
    """The published example of a kind, marked; it happened already, or it would wait."""
    data = example(kind)
    latest = datetime.now(UTC) - timedelta(minutes=1)
    happened = min(latest, datetime.fromisoformat(data["occurred_at"]))
    return marked((kind, {**data, "occurred_at": happened.isoformat()}))


def places() -> set[str]:
    """Every field of every kind that is free, by its path."""
    return {place for kind in KINDS for place in _places(schema_of(kind), kind)}


def marks_in(text: str) -> set[str]:
    """The path of every mark in a text."""
    return set(_MARK.findall(text))


def spellings(secret: bytes) -> list[bytes]:
    """Return the forms in which bytes can appear: plain, base64, hexadecimal, UTF-16."""
    found = [secret, secret.hex().encode(), secret.decode("latin-1").encode("utf-16-le")]
    for shift in range(3):
        # What stands before shifts the groups of six bits; first and last may hold a neighbour's.
        text = b64encode(b"\x00" * shift + secret)
        found.append(text[-(-8 * shift // 6) : 8 * (shift + len(secret)) // 6])
    return found


def _object(schema: Schema, parts: dict[str, Schema], data: Any, place: str) -> Any:
    for name, shape in schema["properties"].items():
        solid, listed = _solid(shape, parts)
        here = f"{place}.{name}"
        if _is_free(solid):
            data[name] = [mark(here)] * 2 if listed else mark(here)
        elif _has_free(solid, parts):
            data[name] = _nested(solid, parts, data.get(name), here, listed=listed)
    return data


def _nested(
    schema: Schema, parts: dict[str, Schema], data: Any, place: str, *, listed: bool
) -> Any:
    if "date_of_birth" in schema["properties"]:
        return {"name": mark(f"{place}.name"), "date_of_birth": BORN}
    if listed:
        return [_object(schema, parts, item, place) for item in data or [dict(_PART)]]
    return _object(schema, parts, data or dict(_PART), place)


def _places(schema: Schema, place: str, parts: dict[str, Schema] | None = None) -> set[str]:
    parts = schema.get("$defs", {}) if parts is None else parts
    found = set()
    for name, shape in schema["properties"].items():
        solid, _ = _solid(shape, parts)
        if _is_free(solid):
            found.add(f"{place}.{name}")
        elif "properties" in solid:
            found |= _places(solid, f"{place}.{name}", parts)
    return found


def _solid(shape: Schema, parts: dict[str, Schema]) -> tuple[Schema, bool]:
    """The shape of one value, and whether the field is a list of them."""
    shape = next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)
    if "$ref" in shape:
        shape = parts[shape["$ref"].rpartition("/")[2]]
    if shape.get("type") == "array":
        return _solid(shape["items"], parts)[0], True
    return shape, False


def _is_free(shape: Schema) -> bool:
    bound = {"pattern", "format", "enum", "const"} & shape.keys()
    return shape.get("type") == "string" and not bound


def _has_free(shape: Schema, parts: dict[str, Schema]) -> bool:
    return "properties" in shape and bool(_places(shape, "", parts))

"""Make events up at random from a JSON Schema: most of them good, some with a fault.

Only what our schemas use is understood; anything else is an error, so that a keyword that comes
new is not passed over.
"""

import random
import re
import string
from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

CHARACTERS: Final = string.ascii_letters + string.digits + "._:-"
FAULTS: Final[list[Any]] = [
    None,
    True,
    False,
    0,
    -1,
    3,
    4,
    100_000,
    100_001,
    1.5,
    "",
    "a",
    "a b",
    "é",
    "x" * 65,
    [],
    {},
    "x" * 128,
    "x" * 129,
    "x" * 4_000,
    "x" * 4_001,
    "x" * 201,
    ["a"],
    [None],
    [{}],
    ["a"] * 51,
    "2026-11-02",
    "2026-1-2",
    "1949-12-31",
    "1950-01-01",
    "2200-12-31",
    "2201-01-01",
    "20261102",
    "2026-11-02T10:30:00Z",
    "2026-11-02t10:30:00z",
    "2026-11-02T10:30:00",
    "2026-13-02",
    "2026-11-02T10:30:00.1234567Z",
    "2026-11-02T10:30:00+24:00",
    "2026-11-02T10:30:60Z",
    "2026-11-02T10:30Z",
    "2026-11-02 10:30:00Z",
    "2026-11-32",
    "further_offence",
    "disclosure",
    "no_release",
    "custody",
    "unpaid_work",
    "2026-11-02\n",
    "A\n",
    "\x00",
    "10000",
    "X32074",
]
"""Value put in place of another, or beside it."""


class Maker:
    """Makes documents of one schema, the same ones for the same seed."""

    def __init__(self, schema: Schema, seed: str) -> None:
        self._schema = schema
        self._defs: dict[str, Schema] = schema.get("$defs", {})
        self._random = random.Random(seed)  # noqa: S311 - a test repeats itself

    def document(self, faults: int = 0) -> Any:
        """Make one document, with so many things changed that may or may not be faults."""
        made = self._object(self._schema)
        for _ in range(faults):
            self._spoil(made)
        return made

    def _value(self, schema: Schema) -> Any:
        schema = self._defs[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if "anyOf" in schema and "type" not in schema:
            return self._value(self._random.choice(schema["anyOf"]))
        if "enum" in schema:
            return self._random.choice(schema["enum"])
        make: dict[str, Callable[[Schema], Any]] = {
            "object": self._object,
            "array": self._list,
            "integer": lambda of: self._random.randint(of["minimum"], of["maximum"]),
            "boolean": lambda _: self._random.random() < 0.5,
            "null": lambda _: None,
            "string": self._text,
        }
        return make[schema["type"]](schema)

    def _list(self, schema: Schema) -> list[Any]:
        least = schema.get("minItems", 0)
        count = self._random.randint(least, min(schema["maxItems"], least + 2))
        return [self._value(schema["items"]) for _ in range(count)]

    def _object(self, schema: Schema) -> dict[str, Any]:
        made = {
            name: self._value(shape)
            for name, shape in schema["properties"].items()
            if name in schema.get("required", ()) or self._random.random() < 0.4
        }
        for part in schema.get("allOf", ()):
            self._bend(made, schema, part)
        return made

    def _bend(self, made: dict[str, Any], schema: Schema, part: Schema) -> None:
        """Make the rules across fields likely to hold; the validator decides."""
        if "if" in part:
            holds = Draft202012Validator(part["if"]).is_valid(made)
            self._follow(made, schema, part.get("then" if holds else "else", {}))
        for name in ("anyOf", "oneOf"):
            if name in part:
                self._follow(made, schema, self._random.choice(part[name]))

    def _follow(self, made: dict[str, Any], schema: Schema, wish: Schema) -> None:
        if self._random.random() < 0.1:
            return
        if "if" in wish:
            self._bend(made, schema, wish)
        for inner in wish.get("allOf", ()):
            self._follow(made, schema, inner)
        for name, wanted in wish.get("properties", {}).items():
            if wanted.get("type") == "null":
                made.pop(name, None)
            elif name in wish.get("required", ()):
                made[name] = self._wanted(schema, name, wanted)

    def _wanted(self, schema: Schema, name: str, wanted: Schema) -> Any:
        shape: Schema = schema["properties"][name]
        solid = next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)
        if "const" in wanted or "enum" in wanted:
            return self._random.choice(wanted.get("enum", [wanted.get("const")]))
        return self._value({**solid, **{n: v for n, v in wanted.items() if n == "minItems"}})

    def _text(self, schema: Schema) -> str:
        year, month, day = (
            self._random.randint(*ends) for ends in ((1950, 2200), (1, 12), (1, 28))
        )
        # Dates have an order: most events have one date for all, so that a model can take them.
        is_one = self._random.random() < 0.8
        date = "2026-11-02" if is_one else f"{year}-{month:02}-{day:02}"
        if schema.get("format") == "date":
            return date
        if schema.get("format") == "date-time":
            return f"{date}T{self._random.randint(0, 23):02}:59:00+01:00"
        if "pattern" in schema:
            return self._matching(schema["pattern"])
        return "".join(self._random.choices("aé 𝄞\n\"'<", k=self._random.randint(1, 9)))

    def _matching(self, pattern: str) -> str:
        made = ""
        for characters, least, most in re.findall(
            r"(\[[^]]+\])(?:\{(\d+)(?:,(\d+))?\}|\+)?", pattern.strip("^$")
        ):
            among = [one for one in f"{CHARACTERS}/@#+" if re.fullmatch(characters, one)]
            low = int(least or 1)
            made += "".join(
                self._random.choices(among, k=self._random.randint(low, int(most or low)))
            )
        assert re.fullmatch(pattern, made), pattern
        return made

    def _spoil(self, made: Any) -> None:
        places = [
            (holder, name)
            for holder in _holders(made)
            for name in (list(holder) if isinstance(holder, dict) else range(len(holder)))
        ]
        holder, name = self._random.choice(places)
        match self._random.randrange(8):
            case 0:
                del holder[name]
            case 1 if isinstance(holder, dict):
                holder[self._random.choice(["more", "occured_at", "Event_id", ""])] = None
            case 2 if isinstance(holder, list):
                holder.append(holder[name])
            case _:
                # A copy: a second fault may go inside the first.
                holder[name] = deepcopy(self._random.choice(FAULTS))


def _holders(made: Any) -> list[Any]:
    """Every object and list that holds something, the outermost first."""
    if not isinstance(made, dict | list) or not made:
        return []
    values = made.values() if isinstance(made, dict) else made
    return [made, *(holder for value in values for holder in _holders(value))]

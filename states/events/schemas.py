"""The JSON Schema of each kind, made from its model: what the wire contract publishes."""

from copy import deepcopy
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from states.events.across import ACROSS
from states.events.examples import example
from states.events.meanings import meaning_of
from states.events.register import KINDS, NUDGE

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
NAME: Final = "urn:sentence-orchestrator:event:"
"""What the `$id` of every schema begins with."""

NUDGE_MEANING: Final = "It only wakes the sentence: nothing is recorded."

_YEAR: Final = "(19[5-9][0-9]|2[01][0-9]{2}|2200)"
_DATE: Final = f"{_YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_HOUR: Final = "([01][0-9]|2[0-3]):[0-5][0-9]"
_INSTANT: Final = rf"{_DATE}[Tt]{_HOUR}:[0-5][0-9](\.[0-9]{{1,6}})?([Zz]|[+-]{_HOUR})"

_DAY_FORM: Final = "A day in London, as YYYY-MM-DD, of the years 1950 to 2200."
_INSTANT_FORM: Final = (
    "A moment, as RFC 3339 with its offset from UTC and at most six decimals of a second, of the "
    "years 1950 to 2200."
)
_PATTERNS: Final = {
    r"^[A-Za-z0-9._:-]{1,64}$": "1 to 64 letters, digits, `.`, `_`, `:` and `-`.",
    r"^[A-Za-z0-9._:-]{1,128}$": "1 to 128 letters, digits, `.`, `_`, `:` and `-`.",
    r"^[A-Z][0-9]{6}$": "One capital letter and six digits.",
    r"^[0-9]{1,4}$": "One to four digits.",
}


class _Shape(GenerateJsonSchema):
    """Writes days and instants as strings of one form, which pydantic leaves to `format`."""

    def date_schema(self, schema: Any) -> JsonSchemaValue:
        del schema
        return {"type": "string", "format": "date", "pattern": f"^{_DATE}$"}

    def datetime_schema(self, schema: Any) -> JsonSchemaValue:
        del schema
        return {"type": "string", "format": "date-time", "pattern": f"^{_INSTANT}$"}


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of the events of `kind`, with one whole example.

    Raises:
        KeyError: If there is no such kind.
    """
    head = {"$schema": DRAFT, "$id": f"{NAME}{kind}", "title": title_of(kind)}
    if kind == NUDGE:
        return head | {"type": "object", "description": NUDGE_MEANING, "examples": [{}]}
    model = KINDS[kind]
    found = model.model_json_schema(schema_generator=_Shape)
    _explain(kind, model.__name__, found)
    for name, part in found.get("$defs", {}).items():
        _explain(name, name, part)
    return head | found | {"title": title_of(kind), "examples": [example(kind)]}


def title_of(kind: str) -> str:
    """Return the name of a kind as words."""
    return kind.replace("_", " ").capitalize()


def _explain(owner: str, model: str, schema: dict[str, Any]) -> None:
    for name, shape in schema.get("properties", {}).items():
        shape["description"] = " ".join([meaning_of(owner, name), *_forms(shape)])
    if model in ACROSS:
        schema["allOf"] = deepcopy(ACROSS[model])


def _forms(shape: dict[str, Any]) -> list[str]:
    """Return what a value looks like, in words, as far as its schema tells."""
    of = next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)
    match of.get("type"):
        case "string":
            return _of_text(of)
        case "integer":
            return [f"A whole number from {of['minimum']:,} to {of['maximum']:,}."]
        case "array":
            least, most = of.get("minItems", 0), of["maxItems"]
            return [
                f"From {least} to {most} of them.",
                *(f"Each: {x}" for x in _forms(of["items"])),
            ]
        case _:
            return []


def _of_text(of: dict[str, Any]) -> list[str]:
    match of.get("format"):
        case "date":
            return [_DAY_FORM]
        case "date-time":
            return [_INSTANT_FORM]
    said = [_PATTERNS[of["pattern"]]] if of.get("pattern") in _PATTERNS else []
    if "maxLength" in of:
        said.insert(0, f"{of['minLength']} to {of['maxLength']:,} characters.")
    return said

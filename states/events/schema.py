"""JSON Schema of each kind, made from its model, as the wire contract publishes it."""

import ast
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from states.events.envelope import WireModel
from states.events.registry import KINDS, NUDGE
from states.events.schema_examples import example
from states.vocabulary import RequirementKind, SentenceType

Schema = dict[str, Any]


def _given(*names: str) -> Schema:
    wanted = {name: {"not": {"type": "null"}} for name in names}
    return {"required": list(names), "properties": wanted}


def _left_out(*names: str) -> Schema:
    return {"properties": {name: {"type": "null"} for name in names}}


def _is(name: str, *values: str) -> Schema:
    one = {"const": values[0]} if len(values) == 1 else {"enum": list(values)}
    return {"required": [name], "properties": {name: one}}


def _if(condition: Schema, then: Schema, otherwise: Schema | None = None) -> Schema:
    found = {"if": condition, "then": then}
    return found if otherwise is None else found | {"else": otherwise}


def _all(*schemas: Schema) -> Schema:
    return {"allOf": list(schemas)}


_OF_CUSTODY: Final = (
    "length_days",
    "extended",
    "expected_release_on",
    "automatic_release_on",
    "licence_ends_on",
    "pss_ends_on",
)
_PERIOD: Final = "operational_period_ends_on"
_SOME_REQUIREMENT: Final = {
    "required": ["requirements"],
    "properties": {"requirements": {"minItems": 1}},
}
_EXTENDED: Final = {"required": ["extended"], "properties": {"extended": {"const": True}}}

_INDETERMINATE: Final = {
    "required": ["indeterminate"],
    "properties": {"indeterminate": {"const": True}},
}
_DETERMINATE: Final = {"properties": {"indeterminate": {"const": False}}}

_MOVED_TO: Final = ("to_crn", "to_event_number")
_MOVED_FROM: Final = ("from_crn", "from_event_number")

CROSS_FIELD_RULES: Final[dict[str, list[Schema]]] = {
    "BreachDecided": [
        _if(
            {"properties": {"failure_ids": {"maxItems": 0}}},
            _is("reason", "further_offence", "other"),
        )
    ],
    "ConditionsProposed": [
        {
            "anyOf": [
                {"required": ["conditions"], "properties": {"conditions": {"minItems": 1}}},
                {
                    "required": ["reporting_requirements"],
                    "properties": {"reporting_requirements": {"const": True}},
                },
            ]
        }
    ],
    "ContactRecorded": [_if(_is("kind", "disclosure"), _given("purpose"), _left_out("purpose"))],
    "MessageResolved": [{"oneOf": [_given("message_digest"), _given("resolved_event_id")]}],
    "ParoleBoardDecided": [_if(_is("decision", "no_release"), _left_out("release_on"))],
    "Requirement": [
        _if(_is("kind", RequirementKind.UNPAID_WORK.value), _left_out("days")),
        _if(
            _is(
                "kind",
                RequirementKind.REHABILITATION_ACTIVITY.value,
                RequirementKind.SPECIFIED_ACTIVITY.value,
            ),
            _left_out("hours"),
        ),
    ],
    "RequirementProgressed": [
        {"anyOf": [_given(name) for name in ("hours", "minutes", "days", "prospect")]},
        _if(_given("hours"), _left_out("minutes")),
    ],
    "SentenceImposed": [
        _if(
            _is("type", SentenceType.COMMUNITY_ORDER.value),
            _all(
                _given("ends_on"), _SOME_REQUIREMENT, _DETERMINATE, _left_out(*_OF_CUSTODY, _PERIOD)
            ),
        ),
        _if(
            _is("type", SentenceType.SUSPENDED_SENTENCE_ORDER.value),
            _all(_given(_PERIOD), _SOME_REQUIREMENT, _DETERMINATE, _left_out(*_OF_CUSTODY)),
        ),
        _if(
            _is("type", SentenceType.CUSTODY.value),
            _all(
                _left_out(_PERIOD),
                _if(
                    _INDETERMINATE,
                    _left_out("length_days", "ends_on", *_OF_CUSTODY[3:]),
                    _all(_given(*_OF_CUSTODY[:3]), _if(_EXTENDED, {}, _given(_OF_CUSTODY[3]))),
                ),
            ),
        ),
    ],
    "SentenceMoved": [
        {
            "oneOf": [
                _all(_given(*_MOVED_TO), _left_out(*_MOVED_FROM)),
                _all(_given(*_MOVED_FROM), _left_out(*_MOVED_TO)),
            ]
        }
    ],
}
"""Rules between fields by the name of the model, each an entry for `allOf`."""

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID_PREFIX: Final = "urn:sentence-orchestrator:event:"
"""Prefix of the `$id` of every schema."""

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
    r"^([1-9][0-9]{0,3}|0)$": "One to four digits without leading zeros: `1`, not `01`.",
}


class _SchemaGenerator(GenerateJsonSchema):
    """Generator that writes days and instants with their pattern, not by `format` alone."""

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
    head = {"$schema": DRAFT, "$id": f"{SCHEMA_ID_PREFIX}{kind}", "title": title_of(kind)}
    if kind == NUDGE:
        return head | {"type": "object", "description": NUDGE_MEANING, "examples": [{}]}
    model = KINDS[kind]
    found = model.model_json_schema(schema_generator=_SchemaGenerator)
    models = _models()
    _complete(model, found)
    for name, part in found.get("$defs", {}).items():
        if name in models:
            _complete(models[name], part)
    return head | found | {"title": title_of(kind), "examples": [example(kind)]}


def title_of(kind: str) -> str:
    """Return the name of a kind as words."""
    return kind.replace("_", " ").capitalize()


def _complete(model: type[WireModel], schema: Schema) -> None:
    """Describe each field by its docstring and its form, and add the rules between fields."""
    meanings = _meanings(model)
    for name, shape in schema["properties"].items():
        description = " ".join([meanings[name], *_forms(shape)])
        # Sorted, as pydantic sorts a schema.
        schema["properties"][name] = dict(sorted({**shape, "description": description}.items()))
    if model.__name__ in CROSS_FIELD_RULES:
        schema["allOf"] = deepcopy(CROSS_FIELD_RULES[model.__name__])


def _models() -> Mapping[str, type[WireModel]]:
    """Return every model of the wire by its name."""
    found = [WireModel]
    for model in found:
        found += model.__subclasses__()
    return {model.__name__: model for model in found}


@cache
def _meanings(model: type[WireModel]) -> Mapping[str, str]:
    """Return the docstring of each field of a model, by its name.

    pydantic would read them whenever it makes a class: a quarter of the start of a program that
    publishes no schema.
    """
    found = dict[str, str]()
    for part in reversed(model.__mro__):
        if issubclass(part, WireModel):
            source = ast.parse(getsource(part))
            body = [statement for item in source.body for statement in ast.iter_child_nodes(item)]
            for field, text in pairwise(body):
                match field, text:
                    case (
                        ast.AnnAssign(target=ast.Name(name)),
                        ast.Expr(ast.Constant(str(docstring))),
                    ):
                        found[name] = cleandoc(docstring)
    return found


def _forms(shape: dict[str, Any]) -> list[str]:
    """Return the form of a value in words, as far as its schema gives it."""
    of = next((one for one in shape.get("anyOf", ()) if one.get("type") != "null"), shape)
    match of.get("type"):
        case "string":
            return _of_text(of)
        case "integer":
            return [f"A whole number from {of['minimum']:,} to {of['maximum']:,}."]
        case "array":
            least = of.get("minItems", 0)
            most = of["maxItems"]
            return [
                f"From {least} to {most} of them.",
                *(f"Each: {x}" for x in _forms(of["items"])),
            ]
        case _:
            return []


def _of_text(of: dict[str, Any]) -> list[str]:
    match of.get("format"):
        case "date":
            bounded = _YEAR in of.get("pattern", _YEAR)
            return [_DAY_FORM if bounded else "A day in London, as YYYY-MM-DD, of any year."]
        case "date-time":
            return [_INSTANT_FORM]
    words = [_PATTERNS[of["pattern"]]] if of.get("pattern") in _PATTERNS else []
    if "maxLength" in of:
        words.insert(0, f"{of['minLength']} to {of['maxLength']:,} characters.")
    return words

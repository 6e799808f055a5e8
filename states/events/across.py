"""What holds across the fields of one kind or part, as far as JSON Schema can say it.

The models check the same, in words that a sender reads in a refusal. The two are held together by
tests: what a schema takes, its model takes, but for what `UNSAID` lists.
"""

from typing import Any, Final

from states.vocabulary import RequirementKind, SentenceType

Schema = dict[str, Any]

UNSAID: Final[dict[str, str]] = {
    "order": "A date is not before another that comes first in life, such as `ends_on` before "
    "`sentenced_on`.",
    "twice": "Each requirement or condition of a list has a `requirement_id` of its own.",
    "last": "`ends_on` of a custodial sentence, where it is given, is the last of its dates.",
    "calendar": "The day exists: 30 February matches the pattern. Validators that assert `format` "
    "say so too.",
    "whole": "A whole number is written without a fraction or an exponent: `80`, not `80.0`.",
    "surrogate": "Text is Unicode, without one half of a surrogate pair.",
    "text": "The JSON text has at most 16,384 bytes and 32 levels, names no field twice in one "
    "object, and has no `NaN` or `Infinity`.",
}
"""What the models hold and no JSON Schema can say, by a short name."""


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

_MOVED_TO: Final = ("to_crn", "to_event_number")
_MOVED_FROM: Final = ("from_crn", "from_event_number")

ACROSS: Final[dict[str, list[Schema]]] = {
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
    "RequirementProgressed": [{"anyOf": [_given("hours"), _given("days"), _given("prospect")]}],
    "SentenceImposed": [
        _if(
            _is("type", SentenceType.COMMUNITY_ORDER.value),
            _all(_given("ends_on"), _SOME_REQUIREMENT, _left_out(*_OF_CUSTODY, _PERIOD)),
        ),
        _if(
            _is("type", SentenceType.SUSPENDED_SENTENCE_ORDER.value),
            _all(_given(_PERIOD), _SOME_REQUIREMENT, _left_out(*_OF_CUSTODY)),
        ),
        _if(
            _is("type", SentenceType.CUSTODY.value),
            _all(
                _given(*_OF_CUSTODY[:3]),
                _left_out(_PERIOD),
                _if(_EXTENDED, {}, _given(_OF_CUSTODY[3])),
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
"""What holds between fields, by the name of the model, each entry for `allOf`."""

"""Validity of a document as an event, by its JSON Schema and by its model."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from pydantic import ValidationError as Refusal

from states.events.parsing import canonical_json
from states.events.registry import KINDS

FORMATS: Final = FormatChecker(formats=["date"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_a_day(value: object) -> bool:
    # The pattern sees to the rest of the form.
    return not isinstance(value, str) or bool(date.fromisoformat(value[:10]))


NOT_IN_SCHEMA: Final[dict[str, str]] = {
    "order": "Dates are in logical order: `ends_on` is not before `sentenced_on`.",
    "twice": "Each requirement or condition of a list has a `requirement_id` of its own.",
    "last": "`ends_on` of a custodial sentence, where it is given, is the last of its dates.",
    "calendar": "The day exists: 30 February matches the pattern. Validators that assert `format` "
    "say so too.",
    "whole": "A whole number is written without a fraction or an exponent: `80`, not `80.0`.",
    "surrogate": "Text is Unicode, without one half of a surrogate pair.",
    "text": "The JSON text has at most 16,384 bytes and 32 levels, names no field twice in one "
    "object, and has no `NaN` or `Infinity`.",
}
"""Rules that the models hold and no JSON Schema can express, by a short name."""

WORDS: Final = {
    "order": r"cannot lie before|cannot end before it|is before sentenced_on",
    "twice": r"one stands twice",
    "last": r"is the last of its dates",
    "calendar": r"day value is outside expected range",
    "whole": r"valid integer",
    "surrogate": r"Invalid JSON: .*surrogate|Invalid JSON: unexpected end of hex escape",
}
"""Pattern of the refusal for each rule that no schema expresses, except the form of the text."""


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    # In JSON Schema `$` is the end alone; in Python it is also the place before a last newline.
    del schema
    if validator.is_type(instance, "string"):
        whole = re.sub(r"\$$", r"\\Z", pattern)
        if not re.search(whole, instance, re.ASCII):
            yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: Final = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call] # as its stubs leave it


class Judge:
    """A schema, ready to judge documents."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._validator = _Validator(schema, format_checker=FORMATS)

    def faults(self, document: Any) -> list[str]:
        """Faults of a document by the schema."""
        return [f"{list(e.path)}: {e.message[:200]}" for e in self._validator.iter_errors(document)]


def refusals(kind: str, document: Any) -> list[str]:
    """Faults of a document by the model."""
    try:
        KINDS[kind].model_validate_json(canonical_json(document))
    except Refusal as refusal:
        return [f"{list(e['loc'])}: {e['msg']}" for e in refusal.errors(include_context=False)]
    return []


def unsaid(fault: str) -> bool:
    """True if no schema could have found the fault that the model found."""
    assert set(WORDS) == set(NOT_IN_SCHEMA) - {"text"}
    return any(re.search(words, fault) for words in WORDS.values())

"""Extraction of personal values from an event before it enters the log.

The log crosses every continue-as-new and is read by queries, so it holds digests where the event
held free text; the text itself goes to the case record, stored under the same digest.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from states.events.envelope import PersonalData, WireModel

_P = TypeVar("_P", bound=WireModel)

FIELD_PREFIX = "of event: "
"""Prefix, among the texts, of the name of a field that held a whole part, such as `person`."""

DIGEST_LENGTH = 32
"""Hexadecimal characters of a SHA-256 that are used: 128 bits."""


def text_digest(text: str) -> str:
    """Return the digest under which `text` is stored: 32 hexadecimal characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def _is_personal(annotation: object) -> bool:
    metadata = getattr(annotation, "__metadata__", ())
    return any(isinstance(item, PersonalData) for item in metadata) or any(
        _is_personal(item) for item in get_args(annotation)
    )


@cache
def _personal_fields(model: type[WireModel]) -> tuple[str, ...]:
    hints = get_type_hints(model, include_extras=True)
    return tuple(name for name in model.model_fields if _is_personal(hints[name]))


@cache
def _nested_fields(model: type[WireModel]) -> tuple[str, ...]:
    def holds_parts(annotation: object) -> bool:
        if isinstance(annotation, type) and issubclass(annotation, WireModel):
            return True
        return any(holds_parts(item) for item in get_args(annotation))

    personal = _personal_fields(model)
    hints = get_type_hints(model, include_extras=True)
    return tuple(n for n in model.model_fields if n not in personal and holds_parts(hints[n]))


def stored_digests(part: WireModel) -> Iterator[str]:
    """Yield the digest of every free text of an event that is in the log."""
    for name in _personal_fields(type(part)):
        value = getattr(part, name)
        if isinstance(value, str):
            yield value
        elif value is not None:
            yield from value
    for name in _nested_fields(type(part)):
        value = getattr(part, name)
        for item in (value,) if isinstance(value, WireModel) else value or ():
            yield from stored_digests(item)


def _store(text: str, texts: dict[str, str]) -> str:
    digest = text_digest(text)
    texts[digest] = text
    return digest


def _digest_value(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, str):
        return _store(value, texts)
    return tuple(_store(item, texts) for item in value)


def extract_free_text(part: _P, texts: dict[str, str]) -> _P:
    """Return `part` with digests in its personal fields, and put their values into `texts`."""
    model = type(part)
    changes: dict[str, Any] = {}
    for name in _personal_fields(model):
        value = getattr(part, name)
        if isinstance(value, WireModel):
            # No digest of it remains: it is found by the event that brought it.
            texts[FIELD_PREFIX + name] = value.model_dump_json()
            changes[name] = None
        elif value is not None:
            changes[name] = _digest_value(value, texts)
    for name in _nested_fields(model):
        value = getattr(part, name)
        if isinstance(value, WireModel):
            changes[name] = extract_free_text(value, texts)
        elif value:
            changes[name] = tuple(extract_free_text(item, texts) for item in value)
    blank = {name for name in _personal_fields(model) if getattr(part, name) is None}
    if not changes and not blank & part.model_fields_set:
        return part
    copy = part.model_copy(update=changes)
    # A null counts as left out, so that a field that was given always means a stored text.
    copy.model_fields_set.difference_update(blank)
    return copy

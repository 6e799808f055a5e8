"""Plain data of an entity, as the view shows it."""

from collections.abc import Collection
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from typing import Any

from states.time.london import iso

PROVENANCE = frozenset(
    {"id", "cause", "came_from", "referred_by", "received_by", "presented_by", "warrant_by"}
)
"""Fields that only say which event brought another field: they are left out of the view."""


def entity_view(entity: Any, *, omit: Collection[str] = PROVENANCE, **names: str) -> dict[str, Any]:
    """Return the fields of an entity as codes, numbers, ISO dates and lists.

    A field goes under its own name, or the one that `names` gives it.
    """
    return {
        names.get(field.name, field.name): plain(getattr(entity, field.name))
        for field in fields(entity)
        if field.name not in omit
    }


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return iso(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return entity_view(value) if is_dataclass(value) else value

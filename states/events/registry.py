"""Registry of the kinds of event by their names on the wire."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from states.events import (
    accommodation,
    administration,
    agencies,
    contact,
    court,
    custody,
    enforcement,
    imposition,
    recall,
    requirements,
    risk,
    sentence,
    victims,
)
from states.events.envelope import Event

_MODULES: Final = (
    imposition,
    sentence,
    contact,
    custody,
    enforcement,
    court,
    recall,
    requirements,
    risk,
    accommodation,
    victims,
    agencies,
    administration,
)


def _collect() -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    for module in _MODULES:
        for value in vars(module).values():
            is_kind = isinstance(value, type) and issubclass(value, Event) and value is not Event
            if is_kind and value.__module__ == module.__name__:
                found[value.KIND] = value
    return dict(sorted(found.items()))


KINDS: Final[Mapping[str, type[Event]]] = MappingProxyType(_collect())
"""Model of each kind that this version can read."""

NUDGE: Final = "nudge"
"""Signal without an envelope that only wakes the workflow."""

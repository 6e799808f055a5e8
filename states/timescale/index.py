"""Indexes over the rows of an edition, built once: the fold asks them at every event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from states.timescale.row import Row
from states.timescale.terms import AppliesTo
from states.timescale.triggers import Trigger

AnyRow = TypeVar("AnyRow", bound=Row)

ByTrigger = dict[tuple[str, str], tuple[AnyRow, ...]]


def by_trigger(rows: Iterable[AnyRow]) -> ByTrigger[AnyRow]:
    """Return the rows by trigger and regime, in the order in which they come."""
    index = defaultdict[tuple[str, str], list[AnyRow]](list)
    for row in rows:
        every = AppliesTo.ALL in row.applies_to
        for regime in AppliesTo if every else row.applies_to:
            for trigger in row.triggers:
                index[trigger, regime].append(row)
    return {key: tuple(found) for key, found in index.items()}


def look_up(index: ByTrigger[AnyRow], trigger: Trigger, regime: str | None) -> tuple[AnyRow, ...]:
    """Return the rows of a trigger; a regime in no row gets those that apply to all."""
    found = index.get((trigger, regime or AppliesTo.ALL))
    return index.get((trigger, AppliesTo.ALL), ()) if found is None else found


Named = TypeVar("Named", bound=str)


def by_name(named: Mapping[str, Iterable[Named]]) -> dict[Named, tuple[str, ...]]:
    """Return the ids by each thing that they name, such as a settlement, in their own order."""
    index = defaultdict[Named, list[str]](list)
    for key in sorted(named):
        for name in named[key]:
            index[name].append(key)
    return {name: tuple(ids) for name, ids in index.items()}

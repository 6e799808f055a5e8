"""List what a rule names: the places that it reads and the tables that it translates by."""

import re
from collections.abc import Iterable, Iterator

from runtime.ingest.mapping import MessageRule, Source
from runtime.ingest.places import PLACE


def places_of(rule: MessageRule) -> frozenset[str]:
    """Return every place that a rule reads, those in the paths of its look-ups too."""
    places = {
        *rule.crn,
        *rule.event_number,
        *rule.subject,
        *(place for source in _sources(rule) for place in _read(source)),
        *(place for look_up in rule.look_ups for place in re.findall(PLACE, look_up.path)),
        *(look_up.unless for look_up in rule.look_ups),
        *(step.given for step in rule.becomes),
        rule.each,
        rule.choose.code if rule.choose is not None else None,
    }
    # The default place of a number is no word of the rule itself.
    return frozenset(place for place in places if place is not None) - {_FOUND}


def tables_of(rule: MessageRule) -> frozenset[str]:
    """Return the name of every table that a rule translates by."""
    named = {source.table for source in _sources(rule)}
    chosen = {rule.choose.table} if rule.choose is not None else set[str]()
    return frozenset(chosen | {table for table in named if table is not None})


_FOUND = "found.event_number"


def _sources(rule: MessageRule) -> Iterator[Source]:
    for step in rule.becomes:
        yield from _within([step.by, *step.fields.values()])


def _within(sources: Iterable[Source]) -> Iterator[Source]:
    for source in sources:
        yield source
        yield from _within((source.parts or {}).values())


def _read(source: Source) -> Iterator[str]:
    at = (source.at,) if isinstance(source.at, str) else source.at or ()
    yield from at
    yield from (place for place in (source.code, source.day, source.instant, source.each) if place)

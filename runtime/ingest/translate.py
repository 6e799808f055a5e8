"""Find what lies at a place of a message, and fill places into the path of a look-up."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from runtime.ingest.lookups import LookupClient
from runtime.ingest.mapping import (
    PLACEHOLDER,
    LookupSpec,
    Mappings,
    MappingStep,
    MessageRule,
    ValueSource,
)
from runtime.ingest.outcomes import DeadLetterReason, IgnoredMessageError, UnmappableError
from runtime.ingest.wire import DomainEvent, UnreadableTimeError, parse_instant
from states.events.parsing import UnreadableError, canonical_json, parse_event, parse_json
from states.time.london import day_of
from workflows.ids import parse_workflow_id, workflow_id_of

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}")
"""What may become part of an address: a message must not choose what is asked."""


def find_value(known: Mapping[str, Any], place: str) -> Any:
    """Return what stands at a dotted place; None where nothing does, or null."""
    value: Any = known
    for name in place.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def first_value(known: Mapping[str, Any], places: tuple[str, ...]) -> Any:
    """Return what stands at the first place that has something; None where none has."""
    return next(
        (value for place in places if (value := find_value(known, place)) is not None), None
    )


def require_value(known: Mapping[str, Any], places: tuple[str, ...]) -> Any:
    """Return what stands at the first place that has something.

    Raises:
        UnmappableError: `missing`, with the places, where none has.
    """
    value = first_value(known, places)
    if value is None:
        raise UnmappableError(DeadLetterReason.MISSING, f"nothing stands at {' or '.join(places)}")
    return value


def fill_path(path: str, value_at: Callable[[str], Any]) -> str:
    """Return a path with its places filled in, each quoted.

    Raises:
        UnmappableError: `missing`, where nothing stands at a place, or `invalid`, where it holds
            what can be no id, code or time.
    """

    def fill(match: re.Match[str]) -> str:
        value = value_at(match[1])
        text = str(value) if isinstance(value, str | int) else ""
        if not _PLAIN.fullmatch(text):
            reason = f"what stands at {match[1]} is no id that a look-up can be asked about"
            raise UnmappableError(DeadLetterReason.INVALID, reason)
        return quote(text, safe="")

    return PLACEHOLDER.sub(fill, path)


_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class MappingContext:
    """What is known of a message, and the tables by which its codes are read on its day."""

    mappings: Mappings
    day: date
    known: Mapping[str, Any]

    def meaning(self, table: str, code: object) -> str:
        """Return what a code means.

        Raises:
            UnmappableError: `unknown_code`.
            MeansNothingError: If the message means nothing to a sentence with it.
        """
        if isinstance(code, bool):
            return self.mappings.meaning(table, str(code).lower(), self.day)
        return self.mappings.meaning(table, str(code), self.day)


def resolve_value(source: ValueSource, words: MappingContext) -> Any:
    """Return the value; None where it is optional and nobody says it.

    Raises:
        UnmappableError: If it is not said, is no time, or is an unknown code.
        MeansNothingError: If a code in it says that the message means nothing.
    """
    if source.is_ is not None:
        return source.is_
    if source.parts is not None:
        return _parts(source, source.parts, words)
    places = _source_paths(source)
    value = first_value(words.known, places)
    if value is None:
        if source.default is None and not source.optional:
            raise UnmappableError(
                DeadLetterReason.MISSING, f"nothing stands at {' or '.join(places)}"
            )
        return source.default
    if source.table is not None:
        return words.meaning(source.table, value)
    if source.at is not None:
        return value
    return _time(source, value, places[0])


def _source_paths(source: ValueSource) -> tuple[str, ...]:
    at = source.at or source.code or source.day or source.instant or ()
    return (at,) if isinstance(at, str) else at


def _time(source: ValueSource, value: object, place: str) -> str:
    try:
        if source.day is None:
            return parse_instant(value).isoformat()
        if isinstance(value, str) and _DATE.fullmatch(value):
            return value
        return day_of(parse_instant(value)).isoformat()
    except UnreadableTimeError as error:
        raise UnmappableError(DeadLetterReason.INVALID, f"{place}: {error}") from None


def _parts(source: ValueSource, parts: Mapping[str, ValueSource], words: MappingContext) -> Any:
    if source.each is None:
        return _object(parts, words)
    listed = find_value(words.known, source.each)
    if listed is None and source.optional:
        return None
    if not isinstance(listed, list):
        raise UnmappableError(DeadLetterReason.MISSING, f"no list stands at {source.each}")
    return [_object(parts, replace(words, known={**words.known, "item": item})) for item in listed]


def _object(parts: Mapping[str, ValueSource], words: MappingContext) -> dict[str, Any]:
    found = {name: resolve_value(source, words) for name, source in parts.items()}
    return {name: value for name, value in found.items() if value is not None}


ID_PREFIX: Final = "hmpps"
"""Begins the id of every event that comes of a message."""


@dataclass(frozen=True, slots=True)
class SentenceEvent:
    """One event, and the sentence to which it goes."""

    crn: str
    event_number: str
    subject: str
    """What within the sentence it is about; empty for the sentence itself."""
    kind: str
    data: dict[str, Any]


def initial_facts(arrival: DomainEvent) -> dict[str, Any]:
    """Return what is known of a message before anything is looked up, by its roots."""
    return {
        "body": arrival.body,
        "person": arrival.persons,
        "occurred": arrival.occurred_at.isoformat(),
        "day": day_of(arrival.occurred_at).isoformat(),
    }


def translate(
    mappings: Mappings, rule: MessageRule, arrival: DomainEvent, known: Mapping[str, Any]
) -> list[SentenceEvent]:
    """Return the events that a message becomes, in the order of its rule.

    Their ids follow from what the message says, so that another delivery makes the same events.

    Raises:
        UnmappableError: If a code is unknown, a value is missing, or no sentence could read it.
        MeansNothingError: If every sentence that it concerns is told nothing by it.
    """
    found: list[SentenceEvent] = []
    nothing: IgnoredMessageError | None = None
    for item in _items(rule, known):
        words = MappingContext(mappings, day_of(arrival.occurred_at), item)
        try:
            found += _translate_item(rule, arrival, words)
        except IgnoredMessageError as error:
            nothing = error
    if not found and nothing is not None:
        raise nothing
    return _with_event_ids(arrival, found)


def affected_sentences(rule: MessageRule, known: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return CRN, event number and subject of each sentence that a message concerns.

    Raises:
        UnmappableError: `no_sentence`, `missing` or `invalid`.
    """
    return [_sentence(rule, item) for item in _items(rule, known)]


def _items(rule: MessageRule, known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if rule.each is None:
        return [known]
    listed = require_value(known, (rule.each,))
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise UnmappableError(DeadLetterReason.INVALID, f"what stands at {rule.each} is no list")
    if not listed:
        raise UnmappableError(
            DeadLetterReason.NO_SENTENCE, "the look-up knows no sentence that it concerns"
        )
    return [{**known, "item": item} for item in listed]


def _sentence(rule: MessageRule, known: Mapping[str, Any]) -> tuple[str, str, str]:
    crn, number = require_value(known, rule.crn), require_value(known, rule.event_number)
    if parse_workflow_id(workflow_id_of(str(crn), str(number))) is None:
        raise UnmappableError(
            DeadLetterReason.INVALID, "it names no sentence: a CRN and an event number"
        )
    subject = require_value(known, rule.subject) if rule.subject else ""
    return str(crn), str(number), str(subject)


def _translate_item(
    rule: MessageRule, arrival: DomainEvent, words: MappingContext
) -> Iterator[SentenceEvent]:
    meaning = None
    if rule.choose is not None:
        meaning = words.meaning(rule.choose.table, require_value(words.known, (rule.choose.code,)))
    steps = [step for step in rule.becomes if _fits(step, meaning, words.known)]
    if not steps:
        raise UnmappableError(
            DeadLetterReason.UNKNOWN_CODE, f"the mapping has no step for {meaning}"
        )
    # The sentence after the code: what means nothing need not name one.
    crn, number, subject = _sentence(rule, words.known)
    for step in steps:
        fields = {name: resolve_value(source, words) for name, source in step.fields.items()}
        data = {
            "occurred_at": arrival.occurred_at.isoformat(),
            "by": resolve_value(step.by, words),
            **{name: value for name, value in fields.items() if value is not None},
        }
        yield SentenceEvent(crn, number, subject, step.kind, data)


def _fits(step: MappingStep, meaning: str | None, known: Mapping[str, Any]) -> bool:
    if step.given is not None and first_value(known, (step.given,)) is None:
        return False
    return not step.when or meaning in step.when


def _with_event_ids(arrival: DomainEvent, found: list[SentenceEvent]) -> list[SentenceEvent]:
    times: Counter[tuple[str, str, str]] = Counter()
    for item in found:
        name = (item.crn, item.event_number, item.kind)
        times[name] += 1
        again = f".{times[name]}" if times[name] > 1 else ""
        item.data["event_id"] = f"{ID_PREFIX}-{arrival.digest}-{item.kind}{again}"
        check_readable(item.kind, item.data)
    return found


def check_readable(kind: str, data: Mapping[str, Any]) -> None:
    """See that a sentence could read an event.

    Raises:
        UnmappableError: `invalid`, with the fields and what holds instead.
    """
    try:
        parse_event(kind, parse_json(canonical_json(dict(data))))
    except UnreadableError as error:
        raise UnmappableError(
            DeadLetterReason.INVALID, f"it is no {kind}: {error.reason}"
        ) from None


async def enrich(
    mappings: Mappings, rule: MessageRule, arrival: DomainEvent, look_ups: LookupClient
) -> dict[str, Any]:
    """Return what is known of a message once everything was looked up.

    Raises:
        UnmappableError: If an answer is missing, or something to ask with.
        MeansNothingError: If its own code says already that it means nothing to a sentence.
    """
    known = initial_facts(arrival)
    code = first_value(known, (rule.choose.code,)) if rule.choose is not None else None
    if rule.choose is not None and code is not None:
        MappingContext(mappings, day_of(arrival.occurred_at), known).meaning(
            rule.choose.table, code
        )
    for look_up in rule.look_ups:
        if look_up.unless is None or find_value(known, look_up.unless) is None:
            path = _lookup_path(look_up, rule, known)
            known[look_up.into] = await look_ups.ask(look_up.service, path, arrival.occurred_at)
    return known


def _lookup_path(look_up: LookupSpec, rule: MessageRule, known: dict[str, Any]) -> str:
    named = {"crn": rule.crn, "number": rule.event_number}
    return fill_path(look_up.path, lambda place: first_value(known, named.get(place, (place,))))

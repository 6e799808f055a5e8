"""Translation of a domain event, and of the look-ups about it, into events of sentences.

The translation is pure and invents nothing: if a needed value is missing, the message is
unmappable and becomes a dead letter as a whole.
"""

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
    source_paths,
)
from runtime.ingest.outcomes import DeadLetterReason, IgnoredMessageError, UnmappableError
from runtime.ingest.wire import DomainEvent, UnreadableTimeError, parse_instant
from states.entities import MINUTES_AN_HOUR
from states.events.parsing import UnreadableError, canonical_json, parse_event, parse_json
from states.sentence_ref import SentenceRef
from states.time.london import day_of

ID_PREFIX: Final = "hmpps"
"""Prefix of the id of every event derived from a message."""

_NO_SENTENCE: Final = "the look-up says that it concerns no sentence"
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_SAFE_IN_PATH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}")
"""Values that may be put into the path of a look-up: a message must not choose the endpoint."""


@dataclass(frozen=True, slots=True)
class SentenceEvent:
    """Event for one sentence."""

    crn: str
    event_number: str
    subject: str
    """Part of the sentence that it is about; empty for the sentence itself."""
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MappingContext:
    """Facts of a message by root, and the mappings that translate its codes on its day."""

    mappings: Mappings
    day: date
    facts: Mapping[str, Any]

    def meaning(self, table: str, code: object) -> str:
        """Return the meaning of a code.

        Raises:
            UnmappableError: `unknown_code`.
            IgnoredMessageError: If a message with this code does not affect a sentence.
        """
        text = str(code).lower() if isinstance(code, bool) else str(code)
        return self.mappings.meaning(table, text, self.day)


def initial_facts(event: DomainEvent) -> dict[str, Any]:
    """Return the facts of a message before any look-up, by root."""
    return {
        "body": event.body,
        "person": event.persons,
        "occurred": event.occurred_at.isoformat(),
        "day": day_of(event.occurred_at).isoformat(),
    }


async def enrich(
    mappings: Mappings, rule: MessageRule, event: DomainEvent, lookups: LookupClient
) -> dict[str, Any]:
    """Return the facts of a message with the responses of its look-ups.

    Look-ups run in sequence, because a later one may need an earlier response.

    Raises:
        UnmappableError: If a response is missing, or a value to ask with.
        IgnoredMessageError: If its code already tells that it does not affect a sentence.
    """
    facts = initial_facts(event)
    code = first_value(facts, (rule.choose.code,)) if rule.choose is not None else None
    if rule.choose is not None and code is not None:
        context = MappingContext(mappings, day_of(event.occurred_at), facts)
        context.meaning(rule.choose.table, code)
    for spec in rule.look_ups:
        if spec.unless is None or find_value(facts, spec.unless) is None:
            path = _lookup_path(spec, rule, facts)
            facts[spec.into] = await lookups.get(spec.service, path, event.occurred_at)
    return facts


def translate(
    mappings: Mappings, rule: MessageRule, event: DomainEvent, facts: Mapping[str, Any]
) -> list[SentenceEvent]:
    """Return the events that a message becomes, in the order of its rule.

    Event ids are derived from the content, so every delivery produces the same events. There are
    none where the code is absent and the rule says why that is no event.

    Raises:
        UnmappableError: If a code is unknown, a value is missing, or no sentence could read an
            event.
        IgnoredMessageError: If the message does not affect any of its sentences.
    """
    found: list[SentenceEvent] = []
    ignored: IgnoredMessageError | None = None
    for item_facts in _items(rule, facts):
        context = MappingContext(mappings, day_of(event.occurred_at), item_facts)
        try:
            found += _translate_item(rule, event, context)
        except IgnoredMessageError as error:
            ignored = error
    if not found and ignored is not None:
        raise ignored
    return _with_event_ids(event, found)


def affected_sentences(rule: MessageRule, facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return CRN, event number and subject of each sentence that a message is about.

    Raises:
        UnmappableError: `missing` or `invalid`.
        IgnoredMessageError: If it is about none.
    """
    return [_sentence(rule, item) for item in _items(rule, facts)]


def check_readable(kind: str, data: Mapping[str, Any]) -> None:
    """Check that a sentence could read an event.

    Raises:
        UnmappableError: `invalid`, with the faults of its fields.
    """
    try:
        parse_event(kind, parse_json(canonical_json(dict(data))))
    except UnreadableError as error:
        reason = f"it is not a valid {kind}: {error.reason}"
        raise UnmappableError(DeadLetterReason.INVALID, reason) from None


def find_value(facts: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path; None if there is none."""
    value: Any = facts
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def first_value(facts: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    """Return the value at the first path that has one; None if none has. Blank text is none."""
    for path in paths:
        value = find_value(facts, path)
        if value is not None and not (isinstance(value, str) and not value.strip()):
            return value
    return None


def require_value(facts: Mapping[str, Any], paths: tuple[str, ...]) -> Any:
    """Return the value at the first path that has one.

    Raises:
        UnmappableError: `missing`, with the paths, if none has.
    """
    value = first_value(facts, paths)
    if value is None:
        raise _missing(paths)
    return value


def fill_path(path: str, value_of: Callable[[str], Any]) -> str:
    """Return the path of a look-up with its placeholders replaced by quoted values.

    Raises:
        UnmappableError: `invalid` if a placeholder has no value, or one that cannot be an id, a
            code or a time.
    """

    def fill(match: re.Match[str]) -> str:
        value = value_of(match[1])
        text = str(value) if isinstance(value, str | int) else ""
        if not _SAFE_IN_PATH.fullmatch(text):
            where = match[1].replace("|", " or ")
            reason = f"the value at {where} is not an id that can be looked up"
            raise UnmappableError(DeadLetterReason.INVALID, reason)
        return quote(text, safe="")

    return PLACEHOLDER.sub(fill, path)


def resolve_value(source: ValueSource, context: MappingContext) -> Any:
    """Return the value of a source; None if it is optional and missing.

    Raises:
        UnmappableError: If it is missing, is not a time, or is an unknown code.
        IgnoredMessageError: If a code in it tells that the message does not affect a sentence.
    """
    if source.is_ is not None:
        return source.is_
    if source.parts is not None:
        return _resolve_parts(source, source.parts, context)
    paths = source_paths(source)
    value = first_value(context.facts, paths)
    if value is None:
        if source.default is None and not source.optional:
            raise _missing(paths)
        return source.default
    if source.table is not None:
        read = _number if source.number else MappingContext.meaning
        return read(context, source.table, value)
    if source.at is not None:
        return value
    is_time = source.hours is None
    return _resolve_time(source, value, paths[0]) if is_time else _minutes(value, paths[0])


def _missing(paths: tuple[str, ...]) -> UnmappableError:
    return UnmappableError(DeadLetterReason.MISSING, f"no value at {' or '.join(paths)}")


def _number(context: MappingContext, table: str, code: object) -> int | None:
    """Return the number that a code means; None where it means none."""
    try:
        return int(context.meaning(table, code))
    except IgnoredMessageError:
        return None


def _minutes(value: object, path: str) -> int:
    """Return a decimal number of hours as whole minutes."""
    is_number = isinstance(value, int | float | str) and not isinstance(value, bool)
    try:
        return round(float(str(value) if is_number else "") * MINUTES_AN_HOUR)
    except (ValueError, OverflowError):
        reason = f"the value at {path} is not a number of hours"
        raise UnmappableError(DeadLetterReason.INVALID, reason) from None


def _resolve_time(source: ValueSource, value: object, path: str) -> str:
    try:
        if source.day is None:
            return parse_instant(value).isoformat()
        if isinstance(value, str) and _DATE.fullmatch(value):
            return value
        return day_of(parse_instant(value)).isoformat()
    except UnreadableTimeError as error:
        raise UnmappableError(DeadLetterReason.INVALID, f"{path}: {error}") from None


def _resolve_parts(
    source: ValueSource, parts: Mapping[str, ValueSource], context: MappingContext
) -> Any:
    if source.each is None:
        return _resolve_object(parts, context)
    listed = find_value(context.facts, source.each)
    if listed is None and source.optional:
        return None
    if not isinstance(listed, list):
        raise UnmappableError(DeadLetterReason.MISSING, f"no list at {source.each}")
    return [
        _resolve_object(parts, replace(context, facts={**context.facts, "item": item}))
        for item in listed
    ]


def _resolve_object(parts: Mapping[str, ValueSource], context: MappingContext) -> dict[str, Any]:
    found = {name: resolve_value(source, context) for name, source in parts.items()}
    return {name: value for name, value in found.items() if value is not None}


def _lookup_path(spec: LookupSpec, rule: MessageRule, facts: dict[str, Any]) -> str:
    aliases = {"crn": rule.crn, "number": rule.event_number}

    def value_of(placeholder: str) -> Any:
        return first_value(facts, aliases.get(placeholder, tuple(placeholder.split("|"))))

    return fill_path(spec.path, value_of)


def _items(rule: MessageRule, facts: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if rule.each is None:
        return [facts]
    listed = require_value(facts, (rule.each,))
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise UnmappableError(DeadLetterReason.INVALID, f"the value at {rule.each} is not a list")
    if not listed:
        # An answer, unlike no answer: asking again would not change it.
        raise IgnoredMessageError(_NO_SENTENCE)
    return [{**facts, "item": item} for item in listed]


def _sentence(rule: MessageRule, facts: Mapping[str, Any]) -> tuple[str, str, str]:
    crn, event_number = require_value(facts, rule.crn), require_value(facts, rule.event_number)
    if SentenceRef.parse(SentenceRef(str(crn), str(event_number)).workflow_id) is None:
        raise UnmappableError(
            DeadLetterReason.INVALID,
            "it does not name a sentence by a CRN and an event number without leading zeros",
        )
    subject = require_value(facts, rule.subject) if rule.subject else ""
    return str(crn), str(event_number), str(subject)


def _translate_item(
    rule: MessageRule, event: DomainEvent, context: MappingContext
) -> Iterator[SentenceEvent]:
    meaning = None
    if rule.choose is not None:
        code = first_value(context.facts, (rule.choose.code,))
        if code is None and rule.choose.absent is not None:
            return
        if code is None:
            raise _missing((rule.choose.code,))
        meaning = context.meaning(rule.choose.table, code)
    steps = [step for step in rule.becomes if _applies(step, meaning, context.facts)]
    if not steps:
        raise UnmappableError(
            DeadLetterReason.UNKNOWN_CODE, f"the mapping has no step for {meaning}"
        )
    # After the code, because an ignored message need not name a sentence.
    crn, event_number, subject = _sentence(rule, context.facts)
    for step in steps:
        fields = {name: resolve_value(source, context) for name, source in step.fields.items()}
        data = {
            "occurred_at": event.occurred_at.isoformat(),
            "by": resolve_value(step.by, context),
            **{name: value for name, value in fields.items() if value is not None},
        }
        yield SentenceEvent(crn, event_number, subject, kind=step.kind, data=data)


def _applies(step: MappingStep, meaning: str | None, facts: Mapping[str, Any]) -> bool:
    if step.given is not None and first_value(facts, (step.given,)) is None:
        return False
    if step.unless is not None and first_value(facts, (step.unless,)) is not None:
        return False
    return not step.when or meaning in step.when


def _with_event_ids(event: DomainEvent, found: list[SentenceEvent]) -> list[SentenceEvent]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for item in found:
        name = (item.crn, item.event_number, item.kind)
        counts[name] += 1
        suffix = f".{counts[name]}" if counts[name] > 1 else ""
        item.data["event_id"] = f"{ID_PREFIX}-{event.digest}-{item.kind}{suffix}"
        check_readable(item.kind, item.data)
    return found

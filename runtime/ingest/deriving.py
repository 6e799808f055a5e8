"""Turn a message and what was looked up into events of sentences: purely, and inventing nothing.

Whatever an event needs and nobody said makes the message unmappable; it is then parked whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runtime.ingest.mapping import MessageRule, Step
from runtime.ingest.mappings import Mappings
from runtime.ingest.outcomes import MeansNothingError, UnmappableError, Why
from runtime.ingest.places import demanded, first_of
from runtime.ingest.values import Words, valued
from runtime.ingest.wire import Arrival
from states.events.reading import UnreadableError, canonical, parse, read
from states.london import day_of
from workflows.identity import identify, workflow_id_of

ID_PREFIX: Final = "hmpps"
"""Begins the id of every event that comes of a message."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One event, and the sentence to which it goes."""

    crn: str
    event_number: str
    subject: str
    """What within the sentence it is about; empty for the sentence itself."""
    kind: str
    data: dict[str, Any]


def known_of(arrival: Arrival) -> dict[str, Any]:
    """Return what is known of a message before anything is looked up, by its roots."""
    return {
        "body": arrival.body,
        "person": arrival.persons,
        "occurred": arrival.occurred_at.isoformat(),
        "day": day_of(arrival.occurred_at).isoformat(),
    }


def derive(
    mappings: Mappings, rule: MessageRule, arrival: Arrival, known: Mapping[str, Any]
) -> list[Derived]:
    """Return the events that a message becomes, in the order of its rule.

    Their ids follow from what the message says, so that another delivery makes the same events.

    Raises:
        UnmappableError: If a code is unknown, a value is missing, or no sentence could read it.
        MeansNothingError: If every sentence that it concerns is told nothing by it.
    """
    found: list[Derived] = []
    nothing: MeansNothingError | None = None
    for item in _items(rule, known):
        words = Words(mappings, day_of(arrival.occurred_at), item)
        try:
            found += _of_one(rule, arrival, words)
        except MeansNothingError as error:
            nothing = error
    if not found and nothing is not None:
        raise nothing
    return _numbered(arrival, found)


def sentences(rule: MessageRule, known: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return CRN, event number and subject of each sentence that a message concerns.

    Raises:
        UnmappableError: `no_sentence`, `missing` or `invalid`.
    """
    return [_sentence(rule, item) for item in _items(rule, known)]


def _items(rule: MessageRule, known: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if rule.each is None:
        return [known]
    listed = demanded(known, (rule.each,))
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise UnmappableError(Why.INVALID, f"what stands at {rule.each} is no list")
    if not listed:
        raise UnmappableError(Why.NO_SENTENCE, "the look-up knows no sentence that it concerns")
    return [{**known, "item": item} for item in listed]


def _sentence(rule: MessageRule, known: Mapping[str, Any]) -> tuple[str, str, str]:
    crn, number = demanded(known, rule.crn), demanded(known, rule.event_number)
    if identify(workflow_id_of(str(crn), str(number))) is None:
        raise UnmappableError(Why.INVALID, "it names no sentence: a CRN and an event number")
    subject = demanded(known, rule.subject) if rule.subject else ""
    return str(crn), str(number), str(subject)


def _of_one(rule: MessageRule, arrival: Arrival, words: Words) -> Iterator[Derived]:
    meaning = None
    if rule.choose is not None:
        meaning = words.meaning(rule.choose.table, demanded(words.known, (rule.choose.code,)))
    steps = [step for step in rule.becomes if _fits(step, meaning, words.known)]
    if not steps:
        raise UnmappableError(Why.UNKNOWN_CODE, f"the mapping has no step for {meaning}")
    # The sentence after the code: what means nothing need not name one.
    crn, number, subject = _sentence(rule, words.known)
    for step in steps:
        fields = {name: valued(source, words) for name, source in step.fields.items()}
        data = {
            "occurred_at": arrival.occurred_at.isoformat(),
            "by": valued(step.by, words),
            **{name: value for name, value in fields.items() if value is not None},
        }
        yield Derived(crn, number, subject, step.kind, data)


def _fits(step: Step, meaning: str | None, known: Mapping[str, Any]) -> bool:
    if step.given is not None and first_of(known, (step.given,)) is None:
        return False
    return not step.when or meaning in step.when


def _numbered(arrival: Arrival, found: list[Derived]) -> list[Derived]:
    times: Counter[tuple[str, str, str]] = Counter()
    for item in found:
        name = (item.crn, item.event_number, item.kind)
        times[name] += 1
        again = f".{times[name]}" if times[name] > 1 else ""
        item.data["event_id"] = f"{ID_PREFIX}-{arrival.digest}-{item.kind}{again}"
        readable(item.kind, item.data)
    return found


def readable(kind: str, data: Mapping[str, Any]) -> None:
    """See that a sentence could read an event.

    Raises:
        UnmappableError: `invalid`, with the fields and what holds instead.
    """
    try:
        read(kind, parse(canonical(dict(data))))
    except UnreadableError as error:
        raise UnmappableError(Why.INVALID, f"it is no {kind}: {error.reason}") from None

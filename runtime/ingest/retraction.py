"""Take back what earlier messages told: an undoing withdraws every such event that lies before it.

The pairs depend on what the messages say alone. Whichever comes first, the same events are
withdrawn, because each message looks for its counterparts when it comes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from activities.records.ingest_log import IngestedEvent, IngestLog, Retraction
from runtime.ingest.mapping import Mappings
from runtime.ingest.outcomes import UnmappableError
from runtime.ingest.translate import ID_PREFIX, SentenceEvent
from runtime.ingest.wire import DomainEvent
from states.time.london import day_of

_WITHDRAWN: Final = "event_withdrawn"


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """The events that take others back, and the messages that ask for it."""

    events: tuple[SentenceEvent, ...]
    undoings: frozenset[str]
    """Digests of the messages on account of which something is taken back."""


def ingested_events(arrival: DomainEvent, events: Iterable[SentenceEvent]) -> list[IngestedEvent]:
    """Return events as they are remembered, by what they are about."""
    return [
        IngestedEvent(
            crn=event.crn,
            event_number=event.event_number,
            event_id=event.data["event_id"],
            digest=arrival.digest,
            type=arrival.type,
            subject=event.subject,
            kind=event.kind,
            organisation=event.data["by"]["organisation"],
            occurred_at=arrival.occurred_at,
        )
        for event in events
    ]


def retractions_of(
    arrival: DomainEvent, sentences: Sequence[tuple[str, str, str]]
) -> list[Retraction]:
    """Return what a message undoes, for each sentence that it concerns."""
    return [
        Retraction(crn, number, arrival.digest, arrival.type, subject, arrival.occurred_at)
        for crn, number, subject in sentences
    ]


def withdrawals(
    messages: IngestLog,
    mappings: Mappings,
    told: Sequence[IngestedEvent],
    undoings: Sequence[Retraction],
) -> Withdrawals:
    """Return what is taken back now that a message has come, which tells or undoes something."""
    pairs = [
        *(
            (event, undoing)
            for undoing in undoings
            for event in _before(messages, mappings, undoing)
        ),
        *((event, undoing) for event in told for undoing in _after(messages, mappings, event)),
    ]
    return Withdrawals(
        tuple(_withdrawal(event, undoing) for event, undoing in pairs),
        frozenset(undoing.digest for _, undoing in pairs),
    )


def _before(
    messages: IngestLog, mappings: Mappings, undoing: Retraction
) -> Iterator[IngestedEvent]:
    yield from messages.events_before(undoing, _undone_by(mappings, undoing))


def _after(messages: IngestLog, mappings: Mappings, event: IngestedEvent) -> Iterator[Retraction]:
    for undoing in messages.retractions_after(event):
        if event.type in _undone_by(mappings, undoing):
            yield undoing


def _undone_by(mappings: Mappings, undoing: Retraction) -> tuple[str, ...]:
    try:
        return mappings.rule(undoing.type, day_of(undoing.occurred_at)).undoes
    except UnmappableError:
        # Its rule has gone since it came: then it undoes nothing new.
        return ()


def _withdrawal(event: IngestedEvent, undoing: Retraction) -> SentenceEvent:
    pair = hashlib.sha256(f"{undoing.digest} {event.event_id}".encode()).hexdigest()[:32]
    data = {
        "event_id": f"{ID_PREFIX}-{pair}-{_WITHDRAWN}",
        "occurred_at": undoing.occurred_at.isoformat(),
        # Only the organisation that sent an event takes it back.
        "by": {"id": "hmpps-domain-events", "role": "system", "organisation": event.organisation},
        "withdrawn_event_id": event.event_id,
        "reason": f"Taken back by {undoing.type}.",
    }
    return SentenceEvent(event.crn, event.event_number, event.subject, _WITHDRAWN, data)

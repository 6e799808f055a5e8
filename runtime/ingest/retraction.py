"""Retraction of events by later messages: it withdraws every such event before it.

Pairs of a retraction and an event depend only on the content of the messages. Each message looks
for its counterparts on arrival, so the order of arrival makes no difference.
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
    """Withdrawals to send, and the retractions that cause them."""

    events: tuple[SentenceEvent, ...]
    retractions: frozenset[str]
    """Digests of the messages that cause a withdrawal."""


def ingested_events(event: DomainEvent, derived: Iterable[SentenceEvent]) -> list[IngestedEvent]:
    """Return derived events as the ingest log records them."""
    return [
        IngestedEvent(
            crn=item.crn,
            event_number=item.event_number,
            event_id=item.data["event_id"],
            digest=event.digest,
            type=event.type,
            subject=item.subject,
            kind=item.kind,
            organisation=item.data["by"]["organisation"],
            occurred_at=event.occurred_at,
        )
        for item in derived
    ]


def retractions_of(
    event: DomainEvent, sentences: Sequence[tuple[str, str, str]]
) -> list[Retraction]:
    """Return the retractions that a message makes, one for each sentence that it is about."""
    return [
        Retraction(
            crn=crn,
            event_number=event_number,
            digest=event.digest,
            type=event.type,
            subject=subject,
            occurred_at=event.occurred_at,
        )
        for crn, event_number, subject in sentences
    ]


def withdrawals(
    log: IngestLog,
    mappings: Mappings,
    events: Sequence[IngestedEvent],
    retractions: Sequence[Retraction],
) -> Withdrawals:
    """Return the withdrawals due on arrival of a message with these events and retractions."""
    pairs = [
        *(
            (event, retraction)
            for retraction in retractions
            for event in _events_before(log, mappings, retraction)
        ),
        *(
            (event, retraction)
            for event in events
            for retraction in _retractions_after(log, mappings, event)
        ),
    ]
    return Withdrawals(
        tuple(_withdrawal(event, retraction) for event, retraction in pairs),
        frozenset(retraction.digest for _, retraction in pairs),
    )


def _events_before(
    log: IngestLog, mappings: Mappings, retraction: Retraction
) -> Iterator[IngestedEvent]:
    yield from log.events_before(retraction, _retracted_types(mappings, retraction))


def _retractions_after(
    log: IngestLog, mappings: Mappings, event: IngestedEvent
) -> Iterator[Retraction]:
    for retraction in log.retractions_after(event):
        if event.type in _retracted_types(mappings, retraction):
            yield retraction


def _retracted_types(mappings: Mappings, retraction: Retraction) -> tuple[str, ...]:
    try:
        return mappings.rule(retraction.type, day_of(retraction.occurred_at)).undoes
    except UnmappableError:
        # Its rule was removed after it arrived: it retracts nothing more.
        return ()


def _withdrawal(event: IngestedEvent, retraction: Retraction) -> SentenceEvent:
    pair = hashlib.sha256(f"{retraction.digest} {event.event_id}".encode()).hexdigest()[:32]
    data = {
        "event_id": f"{ID_PREFIX}-{pair}-{_WITHDRAWN}",
        "occurred_at": retraction.occurred_at.isoformat(),
        # An event may be withdrawn only by the organisation that sent it.
        "by": {"id": "hmpps-domain-events", "role": "system", "organisation": event.organisation},
        "withdrawn_event_id": event.event_id,
        "reason": f"Taken back by {retraction.type}.",
    }
    return SentenceEvent(event.crn, event.event_number, event.subject, kind=_WITHDRAWN, data=data)

"""Offline simulation: events folded through time without a server, as fast as the fold allows.

The sentence is decided whenever the workflow would decide it: when a message arrives and at each
wake-up. A notice is sent as soon as it is queued, as if every delivery succeeded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from runtime.streams import StreamEvent
from settings import Settings
from states.documents import comparison, document_data
from states.entities import Disposition, Effect
from states.event_log import EventLog, FoldResult, decide_with_lookups
from states.events.free_text import extract_free_text
from states.events.parsing import canonical_json, content_digest, parse_event
from states.events.registry import NUDGE
from states.messages import ParsedMessage
from states.record import RecordRow, record_rows
from states.schedule import jitter, wakeups
from states.sentence_ref import SentenceRef
from states.standards.law import Law, LawLookup, LookupResult, StandardsCatalogue
from states.time.london import day_of, end_of
from states.view.sentence import sentence_view

AFTERWARDS: Final = timedelta(days=1)
"""Time simulated after the last event, and after the end of the order."""

LONGEST: Final = timedelta(days=3_660)
"""Bound of the time simulated: an end date in 2200 must not keep a terminal busy."""

QUIET: Final = timedelta(minutes=Settings.model_fields["quiet_minutes"].default)
"""Time without new events before notices about overdue clocks are sent."""


@dataclass(frozen=True, slots=True)
class Step:
    """One decision: what arrived, what was decided, which notices were sent."""

    at: datetime
    event: StreamEvent | None
    """Event that arrived; None where time alone passed."""
    decided: FoldResult
    notices: tuple[Effect, ...]

    @property
    def late_by(self) -> timedelta | None:
        """Return how long after its act the event arrived; None if that is less than a day."""
        if self.event is None:
            return None
        late = self.at - datetime.fromisoformat(self.event.data["occurred_at"])
        return late if late >= timedelta(days=1) else None


@dataclass(frozen=True, slots=True)
class SimulatedDocument:
    """Data of the document that went with a notice."""

    at: datetime
    effect: Effect
    data: Mapping[str, Any]


class OfflineSimulation:
    """Simulation of one sentence: its events in order, then time to its end and a day beyond.

    Args:
        events: Events of the sentence in their order of arrival; nudges are skipped.
        law: Law that governs the sentence at first.
        look_up: Looks up other editions and calendars that an event names.
    """

    def __init__(
        self, events: Sequence[StreamEvent], law: Law, look_up: Callable[[LawLookup], LookupResult]
    ) -> None:
        first = events[0]
        self._law = law
        self._look_up = look_up
        self._log = EventLog()
        self._jitter = jitter(first.workflow_id)
        self.ref = SentenceRef(first.crn, first.event_number)
        """The sentence."""
        self.steps: list[Step] = []
        """Every decision, in order of time."""
        self.documents: list[SimulatedDocument] = []
        """Data of the documents that went with notices, in the same order."""
        for event in events:
            if event.kind != NUDGE:
                self._receive(event)
        self._advance(self.now + AFTERWARDS)
        self._advance(self._end())

    @property
    def now(self) -> datetime:
        """Return the time of the last decision."""
        return self.steps[-1].at

    def view(self) -> dict[str, Any]:
        """Return the whole view of the sentence at the end."""
        decided = self.steps[-1].decided
        return sentence_view(self.ref, self._log, decided, decided.law, self.now)

    def record(self) -> tuple[RecordRow, ...]:
        """Return every row of the case record at the end."""
        return record_rows(self.ref, self._log, self.steps[-1].decided, self.now)

    def notices(self) -> Iterator[tuple[datetime, Effect]]:
        """Yield every notice with the time at which it was sent."""
        for step in self.steps:
            for effect in step.notices:
                yield step.at, effect

    def disposition(self, event: StreamEvent) -> Disposition | None:
        """Return the disposition of an event at the end; None if it is not in the log."""
        uid = f"{event.data['by']['organisation']}/{event.data['event_id']}"
        return self.steps[-1].decided.dispositions.get(uid)

    def _receive(self, event: StreamEvent) -> None:
        parsed = extract_free_text(parse_event(event.kind, event.data), {})
        at = parsed.occurred_at
        if self.steps:
            self._advance(at)
            # A line below a line of later time was entered late.
            at = max(at, self.now)
        size = len(canonical_json(event.data))
        digest = content_digest(event.kind, event.data)
        message = ParsedMessage(
            kind=event.kind, digest=digest, received_at=at, size=size, event=parsed
        )
        self._log.receive(message)
        self._decide(at, event)

    def _advance(self, until: datetime) -> None:
        """Let time pass to `until`, with a decision at every wake-up on the way."""
        while (at := self._next_wakeup()) is not None and at < until:
            self._decide(at, None)
        if self.now < until:
            self._decide(until, None)

    def _next_wakeup(self) -> datetime | None:
        last = self.steps[-1]
        found = wakeups(
            self._log,
            last.decided,
            last.decided.law,
            last.at,
            later=self._jitter,
            quiet=QUIET,
        )
        return min((wakeup.at for wakeup in found.values()), default=None)

    def _end(self) -> datetime:
        sentence = self.steps[-1].decided.sentence
        if sentence.ended_on is not None or sentence.ends_on is None:
            return self.now
        return min(end_of(sentence.ends_on) + AFTERWARDS, self.steps[0].at + LONGEST)

    def _decide(self, at: datetime, event: StreamEvent | None) -> None:
        decided = decide_with_lookups(self._log, self._law, at, self._look_up)
        notices = tuple(self._dispatch(decided, at))
        self.steps.append(Step(at, event, decided, notices))

    def _dispatch(self, decided: FoldResult, at: datetime) -> Iterator[Effect]:
        outbox = self._log.outbox
        compare = comparison(self.ref, self._log, decided, at)
        self._log.reconcile(decided, at, QUIET, compare=compare)
        for key in outbox.queued(at):
            effect = outbox.start(key, at)
            data = document_data(self.ref, self._log, decided, effect, at)
            if data is not None:
                self.documents.append(SimulatedDocument(at, effect, data))
            yield effect
            outbox.mark_sent(key, at)


def simulate(
    events: Sequence[StreamEvent], catalogue: StandardsCatalogue
) -> tuple[OfflineSimulation, ...]:
    """Simulate each sentence of a stream; return them in the order of their first events.

    A sentence is governed at first by the edition in force on the day of its first event.
    """
    by_sentence: dict[str, list[StreamEvent]] = {}
    for event in events:
        if event.kind != NUDGE:
            by_sentence.setdefault(event.workflow_id, []).append(event)
    return tuple(
        OfflineSimulation(own, _first_law(own[0], catalogue), catalogue.look_up)
        for own in by_sentence.values()
    )


def _first_law(event: StreamEvent, catalogue: StandardsCatalogue) -> Law:
    day = day_of(datetime.fromisoformat(event.data["occurred_at"]))
    edition = catalogue.editions[catalogue.edition_on(day)]
    return Law(edition, catalogue.calendar(), pack=catalogue.pack())

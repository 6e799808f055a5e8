"""Live through a stream in the pure fold: no server and no waiting, every moment in its turn.

It looks at the sentence whenever the workflow would: when a message comes and when a wake is due.
What is queued then is told at once, as where every notice gets through.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from runtime.simulation import AFTERWARDS, LONGEST
from runtime.streams import StreamEvent
from settings import Settings
from states.documents import document_data
from states.entities import Effect
from states.event_log import EventLog, FoldResult, decide_with_lookups
from states.events.free_text import extract_free_text
from states.events.parsing import canonical_json, content_digest, parse_event
from states.events.registry import NUDGE
from states.messages import ParsedMessage
from states.record import RecordRow, record_rows
from states.schedule import jitter, wakeups
from states.sentence_ref import SentenceRef
from states.standards.law import Law, LawLookup, LookupResult
from states.time.london import end_of
from states.view.sentence import sentence_view

QUIET: Final = timedelta(minutes=Settings.model_fields["quiet_minutes"].default)
"""How long nothing new comes before an alarm is first told."""


@dataclass(frozen=True, slots=True)
class Step:
    """One look at the sentence: what came, what it was decided to mean, what was told."""

    at: datetime
    event: StreamEvent | None
    """The line that was received; None where a date came."""
    decided: FoldResult
    notices: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class SimulatedDocument:
    """What the document says that went with a notice."""

    at: datetime
    effect: Effect
    paper: Mapping[str, Any]


class OfflineSimulation:
    """One stream, of one sentence, lived through to its end and a day beyond.

    Args:
        events: What is received, in this order; a nudge is passed over.
        law: What the sentence is decided by.
        answer: Looks up what an event names of other law.
    """

    def __init__(
        self, events: Sequence[StreamEvent], law: Law, answer: Callable[[LawLookup], LookupResult]
    ) -> None:
        self._law, self._answer = law, answer
        self._case = EventLog()
        self._later = jitter(events[0].workflow_id)
        self._identity = SentenceRef(events[0].workflow_id, events[0].crn, events[0].event_number)
        self.steps: list[Step] = []
        """Every look at the sentence, in the order of time."""
        self.documents: list[SimulatedDocument] = []
        """What the documents say that went with notices, in the same order."""
        for event in events:
            if event.kind != NUDGE:
                self._receive(event)
        self._advance(self.now + AFTERWARDS)
        self._advance(self._over_at())

    @property
    def now(self) -> datetime:
        """Return when the sentence was last looked at."""
        return self.steps[-1].at

    def view(self) -> dict[str, Any]:
        """Return the whole view of the sentence at the end."""
        decided = self.steps[-1].decided
        return sentence_view(self._identity, self._case, decided, decided.law, self.now)

    def record(self) -> tuple[RecordRow, ...]:
        """Return every row of the case record at the end."""
        return record_rows(self._identity, self._case, self.steps[-1].decided, self.now)

    def notices(self) -> Iterator[tuple[datetime, Effect]]:
        """Yield every notice with the time at which it was told."""
        for moment in self.steps:
            for effect in moment.notices:
                yield moment.at, effect

    def _receive(self, event: StreamEvent) -> None:
        known = extract_free_text(parse_event(event.kind, event.data), {})
        at = known.occurred_at
        if self.steps:
            self._advance(at)
            # A line below a later one was entered late.
            at = max(at, self.now)
        size, digest = len(canonical_json(event.data)), content_digest(event.kind, event.data)
        self._case.receive(ParsedMessage(event.kind, digest, at, size, known))
        self._look(at, event)

    def _advance(self, until: datetime) -> None:
        """Let time pass to `until`, with every wake on the way."""
        while (at := self._next_wakeup()) is not None and at < until:
            self._look(at, None)
        if self.now < until:
            self._look(until, None)

    def _next_wakeup(self) -> datetime | None:
        last = self.steps[-1]
        found = wakeups(
            *(self._case, last.decided, last.decided.law, last.at), later=self._later, quiet=QUIET
        )
        return min((wake.at for wake in found.values()), default=None)

    def _over_at(self) -> datetime:
        # As long as a simulation goes on, so that both can be held against each other.
        s = self.steps[-1].decided.sentence
        if s.ended_on is not None or s.ends_on is None:
            return self.now
        return min(end_of(s.ends_on) + AFTERWARDS, self.steps[0].at + LONGEST)

    def _look(self, at: datetime, event: StreamEvent | None) -> None:
        decided = decide_with_lookups(self._case, self._law, at, self._answer)
        told = tuple(self._dispatch(decided, at))
        self.steps.append(Step(at, event, decided, told))

    def _dispatch(self, decided: FoldResult, at: datetime) -> Iterator[Effect]:
        ledger = self._case.outbox
        self._case.reconcile(decided, at, QUIET)
        for key in ledger.queued(at):
            effect = ledger.start(key, at)
            paper = document_data(self._identity, self._case, decided, effect, at)
            if paper is not None:
                self.documents.append(SimulatedDocument(at, effect, paper))
            yield effect
            ledger.mark_sent(key, at)

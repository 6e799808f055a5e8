"""Ingestor over a store, with fake sentences that record the events sent to them."""

from datetime import UTC, datetime, timedelta

from activities.records.ingest_log import IngestLog
from runtime.ingest.ingestor import Ingestor
from runtime.ingest.mapping import Mappings
from runtime.ingest.outcomes import IngestResult, IngestStatus
from runtime.ingest.translate import SentenceEvent
from tests.runtime.ingest.fakes import Answers
from tests.runtime.ingest.messages import CRN, NOMS

NOW = datetime(2026, 9, 14, 16, 0, tzinfo=UTC)
HELD = {f"probation/prisoners/{NOMS}/sentences": {"sentences": [{"crn": CRN, "event_number": "1"}]}}
ENDED = {f"probation/people/{CRN}/sentences/1": {"ended": {"on": "2026-09-01", "reason": "death"}}}


class Sentences:
    """Fake sentences that record their events; they can be unreachable, or closed."""

    def __init__(self) -> None:
        self.sent: list[SentenceEvent] = []
        self.tries = 0
        self.fault: Exception | None = None

    async def send(self, event: SentenceEvent) -> None:
        """Take one event."""
        self.tries += 1
        if self.fault is not None:
            raise self.fault
        self.sent.append(event)

    @property
    def targets(self) -> frozenset[tuple[str, str | None]]:
        """The id of each event, and of the one that it withdraws."""
        said = (event.data for event in self.sent)
        return frozenset((data["event_id"], data.get("withdrawn_event_id")) for data in said)

    @property
    def kinds(self) -> list[str]:
        """The kinds that were sent, in their order."""
        return [event.kind for event in self.sent]


class Bench:
    """Ingestor over a store, with fake sentences."""

    def __init__(self, messages: IngestLog, mappings: Mappings) -> None:
        self.messages, self.answers, self.sentences = messages, Answers(HELD), Sentences()
        self.now = NOW
        self.mappings = mappings

    @property
    def ingestor(self) -> Ingestor:
        """A new ingestor, as a process that was started again would have it."""
        send = self.sentences.send
        return Ingestor(self.mappings, self.answers, self.messages, send=send, now=lambda: self.now)

    def at(self, *, minutes: int) -> Ingestor:
        """An ingestor of some minutes later."""
        self.now += timedelta(minutes=minutes)
        return self.ingestor

    async def take(self, text: str, message_id: str | None = None) -> IngestResult:
        """Take one message in."""
        return await self.ingestor.ingest(text, message_id)

    def listed(
        self, status: IngestStatus = IngestStatus.DEAD_LETTER
    ) -> list[tuple[str, str | None]]:
        """Return type and reason of the messages with this status."""
        return [(item.type, item.why) for item in self.messages.with_status(status)]

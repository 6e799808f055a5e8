"""Ingestion of one message: recognise repeats, translate, send the events, log the outcome.

A message counts as sent once its sentences have acknowledged every event. If processing stops
before that, the message is under way, and its next delivery resumes with the same events.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.records.ingest_log import IngestedMessage, IngestLog
from activities.records.migrate import migrate
from runtime import event_sender
from runtime.databases import store_of
from runtime.ingest.lookups import HttpLookupClient, LookupClient
from runtime.ingest.mapping import Mappings, MessageRule, load_mappings
from runtime.ingest.outcomes import (
    RETRIED,
    DeadLetterReason,
    IgnoredMessageError,
    IngestOutcome,
    IngestResult,
    IngestStatus,
    UnmappableError,
)
from runtime.ingest.retraction import ingested_events, retractions_of, withdrawals
from runtime.ingest.translate import SentenceEvent, affected_sentences, enrich, translate
from runtime.ingest.wire import DomainEvent, parse_message, text_digest
from runtime.keys import signer_of
from settings import Settings
from states.sentence_ref import SentenceRef
from states.time.london import day_of

Send = Callable[[SentenceEvent], Awaitable[None]]
"""Sends one event; returns once its sentence has acknowledged it."""

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
MAX_RETRIES_AT_ONCE: Final = 20
"""Dead letters retried in one go, so that new messages do not wait long."""

_NOTHING_YET: Final = "nothing that it retracts has arrived; it is processed when that arrives"
_DIFFERENT_CONTENT: Final = "its message id arrived before with different content"
_CLOSED: Final = "the file of its sentence is closed"
_ERASED: Final = "its content was erased"


class Ingestor:
    """Ingestor of messages, one at a time; other processes may do the same concurrently."""

    def __init__(
        self,
        mappings: Mappings,
        lookups: LookupClient,
        log: IngestLog,
        *,
        send: Send,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._mappings, self._lookups, self._log = mappings, lookups, log
        self._send, self._now = send, now

    async def ingest(
        self, text: str, message_id: str | None = None, type_hint: str | None = None
    ) -> IngestResult:
        """Ingest a message as delivered; see `parse_message` for the arguments.

        Raises:
            RPCError: If Temporal does not accept an event; the message must be delivered again.
            StoreError: If the database does not answer; likewise.
        """
        try:
            event = parse_message(text, message_id, type_hint)
        except UnmappableError as error:
            return self._log_unreadable(text, error)
        is_id_unique = event.message_id is None or self._log.record_message_id(
            event.message_id, event.digest
        )
        known = self._log.find(event.digest)
        if known is not None and known.status != IngestStatus.UNDER_WAY:
            return IngestResult(event.digest, event.type, IngestOutcome.REPEATED)
        message = known or self._new_message(event, text)
        if not is_id_unique:
            conflict = UnmappableError(DeadLetterReason.ID_CONFLICT, _DIFFERENT_CONTENT)
            return self._dead_letter(message, conflict)
        return await self._process(message, event)

    async def retry(self, message: IngestedMessage) -> IngestResult:
        """Process a dead letter again, with the present mappings and look-ups.

        Raises:
            RPCError: As `ingest`.
        """
        if message.body is None:
            erased = UnmappableError(DeadLetterReason.UNREADABLE, _ERASED)
            return self._dead_letter(message, erased)
        try:
            event = parse_message(message.body, type_hint=message.type)
        except UnmappableError as error:
            return self._dead_letter(message, error)
        return await self._process(replace(message, tries=message.tries + 1), event)

    async def retry_due(self) -> list[IngestResult]:
        """Retry what may pass without a person: look-ups that failed, or knew nothing yet.

        Raises:
            RPCError: As `ingest`.
        """
        due = self._log.due(self._now(), MAX_RETRIES_AT_ONCE)
        return [await self.retry(message) for message in due]

    def current_result(self, result: IngestResult) -> IngestResult:
        """Return a result as of now: a later message may have settled a dead letter."""
        if result.outcome is IngestOutcome.DEAD_LETTER:
            known = self._log.find(result.digest)
            if known is not None and known.status == IngestStatus.SENT:
                return replace(result, outcome=IngestOutcome.SENT, why=None, reason=None)
        return result

    async def _process(self, message: IngestedMessage, event: DomainEvent) -> IngestResult:
        try:
            events = await self._derive_events(message, event)
            for item in events:
                await self._send(item)
        except IgnoredMessageError as error:
            ignored = replace(message, status=IngestStatus.IGNORED, why=None, reason=error.reason)
            self._save(ignored, body=None, events=None, next_try_at=None)
            return _result(ignored, IngestOutcome.IGNORED)
        except UnmappableError as error:
            return self._dead_letter(message, error)
        except WorkflowAlreadyStartedError:
            closed = UnmappableError(DeadLetterReason.CLOSED, _CLOSED)
            return self._dead_letter(message, closed)
        sent = replace(message, status=IngestStatus.SENT, why=None, reason=None)
        self._save(sent, body=None, events=None, next_try_at=None)
        workflow_ids = frozenset(
            SentenceRef(item.crn, item.event_number).workflow_id for item in events
        )
        return _result(sent, IngestOutcome.SENT, events=len(events), sentences=workflow_ids)

    async def _derive_events(
        self, message: IngestedMessage, event: DomainEvent
    ) -> list[SentenceEvent]:
        if message.events is not None:
            return [SentenceEvent(**item) for item in json.loads(message.events)]
        rule = self._mappings.rule(event.type, day_of(event.occurred_at))
        if rule.ignored is not None:
            raise IgnoredMessageError(rule.ignored)
        if rule.for_a_person is not None:
            self._erase(rule, event)
            raise UnmappableError(DeadLetterReason.FOR_A_PERSON, rule.for_a_person)
        facts = await enrich(self._mappings, rule, event, self._lookups)
        derived = translate(self._mappings, rule, event, facts) if rule.becomes else []
        events = derived + self._derive_withdrawals(rule, event, facts, derived=derived)
        if not events and rule.choose is not None and rule.choose.absent is not None:
            raise IgnoredMessageError(rule.choose.absent)
        if not events:
            raise UnmappableError(DeadLetterReason.NOTHING_TO_UNDO, _NOTHING_YET)
        # The next delivery must send the same events, even if a look-up responds differently.
        written = json.dumps([asdict(item) for item in events])
        self._save(message, status=IngestStatus.UNDER_WAY, events=written)
        return events

    def _derive_withdrawals(
        self,
        rule: MessageRule,
        event: DomainEvent,
        facts: dict[str, Any],
        *,
        derived: list[SentenceEvent],
    ) -> list[SentenceEvent]:
        events = ingested_events(event, derived)
        retractions = retractions_of(event, affected_sentences(rule, facts)) if rule.undoes else []
        # Record before comparing: of two concurrent messages, at least one sees the other.
        self._log.record_events(events)
        self._log.record_retractions(retractions)
        found = withdrawals(self._log, self._mappings, events, retractions)
        for digest in found.retractions - {event.digest}:
            self._settle(digest)
        return list(found.events)

    def _settle(self, digest: str) -> None:
        """Mark as sent a retraction that waited for its counterpart."""
        waiting = self._log.find(digest)
        if waiting is not None and waiting.why == DeadLetterReason.NOTHING_TO_UNDO:
            done = replace(waiting, status=IngestStatus.SENT, why=None, reason=None)
            self._save(done, body=None)

    def _erase(self, rule: MessageRule, event: DomainEvent) -> None:
        if rule.forgets and event.crn is not None:
            self._log.erase_person(event.crn)
            self._lookups.clear_cache()

    def _log_unreadable(self, text: str, error: UnmappableError) -> IngestResult:
        digest, now = text_digest(text), self._now()
        if self._log.find(digest) is not None:
            return IngestResult(digest, "", IngestOutcome.REPEATED)
        unread = IngestedMessage(
            digest,
            type="",
            taken_at=now,
            changed_at=now,
            status=IngestStatus.DEAD_LETTER,
            body=_storable(text),
        )
        return self._dead_letter(unread, error)

    def _new_message(self, event: DomainEvent, text: str) -> IngestedMessage:
        now = self._now()
        return IngestedMessage(
            event.digest,
            event.type,
            taken_at=now,
            changed_at=now,
            status=IngestStatus.DEAD_LETTER,
            crn=event.crn,
            occurred_at=event.occurred_at,
            body=_storable(text),
        )

    def _dead_letter(self, message: IngestedMessage, error: UnmappableError) -> IngestResult:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(message.tries, 10))
        due = self._now() + pause if error.why in RETRIED else None
        dead = replace(message, status=IngestStatus.DEAD_LETTER, why=error.why, reason=error.reason)
        self._save(dead, events=None, next_try_at=due)
        return _result(dead, IngestOutcome.DEAD_LETTER)

    def _save(self, message: IngestedMessage, **changes: Any) -> None:
        self._log.save(replace(message, changed_at=self._now(), **changes))


@contextmanager
def open_ingest_log(settings: Settings) -> Iterator[IngestLog]:
    """Open the log of ingested messages while the context lasts.

    Raises:
        StoreError: If the records database cannot be opened.
    """
    store = store_of(settings)
    try:
        migrate(store)
        yield IngestLog(store.main)
    finally:
        store.close()


@asynccontextmanager
async def open_ingestor(client: Client, settings: Settings) -> AsyncIterator[Ingestor]:
    """Open an ingestor that sends to the sentences of `client`, while the context lasts.

    Raises:
        StandardsError: If the mappings differ from their lock, or are not valid.
        StoreError: If the records database cannot be opened.
        FileError: If the file of the signing key contains none.
    """
    mappings, signer = load_mappings(settings.standards_dir), signer_of(settings)

    async def send(event: SentenceEvent) -> None:
        await event_sender.send_event(
            client,
            event.crn,
            event.event_number,
            kind=event.kind,
            arguments=[event.data],
            task_queue=settings.task_queue,
            signer=signer,
        )

    # Do not follow redirects: only the settings decide which service is asked.
    http = httpx.AsyncClient(timeout=settings.look_up_seconds, follow_redirects=False)
    with open_ingest_log(settings) as log:
        async with http:
            lookups = HttpLookupClient(http, lookup_services(settings), settings.look_up_token_file)
            yield Ingestor(mappings, lookups, log, send=send)


def lookup_services(settings: Settings) -> dict[str, str]:
    """Return the address of each look-up service by its name."""
    pairs = (item.partition("=") for item in settings.look_up_services.split())
    return {name: address for name, _, address in pairs}


def dismiss(log: IngestLog, message: IngestedMessage, how: str, now: datetime) -> None:
    """Record how a person handled a dead letter by hand, and erase its content."""
    log.save(
        replace(
            message,
            status=IngestStatus.DISMISSED,
            changed_at=now,
            why=None,
            reason=how,
            crn=None,
            body=None,
            events=None,
            next_try_at=None,
        )
    )


def _storable(text: str) -> str:
    # No database stores NUL, or half of a surrogate pair.
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _result(message: IngestedMessage, outcome: IngestOutcome, **more: Any) -> IngestResult:
    return IngestResult(
        message.digest, message.type, outcome, why=message.why, reason=message.reason, **more
    )

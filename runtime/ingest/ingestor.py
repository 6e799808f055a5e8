"""Take in one message: know it again, map it, send what it becomes, and keep what became of it.

A message counts as sent once every sentence has acknowledged its events. What is cut short before
that is under way, and goes on with the same events when the message comes again.
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
from states.time.london import day_of
from workflows.ids import workflow_id_of

Send = Callable[[SentenceEvent], Awaitable[None]]
"""Sends one event; returns when its sentence has it."""

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
AT_ONCE: Final = 20
"""How many messages are tried again in one go, so that new ones do not wait for long."""

_NOTHING_YET: Final = "nothing that it takes back has come; it is carried out when that comes"
_OTHER_CONTENT: Final = "its message id came before with another content"


class Ingestor:
    """Takes in messages, one at a time; another process may do the same beside it."""

    def __init__(
        self,
        mappings: Mappings,
        look_ups: LookupClient,
        messages: IngestLog,
        send: Send,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._mappings, self._look_ups, self._messages = mappings, look_ups, messages
        self._send, self._now = send, now

    async def ingest(
        self, text: str, message_id: str | None = None, type_hint: str | None = None
    ) -> IngestResult:
        """Take in a message as it came; see `read_arrival` for the arguments.

        Raises:
            RPCError: If Temporal does not take an event; the message has to come again.
            StoreError: If the database does not answer; likewise.
        """
        try:
            arrival = parse_message(text, message_id, type_hint)
        except UnmappableError as error:
            return self._unreadable(text, error)
        distinct = arrival.message_id is None or self._messages.record_message_id(
            arrival.message_id, arrival.digest
        )
        known = self._messages.find(arrival.digest)
        if known is not None and known.status != IngestStatus.UNDER_WAY:
            return IngestResult(arrival.digest, arrival.type, IngestOutcome.REPEATED)
        message = known or self._new(arrival, text)
        if not distinct:
            return self._park(
                message, UnmappableError(DeadLetterReason.ID_CONFLICT, _OTHER_CONTENT)
            )
        return await self._carry_out(message, arrival)

    async def retry(self, message: IngestedMessage) -> IngestResult:
        """Try a parked message again, by the mappings and answers of now.

        Raises:
            RPCError: As `take`.
        """
        if message.body is None:
            gone = UnmappableError(DeadLetterReason.UNREADABLE, "what it said was erased")
            return self._park(message, gone)
        try:
            arrival = parse_message(message.body, type_hint=message.type)
        except UnmappableError as error:
            return self._park(message, error)
        return await self._carry_out(replace(message, tries=message.tries + 1), arrival)

    async def retry_due(self) -> list[IngestResult]:
        """Try again what may have passed by itself: look-ups that failed, or knew nothing yet.

        Raises:
            RPCError: As `take`.
        """
        due = self._messages.due(self._now(), AT_ONCE)
        return [await self.retry(message) for message in due]

    def current_result(self, result: IngestResult) -> IngestResult:
        """Return a result as it is now: a later message may have settled what was parked."""
        if result.became is IngestOutcome.PARKED:
            known = self._messages.find(result.digest)
            if known is not None and known.status == IngestStatus.SENT:
                return replace(result, became=IngestOutcome.SENT, why=None, reason=None)
        return result

    async def _carry_out(self, message: IngestedMessage, arrival: DomainEvent) -> IngestResult:
        try:
            events = await self._events(message, arrival)
            for event in events:
                await self._send(event)
        except IgnoredMessageError as nothing:
            ignored = replace(message, status=IngestStatus.IGNORED, why=None, reason=nothing.reason)
            self._keep(ignored, body=None, events=None, next_try_at=None)
            return _result(ignored, IngestOutcome.IGNORED)
        except UnmappableError as error:
            return self._park(message, error)
        except WorkflowAlreadyStartedError:
            closed = UnmappableError(DeadLetterReason.CLOSED, "the file of its sentence is closed")
            return self._park(message, closed)
        sent = replace(message, status=IngestStatus.SENT, why=None, reason=None)
        self._keep(sent, body=None, events=None, next_try_at=None)
        told = frozenset(workflow_id_of(item.crn, item.event_number) for item in events)
        return _result(sent, IngestOutcome.SENT, events=len(events), sentences=told)

    async def _events(self, message: IngestedMessage, arrival: DomainEvent) -> list[SentenceEvent]:
        if message.events is not None:
            return [SentenceEvent(**item) for item in json.loads(message.events)]
        rule = self._mappings.rule(arrival.type, day_of(arrival.occurred_at))
        if rule.ignored is not None:
            raise IgnoredMessageError(rule.ignored)
        if rule.for_a_person is not None:
            self._forget(rule, arrival)
            raise UnmappableError(DeadLetterReason.FOR_A_PERSON, rule.for_a_person)
        known = await enrich(self._mappings, rule, arrival, self._look_ups)
        derived = translate(self._mappings, rule, arrival, known) if rule.becomes else []
        events = derived + self._taken_back(rule, arrival, known, derived)
        if not events:
            raise UnmappableError(DeadLetterReason.NOTHING_TO_UNDO, _NOTHING_YET)
        # From here on the events stand, whatever a look-up says when the message comes again.
        written = json.dumps([asdict(item) for item in events])
        self._keep(message, status=IngestStatus.UNDER_WAY, events=written)
        return events

    def _taken_back(
        self,
        rule: MessageRule,
        arrival: DomainEvent,
        known: dict[str, Any],
        derived: list[SentenceEvent],
    ) -> list[SentenceEvent]:
        told = ingested_events(arrival, derived)
        undoings = retractions_of(arrival, affected_sentences(rule, known)) if rule.undoes else []
        # Remembered before they are compared: of two that come at one time, one sees the other.
        self._messages.record_events(told)
        self._messages.record_retractions(undoings)
        found = withdrawals(self._messages, self._mappings, told, undoings)
        for digest in found.undoings - {arrival.digest}:
            self._settle(digest)
        return list(found.events)

    def _settle(self, digest: str) -> None:
        waiting = self._messages.find(digest)
        if waiting is not None and waiting.why == DeadLetterReason.NOTHING_TO_UNDO:
            done = replace(waiting, status=IngestStatus.SENT, why=None, reason=None)
            self._keep(done, body=None)

    def _forget(self, rule: MessageRule, arrival: DomainEvent) -> None:
        if rule.forgets and arrival.crn is not None:
            self._messages.erase_person(arrival.crn)
            self._look_ups.forget()

    def _unreadable(self, text: str, error: UnmappableError) -> IngestResult:
        digest, now = text_digest(text), self._now()
        if self._messages.find(digest) is not None:
            return IngestResult(digest, "", IngestOutcome.REPEATED)
        unread = IngestedMessage(digest, "", now, now, IngestStatus.PARKED, body=_storable(text))
        return self._park(unread, error)

    def _new(self, arrival: DomainEvent, text: str) -> IngestedMessage:
        now = self._now()
        return IngestedMessage(
            arrival.digest,
            arrival.type,
            taken_at=now,
            changed_at=now,
            status=IngestStatus.PARKED,
            crn=arrival.crn,
            occurred_at=arrival.occurred_at,
            body=_storable(text),
        )

    def _park(self, message: IngestedMessage, error: UnmappableError) -> IngestResult:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(message.tries, 10))
        due = self._now() + pause if error.why in RETRIED else None
        parked = replace(message, status=IngestStatus.PARKED, why=error.why, reason=error.reason)
        self._keep(parked, events=None, next_try_at=due)
        return _result(parked, IngestOutcome.PARKED)

    def _keep(self, message: IngestedMessage, **changes: Any) -> None:
        self._messages.save(replace(message, changed_at=self._now(), **changes))


def dismiss(messages: IngestLog, message: IngestedMessage, how: str, now: datetime) -> None:
    """Note that somebody dealt with a message by hand; what it said is let go."""
    messages.save(
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
    # No database keeps a NUL, or one half of a surrogate pair.
    return text.replace("\x00", "�").encode("utf-8", "replace").decode()


def _result(message: IngestedMessage, became: IngestOutcome, **more: Any) -> IngestResult:
    return IngestResult(
        message.digest, message.type, became, why=message.why, reason=message.reason, **more
    )


@contextmanager
def open_ingest_log(settings: Settings) -> Iterator[IngestLog]:
    """Give the messages that were taken in, while the context lasts.

    Raises:
        StoreError: If the database of the records does not let itself be opened.
    """
    store = store_of(settings)
    try:
        migrate(store)
        yield IngestLog(store.main)
    finally:
        store.close()


@asynccontextmanager
async def open_ingestor(client: Client, settings: Settings) -> AsyncIterator[Ingestor]:
    """Give an intake that sends to the sentences of `client`, while the context lasts.

    Raises:
        StandardsError: If the mappings differ from their lock, or are not valid.
        StoreError: If the database of the records does not let itself be opened.
        FileError: If the file of the signing key holds none.
    """
    mappings, signer = load_mappings(settings.standards_dir), signer_of(settings)

    async def send(event: SentenceEvent) -> None:
        await event_sender.send_event(
            client,
            event.crn,
            event.event_number,
            event.kind,
            [event.data],
            task_queue=settings.task_queue,
            signer=signer,
        )

    # An answer that points elsewhere is not followed: the settings alone say who is asked.
    asking = httpx.AsyncClient(timeout=settings.look_up_seconds, follow_redirects=False)
    with open_ingest_log(settings) as messages:
        async with asking:
            look_ups = HttpLookupClient(
                asking, lookup_services(settings), settings.look_up_token_file
            )
            yield Ingestor(mappings, look_ups, messages, send)


def lookup_services(settings: Settings) -> dict[str, str]:
    """Return the address of each look-up service by its name."""
    pairs = (item.partition("=") for item in settings.look_up_services.split())
    return {name: address for name, _, address in pairs}

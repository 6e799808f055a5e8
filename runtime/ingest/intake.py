"""Take in one message: know it again, map it, send what it becomes, and keep what became of it.

A message counts as sent once every sentence has acknowledged its events. What is cut short before
that is under way, and goes on with the same events when the message comes again.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.records.taking import Taken, TakenMessages
from runtime.ingest.asking import asked
from runtime.ingest.deriving import Derived, derive, sentences
from runtime.ingest.lookups import LookUps
from runtime.ingest.mapping import MessageRule
from runtime.ingest.mappings import Mappings
from runtime.ingest.outcomes import (
    RETRIED,
    Became,
    MeansNothingError,
    Result,
    Status,
    UnmappableError,
    Why,
)
from runtime.ingest.undoing import told_by, undoings_of, withdrawals
from runtime.ingest.wire import Arrival, digest_of, read_arrival
from states.london import day_of
from workflows.identity import workflow_id_of

Send = Callable[[Derived], Awaitable[None]]
"""Sends one event; returns when its sentence has it."""

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)
AT_ONCE: Final = 20
"""How many messages are tried again in one go, so that new ones do not wait for long."""

_NOTHING_YET: Final = "nothing that it takes back has come; it is carried out when that comes"
_OTHER_CONTENT: Final = "its message id came before with another content"


class Intake:
    """Takes in messages, one at a time; another process may do the same beside it."""

    def __init__(
        self,
        mappings: Mappings,
        look_ups: LookUps,
        messages: TakenMessages,
        send: Send,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._mappings, self._look_ups, self._messages = mappings, look_ups, messages
        self._send, self._now = send, now

    async def ingest(
        self, text: str, message_id: str | None = None, type_hint: str | None = None
    ) -> Result:
        """Take in a message as it came; see `read_arrival` for the arguments.

        Raises:
            RPCError: If Temporal does not take an event; the message has to come again.
            StoreError: If the database does not answer; likewise.
        """
        try:
            arrival = read_arrival(text, message_id, type_hint)
        except UnmappableError as error:
            return self._unreadable(text, error)
        distinct = arrival.message_id is None or self._messages.record_message_id(
            arrival.message_id, arrival.digest
        )
        known = self._messages.find(arrival.digest)
        if known is not None and known.status != Status.UNDER_WAY:
            return Result(arrival.digest, arrival.type, Became.REPEATED)
        message = known or self._new(arrival, text)
        if not distinct:
            return self._park(message, UnmappableError(Why.ID_CONFLICT, _OTHER_CONTENT))
        return await self._carry_out(message, arrival)

    async def retry(self, message: Taken) -> Result:
        """Try a parked message again, by the mappings and answers of now.

        Raises:
            RPCError: As `take`.
        """
        if message.body is None:
            gone = UnmappableError(Why.UNREADABLE, "what it said was erased")
            return self._park(message, gone)
        try:
            arrival = read_arrival(message.body, type_hint=message.type)
        except UnmappableError as error:
            return self._park(message, error)
        return await self._carry_out(replace(message, tries=message.tries + 1), arrival)

    async def retry_due(self) -> list[Result]:
        """Try again what may have passed by itself: look-ups that failed, or knew nothing yet.

        Raises:
            RPCError: As `take`.
        """
        due = self._messages.due(self._now(), AT_ONCE)
        return [await self.retry(message) for message in due]

    def current_result(self, result: Result) -> Result:
        """Return a result as it is now: a later message may have settled what was parked."""
        if result.became is Became.PARKED:
            known = self._messages.find(result.digest)
            if known is not None and known.status == Status.SENT:
                return replace(result, became=Became.SENT, why=None, reason=None)
        return result

    async def _carry_out(self, message: Taken, arrival: Arrival) -> Result:
        try:
            events = await self._events(message, arrival)
            for event in events:
                await self._send(event)
        except MeansNothingError as nothing:
            ignored = replace(message, status=Status.IGNORED, why=None, reason=nothing.reason)
            self._keep(ignored, body=None, events=None, next_try_at=None)
            return _result(ignored, Became.IGNORED)
        except UnmappableError as error:
            return self._park(message, error)
        except WorkflowAlreadyStartedError:
            closed = UnmappableError(Why.CLOSED, "the file of its sentence is closed")
            return self._park(message, closed)
        sent = replace(message, status=Status.SENT, why=None, reason=None)
        self._keep(sent, body=None, events=None, next_try_at=None)
        told = frozenset(workflow_id_of(item.crn, item.event_number) for item in events)
        return _result(sent, Became.SENT, events=len(events), sentences=told)

    async def _events(self, message: Taken, arrival: Arrival) -> list[Derived]:
        if message.events is not None:
            return [Derived(**item) for item in json.loads(message.events)]
        rule = self._mappings.rule(arrival.type, day_of(arrival.occurred_at))
        if rule.ignored is not None:
            raise MeansNothingError(rule.ignored)
        if rule.for_a_person is not None:
            self._forget(rule, arrival)
            raise UnmappableError(Why.FOR_A_PERSON, rule.for_a_person)
        known = await asked(self._mappings, rule, arrival, self._look_ups)
        derived = derive(self._mappings, rule, arrival, known) if rule.becomes else []
        events = derived + self._taken_back(rule, arrival, known, derived)
        if not events:
            raise UnmappableError(Why.NOTHING_TO_UNDO, _NOTHING_YET)
        # From here on the events stand, whatever a look-up says when the message comes again.
        written = json.dumps([asdict(item) for item in events])
        self._keep(message, status=Status.UNDER_WAY, events=written)
        return events

    def _taken_back(
        self, rule: MessageRule, arrival: Arrival, known: dict[str, Any], derived: list[Derived]
    ) -> list[Derived]:
        told = told_by(arrival, derived)
        undoings = undoings_of(arrival, sentences(rule, known)) if rule.undoes else []
        # Remembered before they are compared: of two that come at one time, one sees the other.
        self._messages.record_events(told)
        self._messages.record_retractions(undoings)
        found = withdrawals(self._messages, self._mappings, told, undoings)
        for digest in found.undoings - {arrival.digest}:
            self._settle(digest)
        return list(found.events)

    def _settle(self, digest: str) -> None:
        waiting = self._messages.find(digest)
        if waiting is not None and waiting.why == Why.NOTHING_TO_UNDO:
            done = replace(waiting, status=Status.SENT, why=None, reason=None)
            self._keep(done, body=None)

    def _forget(self, rule: MessageRule, arrival: Arrival) -> None:
        if rule.forgets and arrival.crn is not None:
            self._messages.erase_person(arrival.crn)
            self._look_ups.forget()

    def _unreadable(self, text: str, error: UnmappableError) -> Result:
        digest, now = digest_of(text), self._now()
        if self._messages.find(digest) is not None:
            return Result(digest, "", Became.REPEATED)
        unread = Taken(digest, "", now, now, Status.PARKED, body=_storable(text))
        return self._park(unread, error)

    def _new(self, arrival: Arrival, text: str) -> Taken:
        now = self._now()
        return Taken(
            arrival.digest,
            arrival.type,
            taken_at=now,
            changed_at=now,
            status=Status.PARKED,
            crn=arrival.crn,
            occurred_at=arrival.occurred_at,
            body=_storable(text),
        )

    def _park(self, message: Taken, error: UnmappableError) -> Result:
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(message.tries, 10))
        due = self._now() + pause if error.why in RETRIED else None
        parked = replace(message, status=Status.PARKED, why=error.why, reason=error.reason)
        self._keep(parked, events=None, next_try_at=due)
        return _result(parked, Became.PARKED)

    def _keep(self, message: Taken, **changes: Any) -> None:
        self._messages.save(replace(message, changed_at=self._now(), **changes))


def dismiss(messages: TakenMessages, message: Taken, how: str, now: datetime) -> None:
    """Note that somebody dealt with a message by hand; what it said is let go."""
    messages.save(
        replace(
            message,
            status=Status.DISMISSED,
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


def _result(message: Taken, became: Became, **more: Any) -> Result:
    return Result(
        message.digest, message.type, became, why=message.why, reason=message.reason, **more
    )

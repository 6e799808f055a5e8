"""Context of a document: the sentence as decided, the log, and the notice that it goes with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.events.envelope import Event
from states.events.imposition import SentenceImposed
from states.outbox import base_of
from states.regime import regime_of
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.standards.terms import AppliesTo
from states.time.london import day_of, end_of, iso
from states.vocabulary import DispositionKind

DocumentData = dict[str, Any]
"""Codes, numbers, ISO dates and instants, and free text by digest: what JSON can carry."""

WITHDRAWS: Final = "withdraws"
"""Fact of a counter-effect that names the key of the withdrawn notice."""


@dataclass(frozen=True)
class DocumentContext:
    """Notice with the data that its document may use."""

    identity: SentenceRef
    event_log: EventLog
    result: FoldResult
    effect: Effect
    now: datetime

    @property
    def s(self) -> Sentence:
        """Sentence as it was decided."""
        return self.result.sentence

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """Facts of the notice, by name."""
        return dict(self.effect.facts)

    @cached_property
    def events(self) -> Mapping[str, Event]:
        """Events of the log by uid, including withdrawn ones."""
        return {entry.event.uid: entry.event for entry in self.event_log.log}

    def applied(self) -> Iterator[Event]:
        """Yield the applied events in the order in which they happened."""
        for entry in self.event_log.log:
            if self.result.dispositions[entry.event.uid].verdict is DispositionKind.APPLIED:
                yield entry.event

    @property
    def key(self) -> str:
        """Key of the notice, or of the one that it withdraws, in its first generation."""
        return base_of(self.facts.get(WITHDRAWS, self.effect.key))

    @property
    def original_notice(self) -> Effect:
        """Notice itself, or the one that it withdraws."""
        withdrawn_key = self.facts.get(WITHDRAWS)
        if withdrawn_key is None:
            return self.effect
        return self.event_log.outbox.entries[withdrawn_key].effect

    @property
    def cause(self) -> str:
        """Cause of the notice: the uid of an event, or the name of a date."""
        about = self.original_notice
        rest = self.key.removeprefix(f"{about.template}/{about.subject}/")
        return rest.rpartition("/")[0]

    @property
    def event(self) -> Event | None:
        """Event that caused the notice; None where a date did."""
        return self.events.get(self.cause)

    @property
    def at(self) -> datetime:
        """Time of the cause; the end of the day where a date is the cause."""
        if (event := self.event) is not None:
            return event.occurred_at
        try:
            return end_of(date.fromisoformat(self.cause.rpartition(".")[2]))
        except ValueError:
            return self.now

    @property
    def on(self) -> date:
        """London day of `at`."""
        return day_of(self.at) if self.event is not None else self._dated()

    @property
    def regime(self) -> AppliesTo:
        """Regime that applied on that day."""
        return regime_of(self.s.kind, self.s.phase_on(self.on))

    def _dated(self) -> date:
        try:
            return date.fromisoformat(self.cause.rpartition(".")[2])
        except ValueError:
            return day_of(self.now)


def text_reference(digest: str | None) -> DocumentData | None:
    """Return the reference to free text: the digest under which it is stored."""
    return None if digest is None else {"text": digest}


def text_references(digests: tuple[str, ...]) -> list[DocumentData | None]:
    """Return the references to several pieces of free text."""
    return [text_reference(digest) for digest in digests]


def decision(event: Event | None, on: date, what: str) -> DocumentData:
    """Return the decision and its author; a date has no author, it was set before."""
    if event is None:
        return {"kind": "date_came", "what": what, "on": iso(on), "at": None, "by": None}
    by = event.by
    return {
        "kind": event.KIND,
        "what": what,
        "event_id": event.event_id,
        "on": iso(day_of(event.occurred_at)),
        "at": iso(event.occurred_at),
        "by": {"id": by.id, "role": by.role.value, "organisation": by.organisation},
    }


FORMAT_VERSION = 1
"""Version of the format of the data. Editors of templates are informed of a change."""


def heading(context: DocumentContext) -> DocumentData:
    """Return the data at the head and foot of every document."""
    s = context.s
    edition = context.result.law.edition
    return {
        "format": FORMAT_VERSION,
        "key": context.effect.key,
        "to": {
            "recipient": str(context.effect.recipient),
            "name": context.facts.get("stakeholder"),
        },
        "sentence": {
            "workflow_id": context.identity.workflow_id,
            "crn": context.identity.crn,
            "event_number": context.identity.event_number,
            "type": s.kind.value,
            "phase": s.phase.value,
            "regime": s.regime.value if s.regime is not None else None,
            "sentenced_on": iso(s.imposed.sentenced_on) if s.imposed is not None else None,
            "court": s.imposed.court if s.imposed is not None else None,
            "ends_on": iso(s.ends_on),
            "licence_ends_on": iso(s.licence_ends_on),
            "pss_ends_on": iso(s.pss_ends_on),
        },
        "edition": {"name": edition.name, "title": edition.title},
        "manager": _manager(context),
        "person": _person(context),
        "filed_under": [context.identity.workflow_id, *context.event_log.origins],
    }


def _manager(context: DocumentContext) -> DocumentData:
    held = context.s.allocation
    return {
        "officer": context.s.officer,
        "provider": held.provider.value if held is not None else None,
        "provider_code": held.provider_code if held is not None else None,
    }


def _person(context: DocumentContext) -> DocumentData | None:
    """Return the digest under which the person's name is stored; None where none was given."""
    uid = context.s.imposed_by
    event = context.events.get(uid) if uid is not None else None
    if not isinstance(event, SentenceImposed) or "person" not in event.model_fields_set:
        return None
    return {"person": context.event_log.digest_of(event.uid)}

"""What a sentence answers when asked; none of it is personal, and none of it costs history."""

from typing import Any, Final

from temporalio import workflow

from states.dry_run import DryRun, dry_run
from states.record import record_rows
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.standards.law import Law, ReferenceKind
from states.transitions import diagram
from states.view.clocks import clock_view, ordered_clocks
from states.view.sentence import allowed_kinds, sentence_view
from states.view.timeliness import delay_days, timeliness
from states.view.unapplied import unapplied
from states.vocabulary import DispositionKind
from workflows.case import SentenceCase
from workflows.ids import parse_workflow_id
from workflows.inbox import parse_message
from workflows.law import UnknownNameError, recorded_result
from workflows.record_sync import RecordSync

PAGE_SIZE: Final = 200
"""Items of one page."""


def _paged(name: str, items: list[Any], page: int) -> dict[str, Any]:
    pages = max(1, -(-len(items) // PAGE_SIZE))
    chosen = min(max(page, 1), pages)
    start = (chosen - 1) * PAGE_SIZE
    shown = items[start : start + PAGE_SIZE]
    return {name: shown, "page": chosen, "pages": pages, "total": len(items)}


def events_page(desk: SentenceCase, page: int) -> dict[str, Any]:
    """Return the events applied, in the order in which they are decided, without free text."""
    if desk.decision is None:
        return _paged("events", [], page)
    verdicts = desk.decision.dispositions
    items = [
        {
            "event_id": entry.event.event_id,
            "kind": entry.event.KIND,
            "received_at": entry.received_at.isoformat(),
            "delay_days": delay_days(entry),
            "irregular": verdicts[entry.event.uid].irregular,
            "note": verdicts[entry.event.uid].reason,
            "digest": entry.digest,
            "event": entry.event.model_dump(mode="json", exclude_unset=True),
        }
        for entry in desk.event_log.log
        if verdicts[entry.event.uid].verdict is DispositionKind.APPLIED
    ]
    return _paged("events", items, page)


def clocks_page(desk: SentenceCase, page: int) -> dict[str, Any]:
    """Return the clocks, soonest due first, each with why it is due when it is."""
    if desk.decision is None or desk.as_of is None:
        return _paged("clocks", [], page)
    law: Law = desk.decision.law
    items = [clock_view(clock, law, desk.as_of) for clock in ordered_clocks(desk.decision.sentence)]
    return _paged("clocks", [*items, *timeliness(desk.event_log, desk.decision, law)], page)


def record_page(desk: SentenceCase, identity: SentenceRef, page: int) -> dict[str, Any]:
    """Return every row that the case record is to hold, as table, key and values."""
    if desk.decision is None or desk.as_of is None:
        return _paged("rows", [], page)
    found = record_rows(identity, desk.event_log, desk.decision, desk.as_of)
    items = [[row.table, row.key, dict(row.values)] for row in found]
    return _paged("rows", items, page) | {"as_of": desk.as_of.isoformat()}


def unapplied_page(desk: SentenceCase, page: int) -> dict[str, Any]:
    """Return held, refused and quarantined messages, newest first, and the exact counts."""
    items = unapplied(desk.event_log, desk.decision) if desk.decision is not None else []
    quarantine, repeats = desk.event_log.quarantine, desk.event_log.repeats
    return _paged("unapplied", items, page) | {
        "quarantined": {
            "count": quarantine.tally.count,
            "checksum": f"{quarantine.tally.checksum:032x}",
            "by_code": dict(sorted(quarantine.by_code.items())),
        },
        "repeats": {"count": repeats.count, "checksum": f"{repeats.checksum:032x}"},
    }


def receipts(desk: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    """Return what became of each message under `event_id`: one for each organisation."""
    return [*_logged(desk, event_id), *_quarantined(desk, event_id), *_queued(desk, event_id)]


def _logged(desk: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event_id,
            "kind": entry.event.KIND,
            "organisation": entry.event.by.organisation,
            "received_at": entry.received_at.isoformat(),
            "digest": entry.digest,
            **_verdict(desk, entry.event.uid),
        }
        for entry in desk.event_log.log
        if entry.event.event_id == event_id
    ]


def _quarantined(desk: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event_id,
            "kind": item.kind,
            "received_at": item.at.isoformat(),
            "digest": item.digest,
            "disposition": DispositionKind.QUARANTINED.value,
            "reason": f"{item.code}: {item.reason}",
            "irregular": False,
        }
        for item in desk.event_log.quarantine.listed
        if item.event_id == event_id
    ]


def _queued(desk: SentenceCase, event_id: str) -> list[dict[str, Any]]:
    messages = [parse_message(item, {}) for item in desk.inbox]
    return [
        {
            "event_id": event_id,
            "kind": message.kind,
            "received_at": message.received_at.isoformat(),
            "digest": message.digest,
            "disposition": "queued",
            "reason": "it is taken as soon as the run has opened",
            "irregular": False,
        }
        for message in messages
        if message.event is not None and message.event.event_id == event_id
    ]


def _verdict(desk: SentenceCase, uid: str) -> dict[str, Any]:
    known = desk.decision.dispositions.get(uid) if desk.decision is not None else None
    if known is None or desk.has_stale_law:
        reason = "it is decided as soon as the law of its day has been chosen"
        return {"disposition": "queued", "reason": reason, "irregular": False}
    return {
        "disposition": known.verdict.value,
        "reason": known.reason,
        "irregular": known.irregular,
    }


class SentenceQueries:
    """The queries of a sentence, over its desk as the last turn left it."""

    _desk: SentenceCase
    _recorder: RecordSync

    @workflow.query
    def sentence(self) -> dict[str, Any]:
        """Return the whole view."""
        desk, workflow_id = self._desk, workflow.info().workflow_id
        identity = parse_workflow_id(workflow_id)
        if identity is None or desk.decision is None or desk.as_of is None:
            return {"workflow_id": workflow_id, "state": None, "opening": True}
        whole = sentence_view(
            identity, desk.event_log, desk.decision, desk.decision.law, desk.as_of
        )
        whole["arrival"]["record"] = self._recorder.status()
        return whole

    @workflow.query
    def clocks(self, page: int = 1) -> dict[str, Any]:
        """Return the clocks, soonest due first, in pages."""
        return clocks_page(self._desk, page)

    @workflow.query
    def events(self, page: int = 1) -> dict[str, Any]:
        """Return the events applied, in order, in pages."""
        return events_page(self._desk, page)

    @workflow.query
    def unapplied(self, page: int = 1) -> dict[str, Any]:
        """Return held, refused and quarantined messages with their reasons, in pages."""
        return unapplied_page(self._desk, page)

    @workflow.query
    def record(self, page: int = 1) -> dict[str, Any]:
        """Return every row that the case record is to hold, and how far it has come, in pages."""
        identity = parse_workflow_id(workflow.info().workflow_id)
        if identity is None:
            return {"rows": [], "page": 1, "pages": 1, "total": 0}
        return record_page(self._desk, identity, page) | self._recorder.status()

    @workflow.query
    def receipt(self, event_id: str) -> list[dict[str, Any]]:
        """Return what became of the messages under one event id; empty when none came."""
        return receipts(self._desk, event_id)

    @workflow.query
    def allowed(self) -> list[str]:
        """Return the kinds of event allowed now."""
        return allowed_kinds(self._sentence())

    @workflow.query
    def dry_run(self, edition: str | None = None, calendar: str | None = None) -> dict[str, Any]:
        """Return which clocks another edition or calendar would move; nothing is changed.

        It looks on the shelf of the worker that answers: an answer is for now, not for a record.
        """
        desk = self._desk
        if desk.law is None or desk.as_of is None:
            return DryRun().plain()
        try:
            named = edition and recorded_result(ReferenceKind.EDITION, edition, None)
            other = calendar and recorded_result(ReferenceKind.CALENDAR, calendar, None)
        except UnknownNameError as error:
            return DryRun(refused=str(error)).plain()
        return dry_run(desk.event_log, desk.law, desk.as_of, named or None, other or None).plain()

    @workflow.query
    def diagram(self) -> str:
        """Return the state graph as Mermaid text, with the present state marked."""
        s = self._sentence()
        return diagram(s.kind, s.state)

    def _sentence(self) -> Sentence:
        return self._desk.decision.sentence if self._desk.decision is not None else Sentence()

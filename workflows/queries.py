"""What a sentence answers when asked; none of it is personal, and none of it costs history."""

from typing import Any

from temporalio import workflow

from states.dry_run import DryRun, dry_run
from states.law import Thing
from states.machine import diagram
from states.sentence import Sentence
from states.view import allowed, view
from workflows import pages
from workflows.desk import Desk
from workflows.identity import identify
from workflows.receipts import receipts
from workflows.recorder import Recorder
from workflows.shelf import UnknownNameError, answer


class Answers:
    """The queries of a sentence, over its desk as the last turn left it."""

    _desk: Desk
    _recorder: Recorder

    @workflow.query
    def sentence(self) -> dict[str, Any]:
        """Return the whole view."""
        desk, workflow_id = self._desk, workflow.info().workflow_id
        identity = identify(workflow_id)
        if identity is None or desk.decision is None or desk.as_of is None:
            return {"workflow_id": workflow_id, "state": None, "opening": True}
        whole = view(identity, desk.event_log, desk.decision, desk.decision.law, desk.as_of)
        whole["arrival"]["record"] = self._recorder.status()
        return whole

    @workflow.query
    def clocks(self, page: int = 1) -> dict[str, Any]:
        """Return the clocks, soonest due first, in pages."""
        return pages.clocks_page(self._desk, page)

    @workflow.query
    def events(self, page: int = 1) -> dict[str, Any]:
        """Return the events applied, in order, in pages."""
        return pages.events_page(self._desk, page)

    @workflow.query
    def unapplied(self, page: int = 1) -> dict[str, Any]:
        """Return held, refused and quarantined messages with their reasons, in pages."""
        return pages.unapplied_page(self._desk, page)

    @workflow.query
    def record(self, page: int = 1) -> dict[str, Any]:
        """Return every row that the case record is to hold, and how far it has come, in pages."""
        identity = identify(workflow.info().workflow_id)
        if identity is None:
            return {"rows": [], "page": 1, "pages": 1, "total": 0}
        return pages.record_page(self._desk, identity, page) | self._recorder.status()

    @workflow.query
    def receipt(self, event_id: str) -> list[dict[str, Any]]:
        """Return what became of the messages under one event id; empty when none came."""
        return receipts(self._desk, event_id)

    @workflow.query
    def allowed(self) -> list[str]:
        """Return the kinds of event allowed now."""
        return allowed(self._sentence())

    @workflow.query
    def dry_run(self, edition: str | None = None, calendar: str | None = None) -> dict[str, Any]:
        """Return which clocks another edition or calendar would move; nothing is changed.

        It looks on the shelf of the worker that answers: an answer is for now, not for a record.
        """
        desk = self._desk
        if desk.law is None or desk.as_of is None:
            return DryRun().plain()
        try:
            named = edition and answer(Thing.EDITION, edition, None)
            other = calendar and answer(Thing.CALENDAR, calendar, None)
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

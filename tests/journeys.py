"""Result of a journey, in the terms of its expectation: every date as days from its base."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from docs.journeys import offset
from runtime.simulation import OfflineSimulation
from states.time.london import LONDON, day_of
from states.vocabulary import DispositionKind
from tests.time_skipping import SentenceRun

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_APART = "record-same-day"
"""The one clock that depends on when messages came."""


@dataclass(frozen=True, slots=True)
class JourneyResult:
    """A sentence at its end, simulated offline or run on a server."""

    base: date
    view: dict[str, Any]
    notices: tuple[tuple[datetime, str, str, str], ...]
    """Every notice: time, template, recipient, subject."""
    documents: tuple[tuple[datetime, str, str, str], ...]
    """Every document that went with a notice: time, name, recipient, subject."""
    dispositions: tuple[tuple[str, str, str, bool, str], ...]
    """Every event: id, kind, disposition, whether irregular, reason."""

    @classmethod
    def of_simulation(cls, simulation: OfflineSimulation, base: date) -> Self:
        """Return the result of an offline simulation."""
        notices = (
            (at, effect.template, effect.recipient, effect.subject)
            for at, effect in simulation.notices()
        )
        events = [step.event for step in simulation.steps if step.event is not None]
        dispositions = (
            (event.data["event_id"], event.kind, found.verdict.value, found.irregular, found.reason)
            for event in events
            if (found := simulation.disposition(event)) is not None
        )
        documents = (
            (item.at, item.data["document"], item.effect.recipient, item.effect.subject)
            for item in simulation.documents
        )
        return cls(
            base=base,
            view=simulation.view(),
            notices=tuple(notices),
            documents=tuple(documents),
            dispositions=tuple(dispositions),
        )

    @classmethod
    def of_server(cls, run: SentenceRun, base: date) -> Self:
        """Return the result of a run on a server."""
        notices = (
            (item.at, item.notice.template, item.notice.recipient, item.notice.subject)
            for item in run.deliveries
        )
        dispositions = (
            (event.data["event_id"], event.kind, *map(receipt.get, _RECEIPT))
            for event, receipt in run.receipts
        )
        documents = (
            (item.at, str(paper["document"]), item.notice.recipient, item.notice.subject)
            for item in run.deliveries
            if (paper := item.notice.document) is not None
        )
        return cls(
            base=base,
            view=run.view,
            notices=tuple(notices),
            documents=tuple(documents),
            dispositions=tuple(dispositions),
        )

    def whole(self) -> dict[str, Any]:
        """Return the whole expectation, without what a journey shows and proves."""
        return {
            **{key: self.view[key] for key in ("state", "phase", "outcome")},
            "transitions": list(self.transitions()),
            "not_applied": dict(self.not_applied()),
            "clocks": self.clocks(),
            "duties": self.duties(),
            "notices": self._sent(self.notices),
            "documents": self._sent(self.documents),
        }

    def outline(self) -> dict[str, Any]:
        """Return what does not depend on the day on which a journey begins."""
        return {
            **{key: self.view[key] for key in ("state", "phase", "outcome")},
            "transitions": [step.partition(" ")[2] for step in self.transitions()],
            "not_applied": {key: how.partition(":")[0] for key, how in self.not_applied()},
        }

    def transitions(self) -> Iterator[str]:
        """Yield every change of state or phase: day, transition, source and target."""
        phase = self.view["transitions"][0]["phase"]
        for move in self.view["transitions"]:
            into = f" in {move['phase']}" if move["phase"] != phase else ""
            irregular = ", irregular" if move["irregular"] else ""
            phase = move["phase"]
            step = f"{move['arrow']} {move['from']} -> {move['to']}{into}{irregular}"
            yield f"{self._on(move['at'])} {step}"

    def not_applied(self) -> Iterator[tuple[str, str]]:
        """Yield the events that were not simply applied, by their id."""
        for event_id, kind, disposition, irregular, reason in self.dispositions:
            if irregular or disposition != DispositionKind.APPLIED:
                how = "irregular" if irregular else disposition
                yield event_id, f"{kind} {how}: {self._relative(reason)}"

    def clocks(self) -> dict[str, str]:
        """Return every clock: its status, since when, and when it was due."""
        return {
            self._relative(clock["id"]): "".join(self._clock(clock))
            for clock in self.view["clocks"]
            if clock["timescale"] != _APART
        }

    def _clock(self, clock: dict[str, Any]) -> Iterator[str]:
        yield str(clock["status"])
        if clock["settled_at"] is not None:
            yield f" {self._on(clock['settled_at'])}"
        if clock["due_on"] is not None:
            yield f", due {self._relative(clock['due_on'])}"
        elif clock["due_at"] is not None:
            due = datetime.fromisoformat(clock["due_at"]).astimezone(LONDON)
            yield f", due {offset(due.date(), self.base)} {due:%H:%M}"
        if clock["why"]["moved_from"] is not None:
            yield f", moved from {self._relative(clock['why']['moved_from'])}"

    def duties(self) -> dict[str, str]:
        """Return the duties without a deadline: their status, and since when."""
        return {
            self._relative(duty["id"]): f"{duty['status']} {self._on(_since(duty))}"
            for duty in self.view["duties"]
            if "duty" in duty
        }

    def _sent(self, items: Iterable[tuple[datetime, str, str, str]]) -> list[str]:
        """Return what was sent: day, template, recipient, subject; sorted within a day."""
        found = [
            (day_of(at), f"{what} -> {recipient}: {self._relative(subject)}")
            for at, what, recipient, subject in items
        ]
        return [f"{offset(day, self.base)} {text}" for day, text in sorted(found)]

    def _relative(self, text: str) -> str:
        return _DATE.sub(lambda found: offset(date.fromisoformat(found[0]), self.base), text)

    def _on(self, written: str) -> str:
        return offset(day_of(datetime.fromisoformat(written)), self.base)


_RECEIPT = ("disposition", "irregular", "reason")


def _since(duty: dict[str, Any]) -> str:
    return str(duty["settled_at"] or duty["since"])

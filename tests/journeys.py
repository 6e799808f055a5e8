"""What became of a journey, in the words of its expectation: every date as days from its base."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from docs.journeys import offset
from runtime.rehearsal import OfflineSimulation
from runtime.simulation import Life
from states.time.london import LONDON, day_of
from states.vocabulary import DispositionKind

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_APART = "record-same-day"
"""The one clock that depends on when messages came."""


@dataclass(frozen=True, slots=True)
class Account:
    """A sentence at its end, lived in the fold or on a server."""

    base: date
    view: dict[str, Any]
    told: tuple[tuple[datetime, str, str, str], ...]
    """Every notice: when, template, recipient, subject."""
    documents: tuple[tuple[datetime, str, str, str], ...]
    """Every document that went with a notice: when, which, to whom, about what."""
    answers: tuple[tuple[str, str, str, bool, str], ...]
    """What became of every event: id, kind, disposition, whether irregular, reason."""

    @classmethod
    def of_fold(cls, lived: OfflineSimulation, base: date) -> Self:
        """Return the account of a journey lived in the fold."""
        told = (
            (at, effect.template, effect.recipient, effect.subject)
            for at, effect in lived.notices()
        )
        verdicts = lived.steps[-1].decided.dispositions
        events = [moment.event for moment in lived.steps if moment.event is not None]
        uids = [f"{event.data['by']['organisation']}/{event.data['event_id']}" for event in events]
        answers = (
            (event.data["event_id"], event.kind, found.verdict.value, found.irregular, found.reason)
            for event, found in zip(events, map(verdicts.__getitem__, uids), strict=True)
        )
        documents = (
            (item.at, item.paper["document"], item.effect.recipient, item.effect.subject)
            for item in lived.documents
        )
        return cls(base, lived.view(), tuple(told), tuple(documents), tuple(answers))

    @classmethod
    def of_server(cls, life: Life, base: date) -> Self:
        """Return the account of a journey lived on a server."""
        told = (
            (item.at, item.notice.template, item.notice.recipient, item.notice.subject)
            for item in life.deliveries
        )
        answers = (
            (item.event.data["event_id"], item.event.kind, *map(item.receipt.get, _RECEIPT))
            for item in life.arrivals
        )
        documents = (
            (item.at, str(paper["document"]), item.notice.recipient, item.notice.subject)
            for item in life.deliveries
            if (paper := item.notice.paper) is not None
        )
        return cls(base, life.view, tuple(told), tuple(documents), tuple(answers))

    def whole(self) -> dict[str, Any]:
        """Return all that an expectation says, but what a journey shows and proves."""
        return {
            **{key: self.view[key] for key in ("state", "phase", "outcome")},
            "transitions": list(self.transitions()),
            "not_applied": dict(self.not_applied()),
            "clocks": self.clocks(),
            "duties": self.duties(),
            "notices": self._sent(self.told),
            "documents": self._sent(self.documents),
        }

    def outline(self) -> dict[str, Any]:
        """Return what is the same on whatever day a journey begins."""
        return {
            **{key: self.view[key] for key in ("state", "phase", "outcome")},
            "transitions": [step.partition(" ")[2] for step in self.transitions()],
            "not_applied": {key: how.partition(":")[0] for key, how in self.not_applied()},
        }

    def transitions(self) -> Iterator[str]:
        """Yield every change of state or phase: when, by which arrow, from where to where."""
        phase = self.view["transitions"][0]["phase"]
        for move in self.view["transitions"]:
            into = f" in {move['phase']}" if move["phase"] != phase else ""
            irregular = ", irregular" if move["irregular"] else ""
            phase = move["phase"]
            step = f"{move['arrow']} {move['from']} -> {move['to']}{into}{irregular}"
            yield f"{self._on(move['at'])} {step}"

    def not_applied(self) -> Iterator[tuple[str, str]]:
        """Yield what became of the events that were not simply applied, by their id."""
        for event_id, kind, disposition, irregular, reason in self.answers:
            if irregular or disposition != DispositionKind.APPLIED:
                how = "irregular" if irregular else disposition
                yield event_id, f"{kind} {how}: {self._relative(reason)}"

    def clocks(self) -> dict[str, str]:
        """Return every clock: how it stands, since when, and when it was due."""
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
        """Return the duties that have no deadline: how they stand, and since when."""
        return {
            self._relative(duty["id"]): f"{duty['status']} {self._on(_since(duty))}"
            for duty in self.view["duties"]
            if "duty" in duty
        }

    def _sent(self, items: Iterable[tuple[datetime, str, str, str]]) -> list[str]:
        """Return what went out: when, what, to whom, about what; those of one day in order."""
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

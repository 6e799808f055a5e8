"""What happened on each day of a journey: what was sent, and what the sentence made of it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from docs.journeys import Journey
from docs.pages.sendings import sent
from runtime.rehearsal import Moment
from states.clock import Clock
from states.london import LONDON, day_of
from states.records import OpenDuty
from states.sentence import Sentence
from states.timescale import TimerKind
from states.vocabulary import ClockStatus, Verdict

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SAID = {
    ClockStatus.MET: "met",
    ClockStatus.MET_LATE: "met late",
    ClockStatus.MISSED: "**missed**",
    ClockStatus.OPENED: "open from now",
    ClockStatus.ENDED: "over",
    ClockStatus.STOPPED: "falls away",
}


@dataclass
class _Telling:
    """What is known while a journey is told."""

    journey: Journey
    base: date
    shown: dict[str, ClockStatus] = field(default_factory=dict)
    """The last status told of each clock, by its id."""
    due: dict[str, str] = field(default_factory=dict)
    duties: dict[str, str] = field(default_factory=dict)
    moves: int = 0

    def day(self, moment: datetime | date) -> str:
        """Return a day as its distance from the base."""
        on = day_of(moment) if isinstance(moment, datetime) else moment
        return f"{(on - self.base).days}"


def days(journey: Journey) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of a journey: the day, what was sent, what the sentence did."""
    lived = journey.simulated(journey.base)
    telling = _Telling(journey, journey.base)
    for moment in lived.steps:
        came = sent(moment.event, journey.base) if moment.event is not None else ""
        did = "; ".join(_did(telling, moment))
        if came or did:
            yield f"{telling.day(moment.at)}", came, did


def _did(telling: _Telling, moment: Moment) -> Iterator[str]:
    yield from _answer(moment)
    s = moment.decided.sentence
    for move in s.state_changes[telling.moves :]:
        step = f"{_words(move.source)} → {_words(move.target)}"
        same = "" if move.source is not move.target else f", {_words(move.phase)}"
        yield f"**{step}**{same} ({move.arrow})"
    telling.moves = len(s.state_changes)
    yield from _clocks(telling, s, moment.at)
    yield from _duties(telling, s, moment.at)
    told = dict.fromkeys(
        f"{_words(item.template)} to {_words(item.recipient)}" for item in moment.notices
    )
    if told:
        yield f"told: {', '.join(told)}"


def _answer(moment: Moment) -> Iterator[str]:
    event = moment.event
    if event is None:
        return
    uid = f"{event.data['by']['organisation']}/{event.data['event_id']}"
    found = moment.decided.dispositions[uid]
    if found.verdict is not Verdict.APPLIED:
        yield f"**{found.verdict.value}**: {found.reason}"
    elif found.irregular or found.reason:
        yield f"noted: {found.reason or 'the graph did not expect it'}"


def _clocks(telling: _Telling, s: Sentence, now: datetime) -> Iterator[str]:
    told: dict[str, list[str]] = {}
    for key, clock in s.clocks.items():
        before, status, due = telling.shown.get(key), clock.status(now), _due(telling, clock)
        if not _is_shown(telling, clock, status):
            continue
        running = status is ClockStatus.RUNNING
        if before is None and running and clock.due.due_at is not None:
            told.setdefault("starts", []).append(f"{_name(clock)}, {due}")
        elif before is not None and due != telling.due[key]:
            told.setdefault("moved", []).append(_moved(telling, clock, due))
        if not running and status is not before:
            about = _name(clock) if before is not None else f"{_name(clock)}, {due}"
            told.setdefault(_SAID[status], []).append(about)
        telling.shown[key], telling.due[key] = status, due
    for what, names in told.items():
        yield f"{what}: {'; '.join(names)}"


def _moved(telling: _Telling, clock: Clock, due: str) -> str:
    reason = (clock.moved_from or "").partition(": ")[2]
    why = _DATE.sub(lambda found: f"day {telling.day(date.fromisoformat(found[0]))}", reason)
    return f"{_name(clock)}, from {telling.due[clock.id]} to {due}{f' ({why})' if why else ''}"


def _is_shown(telling: _Telling, clock: Clock, status: ClockStatus) -> bool:
    row = clock.timescale
    about = row.id in telling.journey.expected["proves"]
    unanswered = status is ClockStatus.MISSED or clock.id in telling.shown
    return about or row.timer is TimerKind.NAMED or (row.timer is TimerKind.PROMPT and unanswered)


def _due(telling: _Telling, clock: Clock) -> str:
    due = clock.due
    if due.due_on is not None:
        return f"day {telling.day(due.due_on)}"
    if due.due_at is not None:
        return f"day {telling.day(due.due_at)} at {due.due_at.astimezone(LONDON):%H:%M}"
    return "no date"


def _name(clock: Clock) -> str:
    subject = clock.subject
    # A clock of a day is told apart by its due date; one of a requirement by its name.
    about = "" if subject is None or subject[:4].isdigit() else f" ({subject})"
    return f"{clock.timescale.title}{about}"


def _duties(telling: _Telling, s: Sentence, now: datetime) -> Iterator[str]:
    for key, item in s.duties.items():
        if item.duty.id not in telling.journey.expected["proves"]:
            continue
        status = _status(item, now)
        if telling.duties.get(key) != status:
            telling.duties[key] = status
            yield f"{status}: {item.duty.title}"


def _status(item: OpenDuty, now: datetime) -> str:
    if item.settled_at is None or item.settled_at > now:
        return "owed"
    return "no longer owed" if item.settled != "done" else "done"


def _words(text: str) -> str:
    return str(text).replace("_", " ").replace("-", " ")

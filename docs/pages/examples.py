"""Page of the examples: each journey as policy, day by day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from docs.journeys import Journey, load_journeys
from docs.pages.markdown import code, page, table
from runtime.rehearsal import Step
from runtime.streams import StreamEvent
from states.entities import OpenDuty
from states.sentence import Sentence
from states.standards.terms import TimerKind
from states.time.clock import Clock
from states.time.london import LONDON, day_of
from states.transitions import TITLES
from states.vocabulary import ClockStatus, DispositionKind, SentenceType

OMITTED_FIELDS = {
    *("event_id", "occurred_at", "by", "rationale", "alternatives_considered", "details", "fact"),
    *("summary", "person", "offence", "victims", "court", "area", "parts", "provider_code"),
    *("risk_screening_completed", "authorised", "face_to_face", "public_protection", "minutes"),
    *("from_whom", "safeguards", "length_days"),
}
"""Fields that a reader of the page can do without."""


def describe_event(event: StreamEvent, base: date) -> str:
    """Return what an event says, with its dates as days from `base`."""
    said = ", ".join(_field_texts(event.data, base))
    role, by = event.data["by"]["role"].replace("_", " "), event.data["by"]["organisation"]
    kind = event.kind.replace("_", " ")
    return f"{kind}{': ' if said else ''}{said} ({role}, {by})"


def _field_texts(data: dict[str, Any], base: date) -> Iterator[str]:
    for name, value in data.items():
        if name not in OMITTED_FIELDS:
            yield from _value_texts(name, value, base)


def _value_texts(name: str, value: Any, base: date) -> Iterator[str]:
    words = name.replace("_", " ")
    if isinstance(value, bool):
        yield words if value else f"not {words}"
    elif isinstance(value, list):
        yield from (part for item in value for part in _item_texts(item, base))
    elif isinstance(value, int):
        yield f"{value} {words}"
    elif (day := _day(value)) is not None:
        yield f"{words} day {(day - base).days}"
    else:
        yield str(value).replace("_", " ")


def _item_texts(item: Any, base: date) -> Iterator[str]:
    if isinstance(item, dict):
        yield f"[{', '.join(_field_texts(item, base))}]"
    else:
        yield str(item).replace("_", " ")


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATUS_WORDS = {
    ClockStatus.MET: "met",
    ClockStatus.MET_LATE: "met late",
    ClockStatus.MISSED: "**missed**",
    ClockStatus.OPENED: "open from now on",
    ClockStatus.ENDED: "over",
    ClockStatus.STOPPED: "lapses",
}


@dataclass
class _JourneyState:
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


def day_rows(journey: Journey) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of a journey: the day, what was sent, what the sentence did."""
    lived = journey.simulated(journey.base)
    telling = _JourneyState(journey, journey.base)
    for moment in lived.steps:
        came = describe_event(moment.event, journey.base) if moment.event is not None else ""
        did = "; ".join(_outcomes(telling, moment))
        if came or did:
            yield f"{telling.day(moment.at)}", came, did


def _outcomes(telling: _JourneyState, moment: Step) -> Iterator[str]:
    yield from _answer(moment)
    s = moment.decided.sentence
    for move in s.state_changes[telling.moves :]:
        step = f"{_words(move.source)} → {_words(move.target)}"
        same = "" if move.source is not move.target else f", {_words(move.phase)}"
        yield f"**{step}**{same} ({move.transition.name})"
    telling.moves = len(s.state_changes)
    yield from _clocks(telling, s, moment.at)
    yield from _duties(telling, s, moment.at)
    told = dict.fromkeys(
        f"{_words(item.template)} to {_words(item.recipient)}" for item in moment.notices
    )
    if told:
        yield f"notified: {', '.join(told)}"


def _answer(moment: Step) -> Iterator[str]:
    event = moment.event
    if event is None:
        return
    uid = f"{event.data['by']['organisation']}/{event.data['event_id']}"
    found = moment.decided.dispositions[uid]
    if found.verdict is not DispositionKind.APPLIED:
        yield f"**{found.verdict.value}**: {found.reason}"
    elif found.irregular or found.reason:
        yield f"noted: {found.reason or 'the state graph did not expect it'}"


def _clocks(telling: _JourneyState, s: Sentence, now: datetime) -> Iterator[str]:
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
            told.setdefault(_STATUS_WORDS[status], []).append(about)
        telling.shown[key], telling.due[key] = status, due
    for what, names in told.items():
        yield f"{what}: {'; '.join(names)}"


def _moved(telling: _JourneyState, clock: Clock, due: str) -> str:
    reason = (clock.moved_from or "").partition(": ")[2]
    why = _DATE.sub(lambda found: f"day {telling.day(date.fromisoformat(found[0]))}", reason)
    return f"{_name(clock)}, from {telling.due[clock.id]} to {due}{f' ({why})' if why else ''}"


def _is_shown(telling: _JourneyState, clock: Clock, status: ClockStatus) -> bool:
    row = clock.timescale
    about = row.id in telling.journey.expected["proves"]
    unanswered = status is ClockStatus.MISSED or clock.id in telling.shown
    return about or row.timer is TimerKind.NAMED or (row.timer is TimerKind.PROMPT and unanswered)


def _due(telling: _JourneyState, clock: Clock) -> str:
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


def _duties(telling: _JourneyState, s: Sentence, now: datetime) -> Iterator[str]:
    for key, item in s.duties.items():
        if item.duty.id not in telling.journey.expected["proves"]:
            continue
        status = _status(item, now)
        if telling.duties.get(key) != status:
            telling.duties[key] = status
            yield f"{status}: {item.duty.title}"


def _status(item: OpenDuty, now: datetime) -> str:
    if item.settled_at is None or item.settled_at > now:
        return "open"
    return "lapsed" if item.settled != "done" else "done"


def _words(text: str) -> str:
    return str(text).replace("_", " ").replace("-", " ")


SPELLING = {"nps": "NPS", "rosh": "RoSH"}
COLUMNS = ("day", "event sent", "result")

HEAD = """\
This page is for officers, lawyers and testers: it shows what the system does in typical cases. Each
example is one sentence from its first day to a day after its last, as a stream of events in
`examples/journeys/`. A file beside the stream gives the expected result, which `make test` and
`make prove` check. Days are counted from the day of sentence, and times are London times.
`starter.py simulate` plays a stream through virtual time.

A clock is named by its title, with its due day. Clocks with a number in the documents are shown
from start to end. A prompt is shown if it was not answered, or if the example is about it. Duties
without a time are shown if the example is about them."""


def examples_page() -> str:
    """Return the page of every journey, by type of sentence."""
    return page(
        "# The examples as policy",
        "",
        HEAD,
        *(line for kind, title in TITLES.items() for line in _of_type(kind, title)),
    )


def _of_type(kind: SentenceType, title: str) -> Iterator[str]:
    journeys = [item for item in load_journeys().values() if _type(item) == kind]
    yield from ("", f"## {title}", "")
    for item in journeys:
        yield f"- [{_title(item)}](#{_title(item).lower().replace(' ', '-')})"
    for item in journeys:
        yield from _journey(item)


def _type(journey: Journey) -> str:
    return str(journey.events(journey.base)[0].data["type"])


def _title(journey: Journey) -> str:
    words = journey.name.split("_")
    spelt = [SPELLING.get(word, word) for word in words]
    return " ".join([spelt[0][:1].upper() + spelt[0][1:], *spelt[1:]])


def _journey(journey: Journey) -> Iterator[str]:
    base, proves = journey.base, ", ".join(map(code, journey.expected["proves"]))
    yield from ("", f"### {_title(journey)}", "", journey.shows, "")
    yield f"{code(f'examples/journeys/{journey.name}.jsonl')}, here from {base:%A} {base.day}"
    yield f"{base:%B %Y}. It shows {proves}."
    yield ""
    yield from table(COLUMNS, day_rows(journey))

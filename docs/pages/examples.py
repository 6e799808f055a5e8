"""Page of the examples: each journey as policy, day by day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from docs.journeys import Journey, load_journeys
from docs.pages.markdown import code, page, table
from runtime.simulation import Step
from runtime.streams import StreamEvent
from states.entities import OpenDuty
from states.sentence import Sentence
from states.standards.terms import TimerKind
from states.time.clock import Clock
from states.time.london import LONDON, day_of
from states.transitions import TITLES
from states.vocabulary import ClockStatus, DispositionKind, SentenceType

SPELLING = {"nps": "NPS", "rosh": "RoSH"}
COLUMNS = ("day", "event sent", "result")

ABOUT = """\
This page is for officers, lawyers and testers: it shows what the system does in typical cases. Each
example is one sentence from its first day to a day after its last, as a stream of events in
`examples/journeys/`. A file beside the stream gives the expected result, which `make test` and
`make prove` check. Days are counted from the day of sentence, and times are London times.
`starter.py simulate` plays a stream without a server.

A clock is named by its title, with its due day. Clocks with a number in the documents are shown
from start to end. A prompt is shown if it was not answered, or if the example is about it. Duties
without a time are shown if the example is about them."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_STATUS_WORDS = {
    ClockStatus.MET: "met",
    ClockStatus.MET_LATE: "met late",
    ClockStatus.MISSED: "**overdue**",
    ClockStatus.OPENED: "open from now on",
    ClockStatus.ENDED: "over",
    ClockStatus.STOPPED: "lapses",
}
OMITTED_FIELDS = frozenset(
    [
        "event_id",
        "occurred_at",
        "by",
        "rationale",
        "alternatives_considered",
        "details",
        "fact",
        "summary",
        "person",
        "offence",
        "victims",
        "court",
        "area",
        "parts",
        "provider_code",
        "risk_screening_completed",
        "authorised",
        "face_to_face",
        "public_protection",
        "minutes",
        "from_whom",
        "safeguards",
        "length_days",
    ]
)
"""Fields that the page omits."""


def describe_event(event: StreamEvent, base: date) -> str:
    """Return an event in words, with its dates as days from `base`."""
    fields = ", ".join(_field_texts(event.data, base))
    role = event.data["by"]["role"].replace("_", " ")
    organisation = event.data["by"]["organisation"]
    kind = event.kind.replace("_", " ")
    return f"{kind}{': ' if fields else ''}{fields} ({role}, {organisation})"


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


@dataclass
class _JourneyState:
    """State of the page while it goes through a journey."""

    journey: Journey
    base: date
    shown: dict[str, ClockStatus] = field(default_factory=dict)
    """Last status that the page has shown of each clock, by the clock's id."""
    due: dict[str, str] = field(default_factory=dict)
    duties: dict[str, str] = field(default_factory=dict)
    changes: int = 0

    def day(self, moment: datetime | date) -> str:
        """Return the number of days from the base."""
        on = day_of(moment) if isinstance(moment, datetime) else moment
        return f"{(on - self.base).days}"


def day_rows(journey: Journey) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of a journey: the day, the event, the result."""
    simulation = journey.simulated(journey.base)
    state = _JourneyState(journey, journey.base)
    for step in simulation.steps:
        came = describe_event(step.event, journey.base) if step.event is not None else ""
        did = "; ".join(_outcomes(state, step))
        if came or did:
            yield f"{state.day(step.at)}", came, did


def _outcomes(state: _JourneyState, step: Step) -> Iterator[str]:
    yield from _disposition(step)
    s = step.decided.sentence
    for change in s.state_changes[state.changes :]:
        states = f"{_words(change.source)} → {_words(change.target)}"
        phase = "" if change.source is not change.target else f", {_words(change.phase)}"
        yield f"**{states}**{phase} ({_words(change.transition.name)})"
    state.changes = len(s.state_changes)
    yield from _clocks(state, s, step.at)
    yield from _duties(state, s, step.at)
    notices = dict.fromkeys(
        f"{_words(item.template)} to {_words(item.recipient)}" for item in step.notices
    )
    if notices:
        yield f"notified: {', '.join(notices)}"


def _disposition(step: Step) -> Iterator[str]:
    event = step.event
    if event is None:
        return
    uid = f"{event.data['by']['organisation']}/{event.data['event_id']}"
    found = step.decided.dispositions[uid]
    if found.verdict is not DispositionKind.APPLIED:
        yield f"**{found.verdict.value}**: {found.reason}"
    elif found.irregular or found.reason:
        yield f"noted: {found.reason or 'the state graph did not expect it'}"


def _clocks(state: _JourneyState, s: Sentence, now: datetime) -> Iterator[str]:
    grouped: dict[str, list[str]] = {}
    for key, clock in s.clocks.items():
        before, status, due = state.shown.get(key), clock.status(now), _due(state, clock)
        if not _is_shown(state, clock, status):
            continue
        running = status is ClockStatus.RUNNING
        if before is None and running and clock.due.due_at is not None:
            grouped.setdefault("starts", []).append(f"{_name(clock)}, {due}")
        elif before is not None and due != state.due[key]:
            grouped.setdefault("moved", []).append(_moved(state, clock, due))
        if not running and status is not before:
            about = _name(clock) if before is not None else f"{_name(clock)}, {due}"
            grouped.setdefault(_STATUS_WORDS[status], []).append(about)
        state.shown[key], state.due[key] = status, due
    for what, names in grouped.items():
        yield f"{what}: {'; '.join(names)}"


def _moved(state: _JourneyState, clock: Clock, due: str) -> str:
    reason = (clock.moved_from or "").partition(": ")[2]
    why = _DATE.sub(lambda found: f"day {state.day(date.fromisoformat(found[0]))}", reason)
    return f"{_name(clock)}, from {state.due[clock.id]} to {due}{f' ({why})' if why else ''}"


def _is_shown(state: _JourneyState, clock: Clock, status: ClockStatus) -> bool:
    row = clock.timescale
    about = row.id in state.journey.expected["proves"]
    unanswered = status is ClockStatus.MISSED or clock.id in state.shown
    return about or row.timer is TimerKind.NAMED or (row.timer is TimerKind.PROMPT and unanswered)


def _due(state: _JourneyState, clock: Clock) -> str:
    due = clock.due
    if due.due_on is not None:
        return f"day {state.day(due.due_on)}"
    if due.due_at is not None:
        return f"day {state.day(due.due_at)} at {due.due_at.astimezone(LONDON):%H:%M}"
    return "no date"


def _name(clock: Clock) -> str:
    subject = clock.subject
    # The due date identifies the clock of a day, the name that of a requirement.
    about = "" if subject is None or subject[:4].isdigit() else f" ({subject})"
    return f"{clock.timescale.title}{about}"


def _duties(state: _JourneyState, s: Sentence, now: datetime) -> Iterator[str]:
    for key, item in s.duties.items():
        if item.duty.id not in state.journey.expected["proves"]:
            continue
        status = _status(item, now)
        if state.duties.get(key) != status:
            state.duties[key] = status
            yield f"{status}: {item.duty.title}"


def _status(item: OpenDuty, now: datetime) -> str:
    if item.settled_at is None or item.settled_at > now:
        return "open"
    return "lapsed" if item.settled != "done" else "done"


def _words(text: str) -> str:
    return str(text).replace("_", " ").replace("-", " ")


def examples_page() -> str:
    """Return the page of all journeys, by type of sentence."""
    return page(
        "# The examples as policy",
        "",
        ABOUT,
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

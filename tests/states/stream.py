"""Write streams of events briefly, and play them into a case file.

Every event is parsed from its wire form, its free text extracted, with defaults for the
fields that a test does not care about. Times are London's: "2026-11-23" is noon of that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from activities.standards import load_catalogue
from states.event_log import EventLog, FoldResult, decide_with_lookups
from states.events.envelope import Event
from states.events.free_text import extract_free_text
from states.events.parsing import canonical_json, content_digest, parse_event
from states.law.pack import LawPack
from states.messages import ParsedMessage
from states.sentence_ref import SentenceRef
from states.standards.law import Law, StandardsCatalogue
from states.time.london import LONDON
from states.view.sentence import sentence_view
from tests.states.wording import DEFAULTS, OFFICER, OWN_DAYS, OWN_INSTANTS, SENDERS

IDENTITY: Final = SentenceRef("X320741", "1")


@cache
def catalogue() -> StandardsCatalogue:
    """Return the released standards of this checkout."""
    return load_catalogue()


@cache
def law() -> Law:
    """Return the released edition and the newest calendar of this checkout."""
    return Law(catalogue().editions["ns-2015"], catalogue().calendar())


def at(text: str) -> datetime:
    """Return London's `YYYY-MM-DD` (its noon) or `YYYY-MM-DD HH:MM` as an instant in UTC."""
    local = datetime.fromisoformat(text if " " in text else f"{text} 12:00")
    return local.replace(tzinfo=LONDON).astimezone(UTC)


def wire(kind: str, when: str, /, **fields: Any) -> dict[str, Any]:
    """Return the event as an integrator sends it; the id is kind and time unless given."""
    own: dict[str, Any] = {}
    if kind in OWN_DAYS:
        own[OWN_DAYS[kind]] = when[:10]
    if kind in OWN_INSTANTS:
        own[OWN_INSTANTS[kind]] = at(when).isoformat()
    body = {
        "event_id": f"{kind}.{when.replace(' ', 'T')}",
        "occurred_at": at(when).isoformat(),
        "by": SENDERS.get(kind, OFFICER),
        **own,
        **DEFAULTS.get(kind, {}),
        **fields,
    }
    return {name: _plain(value) for name, value in body.items() if value is not None}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def event(kind: str, when: str, /, **fields: Any) -> Event:
    """Return the event as the log holds it: parsed from the wire, each text replaced by its digest.

    A field given as None is left out.
    """
    return extract_free_text(parse_event(kind, wire(kind, when, **fields)), {})


def incoming(item: Event, received_at: datetime | None = None) -> ParsedMessage:
    """Return the message in which `item` comes; it is received when it occurred unless given."""
    body = item.model_dump(mode="json", exclude_unset=True)
    digest = content_digest(item.KIND, body)
    return ParsedMessage(
        item.KIND, digest, received_at or item.occurred_at, len(canonical_json(body)), item
    )


def case_of(events: Iterable[Event]) -> EventLog:
    """Return a case file that received `events` in the order given."""
    case = EventLog()
    for item in events:
        case.receive(incoming(item))
    return case


@dataclass(frozen=True, slots=True)
class Played:
    """A stream as it stands at one time."""

    case: EventLog
    decided: FoldResult
    view: dict[str, Any]

    @property
    def state(self) -> str:
        """The state on the wire."""
        return str(self.view["state"])

    @property
    def clocks(self) -> dict[str, dict[str, Any]]:
        """The clocks of the view by id."""
        return {clock["id"]: clock for clock in self.view["clocks"]}

    def clock(self, key: str) -> tuple[str, str | None]:
        """Return the status of a clock and the day on which it is due."""
        found = self.clocks[key]
        return found["status"], found["due_on"]

    def settled(self, key: str) -> tuple[str, str | None]:
        """Return the status of a clock and the instant at which it was settled."""
        found = self.clocks[key]
        return found["status"], found["settled_at"]

    def verdict(self, item: Event) -> tuple[str, str]:
        """Return what became of an event of the stream, and why."""
        found = self.decided.dispositions[item.uid]
        return found.verdict.value, found.reason

    def arrows(self) -> list[str]:
        """Return the arrows taken so far, in order."""
        return [move["arrow"] for move in self.view["transitions"]]

    def steps(self) -> list[tuple[str, str]]:
        """Return what is proposed next: the step and the row of the table that advises it."""
        return [(item["step"], item["row"]) for item in self.view["proposals"]]

    def told(self) -> set[tuple[str, str]]:
        """Return template and recipient of each desired notice."""
        effects = {**self.decided.effects, **self.decided.alerts}
        return {(effect.template, effect.recipient) for effect in effects.values()}


def played(
    events: Iterable[Event],
    now: str,
    known: StandardsCatalogue | None = None,
    *,
    pack: LawPack | None = None,
) -> Played:
    """Return `events` as they stand at `now`, London time; they look law up in `known`."""
    case = case_of(events)
    moment = at(now)
    held = replace(law(), pack=pack)
    decided = decide_with_lookups(case, held, moment, (known or catalogue()).look_up)
    return Played(case, decided, sentence_view(IDENTITY, case, decided, decided.law, moment))


def allocated(**order: Any) -> list[Event]:
    """Return an order of Monday 2 November 2026, allocated to a CRC at noon."""
    return [
        event("sentence_imposed", "2026-11-02 10:30", **order),
        event("case_allocated", "2026-11-02"),
    ]


def serving(**order: Any) -> list[Event]:
    """Return the same order in `active`: officer, first appointment, induction and plan on time."""
    return [
        *allocated(**order),
        event("officer_assigned", "2026-11-02 14:00"),
        event("appointment_arranged", "2026-11-02 15:00", at=at("2026-11-05 10:00")),
        event("appointment_attended", "2026-11-05 10:00"),
        event("induction_completed", "2026-11-05 10:30"),
        event("plan_completed", "2026-11-09"),
    ]


def failed(
    failure_id: str,
    when: str,
    *,
    acceptable: bool | None = False,
    judge: Any = OFFICER,
    **more: Any,
) -> list[Event]:
    """Return a failure, and a judgement on it an hour later unless `acceptable` is None."""
    key = {"failure_id": failure_id}
    found = [event("failure_reported", when, event_id=f"{failure_id}.reported", **key, **more)]
    if acceptable is not None:
        later = f"{when[:10]} 13:00" if len(when) == len("2026-11-23") else when
        fields = {**key, "acceptable": acceptable, "by": judge}
        found.append(event("failure_judged", later, event_id=f"{failure_id}.judged", **fields))
    return found


def warned(warning_id: str, when: str, *failure_ids: str, **more: Any) -> Event:
    """Return a warning for the failures named."""
    named = {"warning_id": warning_id, "failure_ids": list(failure_ids)}
    return event("warning_issued", when, event_id=f"{warning_id}.issued", **named, **more)

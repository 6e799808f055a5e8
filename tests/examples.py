"""The examples, played in the pure fold with each line received at its time."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from runtime.streams import RelativeBase, StreamEvent, read_stream
from states.event_log import EventLog, decide_with_lookups
from states.events.free_text import extract_free_text
from states.events.parsing import canonical_json, content_digest, parse_event
from states.messages import ParsedMessage
from states.sentence_ref import SentenceRef
from states.standards.law import Law
from states.time.london import end_of, start_of
from states.view.clocks import overdue_clocks
from states.view.sentence import sentence_view
from tests.states.stream import catalogue
from tests.states.stream import law as without_pack

EXAMPLES = Path(__file__).parents[1] / "examples"
EXPECTED: dict[str, dict[str, Any]] = json.loads((EXAMPLES / "expected.json").read_text("utf-8"))
"""Expected results of the caseload of `make run`; journeys have theirs in files beside them."""


@cache
def law() -> Law:
    """The law of a sentence that a worker of this build begins."""
    return replace(without_pack(), pack=catalogue().pack())


@cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of one example."""
    return tuple((EXAMPLES / f"{name}.jsonl").read_text("utf-8").splitlines())


def stream(name: str, base: date) -> list[StreamEvent]:
    """The events of one example, with the base on this day."""
    return list(read_stream(lines(name), RelativeBase(base, law().calendar)))


def played(name: str, base: date, *, to_the_end: bool = False) -> tuple[dict[str, Any], list[str]]:
    """The view of an example at nine on the morning of its base, and what is overdue in it.

    `to_the_end` looks a day after the order ends instead.
    """
    case, now = EventLog(), start_of(base) + timedelta(hours=9)
    arrived: datetime | None = None
    events = stream(name, base)
    for item in events:
        event = extract_free_text(parse_event(item.kind, item.data), {})
        arrived = max(arrived or event.occurred_at, event.occurred_at)
        size, digest = len(canonical_json(item.data)), content_digest(item.kind, item.data)
        case.receive(ParsedMessage(item.kind, digest, arrived, size, event))
    if to_the_end:
        now = end_of(date.fromisoformat(events[0].data["ends_on"])) + timedelta(days=1)
    decided = decide_with_lookups(case, law(), now, catalogue().look_up)
    identity = SentenceRef(events[0].crn, events[0].event_number)
    late = [clock.timescale.id for clock in overdue_clocks(decided.sentence, now)]
    return sentence_view(identity, case, decided, decided.law, now), late

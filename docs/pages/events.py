"""Page of every kind of event: its fields, its time, who may send it and in which states."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, get_args

from pydantic import AwareDatetime

from docs.pages.markdown import code, first_line, page, table
from states.events.envelope import ENVELOPE_FIELDS, Event
from states.events.registry import KINDS
from states.rules.handler import Nature
from states.rules.registry import HANDLERS

AHEAD_COLUMNS = ("kind", "waits for", "may lie ahead", "details that delay nothing")

ABOUT_AHEAD = """\
An act is decided no earlier than its own date. An event whose own time lies after `occurred_at`
waits for it: a day begins at midnight in London. The fields in the third column name something
still to come, so they may lie ahead and delay nothing; so may the dates of a requirement. A
correction takes back its target at once, whatever its own date."""

COLUMNS = ("kind", "meaning", "fields", "time that counts", "nature", "allowed in", "from")

ABOUT = """\
This page is for developers of sending systems; [Integrating](integrating.md) explains how to
send. Each kind of event is one signal with one JSON object. Every event has the envelope:
`event_id`, `occurred_at` (RFC 3339 with offset), `by` (`id`, `role`, `organisation`) and, if it
corrects another event, `replaces`. A `?` marks an optional field.

`occurred_at` is the time of the act, and it orders events. The time in the fourth column starts
and settles clocks. A fact is applied in any state, and marked irregular if the state graph did
not expect it. An act, of a court, a prison, the Parole Board or the police, is applied whatever
it says and whoever reports it; what speaks against it is flagged, with a duty to refer it back.
A decision is refused outside the states listed."""


def events_page() -> str:
    """Return the page of every kind of event, one row each."""
    return page(
        "# Events",
        "",
        ABOUT,
        "",
        *table(COLUMNS, _kinds()),
        "",
        "## Dates that lie ahead",
        "",
        ABOUT_AHEAD,
        "",
        *table(AHEAD_COLUMNS, _dated()),
        "",
        "`nudge` has no envelope: it makes a sentence check everything again and changes nothing.",
    )


def _kinds() -> Iterator[tuple[str, ...]]:
    for kind, model in KINDS.items():
        rule = HANDLERS[kind]
        decided = rule.nature is Nature.DECISION
        yield (
            code(kind),
            first_line(model.__doc__),
            _fields(model),
            code(model.OWN_TIME or "occurred_at"),
            rule.nature.name.lower(),
            ", ".join(state.value for state in rule.allowed_states) if decided else "any state",
            ", ".join(sorted(role.value for role in rule.roles)) if rule.roles else "any sender",
        )


def date_fields(model: type[Event]) -> tuple[str, ...]:
    """Return the names of the dates and instants that events of this kind have of their own."""
    return tuple(
        name
        for name, field in model.model_fields.items()
        if name not in ENVELOPE_FIELDS and is_time(field.annotation)
    )


def is_time(annotation: Any) -> bool:
    """Return whether a field holds a date or an instant."""
    of = get_args(annotation)
    return annotation in {date, datetime, AwareDatetime} or any(is_time(part) for part in of[:2])


def _dated() -> Iterator[tuple[str, ...]]:
    for kind, model in KINDS.items():
        names = date_fields(model)
        if names:
            ahead = [name for name in names if name in model.MAY_LIE_AHEAD]
            own = [name for name in names if name == model.OWN_TIME and name not in ahead]
            rest = [name for name in names if name not in (*ahead, *own)]
            yield (code(kind), *(", ".join(map(code, part)) for part in (own, ahead, rest)))


def _fields(model: type[Event]) -> str:
    names = (
        f"`{name}`{'' if field.is_required() else '?'}"
        for name, field in model.model_fields.items()
        if name not in ENVELOPE_FIELDS
    )
    return ", ".join(names) or "none"

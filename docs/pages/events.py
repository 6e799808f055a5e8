"""Page of every kind of event: its fields, its time, who may send it and in which states."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, get_args

from pydantic import AwareDatetime

from docs.pages.markdown import code, first_line, page, table
from states.events.envelope import ENVELOPE_FIELDS, Event
from states.events.registry import KINDS
from states.rules.authorisation import GRANTS, Enforcer, Grant, Permission, any_of
from states.rules.handler import Nature
from states.rules.registry import HANDLERS
from states.vocabulary import Role

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


WHO_MAY_COLUMNS = ("event", "in a case of a CRC", "of the NPS", "of a CRC, curfew alone")

PERMITTED: Mapping[str, Mapping[str, Permission]] = {
    "case_allocated": {"": Permission.ALLOCATE},
    "rosh_confirmed": {"": Permission.ROSH},
    "failure_judged": {"": Permission.EXCUSE},
    "warning_issued": {
        "under an order or supervision": Permission.WARN,
        "first on licence": Permission.FIRST_LICENCE_WARNING,
        "final on licence": Permission.FINAL_LICENCE_WARNING,
    },
    "warning_withdrawn": {"": Permission.EXCUSE},
    "breach_decided": {"": Permission.REFER},
    "breach_withdrawn": {"": Permission.REFER},
    "breach_referred": {"": Permission.REFER},
    "breach_referral_received": {"": Permission.PRESENT},
    "report_delivered": {"to a court": Permission.PRESENT},
    "court_decided": {"": Permission.DEAL_WITH_BREACH},
    "recall_decided": {"": Permission.RECOMMEND_RECALL},
    "recall_withdrawn": {"": Permission.RECOMMEND_RECALL},
    "recall_endorsed": {"": Permission.ENDORSE},
    "recall_report_sent": {"": Permission.MANAGE_RECALL},
    "licence_revoked": {"": Permission.REVOKE},
    "revocation_refused": {"": Permission.REVOKE},
    "parole_board_decided": {"": Permission.RE_RELEASE},
}
"""The permission that each act needs, by kind of event and what distinguishes the act."""

ABOUT_WHO_MAY = """\
Some acts are open to some roles of some organisations only. The provider that manages the case
judges, warns and recommends; "curfew alone" is an order whose only requirement is a curfew or an
attendance centre, which the NPS enforces. A system and ops may pass on what a court, the casework
section or the Parole Board decided. Every other sender is refused, and the refusal says who may."""


def events_page() -> str:
    """Return the page of every kind of event, one row each."""
    return page(
        "# Events",
        "",
        ABOUT,
        "",
        *table(COLUMNS, _kinds()),
        "",
        "## Who may do what",
        "",
        ABOUT_WHO_MAY,
        "",
        *table(WHO_MAY_COLUMNS, _permissions()),
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


def _permissions() -> Iterator[tuple[str, ...]]:
    for kind, rule in HANDLERS.items():
        if rule.roles is None and kind not in PERMITTED:
            continue
        for act, permission in PERMITTED.get(kind, {"": None}).items():
            name = " ".join(filter(None, (code(kind), act)))
            yield (name, *(who_may(kind, permission, enforcer) for enforcer in Enforcer))


def who_may(kind: str, permission: Permission | None, enforcer: Enforcer) -> str:
    """Return who may send a kind of event, where it needs a permission and where it needs none."""
    roles = HANDLERS[kind].roles or frozenset(Role)
    if permission is None:
        return any_of(roles)
    entitled = GRANTS[permission][enforcer]
    return str(Grant(entitled.roles & roles, entitled.organisations))


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

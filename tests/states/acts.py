"""Acts of every kind, drawn at random from the models themselves: right, late, odd and impossible.

Ids come from small pools, so that acts meet; days lie around the day of the act. What a model
refuses is no act: the reading of messages has tests of its own.
"""

from datetime import date, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from hypothesis import strategies as st

from states.events.envelope import ENVELOPE_FIELDS, Event, WireModel
from states.events.parsing import UnreadableError, parse_event
from states.events.registry import KINDS
from states.time.london import LONDON, day_of
from states.vocabulary import Role, SentenceType
from tests.states.orders import Act
from tests.states.wording import DEFAULTS, SENDERS

POOLS: Final[dict[str, tuple[str, ...]]] = {
    "failure_id": ("F0", "F1", "F2", "F3"),
    "failure_ids": ("F0", "F1", "F2", "F3"),
    "warning_id": ("W0", "W1", "W2"),
    "appointment_id": ("A0", "A1"),
    "requirement_id": ("R1", "R2", "R3"),
    "stay_id": ("S0", "S1"),
    "report_id": ("P0", "P1"),
    "officer_id": ("N07A001", "N02A009"),
    "to_crn": ("X320999",),
    "from_crn": ("X320999",),
    "to_event_number": ("2",),
    "from_event_number": ("2",),
    "notice_key": ("nothing/was/told", "seek-explanation/F0/CRC/e1/officer"),
    "message_digest": ("0" * 32,),
    "calendar": ("england-and-wales-2026a", "england-and-wales-2026b", "nowhere-1"),
    "pack": ("england-and-wales-2026a", "nowhere-1"),
    "edition": ("ns-2015", "ns-later", "ns-1900"),
    "duty": ("officer-known-always", "ev-explanation-each", "no-such-duty"),
    "condition": ("SLC1", "SLC3", "R1"),
}
DAYS: Final = (-400, -30, -7, -1, 0, 0, 0, 0, 1, 7, 30, 200)
ORGANISATIONS: Final = ("CRC", "NPS", "PPCS", "COURT", "HMPS")


def kinds() -> st.SearchStrategy[str]:
    """Every kind that the log takes, those about enforcement more often than the rest."""
    often = ("failure_reported", "failure_judged", "warning_issued", "released", "recall_decided")
    rest = [kind for kind in KINDS if kind != "sentence_imposed"]
    return st.sampled_from([*rest, *often, *often, *often])


@st.composite
def acts(draw: st.DrawFn, number: int, start: datetime, latest: datetime) -> Act | None:
    """Draw one act between two instants; None where its model refuses what was drawn."""
    kind = draw(kinds())
    span = max(1, int((latest - start).total_seconds()) // 3600)
    hours = draw(st.integers(0, span))
    when = start + timedelta(hours=hours)
    drawn, usual = _fields(draw, KINDS[kind], when), DEFAULTS.get(kind, {})
    data = drawn | usual if draw(st.booleans()) else usual | drawn
    return readable(kind, data | envelope(draw, kind, number, when))


def envelope(draw: st.DrawFn, kind: str, number: int, when: datetime) -> dict[str, Any]:
    """Draw the envelope: mostly the usual sender of the kind, now and then somebody else."""
    by = SENDERS.get(kind, {"id": "N07A001", "role": "officer", "organisation": "CRC"})
    if draw(st.integers(0, 4)) == 0:
        role = draw(st.sampled_from(Role)).value
        by = {"id": "X1", "role": role, "organisation": draw(st.sampled_from(ORGANISATIONS))}
    return {"event_id": f"e{number}", "occurred_at": when.isoformat(), "by": by}


def readable(kind: str, data: dict[str, Any]) -> Act | None:
    """Return the act if its model takes it."""
    try:
        parse_event(kind, data)
    except UnreadableError:
        return None
    return kind, data


def imposed(kind: SentenceType, start: datetime) -> Act:
    """Return the imposition of a sentence of that type on the day of `start`."""
    day = day_of(start)
    body = DEFAULTS["sentence_imposed"] | {"type": kind.value, "sentenced_on": day.isoformat()}
    ends: dict[str, Any] = {"ends_on": _later(day, 364)}
    if kind is SentenceType.SUSPENDED_SENTENCE_ORDER:
        ends = {"ends_on": None, "operational_period_ends_on": _later(day, 364)}
    if kind is SentenceType.CUSTODY:
        ends = {
            "ends_on": None,
            "requirements": [],
            "length_days": 400,
            "extended": False,
            "expected_release_on": _later(day, 120),
            "automatic_release_on": _later(day, 200),
            "licence_ends_on": _later(day, 400),
            "pss_ends_on": _later(day, 565),
        }
    given = {name: value for name, value in (body | ends).items() if value is not None}
    sender = {"event_id": "e0", "occurred_at": start.isoformat(), "by": SENDERS["sentence_imposed"]}
    return "sentence_imposed", given | sender


def _later(day: date, days: int) -> str:
    return (day + timedelta(days=days)).isoformat()


def _fields(draw: st.DrawFn, model: type[WireModel], when: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {}
    own = getattr(model, "OWN_TIME", None)
    for name, field in model.model_fields.items():
        if issubclass(model, Event) and name in ENVELOPE_FIELDS:
            continue
        if field.is_required() or name == own or draw(st.integers(0, 2)) == 0:
            value = _value(draw, field.annotation, name, when)
            if value is not None:
                found[name] = value
    return found


def _value(draw: st.DrawFn, annotation: Any, name: str, when: datetime) -> Any:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(draw, inner[0], name, when)
    if origin in (Union, UnionType):
        given = next(item for item in inner if item is not NoneType)
        return _value(draw, given, name, when)
    if origin is tuple:
        count = draw(st.integers(1, 2))
        return _distinct([_value(draw, inner[0], name, when) for _ in range(count)])
    if isinstance(annotation, type) and issubclass(annotation, WireModel):
        return _fields(draw, annotation, when)
    return draw(_plain(annotation, name, when))


def _plain(annotation: Any, name: str, when: datetime) -> st.SearchStrategy[Any]:
    if annotation is date:
        days = st.sampled_from(DAYS)
        return days.map(lambda n: (day_of(when) + timedelta(days=n)).isoformat())
    if annotation is datetime:
        hours = st.sampled_from((-30, -2, 0, 0, 2))
        return hours.map(lambda n: (when + timedelta(hours=n)).astimezone(LONDON).isoformat())
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.sampled_from((0, 1, 2, 3, 20, 80))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from([item.value for item in annotation])
    return st.sampled_from(POOLS.get(name, ("C1", "C2")))


def _distinct(values: list[Any]) -> list[Any]:
    return [value for index, value in enumerate(values) if value not in values[:index]]

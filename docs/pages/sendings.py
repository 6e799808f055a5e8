"""An event of a stream in words: what it says, who sent it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from runtime.streams import StreamEvent

LEFT_OUT = {
    *("event_id", "occurred_at", "by", "rationale", "alternatives_considered", "details", "fact"),
    *("summary", "person", "offence", "victims", "court", "area", "parts", "provider_code"),
    *("risk_screening_completed", "authorised", "face_to_face", "public_protection", "minutes"),
    *("from_whom", "safeguards", "length_days"),
}
"""Fields that a reader of the page can do without."""


def sent(event: StreamEvent, base: date) -> str:
    """Return what an event says, with its dates as days from `base`."""
    said = ", ".join(_said(event.data, base))
    role, by = event.data["by"]["role"].replace("_", " "), event.data["by"]["organisation"]
    kind = event.kind.replace("_", " ")
    return f"{kind}{': ' if said else ''}{said} ({role}, {by})"


def _said(data: dict[str, Any], base: date) -> Iterator[str]:
    for name, value in data.items():
        if name not in LEFT_OUT:
            yield from _value(name, value, base)


def _value(name: str, value: Any, base: date) -> Iterator[str]:
    words = name.replace("_", " ")
    if isinstance(value, bool):
        yield words if value else f"not {words}"
    elif isinstance(value, list):
        yield from (part for item in value for part in _item(item, base))
    elif isinstance(value, int):
        yield f"{value} {words}"
    elif (day := _day(value)) is not None:
        yield f"{words} day {(day - base).days}"
    else:
        yield str(value).replace("_", " ")


def _item(item: Any, base: date) -> Iterator[str]:
    if isinstance(item, dict):
        yield f"[{', '.join(_said(item, base))}]"
    else:
        yield str(item).replace("_", " ")


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None

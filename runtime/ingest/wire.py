"""Read one message as it came: SNS within SQS, raw delivery, or a bare domain event.

SNS puts the event into its envelope as a JSON string under `Message`; with raw delivery the body
is the event itself. The type is that of the body: an attribute may still have an older name.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from runtime.ingest.outcomes import UnmappableError, Why
from runtime.ingest.times import UnreadableTimeError, instant_of
from states.events.reading import canonical

MAX_BYTES: Final = 1_048_576
"""What a queue can carry at most; more is no message."""

_TYPE: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_ID: Final = re.compile(r"[!-~]{1,256}")
_CRN: Final = re.compile(r"[A-Z][0-9]{6}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A domain event as it came."""

    message_id: str | None
    """The publisher's or the queue's; another delivery of one publication has the same."""
    type: str
    occurred_at: datetime
    """When the act happened, in UTC; arrival is up to 45 minutes later, and counts for nothing."""
    body: Mapping[str, Any]
    persons: Mapping[str, str]
    """Whom it is about: CRN or NOMS number, by the name of the number."""
    digest: str
    """Of what it says: another publication of one happening has the same."""

    @property
    def crn(self) -> str | None:
        """The CRN of the person whom it is about, where it is one."""
        crn = self.persons.get("CRN", "")
        return crn if _CRN.fullmatch(crn) else None


def read_arrival(text: str, message_id: str | None = None, type_hint: str | None = None) -> Arrival:
    """Return the domain event in `text`.

    Args:
        text: An envelope of SNS, a message as the queue's own tools print it, or a bare event.
        message_id: The queue's id, where there is one; an envelope's own goes before it.
        type_hint: The type by the queue's attributes, for a body that does not say it.

    Raises:
        UnmappableError: `unreadable`, with what is wrong.
    """
    found = parsed(text)
    if isinstance(found.get("Body"), str):
        return read_arrival(found["Body"], _text(found, "MessageId") or message_id, type_hint)
    if isinstance(found.get("Message"), str):
        message_id = _text(found, "MessageId") or message_id
        type_hint = _attribute(found) or type_hint
        found = parsed(found["Message"])
    kind = _text(found, "eventType") or type_hint
    if kind is None or not _TYPE.fullmatch(kind):
        raise UnmappableError(Why.UNREADABLE, "neither it nor its envelope has an eventType")
    try:
        occurred_at = instant_of(found.get("occurredAt"))
    except UnreadableTimeError as error:
        raise UnmappableError(Why.UNREADABLE, f"occurredAt: {error}") from None
    persons = _persons(found)
    try:
        digest = _digest(kind, occurred_at, persons, found.get("additionalInformation"))
    except RecursionError:
        raise UnmappableError(Why.UNREADABLE, "it nests too deep") from None
    if message_id is not None and not _ID.fullmatch(message_id):
        message_id = None
    return Arrival(message_id, kind, occurred_at, found, persons, digest)


def parsed(text: str) -> dict[str, Any]:
    """Return the JSON object that `text` says.

    Raises:
        UnmappableError: If it says none, is too large, or has a field twice.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise UnmappableError(Why.UNREADABLE, f"it has more than {MAX_BYTES:,} bytes")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnmappableError(Why.UNREADABLE, "it is not JSON text, or has a field twice") from None
    if not isinstance(found, dict):
        raise UnmappableError(Why.UNREADABLE, "it is not one JSON object")
    return found


def digest_of(text: str) -> str:
    """Return the digest of a message that cannot be read, from its text: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _digest(kind: str, at: datetime, persons: Mapping[str, str], more: object) -> str:
    # Not what a second publication may say otherwise: when it was published, in which words.
    said = canonical([kind, at.isoformat(), sorted(persons.items()), more or {}])
    return hashlib.sha256(said).hexdigest()[:32]


def _persons(found: Mapping[str, Any]) -> dict[str, str]:
    reference = found.get("personReference")
    listed = reference.get("identifiers") if isinstance(reference, dict) else None
    pairs = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return {
        name: value
        for name, value in ((_text(item, "type"), _text(item, "value")) for item in pairs)
        if name is not None and value is not None
    }


def _attribute(envelope: Mapping[str, Any]) -> str | None:
    attributes = envelope.get("MessageAttributes")
    found = attributes.get("eventType") if isinstance(attributes, dict) else None
    return _text(found, "Value") if isinstance(found, dict) else None


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(found)
    return found


def _refuse(constant: str) -> Any:
    # NaN and Infinity are no JSON.
    raise ValueError(constant)

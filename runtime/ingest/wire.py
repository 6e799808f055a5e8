"""Parsing of one message as delivered: SNS within SQS, raw delivery, or a bare domain event.

SNS puts the event into its envelope as a JSON string under `Message`; with raw delivery the body
is the event itself. The type in the body has precedence: an attribute may still have an older name.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from runtime.ingest.outcomes import DeadLetterReason, UnmappableError
from states.events.parsing import canonical_json
from states.time.london import LONDON

MAX_BYTES: Final = 1_048_576
"""Largest message that a queue can carry."""

_UNREADABLE: Final = DeadLetterReason.UNREADABLE
_TYPE: Final = re.compile(r"[A-Za-z0-9._-]{1,128}")
_MESSAGE_ID: Final = re.compile(r"[!-~]{1,256}")
_CRN: Final = re.compile(r"[A-Z][0-9]{6}")


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Domain event of another system."""

    message_id: str | None
    """Id given by the publisher or the queue; every delivery of one publication has the same."""
    type: str
    occurred_at: datetime
    """Time of the act, in UTC. The message arrives up to 45 minutes later."""
    body: Mapping[str, Any]
    persons: Mapping[str, str]
    """CRN and NOMS number of the person it is about, by the name of the number."""
    digest: str
    """Digest of the content; every publication of one act has the same."""

    @property
    def crn(self) -> str | None:
        """The person's CRN; None if there is none, or it is invalid."""
        crn = self.persons.get("CRN", "")
        return crn if _CRN.fullmatch(crn) else None


def parse_message(
    text: str, message_id: str | None = None, type_hint: str | None = None
) -> DomainEvent:
    """Return the domain event in `text`.

    Args:
        text: SNS envelope, a message as printed by the queue's CLI, or a bare event.
        message_id: The queue's id, if any; an envelope's own id has precedence.
        type_hint: Type from the queue's attributes, for a body without one.

    Raises:
        UnmappableError: `unreadable`, with the fault.
    """
    found = parse_object(text)
    if isinstance(found.get("Body"), str):
        return parse_message(found["Body"], _text(found, "MessageId") or message_id, type_hint)
    if isinstance(found.get("Message"), str):
        message_id = _text(found, "MessageId") or message_id
        type_hint = _type_attribute(found) or type_hint
        found = parse_object(found["Message"])
    kind = _text(found, "eventType") or type_hint
    if kind is None or not _TYPE.fullmatch(kind):
        raise UnmappableError(_UNREADABLE, "neither the message nor its envelope has an eventType")
    try:
        occurred_at = parse_instant(found.get("occurredAt"))
    except UnreadableTimeError as error:
        raise UnmappableError(_UNREADABLE, f"occurredAt: {error}") from None
    persons = _persons(found)
    try:
        digest = _digest(kind, occurred_at, persons, found.get("additionalInformation"))
    except RecursionError:
        raise UnmappableError(_UNREADABLE, "it is nested too deeply") from None
    if message_id is not None and not _MESSAGE_ID.fullmatch(message_id):
        message_id = None
    return DomainEvent(
        message_id=message_id,
        type=kind,
        occurred_at=occurred_at,
        body=found,
        persons=persons,
        digest=digest,
    )


def parse_object(text: str) -> dict[str, Any]:
    """Return the JSON object in `text`.

    Raises:
        UnmappableError: `unreadable`, if it is not a JSON object, is too large, or repeats a
            field.
    """
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise UnmappableError(_UNREADABLE, f"it has more than {MAX_BYTES:,} bytes")
    try:
        found = json.loads(text, object_pairs_hook=_unique_fields, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise UnmappableError(_UNREADABLE, "it is not JSON, or repeats a field") from None
    if not isinstance(found, dict):
        raise UnmappableError(_UNREADABLE, "it is not a JSON object")
    return found


def text_digest(text: str) -> str:
    """Return the digest of an unreadable message, from its text: 32 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def split_messages(text: str) -> Sequence[str]:
    """Return the messages in the text of a file, in order, without blank lines.

    A text that is JSON as a whole is one message; otherwise each line is one.
    """
    # Not splitlines(): JSON may contain U+2028, which does not end a line.
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and _is_json(text):
        return [text]
    return lines


_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d+))?([Zz]|[+-]\d{2}:?\d{2})?"
)
_FRACTION_DIGITS: Final = 6
"""Digits of a second that are kept; some senders write nanoseconds, which no event holds."""

_NO_INSTANT: Final = "it is not a date with a time"
_NO_SUCH_TIME: Final = "this date or time of day does not exist"
_AMBIGUOUS_TIME: Final = "without an offset, this London time occurred twice or never"


class UnreadableTimeError(ValueError):
    """A text is not a time, or names no single instant; the message says which."""


def parse_instant(text: object) -> datetime:
    """Return the instant written in `text`, in UTC.

    A time without an offset is London time. In the hour that autumn repeats, or spring leaves
    out, it is ambiguous and is rejected.

    Raises:
        UnreadableTimeError: If it is not a date with a time, or names no single instant.
    """
    found = _INSTANT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise UnreadableTimeError(_NO_INSTANT)
    day, minute, second, fraction, offset = found.groups()
    digits = (fraction or "")[:_FRACTION_DIGITS].ljust(_FRACTION_DIGITS, "0")
    try:
        written = datetime.fromisoformat(f"{day}T{minute}{second or ':00'}.{digits}{offset or ''}")
    except ValueError as error:
        raise UnreadableTimeError(_NO_SUCH_TIME) from error
    return written.astimezone(UTC) if offset else _from_london(written)


def _from_london(written: datetime) -> datetime:
    first = written.replace(tzinfo=LONDON, fold=0)
    second = written.replace(tzinfo=LONDON, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise UnreadableTimeError(_AMBIGUOUS_TIME)
    return first.astimezone(UTC)


def _digest(kind: str, at: datetime, persons: Mapping[str, str], more: object) -> str:
    # Leave out what differs between publications: the publication time and the description.
    content = canonical_json([kind, at.isoformat(), sorted(persons.items()), more or {}])
    return hashlib.sha256(content).hexdigest()[:32]


def _persons(found: Mapping[str, Any]) -> dict[str, str]:
    reference = found.get("personReference")
    listed = reference.get("identifiers") if isinstance(reference, dict) else None
    pairs = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return {
        name: value
        for name, value in ((_text(item, "type"), _text(item, "value")) for item in pairs)
        if name is not None and value is not None
    }


def _type_attribute(envelope: Mapping[str, Any]) -> str | None:
    attributes = envelope.get("MessageAttributes")
    found = attributes.get("eventType") if isinstance(attributes, dict) else None
    return _text(found, "Value") if isinstance(found, dict) else None


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    return value if isinstance(value, str) and value else None


def _unique_fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(found)
    return found


def _refuse(constant: str) -> Any:
    # NaN and Infinity are not JSON.
    raise ValueError(constant)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True

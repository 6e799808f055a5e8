"""Envelope of every event, and the types of event fields with their bounds.

A value outside its bounds makes the whole message unreadable: it is quarantined, never cut to fit.
"""

import re
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, ClassVar, Final, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from states.time.london import start_of
from states.vocabulary import Role

MAX_TEXT: Final = 4_000
"""Characters in one field of free text."""

MAX_EVENT_BYTES: Final = 16_384
"""Bytes of one event as it came over the wire."""

_CODE: Final = r"^[A-Za-z0-9._:-]{1,64}$"
_EVENT_ID: Final = r"^[A-Za-z0-9._:-]{1,128}$"
_RFC3339: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})"
)
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_EARLIEST: Final = 1950
_LATEST: Final = 2200

_T = TypeVar("_T", date, datetime)


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _written_as_instant(value: object) -> object:
    # Pydantic also reads numbers and shorter forms; a statutory hour must not rest on a guess.
    if not isinstance(value, datetime) and not _matches(_RFC3339, value):
        message = "a time is written as RFC 3339 with its offset, such as 2026-11-02T10:30:00+00:00"
        raise ValueError(message)
    return value


def _written_as_date(value: object) -> object:
    if not isinstance(value, date) and not _matches(_ISO_DATE, value):
        message = "a date is written as YYYY-MM-DD"
        raise ValueError(message)
    return value


def _within_reason(value: _T) -> _T:
    # Arithmetic on the year 9999 overflows; no living person's sentence is outside these years.
    if not _EARLIEST <= value.year <= _LATEST:
        message = f"a year lies between {_EARLIEST} and {_LATEST}"
        raise ValueError(message)
    return value


def _in_utc(value: datetime) -> datetime:
    # One spelling of an instant, so that equal events sort and compare as equal.
    return value.astimezone(UTC)


class PersonalData:
    """Marker of a field whose value is personal: it goes to the case record, never into the log."""


Code = Annotated[str, Field(pattern=_CODE)]
"""An id or code of the integrator's own: 1 to 64 letters, digits, `.`, `_`, `:`, `-`."""

EventId = Annotated[str, Field(pattern=_EVENT_ID)]
"""As `Code`, up to 128 characters."""

FreeText = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), PersonalData()]
"""Free text: up to 4,000 characters, kept in the case record and replaced here by its digest."""

Instant = Annotated[
    AwareDatetime,
    Field(strict=False),
    BeforeValidator(_written_as_instant),
    AfterValidator(_within_reason),
    AfterValidator(_in_utc),
]
"""A moment with its offset from UTC, held in UTC."""

Day = Annotated[
    date,
    Field(strict=False),
    BeforeValidator(_written_as_date),
    AfterValidator(_within_reason),
]
"""A London date."""

PastDay = Annotated[
    date,
    Field(strict=False),
    BeforeValidator(_written_as_date),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date",
            "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        }
    ),
]
"""A London date of long ago, such as that of a birth: of any year, since nothing counts from it."""

Count = Annotated[int, Field(ge=0, le=100_000)]
"""Hours, days or minutes: a whole number from 0 to 100,000."""

Credit = Annotated[int, Field(ge=-100_000, le=100_000)]
"""Minutes credited, or taken back where negative: a whole number from -100,000 to 100,000."""

Codes = Annotated[tuple[Code, ...], Field(min_length=1, max_length=50)]
"""One to fifty ids."""

FreeTexts = Annotated[tuple[FreeText, ...], Field(max_length=50), PersonalData()]
"""Up to fifty pieces of free text."""


class WireModel(BaseModel):
    """Base model of everything on the wire: strict, closed, and frozen once read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
        ser_json_temporal="iso8601",
        # A process reads few of the kinds. pydantic builds each under a lock, at its first use.
        defer_build=True,
    )


class Sender(WireModel):
    """Sender of an event, with the capacity and the organisation that the sender acts for.

    The organisation is a code, not one of a closed list, since names change over the years
    (AMB-30). It replaces the signature under a paper entry (ev-record-signature), and shows the
    author of every dealing between a CRC and the NPS (ev-record-crc-nps).
    """

    id: Code
    """Id of the sender within the organisation."""
    role: Role
    """The capacity in which the sender acts."""
    organisation: Code
    """The organisation, as a code such as `NPS`, `CRC` or a provider's."""


SortKey = tuple[datetime, int, str, str]
"""Instant of effect, causal rank, event id, organisation: the order in which events are decided."""


class Event(WireModel):
    """Act that happened, as reported by its sender.

    `occurred_at` is when the act named by the kind happened, and it orders the log. Clocks are
    started and settled by the kind's own date or instant where it has one (`OWN_TIME`).
    An act whose own time lies after `occurred_at` waits for that time.
    """

    KIND: ClassVar[str]
    RANK: ClassVar[int]
    OWN_TIME: ClassVar[str | None]
    IN_ORDER: ClassVar[tuple[str, ...]]
    MAY_LIE_AHEAD: ClassVar[tuple[str, ...]]

    event_id: EventId
    """Id of the event, unique within its organisation; an event sent again under it is a repeat."""
    occurred_at: Instant
    """When the act happened, not when it was recorded or sent."""
    by: Sender
    """The sender: who, in what capacity and for which organisation."""
    replaces: EventId | None = None
    """Id of the event that this one corrects and thereby withdraws."""

    def __init_subclass__(
        cls,
        *,
        kind: str,
        rank: int,
        own_time: str | None = None,
        in_order: tuple[str, ...] = (),
        may_lie_ahead: tuple[str, ...] = (),
        **config: Any,
    ) -> None:
        """Set what a kind of event declares with its class.

        Args:
            kind: Name on the wire, which is also the name of the signal.
            rank: Place among events of the same instant: causes before their effects.
            own_time: Field that starts and settles clocks instead of `occurred_at`.
            in_order: Fields of dates, none of which may lie before the one that precedes it here.
            may_lie_ahead: Fields of dates that name something to come, such as an appointment.
            config: Settings of the model.
        """
        super().__init_subclass__(**config)
        cls.KIND = kind
        cls.RANK = rank
        cls.OWN_TIME = own_time
        cls.IN_ORDER = in_order
        cls.MAY_LIE_AHEAD = may_lie_ahead

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        require_order(*((name, getattr(self, name)) for name in self.IN_ORDER))
        return self

    @cached_property
    def uid(self) -> str:
        """Identity of the event: unique for an organisation within a sentence."""
        return f"{self.by.organisation}/{self.event_id}"

    @cached_property
    def sort_key(self) -> SortKey:
        """Place of the event in the log, from the event alone."""
        return (self.effective_at, self.RANK, self.event_id, self.by.organisation)

    @cached_property
    def effective_at(self) -> datetime:
        """Instant from which the event is decided: its own time, where that lies ahead of it.

        An act of a later day is decided at the first instant of that day in London. A date that may
        lie ahead, such as that of a listed hearing, delays nothing.
        """
        name = self.OWN_TIME
        own = None if name is None or name in self.MAY_LIE_AHEAD else getattr(self, name)
        if own is None:
            return self.occurred_at
        return max(self.occurred_at, own if isinstance(own, datetime) else start_of(own))

    @property
    def when_effective(self) -> Self:
        """The event as the fold decides it: reported no earlier than its act."""
        # Not cached: an event that holds itself could not be compared with another.
        if self.effective_at == self.occurred_at:
            return self
        return self.model_copy(update={"occurred_at": self.effective_at})


ENVELOPE_FIELDS = frozenset(Event.model_fields)
"""Names of the fields that every event has."""


def require_order(*dates: tuple[str, date | None]) -> None:
    """Refuse named dates that are out of order.

    Raises:
        ValueError: If two of the dates that were given are in the wrong order.
    """
    given = [(name, day) for name, day in dates if day is not None]
    for (earlier, first), (later, second) in pairwise(given):
        if second < first:
            message = f"{later} cannot lie before {earlier}"
            raise ValueError(message)

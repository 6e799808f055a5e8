"""The event from which a sentence begins: a court imposed it."""

from datetime import date
from typing import Annotated, Final

from pydantic import model_validator

from states.events.custody import require_order
from states.events.event import Event
from states.events.fields import Code, Count, Day, Sealed
from states.events.parts import Offence, Person, Requirements, Victims, require_distinct
from states.vocabulary import SentenceType

_OF_CUSTODY: Final = (
    "length_days",
    "extended",
    "expected_release_on",
    "automatic_release_on",
    "licence_ends_on",
    "pss_ends_on",
)


class SentenceImposed(Event):
    """A court passed the sentence. Dates that law sets are given here and never computed.

    Which date ends it depends on the type: `ends_on` for a community order, the operational
    period for a suspended sentence order (`ends_on`, where given, is the last day of its
    requirements), and the last of the dates given for custody. `final_day` says it.
    """

    KIND = "sentence_imposed"
    RANK = 10
    OWN_TIME = "sentenced_on"

    type: SentenceType
    sentenced_on: Day
    ends_on: Day | None = None
    operational_period_ends_on: Day | None = None
    length_days: Count | None = None
    extended: bool | None = None
    expected_release_on: Day | None = None
    automatic_release_on: Day | None = None
    licence_ends_on: Day | None = None
    pss_ends_on: Day | None = None
    offence: Offence
    requirements: Requirements = ()
    victims: Victims
    court: Code | None = None
    live_from: Day | None = None
    person: Annotated[Person | None, Sealed()] = None

    @property
    def final_day(self) -> date | None:
        """The last day of the whole sentence, its end as imposed."""
        match self.type:
            case SentenceType.COMMUNITY_ORDER:
                return self.ends_on
            case SentenceType.SUSPENDED_SENTENCE_ORDER:
                return self.operational_period_ends_on
            case SentenceType.CUSTODY:
                given = (self.expected_release_on, self.automatic_release_on)
                released = max((day for day in given if day is not None), default=None)
                return self.pss_ends_on or self.licence_ends_on or released

    @model_validator(mode="after")
    def _of_its_type(self) -> "SentenceImposed":
        match self.type:
            case SentenceType.COMMUNITY_ORDER:
                self._is_an_order("a community order", "ends_on")
            case SentenceType.SUSPENDED_SENTENCE_ORDER:
                self._is_an_order("a suspended sentence order", "operational_period_ends_on")
            case SentenceType.CUSTODY:
                self._is_custody()
        return self

    def _is_an_order(self, name: str, end: str) -> None:
        if self.final_day is None:
            message = f"{name} states {end}"
            raise ValueError(message)
        if self.final_day < self.sentenced_on:
            message = f"an order cannot end before it is made: {end} is before sentenced_on"
            raise ValueError(message)
        if not self.requirements:
            message = f"{name} has at least one requirement"
            raise ValueError(message)
        foreign = [field for field in _OF_CUSTODY if getattr(self, field) is not None]
        if foreign:
            message = f"{', '.join(foreign)}: only a custodial sentence has this"
            raise ValueError(message)
        if self.type is SentenceType.COMMUNITY_ORDER and self.operational_period_ends_on:
            message = "only a suspended sentence order has operational_period_ends_on"
            raise ValueError(message)
        require_order(
            ("sentenced_on", self.sentenced_on), ("ends_on", self.ends_on), (end, self.final_day)
        )

    def _is_custody(self) -> None:
        # Only the Parole Board releases from some extended sentences: no date is automatic then.
        wanted = _OF_CUSTODY[:3] if self.extended else _OF_CUSTODY[:4]
        missing = [field for field in wanted if getattr(self, field) is None]
        if missing:
            message = f"a custodial sentence states {', '.join(missing)}"
            raise ValueError(message)
        if self.operational_period_ends_on:
            message = "only a suspended sentence order has operational_period_ends_on"
            raise ValueError(message)
        for release in ("expected_release_on", "automatic_release_on"):
            require_order(
                ("sentenced_on", self.sentenced_on),
                (release, getattr(self, release)),
                ("licence_ends_on", self.licence_ends_on),
                ("pss_ends_on", self.pss_ends_on),
            )
        if self.ends_on not in (None, self.final_day):
            message = "ends_on of a custodial sentence is left out, or is the last of its dates"
            raise ValueError(message)

    @model_validator(mode="after")
    def _offence_comes_first(self) -> "SentenceImposed":
        require_order(
            ("offence.committed_on", self.offence.committed_on),
            ("sentenced_on", self.sentenced_on),
        )
        return self

    @model_validator(mode="after")
    def _requirement_ids_differ(self) -> "SentenceImposed":
        require_distinct(self.requirements)
        return self

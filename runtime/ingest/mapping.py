"""What a mapping file may say: which message becomes which events, by which words, from when.

The files are facts like the editions: strict, dated, and never edited once released. A later file
takes over from its own `from`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from states.events.register import KINDS
from states.timescale.facts import Facts, Name, Text, demand

Path = Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[A-Za-z0-9_]+)*$")]
"""Where a value stands, from one of the roots on: `body.additionalInformation.reason`."""

ROOTS = frozenset({"body", "person", "occurred", "day", "item", "crn", "number"})
"""What a path may begin with, besides the names that the look-ups of a message give."""


class Source(Facts):
    """Where one value of an event comes from: exactly one of the first six says it.

    Left out where nothing is found and it is `optional`; else the message is parked.
    """

    is_: Any = Field(default=None, alias="is")
    """The value itself."""
    at: Path | tuple[Path, ...] | None = None
    """Copied from the first of these places that has one."""
    code: Path | None = None
    """Translated by `table`."""
    day: Path | None = None
    """The London date of the moment, or the date, that stands there."""
    instant: Path | None = None
    """The moment that stands there, in UTC."""
    parts: Mapping[str, "Source"] | None = None
    """An object of several values; with `each`, one for every item of the list there."""
    each: Path | None = None
    table: Name | None = None
    default: Any = None
    """Taken where nothing is found; for what identifies a sender, never for a fact."""
    optional: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        ways = (self.is_, self.at, self.code, self.day, self.instant, self.parts)
        demand(sum(way is not None for way in ways) == 1, "a value comes from exactly one source")
        demand((self.code is None) == (self.table is None), "a code and its table go together")
        demand(self.each is None or self.parts is not None, "each says its parts")
        return self


class Step(Facts):
    """One event that a message becomes."""

    kind: str
    when: tuple[str, ...] = ()
    """Meanings of the chosen code for which it does; empty for all."""
    given: Path | None = None
    """It does so only where something stands there."""
    by: Source
    fields: Mapping[str, Source] = {}

    @model_validator(mode="after")
    def _is_a_kind(self) -> Self:
        demand(self.kind in KINDS, f"no event is called {self.kind}")
        unknown = sorted(set(self.fields) - set(KINDS[self.kind].model_fields))
        demand(not unknown, f"{self.kind} has no field {', '.join(unknown)}")
        return self


class LookUp(Facts):
    """A question to another service, whose answer is a JSON object."""

    into: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
    """The root under which the answer stands."""
    service: Name
    """Whose address the settings give."""
    path: Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9/_.{}?=&-]+$")]
    """Path and query; a place in braces is filled in."""
    unless: Path | None = None
    """Not asked where something stands there already."""


class Choice(Facts):
    """The code on which it depends what a message becomes."""

    code: Path
    table: Name


class Dated(Facts):
    """Something that holds for acts of some days, the first and the last included."""

    from_: date | None = Field(default=None, alias="from")
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it holds for an act of that London day."""
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day <= self.until
        )


class MessageRule(Dated):
    """What becomes of one type of message."""

    type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,128}$")]
    means: Text
    """In one line, for the page."""
    source: Text
    """Where the type and the form of it were read."""
    look_ups: tuple[LookUp, ...] = ()
    each: Path | None = None
    """A list: the message is carried out for every item of it, under the root `item`."""
    crn: tuple[Path, ...] = ("person.CRN",)
    event_number: tuple[Path, ...] = (
        "body.additionalInformation.eventNumber",
        "found.event_number",
    )
    """Where the sentence is named: the first place that has something."""
    subject: tuple[Path, ...] = ()
    """What within the sentence it is about, by which an undoing finds what it undoes."""
    choose: Choice | None = None
    becomes: tuple[Step, ...] = ()
    undoes: tuple[str, ...] = ()
    """Types of message of which it takes back the events."""
    ignored: Text | None = None
    """Why it means nothing to a sentence."""
    for_a_person: Text | None = None
    """What somebody has to do about it."""
    forgets: bool = False
    """Whether what is kept of the person's messages is erased."""

    @model_validator(mode="after")
    def _says_what_becomes_of_it(self) -> Self:
        ways = (self.becomes or self.undoes, self.ignored, self.for_a_person)
        demand(
            sum(bool(way) for way in ways) == 1, f"{self.type}: say one thing that becomes of it"
        )
        demand(
            self.choose is not None or not any(step.when for step in self.becomes),
            f"{self.type}: when needs a choice",
        )
        return self


class CodeRow(Dated):
    """What one code of another system means."""

    code: Text
    means: Text | None = None
    ignored: Text | None = None
    """Why a message with it means nothing to a sentence."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        demand((self.means is None) != (self.ignored is None), f"{self.code}: say means or ignored")
        return self


class CodeTable(Facts):
    """Codes of other systems and what they mean; a code in no row is unknown, never guessed."""

    source: Text
    ours: tuple[Text, ...] = ()
    """Words of ours that stand for themselves."""
    rows: tuple[CodeRow, ...] = ()


class MappingFile(Facts):
    """One file of `standards/ingest/`."""

    name: Name
    messages: tuple[MessageRule, ...] = ()
    tables: Mapping[Name, CodeTable] = {}

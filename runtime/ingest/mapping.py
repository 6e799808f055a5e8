"""What a mapping file may say: which message becomes which events, by which words, from when.

The files are facts like the editions: strict, dated, and never edited once released. A later file
takes over from its own `from`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator

from activities.lock import MAPPING_FILES, check_lock
from activities.standards import InvalidFileError, read_file
from runtime.ingest.outcomes import DeadLetterReason, IgnoredMessageError, UnmappableError
from states.events.registry import KINDS
from states.standards.provisions import ContradictionError, Name, StrictModel, Text, require

ValuePath = Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[A-Za-z0-9_]+)*$")]
"""Where a value stands, from one of the roots on: `body.additionalInformation.reason`."""

ROOTS = frozenset({"body", "person", "occurred", "day", "item", "crn", "number"})
"""What a path may begin with, besides the names that the look-ups of a message give."""


class ValueSource(StrictModel):
    """Where one value of an event comes from: exactly one of the first six says it.

    Left out where nothing is found and it is `optional`; else the message is parked.
    """

    is_: Any = Field(default=None, alias="is")
    """The value itself."""
    at: ValuePath | tuple[ValuePath, ...] | None = None
    """Copied from the first of these places that has one."""
    code: ValuePath | None = None
    """Translated by `table`."""
    day: ValuePath | None = None
    """The London date of the moment, or the date, that stands there."""
    instant: ValuePath | None = None
    """The moment that stands there, in UTC."""
    parts: Mapping[str, "ValueSource"] | None = None
    """An object of several values; with `each`, one for every item of the list there."""
    each: ValuePath | None = None
    table: Name | None = None
    default: Any = None
    """Taken where nothing is found; for what identifies a sender, never for a fact."""
    optional: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        ways = (self.is_, self.at, self.code, self.day, self.instant, self.parts)
        require(sum(way is not None for way in ways) == 1, "a value comes from exactly one source")
        require((self.code is None) == (self.table is None), "a code and its table go together")
        require(self.each is None or self.parts is not None, "each says its parts")
        return self


class MappingStep(StrictModel):
    """One event that a message becomes."""

    kind: str
    when: tuple[str, ...] = ()
    """Meanings of the chosen code for which it does; empty for all."""
    given: ValuePath | None = None
    """It does so only where something stands there."""
    by: ValueSource
    fields: Mapping[str, ValueSource] = {}

    @model_validator(mode="after")
    def _is_a_kind(self) -> Self:
        require(self.kind in KINDS, f"no event is called {self.kind}")
        unknown = sorted(set(self.fields) - set(KINDS[self.kind].model_fields))
        require(not unknown, f"{self.kind} has no field {', '.join(unknown)}")
        return self


class LookupSpec(StrictModel):
    """A question to another service, whose answer is a JSON object."""

    into: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
    """The root under which the answer stands."""
    service: Name
    """Whose address the settings give."""
    path: Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9/_.{}?=&-]+$")]
    """Path and query; a place in braces is filled in."""
    unless: ValuePath | None = None
    """Not asked where something stands there already."""


class Choice(StrictModel):
    """The code on which it depends what a message becomes."""

    code: ValuePath
    table: Name


class DatedModel(StrictModel):
    """Something that holds for acts of some days, the first and the last included."""

    from_: date | None = Field(default=None, alias="from")
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it holds for an act of that London day."""
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day <= self.until
        )


class MessageRule(DatedModel):
    """What becomes of one type of message."""

    type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,128}$")]
    means: Text
    """In one line, for the page."""
    source: Text
    """Where the type and the form of it were read."""
    look_ups: tuple[LookupSpec, ...] = ()
    each: ValuePath | None = None
    """A list: the message is carried out for every item of it, under the root `item`."""
    crn: tuple[ValuePath, ...] = ("person.CRN",)
    event_number: tuple[ValuePath, ...] = (
        "body.additionalInformation.eventNumber",
        "found.event_number",
    )
    """Where the sentence is named: the first place that has something."""
    subject: tuple[ValuePath, ...] = ()
    """What within the sentence it is about, by which an undoing finds what it undoes."""
    choose: Choice | None = None
    becomes: tuple[MappingStep, ...] = ()
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
        require(
            sum(bool(way) for way in ways) == 1, f"{self.type}: say one thing that becomes of it"
        )
        require(
            self.choose is not None or not any(step.when for step in self.becomes),
            f"{self.type}: when needs a choice",
        )
        return self


class CodeRow(DatedModel):
    """What one code of another system means."""

    code: Text
    means: Text | None = None
    ignored: Text | None = None
    """Why a message with it means nothing to a sentence."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        require(
            (self.means is None) != (self.ignored is None), f"{self.code}: say means or ignored"
        )
        return self


class CodeTable(StrictModel):
    """Codes of other systems and what they mean; a code in no row is unknown, never guessed."""

    source: Text
    ours: tuple[Text, ...] = ()
    """Words of ours that stand for themselves."""
    rows: tuple[CodeRow, ...] = ()


class MappingFile(StrictModel):
    """One file of `standards/ingest/`."""

    name: Name
    messages: tuple[MessageRule, ...] = ()
    tables: Mapping[Name, CodeTable] = {}


def referenced_paths(rule: MessageRule) -> frozenset[str]:
    """Return every place that a rule reads, those in the paths of its look-ups too."""
    places = {
        *rule.crn,
        *rule.event_number,
        *rule.subject,
        *(place for source in _sources(rule) for place in _read(source)),
        *(place for look_up in rule.look_ups for place in re.findall(PLACEHOLDER, look_up.path)),
        *(look_up.unless for look_up in rule.look_ups),
        *(step.given for step in rule.becomes),
        rule.each,
        rule.choose.code if rule.choose is not None else None,
    }
    # The default place of a number is no word of the rule itself.
    return frozenset(place for place in places if place is not None) - {_FOUND}


def referenced_tables(rule: MessageRule) -> frozenset[str]:
    """Return the name of every table that a rule translates by."""
    named = {source.table for source in _sources(rule)}
    chosen = {rule.choose.table} if rule.choose is not None else set[str]()
    return frozenset(chosen | {table for table in named if table is not None})


_FOUND = "found.event_number"


def _sources(rule: MessageRule) -> Iterator[ValueSource]:
    for step in rule.becomes:
        yield from _within([step.by, *step.fields.values()])


def _within(sources: Iterable[ValueSource]) -> Iterator[ValueSource]:
    for source in sources:
        yield source
        yield from _within((source.parts or {}).values())


def _read(source: ValueSource) -> Iterator[str]:
    at = (source.at,) if isinstance(source.at, str) else source.at or ()
    yield from at
    yield from (place for place in (source.code, source.day, source.instant, source.each) if place)


_Rule = TypeVar("_Rule", bound=DatedModel)

_SHOWN: Final = 64
"""Characters of a foreign code that a reason repeats."""


@dataclass(frozen=True)
class Mappings:
    """Every released rule; where two hold on a day, the one that began later."""

    messages: Mapping[str, tuple[MessageRule, ...]]
    tables: Mapping[str, Mapping[str, tuple[CodeRow, ...]]]

    @classmethod
    def of(cls, files: Iterable[MappingFile]) -> "Mappings":
        """Return the mappings of several files together.

        Raises:
            ContradictionError: If two rules for one thing begin on the same day, or a rule names
                a table or a place that there is not.
        """
        messages: dict[str, tuple[MessageRule, ...]] = {}
        tables: dict[str, dict[str, tuple[CodeRow, ...]]] = {}
        for file in files:
            for rule in file.messages:
                messages[rule.type] = _later(rule.type, messages.get(rule.type, ()), rule)
            for name, table in file.tables.items():
                known = tables.setdefault(name, {})
                ours = tuple(CodeRow(code=word, means=word) for word in table.ours)
                for row in (*ours, *table.rows):
                    known[row.code] = _later(f"{name} {row.code}", known.get(row.code, ()), row)
        for rule in (rule for rules in messages.values() for rule in rules):
            _check(rule, tables)
        return cls(messages, tables)

    def rule(self, kind: str, day: date) -> MessageRule:
        """Return what becomes of a type of message about an act of that day.

        Raises:
            UnmappableError: `unknown_type`, where no rule holds on that day.
        """
        known = self.messages.get(kind, ())
        found = _on(known, day)
        if found is None:
            when = f" for acts of {day}, only for other days" if known else ""
            raise UnmappableError(
                DeadLetterReason.UNKNOWN_TYPE, f"no mapping knows {kind[:_SHOWN]}{when}"
            )
        return found

    def meaning(self, table: str, code: str, day: date) -> str:
        """Return what a code means for an act of that day.

        Raises:
            UnmappableError: `unknown_code`, where no row holds on that day.
            MeansNothingError: If the row says that it means nothing to a sentence.
        """
        known = self.tables[table].get(code, ())
        found = _on(known, day)
        if found is None:
            when = f" on {day}, only on other days" if known else ""
            reason = f"table {table} does not know code {code[:_SHOWN]!r}{when}"
            raise UnmappableError(DeadLetterReason.UNKNOWN_CODE, reason)
        if found.means is None:
            raise IgnoredMessageError(found.ignored or "")
        return found.means


def _check(rule: MessageRule, tables: Mapping[str, object]) -> None:
    unknown = sorted(referenced_tables(rule) - set(tables))
    require(not unknown, f"{rule.type}: there is no table {', '.join(unknown)}")
    roots = ROOTS | {look_up.into for look_up in rule.look_ups}
    strange = sorted(
        place for place in referenced_paths(rule) if place.partition(".")[0] not in roots
    )
    require(not strange, f"{rule.type}: nothing can stand at {', '.join(strange)}")


def _later(name: str, known: tuple[_Rule, ...], rule: _Rule) -> tuple[_Rule, ...]:
    require(
        all(other.from_ != rule.from_ for other in known),
        f"{name}: two rules begin on the same day; a later one says its own from",
    )
    return (*known, rule)


def _on(rules: tuple[_Rule, ...], day: date) -> _Rule | None:
    holding = [rule for rule in rules if rule.holds_on(day)]
    return max(holding, key=lambda rule: rule.from_ or date.min, default=None)


MAPPINGS_FOLDER: Final = "ingest"
"""Where the mappings lie below the standards."""


def load_mappings(standards: Path) -> Mappings:
    """Return every released mapping below the folder of the standards.

    Raises:
        StandardsError: If a file differs from the lock, is not listed, or is not valid. The
            message names the file and what is wrong with it.
    """
    root = standards / MAPPINGS_FOLDER
    files = [read_file(root, path, MappingFile) for path in sorted(check_lock(root, MAPPING_FILES))]
    for path, file in zip(sorted(check_lock(root, MAPPING_FILES)), files, strict=True):
        if path != f"{file.name}.yaml":
            raise InvalidFileError(path, f"the name inside is {file.name}; both must be the same")
    try:
        return Mappings.of(files)
    except ContradictionError as error:
        raise InvalidFileError(MAPPINGS_FOLDER, str(error)) from error


PLACEHOLDER: Final = re.compile(r"\{([A-Za-z0-9_.]+)\}")
"""One place in the path of a look-up."""

"""Mapping files: which message becomes which events, with which codes, from which day.

The files are released facts, like the editions of the standards: strict, dated and never changed.
A later file takes over from its own `from`. `python -m runtime.ingest.mapping` adds new files to
the lock; it is part of `make lock`.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Self, TypeVar

from pydantic import Field, StringConstraints, model_validator

from activities.lock import MAPPING_FILES, StandardsError, check_lock, extend_lock
from activities.standards import STANDARDS, InvalidFileError, read_file
from runtime.ingest.outcomes import DeadLetterReason, IgnoredMessageError, UnmappableError
from states.events.registry import KINDS
from states.standards.provisions import ContradictionError, Name, StrictModel, Text, require

MAPPINGS_FOLDER: Final = "ingest"
"""Folder of the mapping files within the folder of the standards."""

ROOTS: Final = frozenset({"body", "person", "occurred", "day", "item", "crn", "number"})
"""Roots of a path, besides those that a message's look-ups add."""

PLACEHOLDER: Final = re.compile(r"\{([A-Za-z0-9_.|]+)\}")
"""Placeholder in the path of a look-up: one path of a value, or several separated by `|`."""

_DEFAULT_EVENT_NUMBER: Final = "found.event_number"
_HOW_TO_ADD: Final = f"a new file in standards/{MAPPINGS_FOLDER}/ adds it"

_MAX_QUOTED: Final = 64
"""Characters of a foreign code that an error quotes."""

ValuePath = Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[A-Za-z0-9_]+)*$")]
"""Path of a value from one of the roots: `body.additionalInformation.reason`."""


class ValueSource(StrictModel):
    """Source of one value of an event: exactly one of the first seven fields is set.

    If there is no value, an `optional` one is left out; otherwise the message is a dead letter. A
    blank text is no value.
    """

    is_: Any = Field(default=None, alias="is")
    """Constant."""
    at: ValuePath | tuple[ValuePath, ...] | None = None
    """Copy of the value at the first of these paths that has one."""
    code: ValuePath | None = None
    """Code, translated by `table`."""
    number: bool = False
    """True if the meaning is a whole number, which a code that is `ignored` does not have."""
    day: ValuePath | tuple[ValuePath, ...] | None = None
    """Date, or the London date of an instant, at the first of these paths that has one."""
    instant: ValuePath | None = None
    """Instant, in UTC."""
    hours: ValuePath | None = None
    """Hours as a decimal number, negative or not, to the nearest whole minute."""
    parts: Mapping[str, "ValueSource"] | None = None
    """Object of several values; with `each`, one for every item of that list."""
    each: ValuePath | None = None
    table: Name | None = None
    default: Any = None
    """Value if there is none; only to identify a sender, never for a fact."""
    optional: bool = False

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        times = (self.day, self.instant, self.hours)
        sources = (self.is_, self.at, self.code, *times, self.parts)
        set_sources = sum(source is not None for source in sources)
        require(set_sources == 1, "a value comes from exactly one source")
        require((self.code is None) == (self.table is None), "a code and its table go together")
        require(self.each is None or self.parts is not None, "each needs parts")
        return self


class MappingStep(StrictModel):
    """Event that a message becomes."""

    kind: str
    when: tuple[str, ...] = ()
    """Meanings of the chosen code for which the step applies; empty for all."""
    given: ValuePath | None = None
    """Path that must have a value for the step to apply."""
    unless: ValuePath | None = None
    """Path that must have no value for the step to apply."""
    by: ValueSource
    fields: Mapping[str, ValueSource] = {}

    @model_validator(mode="after")
    def _is_a_kind(self) -> Self:
        require(self.kind in KINDS, f"no event is called {self.kind}")
        unknown = sorted(set(self.fields) - set(KINDS[self.kind].model_fields))
        require(not unknown, f"{self.kind} has no field {', '.join(unknown)}")
        return self


class LookupSpec(StrictModel):
    """Look-up at another service, whose response is a JSON object."""

    into: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
    """Root of the response."""
    service: Name
    """Name of the service; the settings give its address."""
    path: Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9/_.{}|?=&-]+$")]
    """Path and query, with placeholders in braces."""
    unless: ValuePath | None = None
    """Path that skips the look-up if it has a value."""


class Choice(StrictModel):
    """Code that decides which steps apply."""

    code: ValuePath
    table: Name
    absent: Text | None = None
    """Reason why a message without a code becomes no event; what it retracts, it retracts."""


class DatedModel(StrictModel):
    """Base of what applies to acts of some days, first and last included."""

    from_: date | None = Field(default=None, alias="from")
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Return whether it applies to an act of that London day."""
        return (self.from_ is None or self.from_ <= day) and (
            self.until is None or day <= self.until
        )


class MessageRule(DatedModel):
    """Mapping of one type of message."""

    type: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]{1,128}$")]
    means: Text
    """Meaning in one line, for the documentation."""
    source: Text
    """Source of the type and its form."""
    look_ups: tuple[LookupSpec, ...] = ()
    each: ValuePath | None = None
    """List whose items are processed one by one, under the root `item`."""
    crn: tuple[ValuePath, ...] = ("person.CRN",)
    event_number: tuple[ValuePath, ...] = (
        "body.additionalInformation.eventNumber",
        _DEFAULT_EVENT_NUMBER,
    )
    """Paths of the event number; the first with a value is used, as for `crn`."""
    subject: tuple[ValuePath, ...] = ()
    """Part of the sentence that it is about; a retraction applies to events of the same subject."""
    choose: Choice | None = None
    becomes: tuple[MappingStep, ...] = ()
    undoes: tuple[str, ...] = ()
    """Types of message whose events it retracts."""
    ignored: Text | None = None
    """Reason why it does not affect a sentence."""
    for_a_person: Text | None = None
    """Task that a person has to do by hand."""
    forgets: bool = False
    """True if the stored messages about the person are erased."""

    @model_validator(mode="after")
    def _has_one_result(self) -> Self:
        results = (self.becomes or self.undoes, self.ignored, self.for_a_person)
        require(
            sum(bool(result) for result in results) == 1,
            f"{self.type}: set exactly one of becomes or undoes, ignored, and for_a_person",
        )
        require(
            self.choose is not None or not any(step.when for step in self.becomes),
            f"{self.type}: when needs a choice",
        )
        return self


class CodeRow(DatedModel):
    """Meaning of one code of another system."""

    code: Text
    means: Text | None = None
    ignored: Text | None = None
    """Reason why a message with this code does not affect a sentence."""
    for_a_person: Text | None = None
    """Task that a person has to do by hand."""

    @model_validator(mode="after")
    def _has_one_result(self) -> Self:
        results = (self.means, self.ignored, self.for_a_person)
        require(
            sum(result is not None for result in results) == 1,
            f"{self.code}: set exactly one of means, ignored and for_a_person",
        )
        return self


class CodeTable(StrictModel):
    """Codes of other systems and their meanings; a code without a row is unknown, not guessed."""

    source: Text
    ours: tuple[Text, ...] = ()
    """Our own words, which mean themselves."""
    rows: tuple[CodeRow, ...] = ()


class MappingFile(StrictModel):
    """One file of `standards/ingest/`."""

    name: Name
    messages: tuple[MessageRule, ...] = ()
    tables: Mapping[Name, CodeTable] = {}


_DatedT = TypeVar("_DatedT", bound=DatedModel)


@dataclass(frozen=True)
class Mappings:
    """All released rules; if two apply on a day, the one with the later `from` has precedence."""

    messages: Mapping[str, tuple[MessageRule, ...]]
    tables: Mapping[str, Mapping[str, tuple[CodeRow, ...]]]

    @classmethod
    def of(cls, files: Iterable[MappingFile]) -> "Mappings":
        """Return the mappings of several files together.

        Raises:
            ContradictionError: If two rules for the same thing begin on the same day, or a rule
                names a table or a root that does not exist.
        """
        messages: dict[str, tuple[MessageRule, ...]] = {}
        tables: dict[str, dict[str, tuple[CodeRow, ...]]] = {}
        for file in files:
            for rule in file.messages:
                messages[rule.type] = _add(rule.type, messages.get(rule.type, ()), rule)
            for name, table in file.tables.items():
                rows = tables.setdefault(name, {})
                own = tuple(CodeRow(code=word, means=word) for word in table.ours)
                for row in (*own, *table.rows):
                    rows[row.code] = _add(f"{name} {row.code}", rows.get(row.code, ()), row)
        for rule in (rule for rules in messages.values() for rule in rules):
            _check_references(rule, tables)
        return cls(messages, tables)

    def rule(self, kind: str, day: date) -> MessageRule:
        """Return the rule of a type of message for an act of that day.

        Raises:
            UnmappableError: `unknown_type`, if no rule applies on that day.
        """
        known = self.messages.get(kind, ())
        found = _on_day(known, day)
        if found is None:
            when = f" for acts of {day}, only for other days" if known else ""
            reason = f"no mapping knows {kind[:_MAX_QUOTED]}{when}; {_HOW_TO_ADD} under messages"
            raise UnmappableError(DeadLetterReason.UNKNOWN_TYPE, reason)
        return found

    def meaning(self, table: str, code: str, day: date) -> str:
        """Return the meaning of a code for an act of that day.

        Raises:
            UnmappableError: `unknown_code`, if no row applies on that day; `for_a_person`.
            IgnoredMessageError: If a message with this code does not affect a sentence.
        """
        known = self.tables[table].get(code, ())
        found = _on_day(known, day)
        if found is None:
            when = f" on {day}, only on other days" if known else ""
            shown = code[:_MAX_QUOTED]
            reason = f"table {table} does not know code {shown!r}{when}; {_HOW_TO_ADD} to it"
            raise UnmappableError(DeadLetterReason.UNKNOWN_CODE, reason)
        if found.for_a_person is not None:
            raise UnmappableError(DeadLetterReason.FOR_A_PERSON, found.for_a_person)
        if found.means is None:
            raise IgnoredMessageError(found.ignored or "")
        return found.means


def _add(name: str, known: tuple[_DatedT, ...], rule: _DatedT) -> tuple[_DatedT, ...]:
    require(
        all(other.from_ != rule.from_ for other in known),
        f"{name}: two rules begin on the same day; give the later one its own from",
    )
    return (*known, rule)


def _on_day(rules: tuple[_DatedT, ...], day: date) -> _DatedT | None:
    applicable = [rule for rule in rules if rule.holds_on(day)]
    return max(applicable, key=lambda rule: rule.from_ or date.min, default=None)


def _check_references(rule: MessageRule, tables: Mapping[str, object]) -> None:
    unknown = sorted(referenced_tables(rule) - set(tables))
    require(not unknown, f"{rule.type}: there is no table {', '.join(unknown)}")
    roots = ROOTS | {spec.into for spec in rule.look_ups}
    rootless = sorted(
        path for path in referenced_paths(rule) if path.partition(".")[0] not in roots
    )
    require(not rootless, f"{rule.type}: no value can be at {', '.join(rootless)}")


def referenced_paths(rule: MessageRule) -> frozenset[str]:
    """Return every path that a rule reads, including those in the paths of its look-ups."""
    paths = {
        *rule.crn,
        *rule.event_number,
        *rule.subject,
        *(path for source in _sources(rule) for path in _paths_of(source)),
        *(path for spec in rule.look_ups for path in _placeholders(spec)),
        *(spec.unless for spec in rule.look_ups),
        *(path for step in rule.becomes for path in (step.given, step.unless)),
        rule.each,
        rule.choose.code if rule.choose is not None else None,
    }
    # The default path of an event number is not written in the rule itself.
    return frozenset(path for path in paths if path is not None) - {_DEFAULT_EVENT_NUMBER}


def referenced_tables(rule: MessageRule) -> frozenset[str]:
    """Return the name of every table that a rule translates by."""
    named = {source.table for source in _sources(rule)}
    chosen = {rule.choose.table} if rule.choose is not None else set[str]()
    return frozenset(chosen | {table for table in named if table is not None})


def _sources(rule: MessageRule) -> Iterator[ValueSource]:
    for step in rule.becomes:
        yield from _with_parts([step.by, *step.fields.values()])


def _with_parts(sources: Iterable[ValueSource]) -> Iterator[ValueSource]:
    for source in sources:
        yield source
        yield from _with_parts((source.parts or {}).values())


def _placeholders(spec: LookupSpec) -> Iterator[str]:
    for placeholder in re.findall(PLACEHOLDER, spec.path):
        yield from placeholder.split("|")


def source_paths(source: ValueSource) -> tuple[str, ...]:
    """Return the paths at which a value is read, in order; the first with a value is used."""
    paths = source.at or source.code or source.day or source.instant or source.hours or ()
    return (paths,) if isinstance(paths, str) else paths


def _paths_of(source: ValueSource) -> Iterator[str]:
    yield from source_paths(source)
    if source.each is not None:
        yield source.each


def load_mappings(standards: Path) -> Mappings:
    """Return every released mapping within the folder of the standards.

    Raises:
        StandardsError: If a file differs from the lock, is not listed, or is not valid. The
            message names the file and the fault.
    """
    root = standards / MAPPINGS_FOLDER
    paths = sorted(check_lock(root, MAPPING_FILES))
    files = [read_file(root, path, MappingFile) for path in paths]
    for path, file in zip(paths, files, strict=True):
        if path != f"{file.name}.yaml":
            raise InvalidFileError(path, f"the name inside is {file.name}; both must be the same")
    try:
        return Mappings.of(files)
    except ContradictionError as error:
        raise InvalidFileError(MAPPINGS_FOLDER, str(error)) from error


def release_mappings(standards: Path) -> tuple[str, ...]:
    """Add every new mapping to its lock; return their paths.

    A released file can never be corrected, so a file that cannot be loaded is not released.

    Raises:
        StandardsError: If a released file was changed or is missing, or a new one is not valid.
            The lock is then unchanged.
    """
    lock = standards / MAPPINGS_FOLDER / MAPPING_FILES.lock
    before = lock.read_bytes() if lock.exists() else b""
    added = extend_lock(standards / MAPPINGS_FOLDER, MAPPING_FILES)
    try:
        load_mappings(standards)
    except StandardsError:
        lock.write_bytes(before)
        raise
    return added


def main(standards: Path = STANDARDS) -> int:
    """Release new mappings, print their paths, and return the exit status."""
    try:
        added = release_mappings(standards)
    except StandardsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"released {path}\n" for path in added) or "no new mapping\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""An edition of the standards: its timescales, its settings and the documents it rests on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Self

from pydantic import Field, model_validator

from states.errors import StatesError
from states.timescale.rule import (
    Ambiguity,
    Citation,
    Facts,
    Name,
    Text,
    Timescale,
    demand,
)
from states.timescale.terms import AppliesTo, Settlement, Trigger


class UnknownSettingError(StatesError):
    """An edition was asked for a setting that it does not hold in that form."""

    def __init__(self, edition: str, setting: str, form: str) -> None:
        self.edition, self.setting = edition, setting
        super().__init__(f"edition {edition} has no setting {setting} that is {form}")


class Document(Facts):
    """A document that citations name."""

    title: Text
    short: Text
    """How the document is named beside a due date: "NS 2015"."""
    dated: Text
    """When it applies from, or was issued, in words."""


class Setting(Facts):
    """A value that the documents leave open, with the choice made and the reason for it."""

    value: int | str | tuple[int, ...]
    ambiguity: Ambiguity | None = None
    why: Text


class Preamble(Facts):
    """What an edition says of itself, before its timescales."""

    name: Name
    title: Text
    in_force_from: date
    in_force_until: date | None
    """The last day in force; None while it still is."""
    note: Text
    source: tuple[Citation, ...] = Field(min_length=1)
    last_checked: date
    documents: Mapping[Name, Document]
    settings: Mapping[Name, Setting]


class Edition(Preamble):
    """One edition of the standards; once released it never changes."""

    timescales: Mapping[Name, Timescale]
    digest: str
    """SHA-256 over the files of the edition, in hexadecimal."""

    def triggered_by(self, trigger: Trigger, sentence_type: str | None) -> tuple[Timescale, ...]:
        """Return the timescales that `trigger` starts for a sentence type, in order of id.

        A type that is None or in no timescale gets those that apply to all.
        """
        found = self._by_trigger.get((trigger, sentence_type or AppliesTo.ALL))
        return self._by_trigger.get((trigger, AppliesTo.ALL), ()) if found is None else found

    def settled_by(self, settlement: Settlement) -> frozenset[str]:
        """Return the ids of the timescales that `settlement` can discharge."""
        return self._by_settlement.get(settlement, frozenset())

    def cited(self, timescale: Timescale) -> str:
        """Return the governing text of a timescale as people cite it: "NS 2015 9(a)"."""
        citation = timescale.source[0]
        return f"{self.documents[citation.document].short} {citation.reference}"

    def number(self, setting: str) -> int:
        """Return a setting that is one number.

        Raises:
            UnknownSettingError: If there is none of that name, or it is not one number.
        """
        value = self._value(setting)
        if not isinstance(value, int):
            raise UnknownSettingError(self.name, setting, "a number")
        return value

    def numbers(self, setting: str) -> tuple[int, ...]:
        """Return a setting that is a list of numbers; otherwise as `number`."""
        value = self._value(setting)
        if not isinstance(value, tuple):
            raise UnknownSettingError(self.name, setting, "a list of numbers")
        return value

    def word(self, setting: str) -> str:
        """Return a setting that is one of several named readings; otherwise as `number`."""
        value = self._value(setting)
        if not isinstance(value, str):
            raise UnknownSettingError(self.name, setting, "a word")
        return value

    # Cached properties, because the fold asks at every event and a private attribute of a model
    # costs several times the look-up itself.
    @cached_property
    def _by_trigger(self) -> dict[tuple[str, str], tuple[Timescale, ...]]:
        return _by_trigger(self.timescales[key] for key in sorted(self.timescales))

    @cached_property
    def _by_settlement(self) -> dict[Settlement, frozenset[str]]:
        return _by_settlement(self.timescales.values())

    def _value(self, setting: str) -> int | str | tuple[int, ...] | None:
        found = self.settings.get(setting)
        return None if found is None else found.value

    @model_validator(mode="after")
    def _ids_are_keys(self) -> Self:
        for key, timescale in self.timescales.items():
            demand(key == timescale.id, f"timescale {timescale.id} is filed under {key}")
        return self

    @model_validator(mode="after")
    def _citations_name_documents(self) -> Self:
        timescales = self.timescales.values()
        cited = {c.document for t in timescales for c in t.source}
        cited |= {c.document for c in self.source}
        unknown = sorted(cited - set(self.documents))
        demand(not unknown, f"documents cited but not listed: {', '.join(unknown)}")
        return self


def _by_trigger(
    timescales: Iterable[Timescale],
) -> dict[tuple[str, str], tuple[Timescale, ...]]:
    index = defaultdict[tuple[str, str], list[Timescale]](list)
    for timescale in timescales:
        every = AppliesTo.ALL in timescale.applies_to
        for regime in AppliesTo if every else timescale.applies_to:
            index[timescale.trigger, regime].append(timescale)
    return {key: tuple(found) for key, found in index.items()}


def _by_settlement(timescales: Iterable[Timescale]) -> dict[Settlement, frozenset[str]]:
    index = defaultdict[Settlement, set[str]](set)
    for timescale in timescales:
        for settlement in timescale.discharged_by:
            index[settlement].add(timescale.id)
    return {settlement: frozenset(ids) for settlement, ids in index.items()}

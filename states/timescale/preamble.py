"""What an edition says of itself: when it held, its documents, its choices on open questions."""

from collections.abc import Mapping
from datetime import date

from pydantic import Field

from states.errors import StatesError
from states.timescale.facts import Ambiguity, Citation, Facts, Name, Text


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
    """What an edition says of itself, before its timescales and duties."""

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

    def _value(self, setting: str) -> int | str | tuple[int, ...] | None:
        found = self.settings.get(setting)
        return None if found is None else found.value

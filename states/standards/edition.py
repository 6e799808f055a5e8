"""Edition of the standards: its period, documents, settings, timescales and duties."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Self, TypeVar

from pydantic import Field, model_validator

from states.errors import StatesError
from states.standards.provisions import (
    Ambiguity,
    Citation,
    Duty,
    Name,
    Provision,
    StrictModel,
    Text,
    Timescale,
    require,
)
from states.standards.terms import AppliesTo, Settlement, Trigger
from states.vocabulary import RequirementKind


class UnknownSettingError(StatesError):
    """Raised when an edition has no setting of a name that is a list of numbers."""

    def __init__(self, edition: str, setting: str) -> None:
        super().__init__(f"edition {edition} has no setting {setting} that is a list of numbers")


class SourceDocument(StrictModel):
    """Document that citations name."""

    title: Text
    short: Text
    """Name of the document beside a due date: "NS 2015"."""
    dated: Text
    """Date from which it applies, or of its issue, in words."""


class Setting(StrictModel):
    """Value that the documents leave open, with the choice made and the reason for it."""

    value: int | str | tuple[int, ...]
    ambiguity: Ambiguity | None = None
    why: Text


class Preamble(StrictModel):
    """Head of an edition, before its timescales and duties."""

    name: Name
    title: Text
    in_force_from: date
    in_force_until: date | None
    """Last day in force; None while it still is."""
    note: Text
    source: tuple[Citation, ...] = Field(min_length=1)
    last_checked: date
    documents: Mapping[Name, SourceDocument]
    settings: Mapping[Name, Setting]

    def numbers(self, setting: str) -> tuple[int, ...]:
        """Return a setting that is a list of numbers.

        Raises:
            UnknownSettingError: If there is none of that name, or it is no list of numbers.
        """
        found = self.settings.get(setting)
        if found is None or not isinstance(found.value, tuple):
            raise UnknownSettingError(self.name, setting)
        return found.value


AnyProvision = TypeVar("AnyProvision", bound=Provision)

TriggerIndex = dict[tuple[str, str], tuple[AnyProvision, ...]]


def _index_by_trigger(rows: Iterable[AnyProvision]) -> TriggerIndex[AnyProvision]:
    """Return the provisions by trigger and regime, in the order given."""
    index = defaultdict[tuple[str, str], list[AnyProvision]](list)
    for row in rows:
        every = AppliesTo.ALL in row.applies_to
        for regime in AppliesTo if every else row.applies_to:
            for trigger in row.triggers:
                index[trigger, regime].append(row)
    return {key: tuple(found) for key, found in index.items()}


def _triggered(
    index: TriggerIndex[AnyProvision], trigger: Trigger, regime: str | None
) -> tuple[AnyProvision, ...]:
    """Return the provisions of a trigger; an unknown regime gets those that apply to all."""
    found = index.get((trigger, regime or AppliesTo.ALL))
    return index.get((trigger, AppliesTo.ALL), ()) if found is None else found


Term = TypeVar("Term", bound=str)


def _index_by_name(named: Mapping[str, Iterable[Term]]) -> dict[Term, tuple[str, ...]]:
    """Return the sorted ids by each term that they name, such as a settlement."""
    index = defaultdict[Term, list[str]](list)
    for key in sorted(named):
        for name in named[key]:
            index[name].append(key)
    return {name: tuple(ids) for name, ids in index.items()}


class UnknownBoundError(StatesError):
    """Raised when an edition has no bound of an id."""

    def __init__(self, edition: str, bound: str) -> None:
        super().__init__(f"edition {edition} has no bound {bound}")


class Edition(Preamble):
    """Edition of the standards; once released it never changes."""

    timescales: Mapping[Name, Timescale]
    duties: Mapping[Name, Duty] = {}
    digest: str
    """SHA-256 over the files of the edition, in hexadecimal."""
    saved: Mapping[Name, "Edition"] = {}
    """Provisions that stay under an earlier edition, each with that edition; no file has any."""

    def triggered_by(self, trigger: Trigger, regime: str | None) -> tuple[Timescale, ...]:
        """Return the timescales that `trigger` starts under a regime, in order of id.

        A regime that is None or in no timescale gets those that apply to all. Bounds are left
        out, since nothing starts them.
        """
        return _triggered(self._timescales, trigger, regime)

    def duties_triggered_by(self, trigger: Trigger, regime: str | None) -> tuple[Duty, ...]:
        """Return the duties that `trigger` opens under a regime; otherwise as `triggered_by`."""
        return _triggered(self._duties, trigger, regime)

    def settled_by(self, settlement: Settlement) -> tuple[str, ...]:
        """Return the ids of the timescales and duties that `settlement` can discharge, in order."""
        return self._discharging.get(settlement, ())

    def ended_by(self, settlement: Settlement) -> tuple[str, ...]:
        """Return the ids of the timescales and duties that fall away with `settlement`."""
        return self._ending.get(settlement, ())

    def settled_by_contact(self, kind: str) -> tuple[str, ...]:
        """Return the ids of the provisions that a contact of that kind discharges, in order."""
        return self._contacts.get(kind, ())

    def opened_by_contact(self, kind: str) -> bool:
        """Return True if a contact of that kind starts a provision."""
        return kind in self._openings

    def bound(self, bound: str) -> Timescale:
        """Return a bound by its id: a cap, a floor, a threshold or a number of occurrences.

        Raises:
            UnknownBoundError: If the edition has none of that id, or it is no bound.
        """
        found = self.timescales.get(bound)
        if found is None or not found.is_bound:
            raise UnknownBoundError(self.name, bound)
        return found

    def provision(self, row: str) -> Provision | None:
        """Return the timescale or duty of that id, or None."""
        return self.timescales.get(row) or self.duties.get(row)

    def edition_of(self, row: str) -> "Edition":
        """Return the edition that a provision belongs to: this one, unless it was saved."""
        return self.saved.get(row, self)

    def saving(self, earlier: "Edition", rows: tuple[str, ...]) -> "Edition":
        """Return this edition with `rows` as `earlier` has them; those it lacks are left out."""
        if not rows:
            return self
        known = self._savings.get((earlier.digest, rows))
        if known is None:
            known = self._savings[earlier.digest, rows] = self._save(earlier, rows)
        return known

    def _save(self, earlier: "Edition", rows: tuple[str, ...]) -> "Edition":
        kept = frozenset(rows)
        own = {key: row for key, row in self.timescales.items() if key not in kept}
        own_duties = {key: duty for key, duty in self.duties.items() if key not in kept}
        old = {key: row for key, row in earlier.timescales.items() if key in kept}
        old_duties = {key: duty for key, duty in earlier.duties.items() if key in kept}
        return self.model_validate(
            {
                **{name: getattr(self, name) for name in type(self).model_fields},
                "digest": _digest(self.digest, earlier.digest, *sorted(kept)),
                "documents": {**earlier.documents, **self.documents},
                "timescales": own | old,
                "duties": own_duties | old_duties,
                "saved": {key: earlier.edition_of(key) for key in (*old, *old_duties)},
            }
        )

    def cited(self, row: Provision, requirement: RequirementKind | None = None) -> str:
        """Return the governing text of a provision as people cite it: "NS 2015 9(a)".

        Where each requirement has a heading of its own, that of `requirement` is cited.
        """
        home = self.edition_of(row.id)
        if home is not self:
            return home.cited(row, requirement)
        heading = "" if requirement is None else requirement.value.replace("_", " ")
        own = [item for item in row.source if item.reference.lower() == heading]
        citation = (own or row.source)[0]
        return f"{self.documents[citation.document].short} {citation.reference}"

    @cached_property
    def _savings(self) -> dict[tuple[str, tuple[str, ...]], "Edition"]:
        """Cache of the editions made by `saving`: every fold of a sentence asks again."""
        return {}

    # Cached properties, because the fold asks at every event and a private attribute of a model
    # costs several times the look-up itself.
    @cached_property
    def _timescales(self) -> TriggerIndex[Timescale]:
        every = (self.timescales[key] for key in sorted(self.timescales))
        return _index_by_trigger(row for row in every if not row.is_bound)

    @cached_property
    def _duties(self) -> TriggerIndex[Duty]:
        return _index_by_trigger(self.duties[key] for key in sorted(self.duties))

    @cached_property
    def _discharging(self) -> dict[Settlement, tuple[str, ...]]:
        return _index_by_name({row.id: row.discharged_by for row in self._rows})

    @cached_property
    def _ending(self) -> dict[Settlement, tuple[str, ...]]:
        return _index_by_name({row.id: row.ends_with for row in self._rows})

    @cached_property
    def _contacts(self) -> dict[str, tuple[str, ...]]:
        return _index_by_name({row.id: row.contact_kinds for row in self._rows})

    @cached_property
    def _openings(self) -> dict[str, tuple[str, ...]]:
        return _index_by_name({row.id: row.opening_kinds for row in self._rows})

    @property
    def _rows(self) -> tuple[Provision, ...]:
        return (*self.timescales.values(), *self.duties.values())

    @model_validator(mode="after")
    def _ids_are_keys(self) -> Self:
        for key, timescale in self.timescales.items():
            require(key == timescale.id, f"timescale {timescale.id} is filed under {key}")
        for key, duty in self.duties.items():
            require(key == duty.id, f"duty {duty.id} is filed under {key}")
        return self

    @model_validator(mode="after")
    def _is_carried_once(self) -> Self:
        named = Counter(key for row in self._rows for key in (row.id, *row.carries))
        twice = sorted(key for key, times in named.items() if times > 1)
        require(not twice, f"carried more than once: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _citations_name_documents(self) -> Self:
        cited = {c.document for row in self._rows for c in row.source}
        cited |= {c.document for c in self.source}
        unknown = sorted(cited - set(self.documents))
        require(not unknown, f"documents cited but not listed: {', '.join(unknown)}")
        return self


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()

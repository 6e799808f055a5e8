"""An edition of the standards: its timescales, its duties and what they rest on."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Self

from pydantic import model_validator

from states.errors import StatesError
from states.timescale.duty import Duty
from states.timescale.facts import Name, demand
from states.timescale.index import ByTrigger, by_settlement, by_trigger, look_up
from states.timescale.preamble import Preamble
from states.timescale.row import Row
from states.timescale.rule import Timescale
from states.timescale.terms import Settlement, Trigger


class UnknownBoundError(StatesError):
    """An edition was asked for a bound that it does not hold."""

    def __init__(self, edition: str, bound: str) -> None:
        self.edition, self.bound = edition, bound
        super().__init__(f"edition {edition} has no bound {bound}")


class Edition(Preamble):
    """One edition of the standards; once released it never changes."""

    timescales: Mapping[Name, Timescale]
    duties: Mapping[Name, Duty] = {}
    digest: str
    """SHA-256 over the files of the edition, in hexadecimal."""

    def triggered_by(self, trigger: Trigger, regime: str | None) -> tuple[Timescale, ...]:
        """Return the timescales that `trigger` starts under a regime, in order of id.

        A regime that is None or in no timescale gets those that apply to all. Bounds are left
        out, since nothing starts them.
        """
        return look_up(self._timescales, trigger, regime)

    def duties_triggered_by(self, trigger: Trigger, regime: str | None) -> tuple[Duty, ...]:
        """Return the duties that `trigger` opens under a regime; otherwise as `triggered_by`."""
        return look_up(self._duties, trigger, regime)

    def settled_by(self, settlement: Settlement) -> tuple[str, ...]:
        """Return the ids of the timescales and duties that `settlement` can discharge, in order."""
        return self._discharging.get(settlement, ())

    def ended_by(self, settlement: Settlement) -> tuple[str, ...]:
        """Return the ids of the timescales and duties that fall away with `settlement`."""
        return self._ending.get(settlement, ())

    def bound(self, bound: str) -> Timescale:
        """Return a bound by its id: a cap, a floor, a threshold or a number of occurrences.

        Raises:
            UnknownBoundError: If the edition has none of that id, or it is no bound.
        """
        found = self.timescales.get(bound)
        if found is None or not found.is_bound:
            raise UnknownBoundError(self.name, bound)
        return found

    def row(self, row: str) -> Row | None:
        """Return the timescale or duty of that id, or None."""
        return self.timescales.get(row) or self.duties.get(row)

    def cited(self, row: Row) -> str:
        """Return the governing text of a row as people cite it: "NS 2015 9(a)"."""
        citation = row.source[0]
        return f"{self.documents[citation.document].short} {citation.reference}"

    # Cached properties, because the fold asks at every event and a private attribute of a model
    # costs several times the look-up itself.
    @cached_property
    def _timescales(self) -> ByTrigger[Timescale]:
        every = (self.timescales[key] for key in sorted(self.timescales))
        return by_trigger(row for row in every if not row.is_bound)

    @cached_property
    def _duties(self) -> ByTrigger[Duty]:
        return by_trigger(self.duties[key] for key in sorted(self.duties))

    @cached_property
    def _discharging(self) -> dict[Settlement, tuple[str, ...]]:
        return by_settlement({row.id: row.discharged_by for row in self._rows})

    @cached_property
    def _ending(self) -> dict[Settlement, tuple[str, ...]]:
        return by_settlement({row.id: row.ends_with for row in self._rows})

    @property
    def _rows(self) -> tuple[Row, ...]:
        return (*self.timescales.values(), *self.duties.values())

    @model_validator(mode="after")
    def _ids_are_keys(self) -> Self:
        for key, timescale in self.timescales.items():
            demand(key == timescale.id, f"timescale {timescale.id} is filed under {key}")
        for key, duty in self.duties.items():
            demand(key == duty.id, f"duty {duty.id} is filed under {key}")
        return self

    @model_validator(mode="after")
    def _is_carried_once(self) -> Self:
        named = Counter(key for row in self._rows for key in (row.id, *row.carries))
        twice = sorted(key for key, times in named.items() if times > 1)
        demand(not twice, f"carried more than once: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _citations_name_documents(self) -> Self:
        cited = {c.document for row in self._rows for c in row.source}
        cited |= {c.document for c in self.source}
        unknown = sorted(cited - set(self.documents))
        demand(not unknown, f"documents cited but not listed: {', '.join(unknown)}")
        return self

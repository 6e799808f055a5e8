"""All mappings that are in force, and the one that holds for a type or a code on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from runtime.ingest.mapping import ROOTS, CodeRow, Dated, MappingFile, MessageRule
from runtime.ingest.naming import places_of, tables_of
from runtime.ingest.outcomes import MeansNothingError, UnmappableError, Why
from states.timescale.facts import demand

_Rule = TypeVar("_Rule", bound=Dated)

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
            raise UnmappableError(Why.UNKNOWN_TYPE, f"no mapping knows {kind[:_SHOWN]}{when}")
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
            raise UnmappableError(Why.UNKNOWN_CODE, reason)
        if found.means is None:
            raise MeansNothingError(found.ignored or "")
        return found.means


def _check(rule: MessageRule, tables: Mapping[str, object]) -> None:
    unknown = sorted(tables_of(rule) - set(tables))
    demand(not unknown, f"{rule.type}: there is no table {', '.join(unknown)}")
    roots = ROOTS | {look_up.into for look_up in rule.look_ups}
    strange = sorted(place for place in places_of(rule) if place.partition(".")[0] not in roots)
    demand(not strange, f"{rule.type}: nothing can stand at {', '.join(strange)}")


def _later(name: str, known: tuple[_Rule, ...], rule: _Rule) -> tuple[_Rule, ...]:
    demand(
        all(other.from_ != rule.from_ for other in known),
        f"{name}: two rules begin on the same day; a later one says its own from",
    )
    return (*known, rule)


def _on(rules: tuple[_Rule, ...], day: date) -> _Rule | None:
    holding = [rule for rule in rules if rule.holds_on(day)]
    return max(holding, key=lambda rule: rule.from_ or date.min, default=None)

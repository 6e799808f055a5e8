"""A row of an edition: what timescales and duties have in common.

A row says what starts it, for whom, and what discharges it. The engine reads nothing else, so a
new row needs no code where its words are known.
"""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from states.timescale.facts import Ambiguity, Citation, Facts, Kind, Name, Text, demand
from states.timescale.settlements import Settlement
from states.timescale.terms import AppliesTo, Exemption, Hardness
from states.timescale.triggers import Trigger
from states.vocabulary import Provider, RequirementKind


class Row(Facts):
    """One rule of an edition, timed or not."""

    id: Name
    title: Text
    standard: Text
    """Standard and paragraph to which it belongs: "5(a)"."""
    applies_to: tuple[AppliesTo, ...] = Field(min_length=1)
    trigger: Trigger
    also_triggered_by: tuple[Trigger, ...] = ()
    """Other triggers with the same effect."""
    opening_kinds: tuple[Kind, ...] = ()
    """With the trigger `contact_of_kind`: the kinds of contact that start it."""
    discharged_by: tuple[Settlement, ...] = ()
    contact_kinds: tuple[Kind, ...] = ()
    """With the settlement `contact_recorded`: the kinds of contact that discharge it."""
    ends_with: tuple[Settlement, ...] = ()
    """What makes it fall away, so that there is nothing left to do."""
    done_before: bool = False
    """Whether what was done before the trigger counts as well."""
    exempt: tuple[Exemption, ...] = ()
    requirements: tuple[RequirementKind, ...] = ()
    """One for each requirement of these kinds; where none is named, one for the sentence."""
    providers: tuple[Provider, ...] = ()
    """Only while such a provider has the case; empty for any."""
    agencies: tuple[Kind, ...] = ()
    """Only while one of these multi-agency arrangements holds the case; empty for any."""
    hardness: Hardness
    rule: Text
    """The rule in plain words, as shown beside it."""
    ambiguity: Ambiguity | None = None
    carries: tuple[Name, ...] = ()
    """Other rows of our list of rules that state the same thing."""
    source: tuple[Citation, ...] = Field(min_length=1)
    """The governing text first."""
    last_checked: date
    """When a person last compared the rule with its sources."""

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Everything that starts it."""
        return (self.trigger, *self.also_triggered_by)

    @model_validator(mode="after")
    def _names_its_contacts(self) -> Self:
        settles = Settlement.CONTACT_RECORDED in self.discharged_by
        demand(
            settles == bool(self.contact_kinds),
            "contact_kinds go with discharged_by contact_recorded",
        )
        opens = Trigger.CONTACT_OF_KIND in self.triggers
        demand(
            opens == bool(self.opening_kinds), "opening_kinds go with the trigger contact_of_kind"
        )
        return self

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> Self:
        for said in (
            self.applies_to,
            self.triggers,
            (*self.discharged_by, *self.ends_with),
            self.requirements,
            (self.id, *self.carries),
        ):
            demand(len(set(said)) == len(said), "a list of a row says nothing twice")
        return self

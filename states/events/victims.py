"""Events of victims: a reference and flags, never a word of theirs.

Victims' records are kept apart (NS 2015 7), so no field here takes text, not even sealed text.
"""

from enum import StrEnum

from states.events.envelope import Code, Day, Event


class VictimScheme(StrEnum):
    """Under which scheme contact is offered."""

    STATUTORY = "statutory"
    DISCRETIONARY = "discretionary"


class VictimContactOffered(Event):
    """Contact was offered to a victim.

    `every_victim` says that with this offer every eligible victim has had one; the eight weeks are
    met by nothing less.
    """

    KIND = "victim_contact_offered"
    RANK = 61
    OWN_TIME = "offered_on"

    victim_ref: Code
    offered_on: Day
    every_victim: bool
    accepted: bool | None = None
    scheme: VictimScheme = VictimScheme.STATUTORY


class VictimTopic(StrEnum):
    """What a view of a victim is about."""

    RELEASE = "release"
    CONDITIONS = "conditions"
    EXCLUSION = "exclusion"
    PLAN = "plan"
    STATEMENT = "statement"
    """A victim personal statement for the Parole Board."""
    OTHER = "other"


class VictimViewRecorded(Event):
    """A victim's view was recorded in the separate store, to be taken into account."""

    KIND = "victim_view_recorded"
    RANK = 62
    OWN_TIME = "recorded_on"

    victim_ref: Code
    about: VictimTopic
    recorded_on: Day | None = None
    record_ref: Code | None = None

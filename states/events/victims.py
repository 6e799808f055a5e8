"""Events of victims: a reference and flags, never their words.

Victims' records are kept apart (NS 2015 7), so no field here takes free text.
"""

from enum import StrEnum

from states.events.envelope import Code, Day, Event


class VictimScheme(StrEnum):
    """Scheme under which contact is offered."""

    STATUTORY = "statutory"
    DISCRETIONARY = "discretionary"


class VictimContactOffered(Event, kind="victim_contact_offered", rank=61, own_time="offered_on"):
    """Contact was offered to a victim.

    Only an offer with `every_victim` meets the eight weeks.
    """

    victim_ref: Code
    """The victim, by reference alone."""
    offered_on: Day
    """The day of the offer."""
    every_victim: bool
    """True if with this offer every eligible victim has had one."""
    accepted: bool | None = None
    """True if the offer was accepted."""
    scheme: VictimScheme = VictimScheme.STATUTORY
    """The scheme under which contact is offered."""


class VictimTopic(StrEnum):
    """Topic of a victim's view."""

    RELEASE = "release"
    CONDITIONS = "conditions"
    EXCLUSION = "exclusion"
    PLAN = "plan"
    STATEMENT = "statement"
    """A victim personal statement for the Parole Board."""
    OTHER = "other"


class VictimViewRecorded(Event, kind="victim_view_recorded", rank=62, own_time="recorded_on"):
    """A victim's view was recorded in the separate store, to be taken into account."""

    victim_ref: Code
    """The victim, by reference alone."""
    about: VictimTopic
    """The topic of the view."""
    recorded_on: Day | None = None
    """The day on which it was recorded; left out, the day of the event."""
    record_ref: Code | None = None
    """A reference to the record of the view, never its words."""

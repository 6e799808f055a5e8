"""Where the person lives: a move, with what the tables ask of it."""

from enum import StrEnum

from states.events.event import Event
from states.events.fields import Count, Day, Text


class Stay(StrEnum):
    """How lasting a move is."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"


class AddressChanged(Event):
    """The person moved, or stays elsewhere (D18).

    `permission_before`: an officer or a court had agreed before the move. `outside_control`: the
    person could not help it. `told_on` is when the officer was told by the person; left out, the
    officer was never told. `nights` matter on licence. The address itself is sealed.
    """

    KIND = "address_changed"
    RANK = 67
    OWN_TIME = "moved_on"

    kind: Stay
    moved_on: Day
    permission_before: bool
    outside_control: bool | None = None
    told_on: Day | None = None
    nights: Count | None = None
    address: Text | None = None
    rationale: Text | None = None

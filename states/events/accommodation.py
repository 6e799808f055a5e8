"""Where the person lives: a move, with what the tables ask of it."""

from enum import StrEnum

from pydantic import model_validator

from states.events.envelope import Code, Count, Day, Event, FreeText, require_order


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
    address: FreeText | None = None
    rationale: FreeText | None = None


class ApReferred(Event):
    """A place in approved premises was asked for; `stay_id` names the stay from now on.

    `suitable` is the answer, once there is one: nothing need be prepared for whom it is no.
    """

    KIND = "ap_referred"
    RANK = 78
    OWN_TIME = "referred_on"

    stay_id: Code
    referred_on: Day | None = None
    expected_on: Day | None = None
    suitable: bool | None = None


class ApPlacementPrepared(Event):
    """The officer prepared the placement."""

    KIND = "ap_placement_prepared"
    RANK = 79
    OWN_TIME = "prepared_on"

    stay_id: Code
    prepared_on: Day | None = None


class ResidencePlanAgreed(Event):
    """Officer and premises agreed the residence plan, with the resident."""

    KIND = "residence_plan_agreed"
    RANK = 81
    OWN_TIME = "agreed_on"

    stay_id: Code
    agreed_on: Day
    with_resident: bool | None = None


class ApAdmitted(Event):
    """The person moved into approved premises; `planned_until` is the plan's last day there."""

    KIND = "ap_admitted"
    RANK = 82
    OWN_TIME = "admitted_on"

    stay_id: Code
    admitted_on: Day
    planned_until: Day | None = None
    key_worker: Code | None = None

    @model_validator(mode="after")
    def _stays_forward(self) -> "ApAdmitted":
        require_order(("admitted_on", self.admitted_on), ("planned_until", self.planned_until))
        return self


class ApLeft(Event):
    """The stay in approved premises ended; `completed` says whether as planned."""

    KIND = "ap_left"
    RANK = 191
    OWN_TIME = "left_on"

    stay_id: Code
    left_on: Day
    completed: bool | None = None
    details: FreeText | None = None

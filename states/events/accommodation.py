"""Events of accommodation: moves of home, and stays in approved premises."""

from enum import StrEnum

from states.events.envelope import Code, Count, Day, Event, FreeText


class MoveDuration(StrEnum):
    """Duration of a move."""

    TEMPORARY = "temporary"
    PERMANENT = "permanent"


class AddressChanged(Event, kind="address_changed", rank=67, own_time="moved_on"):
    """The person moved, or stays elsewhere (D18).

    `nights` matter on licence. The address itself goes to the case record.
    """

    kind: MoveDuration
    """The duration of the move."""
    moved_on: Day
    """The day of the move."""
    permission_before: bool
    """True if an officer or a court had agreed before the move."""
    outside_control: bool | None = None
    """True if the move was outside the person's control."""
    told_on: Day | None = None
    """The day on which the person told the officer; left out, the officer was not told."""
    nights: Count | None = None
    """Nights spent away."""
    address: FreeText | None = None
    """The address."""
    rationale: FreeText | None = None
    """The reasons for the decision."""


class ApReferred(
    Event, kind="ap_referred", rank=78, own_time="referred_on", may_lie_ahead=("expected_on",)
):
    """A place in approved premises was requested; `stay_id` names the stay from now on.

    `suitable` is the answer, once there is one: after a refusal nothing need be prepared.
    """

    stay_id: Code
    """The stay in approved premises, under the sender's own id."""
    referred_on: Day | None = None
    """The day of the referral; left out, the day of the event."""
    expected_on: Day | None = None
    """The day on which the person is expected."""
    suitable: bool | None = None
    """True if the premises accept the person; left out until they have answered."""


class ApPlacementPrepared(Event, kind="ap_placement_prepared", rank=79, own_time="prepared_on"):
    """The officer prepared the placement."""

    stay_id: Code
    """The stay in approved premises, under the sender's own id."""
    prepared_on: Day | None = None
    """The day on which it was prepared; left out, the day of the event."""


class ResidencePlanAgreed(Event, kind="residence_plan_agreed", rank=81, own_time="agreed_on"):
    """Officer and premises agreed the residence plan, with the resident."""

    stay_id: Code
    """The stay in approved premises, under the sender's own id."""
    agreed_on: Day
    """The day on which it was agreed."""
    with_resident: bool | None = None
    """True if the resident took part."""


class ApAdmitted(
    Event,
    kind="ap_admitted",
    rank=82,
    own_time="admitted_on",
    in_order=("admitted_on", "planned_until"),
    may_lie_ahead=("planned_until",),
):
    """The person moved into approved premises."""

    stay_id: Code
    """The stay in approved premises, under the sender's own id."""
    admitted_on: Day
    """The day on which the person moved in."""
    planned_until: Day | None = None
    """The last day of the stay, as planned."""
    key_worker: Code | None = None
    """The key worker in the premises, as a code."""


class ApLeft(Event, kind="ap_left", rank=191, own_time="left_on"):
    """The stay in approved premises ended; `completed` says whether as planned."""

    stay_id: Code
    """The stay in approved premises, under the sender's own id."""
    left_on: Day
    """The day on which the person left."""
    completed: bool | None = None
    """True if it ended as planned."""
    details: FreeText | None = None
    """Further details."""

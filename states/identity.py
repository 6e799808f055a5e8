"""Which sentence is meant: its three names, apart from all that is known of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Which sentence this is, from the workflow's own id."""

    workflow_id: str
    crn: str
    event_number: str

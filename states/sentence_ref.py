"""Which sentence is meant: its three names, apart from all that is known of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentenceRef:
    """Which sentence this is, from the workflow's own id."""

    workflow_id: str
    crn: str
    event_number: str


@dataclass(frozen=True, slots=True)
class Holder:
    """The name of a sentence: whose it is, and which of that person's."""

    crn: str
    event_number: str

    def __str__(self) -> str:
        """Return the name as people write it."""
        return f"{self.crn} event {self.event_number}"

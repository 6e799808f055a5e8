"""The name under which a sentence goes on after a merge, an unmerge or a renumbering."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holder:
    """The name of a sentence: whose it is, and which of that person's."""

    crn: str
    event_number: str

    def __str__(self) -> str:
        """Return the name as people write it."""
        return f"{self.crn} event {self.event_number}"

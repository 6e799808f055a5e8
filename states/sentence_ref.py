"""Names of a sentence: CRN, event number and the workflow id made from both."""

import re
from dataclasses import dataclass
from typing import Final, Self

_WORKFLOW_ID: Final = re.compile(r"sentence-([A-Z][0-9]{6})-([1-9][0-9]{0,3}|0)")


@dataclass(frozen=True, slots=True)
class SentenceRef:
    """Reference to one sentence: whose it is, and which of that person's."""

    crn: str
    event_number: str

    @classmethod
    def parse(cls, workflow_id: str) -> Self | None:
        """Return the sentence that `workflow_id` names; None where it has another form."""
        found = _WORKFLOW_ID.fullmatch(workflow_id)
        return None if found is None else cls(crn=found[1], event_number=found[2])

    @property
    def workflow_id(self) -> str:
        """The id of the sentence's workflow."""
        return f"sentence-{self.crn}-{self.event_number}"

    def __str__(self) -> str:
        """Return the reference as people write it."""
        return f"{self.crn} event {self.event_number}"

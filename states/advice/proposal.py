"""One advised step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """What could lawfully be done next, why, and by whom."""

    step: str
    """The kind of event that would take it."""
    failure_ids: tuple[str, ...]
    """The failures that it would answer; empty where it answers none."""
    row: str
    """The row that advises it."""
    reason: str
    """In words that hold no personal data."""
    by: str
    """Whose step it is (D9): an organisation, or a role where a role alone may take it."""
    subject: str | None = None
    """What else it is about: a requirement, a warning, a clock."""

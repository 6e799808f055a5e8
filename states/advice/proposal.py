"""Proposal of a lawful next step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lawful next step, with its reason and the party that may take it."""

    step: str
    """Kind of event that would take it."""
    row: str
    """Row of a decision table that advises it."""
    reason: str
    """Reason in words without personal data."""
    by: str
    """Party that may take it (D9): an organisation, or a role where only a role may."""
    failure_ids: tuple[str, ...] = ()
    """Failures that it would answer; empty where it answers none."""
    subject: str | None = None
    """Subject besides failures: a requirement, a warning, a clock."""

"""Proposal of a lawful next step."""

from dataclasses import dataclass
from typing import Final

from states.standards.edition import Edition

SOURCES: Final = {
    "D3": "PF 2015 Enforce",
    "D3.4": "our reading",
    "D6.1": "NS 2015 9(a); PF 2015 Enforce",
    "D6.2": "NS 2015 9(a); PF 2015 Enforce",
    "D7.1": "PF 2015 Enforce",
    "D7.2": "PF 2015 Enforce",
    "D7.3": "our reading",
    "D7.4": "our reading",
    "D7.5": "PF 2015 Enforce",
    "D7.6": "PF 2015 Enforce",
    "D7.7": "PF 2015 Enforce",
    "D7.8": "NS 2015 9(a); PF 2015 Enforce",
    "D7.9": "PF 2015 Enforce",
    "D7.10": "NS 2015 9(b); PF 2015 Enforce",
    "D7.12": "PF 2015 Enforce; our reading",
    "D7.13": "PF 2015 Enforce; our reading",
    "D10.1": "APP Sentences; Northumbria page",
    "D11.1": "APP Sentences; NS 2015 9(b)",
    "D11.2": "APP Sentences; NS 2015 9(b)",
    "D11.3": "APP Sentences; NS 2015 9(b)",
    "D11.4": "APP Sentences; our reading",
    "D11.5": "APP Sentences; NS 2015 9(b)",
    "D11.6": "APP Sentences; our reading",
    "D12.5": "NS 2015 9(b); PF 2015 Enforce",
    "D12.7": "APP Sentences",
    "D12.9": "Northumbria page; PF 2015 Enforce",
    "D13.2": "PF 2015 Enforce; PF 2015 Common practice themes",
    "D15.1": "APP Sentences; NS 2015 5(b); PF 2015 Enforce",
    "D15.2": "APP Sentences; PF 2015 Enforce",
    "D15.3": "APP Sentences",
    "D15.4": "APP Sentences",
    "D15.5": "our reading",
    "D18.4": "PF 2015 Implement the sentence",
    "D18.5": "PF 2015 Implement the sentence",
    "D18.6": "PF 2015 Enforce",
    "D18.7": "NS 2015 licence conditions",
    "D19.1": "PF 2015 Unpaid work",
    "D19.2": "PF 2015 Unpaid work",
    "D19.3": "PF 2015 Unpaid work; our reading",
    "D19.4": "PF 2015 Unpaid work",
    "D19.5": "PF 2015 Unpaid work; our reading",
    "D20.1": "PF 2015 Drug testing",
    "D20.2": "PF 2015 Drug testing",
    "D20.3": "PF 2015 Drug testing",
    "D20.6": "PF 2015 Drug rehabilitation",
    "G14": "NS 2015 9(b); PF 2015 Allocation of probation provider; our reading",
    "T13": "APP Sentences; our reading",
    "T31": "PF 2015 Rehabilitation activity",
    "X.good-progress": "PF 2015 Rehabilitation activity",
    "X.proposal": "PF 2015 Curfew",
    "7.2.2": "PF 2015 Risk management",
    "7.2.4": "PF 2015 Risk management",
    "7.2.5b": "PF 2015 Risk management",
}
"""Document and heading of each row that no edition holds, as the list of rules has them."""


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

    def source(self, edition: Edition) -> str:
        """Return document and heading of the rule that advises it, as people cite it."""
        provision = edition.provision(self.row)
        return SOURCES[self.row] if provision is None else edition.cited(provision)

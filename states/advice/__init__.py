"""Advice: the next lawful steps with their reasons, one module for each decision table.

Nothing here decides. A person takes a step or not, and gives reasons for a departure (inv-human).
"""

from collections.abc import Callable, Iterator
from typing import Final

from states.advice.licence import proposals_of_licence
from states.advice.orders import proposals_of_orders
from states.advice.proposal import Proposal
from states.advice.recall import proposals_of_recall
from states.advice.requirements import proposals_of_requirements
from states.advice.risk import proposals_of_danger, proposals_of_risk
from states.sentence import Sentence
from states.standards.law import Law
from states.vocabulary import State

_ADVICE: Final[tuple[Callable[[Sentence, Law], Iterator[Proposal]], ...]] = (
    proposals_of_danger,
    proposals_of_orders,
    proposals_of_licence,
    proposals_of_recall,
    proposals_of_risk,
    proposals_of_requirements,
)
"""Decision tables, each of which yields its own advice, in this order."""


def proposals(s: Sentence, law: Law) -> tuple[Proposal, ...]:
    """Return the advised next steps; none once the sentence is over."""
    if s.state is State.COMPLETED:
        return ()
    return tuple(proposal for table in _ADVICE for proposal in table(s, law))

"""What the tables advise next: advice with its reason, which a person takes or leaves."""

from collections.abc import Callable, Iterator
from typing import Final

from states.advice.licence import proposals_of_licence
from states.advice.orders import proposals_of_orders
from states.advice.proposal import Proposal
from states.advice.recall import proposals_of_recall
from states.advice.requirements import proposals_of_requirements
from states.advice.risk import proposals_of_risk
from states.sentence import Sentence
from states.standards.law import Law
from states.vocabulary import State

_TABLES: Final[tuple[Callable[[Sentence, Law], Iterator[Proposal]], ...]] = (
    proposals_of_orders,
    proposals_of_licence,
    proposals_of_recall,
    proposals_of_risk,
    proposals_of_requirements,
)
"""Each yields its own advice; all of them are asked, in this order."""


def proposals(s: Sentence, law: Law) -> tuple[Proposal, ...]:
    """Return the advised next steps; none once the sentence is over."""
    if s.state is State.COMPLETED:
        return ()
    return tuple(proposal for table in _TABLES for proposal in table(s, law))

"""Regimes: the rules that apply in each phase of a sentence."""

from collections.abc import Mapping
from typing import Final

from states.standards.terms import AppliesTo
from states.vocabulary import Phase, SentenceType

IN_THE_COMMUNITY: Final = (Phase.COMMUNITY, Phase.LICENCE, Phase.PSS)
"""Phases in which requirements or conditions are served, so that they can be failed."""

IN_PRISON: Final = (Phase.CUSTODY, Phase.RECALL_CUSTODY, Phase.PSS_COMMITTAL)
"""Phases in which nothing can be failed and no warning is issued."""

_OF_PHASE: Final[Mapping[Phase, AppliesTo]] = {
    Phase.CUSTODY: AppliesTo.CUSTODY,
    Phase.LICENCE: AppliesTo.LICENCE,
    Phase.RECALL_CUSTODY: AppliesTo.LICENCE,
    Phase.PSS: AppliesTo.POST_SENTENCE_SUPERVISION,
    Phase.PSS_COMMITTAL: AppliesTo.POST_SENTENCE_SUPERVISION,
}


def regime_of(kind: SentenceType, phase: Phase) -> AppliesTo:
    """Return the regime of a phase; that of recall custody is the licence's."""
    return _OF_PHASE.get(phase) or AppliesTo(kind.value)


FIRST_PHASE: Final[Mapping[SentenceType, Phase]] = {
    SentenceType.COMMUNITY_ORDER: Phase.COMMUNITY,
    SentenceType.SUSPENDED_SENTENCE_ORDER: Phase.COMMUNITY,
    SentenceType.CUSTODY: Phase.CUSTODY,
}
"""First phase of each type of sentence."""

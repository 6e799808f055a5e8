"""Under which rules a person stands: an order, custody, licence or post-sentence supervision."""

from collections.abc import Mapping
from typing import Final

from states.standards.terms import AppliesTo
from states.vocabulary import Phase, SentenceType

IN_THE_COMMUNITY: Final = (Phase.COMMUNITY, Phase.LICENCE, Phase.PSS)
"""Where requirements or conditions are being served, so that one can fail them (T04)."""

IN_PRISON: Final = (Phase.CUSTODY, Phase.RECALL_CUSTODY, Phase.PSS_COMMITTAL)
"""Where nothing can be failed and nobody is warned."""

_OF_PHASE: Final[Mapping[Phase, AppliesTo]] = {
    Phase.CUSTODY: AppliesTo.CUSTODY,
    Phase.LICENCE: AppliesTo.LICENCE,
    Phase.RECALL_CUSTODY: AppliesTo.LICENCE,
    Phase.PSS: AppliesTo.POST_SENTENCE_SUPERVISION,
    Phase.PSS_COMMITTAL: AppliesTo.POST_SENTENCE_SUPERVISION,
}


def regime_of(kind: SentenceType, phase: Phase) -> AppliesTo:
    """Return which rules govern that phase of a sentence; recall custody is still the licence's."""
    return _OF_PHASE.get(phase) or AppliesTo(kind.value)


FIRST_PHASE: Final[Mapping[SentenceType, Phase]] = {
    SentenceType.COMMUNITY_ORDER: Phase.COMMUNITY,
    SentenceType.SUSPENDED_SENTENCE_ORDER: Phase.COMMUNITY,
    SentenceType.CUSTODY: Phase.CUSTODY,
}
"""Where each type of sentence begins."""

"""By which codes a recipient is found, as the sentence stands when a notice is taken up."""

from states.answering import SENDER
from states.casefile import CaseFile, Decided
from states.events.custody import ReturnedToCustody
from states.recipients import CODES
from states.records import Effect
from states.rules.telling import REPORTER
from states.sentence import Sentence
from states.vocabulary import Verdict

_STAKEHOLDER = "stakeholder"


def route_of(effect: Effect, case: CaseFile, decided: Decided) -> dict[str, str]:
    """Return the codes of `CODES` that are known, in that order.

    They are no part of what the notice says: a case that moved since is told to whom it is now.
    """
    s = decided.sentence
    found = {
        "officer": s.officer,
        _STAKEHOLDER: dict(effect.facts).get(_STAKEHOLDER),
        "provider_code": s.allocation.provider_code if s.allocation is not None else None,
        "court": s.imposed.court if s.imposed is not None else None,
        "prison": _prison(case, decided),
        "organisation": _reporter(effect, s),
        "provider": s.allocation.provider.value if s.allocation is not None else None,
    }
    return {name: code for name in CODES if (code := found.get(name)) is not None}


def _reporter(effect: Effect, s: Sentence) -> str | None:
    """Return the organisation that reported the failure, or sent the message, that it tells of."""
    if effect.recipient == SENDER:
        return dict(effect.facts).get("organisation")
    failure = s.failures.get(effect.subject)
    if effect.recipient != REPORTER or failure is None:
        return None
    return failure.cause.partition("/")[0]


def _prison(case: CaseFile, decided: Decided) -> str | None:
    """Return the prison to which the person last returned, where somebody told which."""
    told = (
        entry.event.prison
        for entry in reversed(case.log)
        if isinstance(entry.event, ReturnedToCustody)
        and entry.event.prison is not None
        and decided.dispositions[entry.event.uid].verdict is Verdict.APPLIED
    )
    return next(told, None)

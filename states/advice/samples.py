"""What is advised next on drug samples (D20) and on changes of address (D18).

A contact of the kind `considered` takes an advice back that a person weighed and did not follow.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from states.advice.proposal import Proposal
from states.events.requirements import SampleResult
from states.london import start_of
from states.records import HomeMove, Obligation, Sample
from states.rules.address import MEANS
from states.rules.standing import enforcing
from states.sentence import Sentence
from states.timescale import Settlement
from states.vocabulary import RequirementKind, What

CONSIDERED: Final = "considered"
"""The kind of contact by which somebody says that an advice was weighed and left."""

_TREATMENT: Final = (RequirementKind.DRUG_APPOINTMENT, RequirementKind.DRUG_REHABILITATION)


def of_samples(s: Sentence, key: str, item: Obligation) -> Iterator[Proposal]:
    """Yield what the newest sample calls for (D20); older ones were answered by its being taken."""
    own = [sample for sample in item.samples if sample.own_remit]
    if not own or _was_considered(s, key, own[-1].on):
        return
    if item.requirement.kind is RequirementKind.DRUG_TESTING:
        yield from _of_condition(s, key, own[-1])
    elif own[-1].result in (SampleResult.REFUSED, SampleResult.NOT_GIVEN):
        reason = "what a refused sample means for breach is not stated: the officer judges"
        yield Proposal("contact_recorded", (), "D20.6", reason, enforcing(s), key)


def _of_condition(s: Sentence, key: str, sample: Sample) -> Iterator[Proposal]:
    if sample.result is SampleResult.POSITIVE:
        reason = (
            "a positive test is no breach by itself: take it into account with other reasons, "
            "consider risk and how often to test"
        )
        yield Proposal("contact_recorded", (), "D20.1", reason, enforcing(s), key)
        if any(o.is_open and o.requirement.kind in _TREATMENT for o in s.requirements.values()):
            reason = "treatment is under way or awaited: promote it, and weigh the waiting time"
            yield Proposal("contact_recorded", (), "D20.3", reason, enforcing(s), key)
    elif sample.result is not SampleResult.NEGATIVE:
        whats = (What.DRUG_SAMPLE_REFUSED, What.CONDITION, What.REQUIREMENT)
        if not _was_reported(s, sample.on, whats):
            reason = "samples are given as requested: report an apparent failure"
            yield Proposal("failure_reported", (), "D20.2", reason, enforcing(s), key)


def of_move(s: Sentence, move: HomeMove) -> Iterator[Proposal]:
    """Yield what a change of address calls for (D18), until it is reported or was considered."""
    whats = (What.MOVED_WITHOUT_PERMISSION, What.ADDRESS_NOT_TOLD, What.NIGHT_AWAY)
    if _was_considered(s, None, move.on) or _was_reported(s, move.on, whats):
        return
    for row in move.rows:
        if row in ("D18.4", "D18.5", "D18.6", "D18.7"):
            step = "contact_recorded" if row == "D18.4" else "failure_reported"
            yield Proposal(step, (), row, MEANS[row], enforcing(s), str(move.on))


def _was_reported(s: Sentence, on: date, whats: tuple[What, ...]) -> bool:
    return any(f.failed_on == on and f.what in whats for f in s.failures.values())


def _was_considered(s: Sentence, key: str | None, on: date) -> bool:
    """Whether somebody weighed it, on the day or later, and left it at that."""
    what = f"{Settlement.CONTACT_RECORDED}:{CONSIDERED}"
    known = s.done.get((what, key)) or s.done.get((what, None))
    return known is not None and known[0] >= start_of(on)

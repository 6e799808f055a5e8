"""Advice on requirements: unpaid work (D19), good progress, drug samples (D20), address (D18).

A contact of the kind `considered` withdraws an advice that a person weighed and did not follow.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from states.advice.proposal import Proposal
from states.entities import DrugSample, HomeMove, ImposedRequirement
from states.events.requirements import Prospect, SampleResult
from states.rules import clocks
from states.rules.address import ROW_MEANINGS
from states.rules.authorisation import NPS, enforcing_organisation
from states.rules.triggers import applicable_timescales
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import Settlement, Trigger
from states.time.london import start_of
from states.vocabulary import FailureKind, RequirementKind, SentenceType

CONSIDERED: Final = "considered"
"""Kind of contact that records that an advice was weighed and not followed."""

_TREATMENT: Final = (RequirementKind.DRUG_APPOINTMENT, RequirementKind.DRUG_REHABILITATION)

_SHORTFALL_ROWS: Final = {
    (SentenceType.COMMUNITY_ORDER, Prospect.LATE): "D19.1",
    (SentenceType.COMMUNITY_ORDER, Prospect.NOT_BEFORE_END): "D19.1",
    (SentenceType.COMMUNITY_ORDER, Prospect.NONE): "D19.2",
    (SentenceType.SUSPENDED_SENTENCE_ORDER, Prospect.LATE): "D19.3",
    (SentenceType.SUSPENDED_SENTENCE_ORDER, Prospect.NOT_BEFORE_END): "D19.4",
    (SentenceType.SUSPENDED_SENTENCE_ORDER, Prospect.NONE): "D19.5",
}
"""Row of D19 for each prospect."""

_COURT_REASONS: Final = {
    "D19.1": "back to court to extend unpaid work, and nothing else",
    "D19.2": "no reasonable prospect: consider asking the court to revoke and resentence",
    "D19.4": "back to court to vary the work before the operational period ends, not to extend it",
    "D19.5": "no reasonable prospect: back to court",
}

GOOD_PROGRESS: Final = "good_progress_assessed"
"""Kind of contact by which an officer assesses progress as sufficient."""

_SUPERVISED: Final = (RequirementKind.REHABILITATION_ACTIVITY, RequirementKind.SUPERVISION)


def proposals_of_requirements(s: Sentence, law: Law) -> Iterator[Proposal]:
    """Yield the advice on open requirements, changes of address and good progress."""
    for key, item in sorted(s.requirements.items()):
        if item.is_open:
            yield from _of_work(s, law, key, item=item)
            yield from _of_samples(s, key, item)
    for move in s.home_moves:
        yield from _of_move(s, move)
    yield from _of_progress(s)
    yield from _of_report(s)


def _of_work(s: Sentence, law: Law, key: str, item: ImposedRequirement) -> Iterator[Proposal]:
    """Yield the advice on unpaid work that will not be done in time (D19)."""
    row = _SHORTFALL_ROWS.get((s.kind, item.prospect)) if item.prospect is not None else None
    if row == "D19.3":
        reason = "late, but inside the operational period: keep working, no court is needed"
        by = enforcing_organisation(s)
        yield Proposal("requirement_progressed", row, reason, by=by, subject=key)
    elif row is not None and _is_due_in_court(s, law, key):
        yield Proposal("hearing_listed", row, _COURT_REASONS[row], by=NPS, subject=key)


def _is_due_in_court(s: Sentence, law: Law, key: str) -> bool:
    rows = applicable_timescales(s, law, Trigger.UNPAID_WORK_SHORTFALL)
    return any(clocks.is_open(s, clocks.clock_id(row.id, key)) for row in rows)


def _of_progress(s: Sentence) -> Iterator[Proposal]:
    """Yield the application that good progress allows (T31, X.good-progress)."""
    assessed = (f"{Settlement.CONTACT_RECORDED}:{GOOD_PROGRESS}", None) in s.done
    kinds = [o.requirement.kind for o in s.requirements.values() if o.is_open]
    if not assessed or not any(kind in _SUPERVISED for kind in kinds):
        return
    if any((clock.subject or "").startswith("good_progress.") for clock in s.clocks.values()):
        return
    if s.kind is SentenceType.COMMUNITY_ORDER:
        reason = "good progress: the court may revoke the order, even with days left"
        yield Proposal("hearing_listed", "T31", reason, by=NPS)
    elif s.kind is SentenceType.SUSPENDED_SENTENCE_ORDER:
        reason = "the court may end the requirement; the rest of the order continues"
        yield Proposal("hearing_listed", "X.good-progress", reason, by=NPS)


def _of_report(s: Sentence) -> Iterator[Proposal]:
    """Yield the proposal that a breach report on unpaid work may make (X.proposal)."""
    if s.breach is None or s.breach.referred_at is not None:
        return
    worked = tuple(
        failure.id
        for failure in (s.failures.get(name) for name in s.breach.failure_ids)
        if failure is not None and _is_work(s, failure.requirement_id)
    )
    if worked:
        reason = "the report may propose a curfew for the nights before unpaid work"
        by = enforcing_organisation(s)
        yield Proposal("breach_referred", "X.proposal", reason, by=by, failure_ids=worked)


def _is_work(s: Sentence, key: str | None) -> bool:
    known = s.requirements.get(key or "")
    return known is not None and known.requirement.kind is RequirementKind.UNPAID_WORK


def _of_samples(s: Sentence, key: str, item: ImposedRequirement) -> Iterator[Proposal]:
    """Yield the advice on the newest sample (D20), which supersedes older ones."""
    own = [sample for sample in item.samples if sample.own_remit]
    if not own or _was_considered(s, key, own[-1].on):
        return
    if item.requirement.kind is RequirementKind.DRUG_TESTING:
        yield from _of_condition(s, key, own[-1])
    elif own[-1].result in (SampleResult.REFUSED, SampleResult.NOT_GIVEN):
        reason = "the effect of a refused sample on breach is not stated: the officer judges"
        by = enforcing_organisation(s)
        yield Proposal("contact_recorded", "D20.6", reason, by=by, subject=key)


def _of_condition(s: Sentence, key: str, sample: DrugSample) -> Iterator[Proposal]:
    by = enforcing_organisation(s)
    if sample.result is SampleResult.POSITIVE:
        reason = (
            "a positive test is no breach by itself: take it into account with other reasons, "
            "consider risk and how often to test"
        )
        yield Proposal("contact_recorded", "D20.1", reason, by=by, subject=key)
        if any(o.is_open and o.requirement.kind in _TREATMENT for o in s.requirements.values()):
            reason = "treatment is under way or awaited: promote it, and weigh the waiting time"
            yield Proposal("contact_recorded", "D20.3", reason, by=by, subject=key)
    elif sample.result is not SampleResult.NEGATIVE:
        whats = (FailureKind.DRUG_SAMPLE_REFUSED, FailureKind.CONDITION, FailureKind.REQUIREMENT)
        if not _was_reported(s, sample.on, whats):
            reason = "samples are given as requested: report an apparent failure"
            yield Proposal("failure_reported", "D20.2", reason, by=by, subject=key)


def _of_move(s: Sentence, move: HomeMove) -> Iterator[Proposal]:
    """Yield the advice on a change of address (D18), until it is reported or considered."""
    whats = (
        FailureKind.MOVED_WITHOUT_PERMISSION,
        FailureKind.ADDRESS_NOT_TOLD,
        FailureKind.NIGHT_AWAY,
    )
    if _was_considered(s, None, move.on) or _was_reported(s, move.on, whats):
        return
    for row in move.rows:
        if row in ("D18.4", "D18.5", "D18.6", "D18.7"):
            step = "contact_recorded" if row == "D18.4" else "failure_reported"
            by = enforcing_organisation(s)
            yield Proposal(step, row, ROW_MEANINGS[row], by=by, subject=str(move.on))


def _was_reported(s: Sentence, on: date, whats: tuple[FailureKind, ...]) -> bool:
    return any(f.failed_on == on and f.what in whats for f in s.failures.values())


def _was_considered(s: Sentence, key: str | None, on: date) -> bool:
    """Return True if the advice was considered, on the day or later."""
    what = f"{Settlement.CONTACT_RECORDED}:{CONSIDERED}"
    known = s.done.get((what, key)) or s.done.get((what, None))
    return known is not None and known[0] >= start_of(on)

"""What is advised next on requirements: hours that will be short, good progress, and the rest."""

from collections.abc import Iterator
from typing import Final

from states.advice.proposal import Proposal
from states.advice.samples import of_move, of_samples
from states.events.requirements import Prospect
from states.law import Law
from states.records import Obligation
from states.rules import clocks
from states.rules.standing import NPS, enforcing
from states.sentence import Sentence
from states.timescale import Settlement, Trigger
from states.vocabulary import RequirementKind, SentenceType

SHORT: Final = {
    (SentenceType.COMMUNITY_ORDER, Prospect.LATE): "D19.1",
    (SentenceType.COMMUNITY_ORDER, Prospect.NOT_BEFORE_END): "D19.1",
    (SentenceType.COMMUNITY_ORDER, Prospect.NONE): "D19.2",
    (SentenceType.SUSPENDED_SENTENCE_ORDER, Prospect.LATE): "D19.3",
    (SentenceType.SUSPENDED_SENTENCE_ORDER, Prospect.NOT_BEFORE_END): "D19.4",
    (SentenceType.SUSPENDED_SENTENCE_ORDER, Prospect.NONE): "D19.5",
}
"""The row of D19 for each prospect."""

TO_COURT: Final = {
    "D19.1": "back to court to extend unpaid work, and nothing else",
    "D19.2": "no reasonable prospect: consider asking the court to revoke and resentence",
    "D19.4": "back to court to vary the work before the operational period ends, not to extend it",
    "D19.5": "no reasonable prospect: back to court",
}

GOOD_PROGRESS: Final = "good_progress_assessed"
"""The kind of contact by which an officer says that progress is sufficient."""

_SUPERVISED: Final = (RequirementKind.REHABILITATION_ACTIVITY, RequirementKind.SUPERVISION)


def proposals_of_requirements(s: Sentence, law: Law) -> Iterator[Proposal]:
    """Yield what is advised on each open requirement, on changes of address, on good progress."""
    for key, item in sorted(s.requirements.items()):
        if item.is_open:
            yield from _of_work(s, law, key, item)
            yield from of_samples(s, key, item)
    for move in s.home_moves:
        yield from of_move(s, move)
    yield from _of_progress(s)
    yield from _of_report(s)


def _of_work(s: Sentence, law: Law, key: str, item: Obligation) -> Iterator[Proposal]:
    """Yield what is to be done about hours that will be short (D19)."""
    row = SHORT.get((s.kind, item.prospect)) if item.prospect is not None else None
    if row == "D19.3":
        reason = "late, but inside the operational period: keep working, no court is needed"
        yield Proposal("requirement_progressed", (), row, reason, enforcing(s), key)
    elif row is not None and _is_due_in_court(s, law, key):
        yield Proposal("hearing_listed", (), row, TO_COURT[row], NPS, key)


def _is_due_in_court(s: Sentence, law: Law, key: str) -> bool:
    rows = clocks.governing(s, law, Trigger.UNPAID_WORK_SHORTFALL)
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
        reason = "good-progress-early: the court may revoke the order, with days left or not"
        yield Proposal("hearing_listed", (), "T31", reason, NPS)
    elif s.kind is SentenceType.SUSPENDED_SENTENCE_ORDER:
        reason = "the court may end the requirement; the order goes on for what is left of it"
        yield Proposal("hearing_listed", (), "X.good-progress", reason, NPS)


def _of_report(s: Sentence) -> Iterator[Proposal]:
    """Yield what the report of a breach of unpaid work may propose to the court (X.proposal)."""
    if s.breach is None or s.breach.referred_at is not None:
        return
    worked = tuple(
        failure.id
        for failure in (s.failures.get(name) for name in s.breach.failure_ids)
        if failure is not None and _is_work(s, failure.requirement_id)
    )
    if worked:
        reason = "the report may propose a curfew for the nights before unpaid work"
        yield Proposal("breach_referred", worked, "X.proposal", reason, enforcing(s))


def _is_work(s: Sentence, key: str | None) -> bool:
    known = s.requirements.get(key or "")
    return known is not None and known.requirement.kind is RequirementKind.UNPAID_WORK

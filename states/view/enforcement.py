"""Enforcement in the view: failures, warnings, breaches, recalls, warrants, flags about liberty.

The flags show what a person has to look at; nothing acts on them. A recalled person is at large
from the revocation to the return. In custody a date of release may have passed, or be in doubt.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from states.advice.recall_law import term_flags, type_flags
from states.entities import Recall
from states.events.court import WarrantCourt, WarrantExecutor, WarrantGround
from states.rules.failure_counts import counted_days, days_in_window, is_spent, refer_until
from states.rules.failure_record import missing_items
from states.rules.recall import ADVICE_MEANINGS
from states.rules.recall_term import day_of_release, release_due_on
from states.sentence import Sentence
from states.standards.law import Law
from states.time.calendar import WorkingCalendar
from states.time.london import day_of, iso
from states.view.entity import PROVENANCE, entity_view
from states.vocabulary import Phase, State

_GROUNDS: Final = {
    WarrantGround.BREACH: "a breach",
    WarrantGround.COURT_CONDITIONS: "broken conditions of the court",
    WarrantGround.FAILURE_TO_APPEAR: "a failure to appear at court",
}
_COURTS: Final = {
    WarrantCourt.MAGISTRATES: "magistrates' court",
    WarrantCourt.CROWN: "Crown Court",
}
_EXECUTORS: Final = {
    WarrantExecutor.COURT_ENFORCEMENT_OFFICER: "a court enforcement officer",
    WarrantExecutor.POLICE: "the police",
    WarrantExecutor.APPROVED_AGENCY: "an approved agency",
}


def failures_view(s: Sentence, now: datetime) -> list[dict[str, Any]]:
    """Return the apparent failures, oldest first, and which of them count at `now`."""
    counted = set(counted_days(s, day_of(now)))
    return [
        {
            "failure_id": f.id,
            "failed_on": iso(f.failed_on),
            "what": f.what.value,
            "requirement_id": f.requirement_id,
            "condition": f.condition,
            "regime": f.regime.value if f.regime is not None else None,
            "public_protection": f.concern_at is not None,
            "explained_on": iso(f.explained_on),
            "explained_by": f.explained_by,
            "judged_at": iso(f.judged_at),
            "acceptable": f.acceptable,
            "factors": [factor.value for factor in f.factors],
            "counts": f.acceptable is False and f.regime is s.regime and f.failed_on in counted,
            # Spent and out of the window are two different things (AMB-46).
            "spent": is_spent(s, f),
            "in_window": bool(days_in_window((f.failed_on,), day_of(now), f.regime)),
            "record_lacks": list(missing_items(s, f)),
        }
        for f in sorted(s.failures.values(), key=lambda f: (f.failed_on, f.id))
    ]


def warnings_view(s: Sentence, law: Law) -> list[dict[str, Any]]:
    """Return the warnings, oldest first, and until when the law refers a further failure."""
    return [
        entity_view(w, omit=("cause", "answered"), id="warning_id")
        | {"failure_ids": sorted(w.failure_ids), "refer_until": iso(refer_until(law, w))}
        for w in sorted(s.warnings.values(), key=lambda w: (w.issued_at, w.id))
    ]


def breaches_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the breaches in the order of their decisions."""
    return [
        entity_view(b, lacks="referral_lacks") | {"failure_ids": sorted(b.failure_ids)}
        for b in s.breaches
    ]


def warrants_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the warrants of arrest in the order of their first steps."""
    return [entity_view(item, omit=(), id="warrant_id") for item in s.warrants.values()]


def recalls_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the recalls in the order of their decisions."""
    omitted = PROVENANCE | {"endorsed_at", "notified_at", "returned_at", "board_release_due_on"}
    return [
        entity_view(r, omit=omitted, type="recall_type")
        | {"failure_ids": sorted(r.failure_ids), "row": ADVICE_MEANINGS.get(r.row)}
        for r in s.recalls
    ]


def at_large(s: Sentence) -> bool:
    """Return whether the licence is revoked and the person not back in custody (D12.9)."""
    recall = s.recall
    return (
        s.state is State.RECALLED
        and recall is not None
        and recall.revoked_on is not None
        and recall.returned_on is None
    )


def custody_flags(s: Sentence, law: Law, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the flags about liberty, each as a code and its text."""
    yield from _warrants(s)
    recall = s.recall
    if recall is not None and s.state is State.RECALLED:
        yield from _outside(s, recall, now)
        yield from type_flags(s, law, recall)
        if s.phase is Phase.RECALL_CUSTODY:
            yield from _inside(recall, now, law.calendar)
            yield from term_flags(s, law, recall, now)


def _warrants(s: Sentence) -> Iterator[tuple[str, str]]:
    for item in s.warrants.values():
        if item.issued_at is not None and not item.is_closed:
            court = "" if item.court is None else f" by the {_COURTS[item.court]}"
            by = "a body that is not known" if item.executor is None else _EXECUTORS[item.executor]
            text = (
                f"a warrant of arrest for {_GROUNDS[item.ground]} was issued{court} on "
                f"{day_of(item.issued_at)}; {by} executes it"
            )
            yield f"warrant_out.{item.id}", text


def _outside(s: Sentence, recall: Recall, now: datetime) -> Iterator[tuple[str, str]]:
    if at_large(s):
        text = f"the licence was revoked on {recall.revoked_on}; no return was reported"
        yield "at_large", text
    last = s.licence_ends_on
    if s.phase is Phase.LICENCE and last is not None and day_of(now) > last:
        yield "licence_end_held", f"the licence was to end on {last}, and a recall is under way"


def _inside(recall: Recall, now: datetime, calendar: WorkingCalendar) -> Iterator[tuple[str, str]]:
    ours, theirs = recall.term_ends_on, recall.release_due_on
    if ours is not None and theirs not in (None, ours, day_of_release(ours, calendar)):
        text = f"the prison releases on {theirs}, which governs; by our count it is {ours}"
        yield "release_date_differs", text
    due = release_due_on(recall, calendar)
    if due is not None and day_of(now) > due:
        yield "release_overdue", f"release was due on {due}, and the person is still in custody"
    if recall.type is None:
        yield "custody_unexplained", "the person is in custody, and no recall that stands says why"
    elif recall.refused_at is not None:
        yield "custody_unexplained", "the person is in custody, and the licence was not revoked"

"""The parts of the view that tell of enforcement: failures, warnings, proceedings."""

from datetime import datetime
from typing import Any

from states.rules.failure_counts import counted_days, days_in_window, is_spent
from states.rules.failure_record import missing_items
from states.sentence import Sentence
from states.time.london import day_of, iso


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
            "spent": is_spent(s, f.failed_on),
            "in_window": bool(days_in_window((f.failed_on,), day_of(now), f.regime)),
            "record_lacks": list(missing_items(s, f)),
        }
        for f in sorted(s.failures.values(), key=lambda f: (f.failed_on, f.id))
    ]


def warnings_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the warnings, oldest first."""
    return [
        {
            "warning_id": w.id,
            "failure_ids": sorted(w.failure_ids),
            "level": w.level.value,
            "regime": w.regime.value if w.regime is not None else None,
            "issued_at": iso(w.issued_at),
            "departure": w.departure,
            "withdrawn_at": iso(w.withdrawn_at),
        }
        for w in sorted(s.warnings.values(), key=lambda w: (w.issued_at, w.id))
    ]


def breaches_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the proceedings in the order of their decisions."""
    return [
        {
            "failure_ids": sorted(b.failure_ids),
            "reason": b.reason.value,
            "departure": b.departure,
            "decided_at": iso(b.decided_at),
            "referred_at": iso(b.referred_at),
            "referral_lacks": list(b.lacks),
            "received_at": iso(b.received_at),
            "presented_at": iso(b.presented_at),
            "warrant_at": iso(b.warrant_at),
            "warrant": b.warrant.value if b.warrant is not None else None,
            "hearing_on": iso(b.hearing_on),
            "committed_on": iso(b.committed_on),
            "committed_until": iso(b.committed_until),
            "closed_at": iso(b.closed_at),
        }
        for b in s.breaches
    ]


def recalls_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the recalls in the order of their decisions."""
    return [
        {
            "recall_type": r.type.value if r.type is not None else None,
            "ground": r.ground.value if r.ground is not None else None,
            "row": r.row or None,
            "departure": r.departure,
            "failure_ids": sorted(r.failure_ids),
            "decided_at": iso(r.decided_at),
            "endorsed": r.endorsed,
            "sent_at": iso(r.sent_at),
            "nps_received_at": iso(r.nps_received_at),
            "received_at": iso(r.received_at),
            "revoked_on": iso(r.revoked_on),
            "refused_at": iso(r.refused_at),
            "police_told_at": iso(r.police_told_at),
            "arrested_at": iso(r.arrested_at),
            "returned_on": iso(r.returned_on),
            "term_ends_on": iso(r.term_ends_on),
            "release_due_on": iso(r.release_due_on),
            "represented_on": iso(r.represented_on),
            "board_released_on": iso(r.board_released_on),
            "undone_at": iso(r.undone_at),
            "closed_at": iso(r.closed_at),
        }
        for r in s.recalls
    ]

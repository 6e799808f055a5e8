"""The parts of the view that tell of enforcement: failures, warnings, proceedings."""

from datetime import datetime
from typing import Any

from states.facets import iso
from states.london import day_of
from states.rules.counting import counted_days, is_spent, within
from states.rules.failure_record import missing
from states.sentence import Sentence


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
            "in_window": bool(within((f.failed_on,), day_of(now), f.regime)),
            "record_lacks": list(missing(s, f)),
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

"""The parts of the view that tell of enforcement: failures, warnings, proceedings."""

from datetime import datetime
from typing import Any

from states.rules.failure_counts import counted_days, days_in_window, is_spent
from states.rules.failure_record import missing_items
from states.sentence import Sentence
from states.time.london import day_of, iso
from states.view.entity import PROVENANCE, entity_view


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
        entity_view(w, omit=("cause", "answered"), id="warning_id")
        | {"failure_ids": sorted(w.failure_ids)}
        for w in sorted(s.warnings.values(), key=lambda w: (w.issued_at, w.id))
    ]


def breaches_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the proceedings in the order of their decisions."""
    return [
        entity_view(b, lacks="referral_lacks") | {"failure_ids": sorted(b.failure_ids)}
        for b in s.breaches
    ]


def recalls_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the recalls in the order of their decisions."""
    omitted = PROVENANCE | {"endorsed_at", "notified_at", "returned_at", "board_release_due_on"}
    return [
        entity_view(r, omit=omitted, type="recall_type")
        | {"failure_ids": sorted(r.failure_ids), "row": r.row or None}
        for r in s.recalls
    ]

"""How the case is managed, as the view shows it: officers, plan, risk, victims, premises, reports.

Of victims there is a reference and flags: what they said lies in a store of its own (NS 2015 7).
"""

from typing import Any

from states.entities import VictimContact
from states.rules.premises import is_resident
from states.sentence import Sentence
from states.time.london import iso


def management_view(s: Sentence) -> dict[str, Any]:
    """Return the parts of the view that say who manages the case and how."""
    return {
        "officers": officers_view(s),
        "plan": plan_view(s),
        "risk": risk_view(s),
        "agencies": agencies_view(s),
        "victims": victims_view(s),
        "stays": stays_view(s),
        "ap_resident": is_resident(s),
        "reports": reports_view(s),
    }


def officers_view(s: Sentence) -> list[dict[str, Any]]:
    """Return every officer in turn; the last one manages the case."""
    return [
        {
            "officer": item.officer,
            "provider": item.provider.value,
            "provider_code": item.provider_code,
            "since": iso(item.since),
            "temporary": item.temporary,
        }
        for item in s.officers
    ]


def plan_view(s: Sentence) -> dict[str, Any] | None:
    """Return the latest whole plan; None where there is none."""
    if s.plan is None:
        return None
    return {
        "version": s.plan.version,
        "completed_at": iso(s.plan.at),
        "reviewed_at": iso(s.plan.reviewed_at),
        "rosh": s.plan.rosh.value if s.plan.rosh is not None else None,
        "prepared_only": s.plan.prepared,
        "restricted_part": s.plan.restricted,
    }


def risk_view(s: Sentence) -> dict[str, Any]:
    """Return the level of risk of serious harm, and what the NPS was asked of it."""
    return {
        "level": s.rosh.value if s.rosh is not None else None,
        "indicated_high": s.risk_indicated is not None,
        "referral_open": s.rosh_referral_open,
        "referrals": [
            {
                "at": iso(item.at),
                "emergency": item.emergency,
                "received_at": iso(item.received_at),
                "level": item.level.value if item.level is not None else None,
                "answered_at": iso(item.answered_at),
            }
            for item in s.referrals
        ],
    }


def agencies_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the multi-agency arrangements that hold the case, by name."""
    return [
        {
            "agency": name,
            "since": iso(flag.since),
            "level": flag.level,
            "reference": flag.reference,
        }
        for name, flag in sorted(s.agencies.items())
    ]


def victims_view(s: Sentence) -> dict[str, Any]:
    """Return which contact is owed to victims, and of each the reference and the flags."""
    owed = s.imposed.victims if s.imposed is not None else None
    return {
        "statutory_contact": owed.statutory_contact if owed is not None else None,
        "contacts": [_contact_view(item) for _, item in sorted(s.victims.items())],
    }


def _contact_view(item: VictimContact) -> dict[str, Any]:
    return {
        "victim_ref": item.ref,
        "scheme": item.scheme.value if item.scheme is not None else None,
        "offered_on": iso(item.offered_on),
        "accepted": item.accepted,
        "views": [
            {
                "about": view.about.value,
                "recorded_on": iso(view.recorded_on),
                "record_ref": view.record_ref,
            }
            for view in item.views
        ],
    }


def stays_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the stays in approved premises by id."""
    return [
        {
            "stay_id": key,
            "referred_on": iso(item.referred_on),
            "suitable": item.suitable,
            "expected_on": iso(item.expected_on),
            "prepared_on": iso(item.prepared_on),
            "plan_agreed_on": iso(item.plan_agreed_on),
            "admitted_on": iso(item.admitted_on),
            "planned_until": iso(item.planned_until),
            "key_worker": item.key_worker,
            "left_on": iso(item.left_on),
            "completed": item.completed,
        }
        for key, item in sorted(s.premises_stays.items())
    ]


def reports_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the reports that were asked for by id."""
    return [
        {
            "report_id": key,
            "kind": item.kind.value,
            "due_on": iso(item.due_on),
            "hearing_on": iso(item.hearing_on),
            "delivered_on": iso(item.delivered_on),
        }
        for key, item in sorted(s.reports.items())
    ]

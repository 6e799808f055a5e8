"""Management of the case in the view: officers, plan, risk, victims, premises, reports.

Of victims there are a reference and flags; their statements are stored elsewhere (NS 2015 7).
"""

from typing import Any

from states.rules.premises import is_resident
from states.sentence import Sentence
from states.view.entity import entity_view


def management_view(s: Sentence) -> dict[str, Any]:
    """Return the parts of the view about the management of the case."""
    return {
        "officers": officers_view(s),
        "plan": plan_view(s),
        "risk": risk_view(s),
        "agencies": agencies_view(s),
        "past_agencies": [entity_view(item) for item in s.past_agencies],
        "civil_orders": civil_orders_view(s),
        "victims": victims_view(s),
        "stays": stays_view(s),
        "ap_resident": is_resident(s),
        "reports": reports_view(s),
    }


def officers_view(s: Sentence) -> list[dict[str, Any]]:
    """Return every officer in turn; the last one manages the case."""
    return [entity_view(item) for item in s.officers]


def plan_view(s: Sentence) -> dict[str, Any] | None:
    """Return the latest whole plan; None where there is none."""
    if s.plan is None:
        return None
    return entity_view(
        s.plan, at="completed_at", prepared="prepared_only", restricted="restricted_part"
    )


def risk_view(s: Sentence) -> dict[str, Any]:
    """Return the level of risk of serious harm, and its referrals to the NPS."""
    return {
        "level": s.rosh.value if s.rosh is not None else None,
        "indicated_high": s.risk_indicated is not None,
        "referral_open": s.rosh_referral_open,
        "referrals": [entity_view(item, omit=("subject",)) for item in s.referrals],
    }


def agencies_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the multi-agency arrangements that hold the case, by name."""
    return [{"agency": name, **entity_view(flag)} for name, flag in sorted(s.agencies.items())]


def civil_orders_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the civil orders of courts beside the sentence, by id."""
    return [{"order_id": key, **entity_view(item)} for key, item in sorted(s.civil_orders.items())]


def victims_view(s: Sentence) -> dict[str, Any]:
    """Return the contact that is owed to victims, and the reference and flags of each victim."""
    owed = s.imposed.victims if s.imposed is not None else None
    return {
        "statutory_contact": owed.statutory_contact if owed is not None else None,
        "contacts": [entity_view(item, ref="victim_ref") for _, item in sorted(s.victims.items())],
    }


def stays_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the stays in approved premises by id."""
    return [{"stay_id": key, **entity_view(item)} for key, item in sorted(s.premises_stays.items())]


def reports_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the requested reports by id."""
    return [{"report_id": key, **entity_view(item)} for key, item in sorted(s.reports.items())]

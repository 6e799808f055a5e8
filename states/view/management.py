"""Management of the case in the view: officers, plan, risk, victims, premises, reports.

Of victims there are a reference and flags; their statements are stored elsewhere (NS 2015 7).
"""

from typing import Any

from states.regime import IN_PRISON
from states.rules.premises import is_resident
from states.sentence import Sentence
from states.time.london import day_of, iso
from states.view.entity import entity_view
from states.vocabulary import TeamRole


def management_view(s: Sentence) -> dict[str, Any]:
    """Return the parts of the view about the management of the case."""
    return {
        "officers": officers_view(s),
        "team": team_view(s),
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


def team_view(s: Sentence) -> list[dict[str, Any]]:
    """Return the team that manages the sentence: its one responsible officer first.

    The prison's offender supervisor is shown while the person is in prison, and the key worker of
    approved premises during the stay.
    """
    found = [
        entity_view(item)
        for _, item in sorted(s.team.items())
        if item.role is not TeamRole.OFFENDER_SUPERVISOR or s.phase in IN_PRISON
    ]
    found += [
        {
            "member": stay.key_worker,
            "role": TeamRole.KEY_WORKER.value,
            "since": iso(stay.admitted_on),
        }
        for _, stay in sorted(s.premises_stays.items())
        if stay.key_worker is not None and stay.admitted_on is not None and stay.left_on is None
    ]
    if s.officer is None:
        return found
    since = iso(day_of(s.officers[-1].since)) if s.officers else None
    return [{"member": s.officer, "role": "responsible_officer", "since": since}, *found]


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

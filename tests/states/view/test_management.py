"""Management of the case in the view."""

from tests.states.custody import imprisoned
from tests.states.stream import allocated, event, played, serving


def test_before_anything_is_known_nothing_is_shown() -> None:
    """Every part is there, empty."""
    view = played([], "2026-11-10").view

    assert {
        "officers": [],
        "team": [],
        "plan": None,
        "risk": {
            "level": None,
            "indicated_high": False,
            "referral_open": False,
            "referrals": [],
        },
        "agencies": [],
        "past_agencies": [],
        "civil_orders": [],
        "victims": {"statutory_contact": None, "contacts": []},
        "stays": [],
        "ap_resident": False,
        "reports": [],
    } == {
        name: view[name]
        for name in (
            "officers",
            "team",
            "plan",
            "risk",
            "agencies",
            "past_agencies",
            "civil_orders",
            "victims",
            "stays",
            "ap_resident",
            "reports",
        )
    }


def test_the_plan_is_shown_with_its_level_and_what_is_kept_from_the_person() -> None:
    """ev-plan-secret-part: that there is such a part, and not a word of it."""
    plan = event("plan_completed", "2026-11-09", restricted_part=True)
    review = event("plan_reviewed", "2026-12-01", rosh="low", plan_version="1b")

    seen = played([*allocated(), plan, review], "2026-12-02")

    assert {
        "version": "1b",
        "completed_at": "2026-11-09T12:00:00Z",
        "reviewed_at": "2026-12-01T12:00:00Z",
        "rosh": "low",
        "prepared_only": False,
        "restricted_part": True,
    } == seen.view["plan"]


def test_a_stay_is_shown_whole() -> None:
    """From the asking to the leaving."""
    stream = [
        *serving(),
        event("ap_referred", "2026-11-20", suitable=True, expected_on="2026-12-07"),
        event("ap_placement_prepared", "2026-11-25"),
        event("residence_plan_agreed", "2026-12-01"),
        event("ap_admitted", "2026-12-07", planned_until="2027-03-07", key_worker="K1"),
        event("ap_left", "2027-02-01", completed=False),
    ]

    assert [
        {
            "stay_id": "AP1",
            "referred_on": "2026-11-20",
            "suitable": True,
            "expected_on": "2026-12-07",
            "prepared_on": "2026-11-25",
            "plan_agreed_on": "2026-12-01",
            "admitted_on": "2026-12-07",
            "planned_until": "2027-03-07",
            "key_worker": "K1",
            "left_on": "2027-02-01",
            "completed": False,
        }
    ] == played(stream, "2027-02-02").view["stays"]


def test_statutory_contact_is_a_flag() -> None:
    """The contact owed to victims, as imposed."""
    seen = played(imprisoned(victims={"statutory_contact": True}), "2026-11-03")

    assert {"statutory_contact": True, "contacts": []} == seen.view["victims"]

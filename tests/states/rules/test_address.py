"""Changes of address (D18, AMB-38): each row, and what may be reported of it."""

from typing import Any

import pytest

from states.events.envelope import Event
from states.rules.address import ROW_MEANINGS
from tests.states.licence import on_licence
from tests.states.stream import Played, event, failed, played, serving
from tests.states.supervision import supervised

OLD = {"committed_on": "2015-01-31", "violent_or_sexual": False}
NEW = {"committed_on": "2015-02-01", "violent_or_sexual": False}
TOLD = {"told_on": "2026-12-01"}


def moved(when: str = "2026-12-01", **fields: Any) -> Event:
    return event("address_changed", when, **fields)


def order(*events: Event, offence: Any = NEW, now: str = "2026-12-02") -> Played:
    made = [{"requirement_id": "R1", "kind": "curfew"}]
    return played([*serving(offence=offence, requirements=made), *events], now)


def rows(seen: Played) -> list[str]:
    codes = {meaning: row for row, meaning in ROW_MEANINGS.items()}
    return [codes[row] for move in seen.view["home_moves"] for row in move["rows"]]


def advice(seen: Played) -> list[tuple[str, str]]:
    return [step for step in seen.steps() if step[1].startswith("D18")]


@pytest.mark.parametrize(
    ("row", "offence", "fields", "step"),
    [
        ("D18.1", NEW, {"kind": "temporary", "permission_before": False, **TOLD}, None),
        ("D18.2", OLD, {"permission_before": False, **TOLD}, None),
        ("D18.3", NEW, {"permission_before": True}, None),
        (
            "D18.4",
            NEW,
            {"permission_before": False, "outside_control": True, **TOLD},
            "contact_recorded",
        ),
        (
            "D18.5",
            NEW,
            {"permission_before": False, "outside_control": False, **TOLD},
            "failure_reported",
        ),
        ("D18.5", NEW, {"permission_before": False, **TOLD}, "failure_reported"),
    ],
)
def test_a_move_on_an_order_falls_under_its_row(
    row: str, offence: dict[str, Any], fields: dict[str, Any], step: str | None
) -> None:
    """D18: by how lasting it is, the day of the offence, permission, and the person's control."""
    seen = order(moved(**fields), offence=offence)

    assert [row] == rows(seen)
    assert ([] if step is None else [(step, row)]) == advice(seen)
    assert [] == seen.view["failures"]


def test_d18_row_6_a_move_that_was_never_told_is_advised_as_a_failure() -> None:
    """D18.6, change-address-informed: beside the row that speaks of permission, if it does."""
    older = order(moved(permission_before=False), offence=OLD)
    newer = order(moved(permission_before=False, outside_control=False))
    stay = order(moved(kind="temporary", permission_before=False))

    assert [["D18.2", "D18.6"], ["D18.5", "D18.6"], ["D18.1", "D18.6"]] == [
        rows(seen) for seen in (older, newer, stay)
    ]
    assert [("failure_reported", "D18.6")] == advice(older)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "temporary", "nights": 1, "permission_before": False}, ["D18.7"]),
        ({"kind": "temporary", "nights": 0, "permission_before": False}, []),
        ({"kind": "temporary", "permission_before": False}, ["D18.7"]),
        ({"kind": "permanent", "nights": 0, "permission_before": False}, ["D18.7"]),
        ({"kind": "temporary", "nights": 3, "permission_before": True}, []),
    ],
)
def test_d18_row_7_on_licence_each_night_elsewhere_needs_permission_first(
    fields: dict[str, Any], expected: list[str]
) -> None:
    """D18.7, licence-night-away, SLC3: stricter than an order, whatever was reported."""
    away = moved("2015-04-07", told_on="2015-04-07", **fields)

    seen = played([*on_licence(), away], "2015-04-08")

    assert expected == rows(seen)
    assert [("failure_reported", row) for row in expected] == advice(seen)


def test_no_text_speaks_of_a_move_under_supervision() -> None:
    """AMB-38: it is recorded, and nothing follows."""
    away = moved("2015-04-07", permission_before=False)

    seen = played([*supervised(), away], "2015-04-08")

    assert ([], []) == (rows(seen), advice(seen))


def test_where_offences_lie_on_both_sides_of_the_law_the_stricter_one_is_held_to_apply() -> None:
    """AMB-27, residence-duty-prior."""
    seen = order(moved(permission_before=False, **TOLD), offence={**OLD, "mixed": True})

    assert ["D18.5"] == rows(seen)


@pytest.mark.parametrize(
    "answer",
    [
        failed("F1", "2026-12-01", acceptable=None, what="moved_without_permission"),
        [event("contact_recorded", "2026-12-02", kind="considered")],
    ],
    ids=["reported", "considered"],
)
def test_the_advice_ends_when_somebody_reports_or_decides_not_to(answer: list[Event]) -> None:
    """D18.5: breach action is possible, and no more than that."""
    away = moved(permission_before=False, **TOLD)

    assert [] == advice(order(away, *answer, now="2026-12-03"))


def test_a_move_that_is_withdrawn_never_was() -> None:
    """Nothing is left of it."""
    away = moved(permission_before=False)
    gone = event("event_withdrawn", "2026-12-02", withdrawn_event_id=away.event_id)

    assert [] == order(away, gone, now="2026-12-03").view["home_moves"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"moved_on": "2026-11-01"},
            "moved_on 2026-11-01 lies before the sentence of 2026-11-02",
        ),
        ({"told_on": "2026-12-02"}, "told_on 2026-12-02 lies after the day of the event"),
    ],
)
def test_a_move_on_an_impossible_day_is_refused(fields: dict[str, str], reason: str) -> None:
    """Before the sentence, or ahead of its report."""
    odd = moved(**fields)

    assert ("refused", reason) == order(odd, now="2026-12-20").verdict(odd)

"""A change of law is tried on a copy: the clocks that would move are listed, and none moves."""

from states.dry_run import ProvisionChange, dry_run, provision_changes
from states.standards.law import LookupResult
from tests.states.laws import LATER_CALENDAR, LATER_EDITION, later
from tests.states.stream import at, case_of, event, failed, law, serving

NOW = at("2026-11-24")
CALENDAR = LookupResult(calendar=later().calendars[LATER_CALENDAR])
EDITION = LookupResult(edition=later().editions[LATER_EDITION])
ENFORCE = "enforce-6wd/2026-11-23"


def test_a_calendar_would_move_what_runs() -> None:
    """Old date, new date and reason, as the change itself would show them."""
    case = case_of([*serving(), *failed("F1", "2026-11-23")])
    found = {shift.clock: shift for shift in dry_run(case, law(), NOW, None, CALENDAR).shifts}
    reason = "calendar england-and-wales-2026a gave way to england-and-wales-2026b"
    assert ("2026-12-01", "2026-12-02", reason) == (
        found[ENFORCE].before,
        found[ENFORCE].after,
        found[ENFORCE].reason,
    )
    kept = case.decide(law(), NOW).sentence.clocks[ENFORCE]
    assert ("2026-12-01", len(serving()) + 2) == (str(kept.due.due_on), len(case.log))


def test_an_edition_would_move_nothing_that_runs() -> None:
    """Clocks triggered before keep their rule."""
    case = case_of([*serving(), *failed("F1", "2026-11-23")])
    assert () == dry_run(case, law(), NOW, EDITION, None).shifts


def test_what_is_in_force_already_would_move_nothing() -> None:
    """The same calendar again is no change."""
    same = LookupResult(calendar=law().calendar)
    case = case_of([*serving(), *failed("F1", "2026-11-23")])
    assert {"moves": [], "refused": None} == dry_run(case, law(), NOW, None, same).plain()


def test_a_sentence_that_would_wait_says_so() -> None:
    """An edition cannot change for a sentence that was not imposed yet."""
    case = case_of([event("contact_recorded", "2026-11-20")])
    found = dry_run(case, law(), NOW, EDITION, None)
    assert "waits for sentence_imposed" == found.refused


def test_the_rules_that_differ_are_listed() -> None:
    """Changed and dropped, by id; from the other side, added."""
    old, new = later().editions["ns-2015"], later().editions[LATER_EDITION]
    assert [
        ("enforce-6wd", "changed"),
        ("first-appt-community", "changed"),
        ("officer-assigned-prompt", "dropped"),
    ] == [(change.row, change.what) for change in provision_changes(old, new)]
    added = [change for change in provision_changes(new, old) if change.what == "added"]
    rule = old.timescales["officer-assigned-prompt"].rule
    assert [ProvisionChange("officer-assigned-prompt", "added", rule)] == added
    assert () == provision_changes(old, old)

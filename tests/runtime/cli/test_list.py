"""`list` finds sentences by their search attributes, and orders them for the day's work."""

from datetime import UTC, date, datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from runtime.caseload import CaseloadFilter, CaseloadRow, DueSpan, query_of
from runtime.cli.caseload_list import (
    NARROW_COLUMNS,
    OverdueClock,
    caseload_table,
    due_table,
    row_data,
)
from runtime.cli.console import deadline
from states.standards.law import StandardsCatalogue
from states.time.calendar import shift
from states.time.london import day_of, start_of
from states.vocabulary import State
from tests.isolation import eventually
from tests.runtime.cli.command_lines import command_words, three_weeks_ago
from tests.runtime.cli.terminal import Type

RUNNING = 'WorkflowType = "SentenceWorkflow" AND ExecutionStatus = "Running"'
TODAY = date(2026, 3, 25)


def due_between(first: str, end: str) -> str:
    """The term for a deadline from `first` up to but not including `end`, or one that is over."""
    return f' AND ((NextDeadline >= "{first}" AND NextDeadline < "{end}") OR Overdue > 0)'


@pytest.mark.parametrize(
    ("wanted", "terms"),
    [
        (CaseloadFilter(), ""),
        (CaseloadFilter(state=State.WARNED), ' AND SentenceState = "warned"'),
        (CaseloadFilter(overdue=True), " AND Overdue > 0"),
        (CaseloadFilter(provider="CRC"), ' AND Provider = "CRC"'),
        (CaseloadFilter(provider="N07"), ' AND ProviderCode = "N07"'),
        (CaseloadFilter(officer="N07A001"), ' AND Officer = "N07A001"'),
        (
            CaseloadFilter(due=DueSpan.TODAY),
            due_between("2026-03-25T00:00:00.001Z", "2026-03-26T00:00:00.001Z"),
        ),
        (
            CaseloadFilter(due=DueSpan.WEEK),
            due_between("2026-03-25T00:00:00.001Z", "2026-03-31T23:00:00.001Z"),
        ),
    ],
)
def test_a_filter_becomes_a_query(wanted: CaseloadFilter, terms: str) -> None:
    """Days are London's: the week goes over the change to summer time."""
    assert f"{RUNNING}{terms}" == query_of(wanted, TODAY)


@pytest.mark.parametrize(
    ("at", "opens", "written"),
    [
        (datetime(2026, 11, 10, tzinfo=UTC), False, "2026-11-09"),
        (datetime(2026, 7, 1, 23, tzinfo=UTC), False, "2026-07-01"),
        (datetime(2026, 7, 1, 23, tzinfo=UTC), True, "opens 2026-07-02"),
        (datetime(2026, 7, 1, 11, 30, tzinfo=UTC), False, "2026-07-01 12:30"),
    ],
)
def test_a_deadline_is_written_as_people_say_it(at: datetime, opens: bool, written: str) -> None:  # noqa: FBT001
    """The midnight that ends a day is that day; a window opens on the day that begins."""
    assert written == deadline(at, opens=opens)


def row(**changes: Any) -> CaseloadRow:
    """A sentence that waits for its window to open."""
    known: dict[str, Any] = {
        "crn": "X320741",
        "event_number": "1",
        "state": "active",
        "phase": "community",
        "provider": "CRC",
        "provider_code": "N07",
        "officer": "N07A001",
        "edition": "ns-2015",
        "next_timescale": "evaluation-opens",
        "next_deadline": datetime(2027, 9, 5, 23, tzinfo=UTC),
        "overdue": 0,
        "overdue_timescales": (),
        "counted_failures": 1,
        "unapplied": 0,
    }
    return CaseloadRow(**{**known, **changes})


def test_a_row_says_what_comes_next(catalogue: StandardsCatalogue) -> None:
    """The edition shows that this one opens; a build that lacks the edition shows the day."""
    table = caseload_table(
        "Sentences", [row(), row(edition="ns-2099"), row(next_deadline=None)], catalogue
    )

    assert ["opens 2027-09-06", "2027-09-05", "-"] == list(table.columns[6].cells)
    assert "2027-09-05T23:00:00Z" == row_data(row())["next_deadline"]


def test_a_narrow_terminal_gets_fewer_columns(catalogue: StandardsCatalogue) -> None:
    """At 80 columns no code is cut, and what is left out stands in `show`."""
    late = row(overdue=1, overdue_timescales=("recall-nonemergency-24h",))
    table = caseload_table("Sentences", [late], catalogue, width=80)
    out = StringIO()
    Console(file=out, width=80).print(table)

    assert list(NARROW_COLUMNS) == [column.header for column in table.columns]
    for code in ("X320741 1", "active", "N07A001", "recall-nonemergency-24h", "2027-09-06"):
        assert code in out.getvalue()


def test_what_is_overdue_stands_before_what_is_due(catalogue: StandardsCatalogue) -> None:
    """The longest overdue first, with its days; a sentence that did not answer has none."""
    mute = row(crn="X320742", overdue=1, overdue_timescales=("enforce-6wd",), next_deadline=None)
    overdue = {
        ("X320741", "1"): [
            OverdueClock("enforce-6wd", "Enforcement action", date(2026, 3, 24), 1),
            OverdueClock("first-appt-community", "First appointment", date(2026, 3, 2), 23),
        ],
        ("X320742", "1"): [OverdueClock("enforce-6wd", "Enforcement action")],
    }
    table = due_table("N07A001", [row(), mute], overdue, catalogue)

    assert ["overdue", "23 days", "1 day", ""] == list(table.columns[3].cells)
    assert ["-", "2026-03-02", "2026-03-24", "opens 2027-09-06"] == list(table.columns[2].cells)


async def test_a_caseload_is_filtered_and_grouped(terminal: Type, crn: str) -> None:
    """Found by state, provider, code, officer and overdue; not found by another of any."""
    officer = f"A{crn}"
    line = command_words("officer_assigned", crn, "e-3", three_weeks_ago(12), officer_id=officer)
    assert 0 == (await terminal(*line)).status

    async def is_listed() -> bool:
        # Until the sentence shows its officer, nobody has that code, and it is refused.
        return 0 == (await terminal("list", "--officer", officer, "--json")).status

    await eventually(is_listed)
    mine = ("list", "--officer", officer)
    (found,) = (await terminal(*mine, "--json")).data
    assert (crn, "allocated", "CRC", "N07") == (
        found["crn"],
        found["state"],
        found["provider"],
        found["provider_code"],
    )
    assert "first-appt-community" in found["overdue_timescales"]
    for more in (["--state", "allocated"], ["--provider", "CRC"], ["--provider", "N07"]):
        assert "1 sentence\n" in (await terminal(*mine, *more, "--overdue")).out
    for more in (["--state", "warned"], ["--provider", "NPS"]):
        assert "no sentences\n" == (await terminal(*mine, *more)).out
    for option, code in (("--provider", "N0Z9"), ("--officer", f"{officer}9")):
        refused = await terminal("list", option, code)
        assert refused.refuses(f"no sentence has the {option.removeprefix('--')} {code}")
        assert refused.refuses("; there are: ")
    assert (await terminal("list", "--officer", f"{officer}9")).refuses(f"did you mean {officer}?")


async def test_what_is_due_is_listed_by_officer(
    terminal: Type, crn: str, catalogue: StandardsCatalogue
) -> None:
    """A failure whose six working days end within the week stands under its officer's name."""
    officer, today = f"A{crn}", day_of(datetime.now(UTC))
    days = [shift(today, -back) for back in range(10)]
    failed_on = next(d for d in days if _due(catalogue, d) <= shift(today, 6))
    for line in (
        command_words("officer_assigned", crn, "e-3", three_weeks_ago(12), officer_id=officer),
        command_words(
            "failure_reported",
            crn,
            "e-4",
            start_of(failed_on),
            failure_id="F1",
            failed_on=str(failed_on),
        ),
    ):
        assert 0 == (await terminal(*line)).status

    async def is_due() -> bool:
        return (await terminal("list", "--due", "week")).out.find(officer) >= 0

    await eventually(is_due)
    (found,) = (await terminal("list", "--due", "week", "--officer", officer, "--json")).data
    assert "enforce-6wd" == found["next_timescale"]
    said = await terminal("list", "--due", "week", "--officer", officer)
    assert said.out.startswith(officer)
    assert str(_due(catalogue, failed_on)) in said.out
    # What is overdue stands first, with its title, its day and how late it is.
    (first, *_) = found["overdue_clocks"]
    lines = said.out.splitlines()
    (late, *_) = [line for line in lines if f"{crn} 1" in line]
    assert first["days_late"] > 0
    for words in (first["title"], first["due_on"], f"{first['days_late']} days"):
        assert words in late


def _due(catalogue: StandardsCatalogue, failed_on: date) -> date:
    found = catalogue.calendar().count(failed_on, 6).due_on
    assert found is not None
    return found

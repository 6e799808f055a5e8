"""The caseload is found on a real server, whatever the weekday."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from runtime.caseload import CaseloadFilter, DueSpan, find
from states.time.calendar import shift
from states.time.london import end_of, start_of
from tests.isolation import eventually
from tests.runtime.cli.terminal import new_crn
from workflows import search_attributes
from workflows.ids import WORKFLOW_TYPE

FIRST = date(2026, 10, 19)
"""Monday of the week that ends with the change to winter time."""

A_MOMENT = timedelta(seconds=1)


def deadlines() -> dict[str, datetime]:
    """The last midnight of each day of three weeks, and the moments beside it, by their names."""
    days = [shift(FIRST, after) for after in range(-1, 15)]
    return {
        **{f"by the end of {day}": end_of(day) for day in days},
        **{f"late on {day}": end_of(day) - A_MOMENT for day in days},
        **{f"early on {day}": start_of(day) + A_MOMENT for day in days},
    }


@pytest.fixture
async def officer(client: Client) -> str:
    """An officer whose sentences each have one of the deadlines; no worker is needed."""
    who = f"A{uuid4().hex[:12]}"
    for name, at in deadlines().items():
        attributes = TypedSearchAttributes(
            [
                SearchAttributePair(search_attributes.OFFICER, who),
                SearchAttributePair(search_attributes.NEXT_DEADLINE, at),
                SearchAttributePair(search_attributes.NEXT_TIMESCALE, name),
            ]
        )
        await client.start_workflow(
            WORKFLOW_TYPE,
            id=f"sentence-{new_crn()}-1",
            task_queue=f"nobody-{who}",
            search_attributes=attributes,
        )

    async def all_are_listed() -> bool:
        chosen = CaseloadFilter(officer=who)
        return len(deadlines()) == len([row async for row in find(client, chosen, FIRST)])

    await eventually(all_are_listed)
    return who


async def test_the_last_day_of_a_span_is_in_it_on_every_weekday(
    client: Client, officer: str
) -> None:
    """The last midnight of a span is in it, and the first moment after that is not."""
    for today in (shift(FIRST, after) for after in range(7)):
        for span, days in ((DueSpan.TODAY, 1), (DueSpan.WEEK, 7)):
            due = {shift(today, after) for after in range(days)}
            chosen = CaseloadFilter(officer=officer, due=span)
            expected = sorted(name for name in deadlines() if date.fromisoformat(name[-10:]) in due)
            assert expected == sorted(
                [str(row.next_timescale) async for row in find(client, chosen, today)]
            )

"""Law that changes while a sentence runs is looked up once, recorded, and the same in replay."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

from temporalio.client import Client

from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from states.standards.law import StandardsCatalogue
from tests.isolation import Working, becomes, isolated
from tests.states.laws import edition_of
from tests.states.wording import COURT_OFFICER
from tests.workflows.replay import replayed
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    begin,
    day,
    law_part,
    runs,
    shows,
    submit,
    task_faults,
    tell,
    view_of,
)
from workflows.sentence import SentenceWorkflow

NEWER = "england-and-wales-2999a"


def _with_a_holiday(catalogue: StandardsCatalogue, when: str) -> StandardsCatalogue:
    """Return a catalogue that also has a calendar with one more holiday; it is not the newest."""
    known = catalogue.calendar()
    holidays = {**known.holidays, date.fromisoformat(when): "Made up"}
    revised = replace(known, name="revised-1", holidays=holidays)
    calendars = {known.name: known, revised.name: revised}
    return StandardsCatalogue(catalogue.editions, calendars, catalogue.packs)


@asynccontextmanager
async def _working(
    client: Client, folder: Path, catalogue: StandardsCatalogue, **changes: object
) -> AsyncIterator[Settings]:
    settings = isolated(folder, **changes)
    activities = build_activities(settings, catalogue)
    sentences = sentence_worker(client, settings, activities, workflows=[SentenceWorkflow])
    async with io_worker(client, settings, activities), sentences:
        yield settings


async def test_a_revised_calendar_moves_running_clocks_and_carries_over(
    client: Client, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """The timer moves with the date; the run after continue-as-new uses the recorded answer."""
    known = _with_a_holiday(catalogue, day(1))
    async with _working(client, tmp_path, known, continue_after_events=10) as settings:
        handle = await begin(client, settings, *allocated(-2))
        before = await shows(handle, state="allocated")
        await tell(handle, [act("calendar_revised", day(-1), calendar="revised-1")])
        seen = await shows(handle, calendar="revised-1")
        held, moved = (
            next(c for c in view["clocks"] if c["id"] == "first-appt-community")
            for view in (before, seen)
        )
        if held["due_on"] != moved["due_on"]:
            assert f"{held['due_on']}: calendar" in moved["why"]["moved_from"]
        assert f"{day(1)} Made up" in moved["why"]["skipped"] or _is_weekend(day(1))

        for minute in range(10, 18):
            await tell(handle, [act("contact_recorded", f"{day(-1)} 10:{minute}")])
            await view_of(handle)
        later = await shows(handle, events_total=11)
        histories = await runs(client, handle)
        assert len(histories) > 1
        assert [] == [fault for events in histories for fault in task_faults(events)]
        assert "revised-1" == later["calendar"]
        history = await client.get_workflow_handle(handle.id).fetch_history()
        assert "revised-1" == (await replayed(history)).law["calendar"]


def _is_weekend(when: str) -> bool:
    return date.fromisoformat(when).weekday() > 4


async def test_an_unknown_calendar_is_refused_until_a_later_event_finds_it(
    client: Client, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """The answer of the day stays with the event that asked; a later event asks again."""
    settings = isolated(tmp_path, max_cached_workflows=0)
    first = act("calendar_revised", day(-1), event_id="c1", calendar="revised-1")
    again = act("calendar_revised", day(-1), event_id="c2", calendar="revised-1")

    activities = build_activities(settings, catalogue)
    async with sentence_worker(client, settings, activities, workflows=[SentenceWorkflow]):
        handle = await begin(client, settings, *allocated(-2), first)
        await becomes("refused", lambda: _verdict(handle, "c1"))
        (sent,) = await handle.query("receipt", "c1")
    assert catalogue.calendar().name in sent["reason"]

    activities = build_activities(settings, _with_a_holiday(catalogue, day(1)))
    async with sentence_worker(client, settings, activities, workflows=[SentenceWorkflow]):
        await tell(handle, [again])
        seen = await shows(handle, calendar="revised-1")
        assert "refused" == await _verdict(handle, "c1")
        await becomes("applied", lambda: _verdict(handle, "c2"))
        assert 1 == seen["unapplied_total"]
    assert [] == [fault for events in await runs(client, handle) for fault in task_faults(events)]


async def _verdict(handle: Handle, event_id: str) -> str:
    (receipt,) = await handle.query("receipt", event_id)
    return str(receipt["disposition"])


async def test_an_update_that_names_law_is_decided_after_the_lookup(
    client: Client, working: Working
) -> None:
    """The receipt says what it waits for; the lookup follows at once."""
    async with working([SentenceWorkflow]) as settings:
        handle = await begin(client, settings, *allocated(-2))
        await shows(handle, state="allocated")
        sent = act("calendar_revised", day(-1), event_id="c1", calendar=NEWER)
        (receipt,) = await submit(handle, sent)
        assert ("held", f"waits for calendar {NEWER} to be looked up") == (
            receipt["disposition"],
            receipt["reason"],
        )
        await becomes("refused", lambda: _verdict(handle, "c1"))


async def test_a_withdrawn_imposition_releases_the_edition_that_it_pinned(
    client: Client, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """The imposition that replaces it is decided by the edition of its own day."""
    later = edition_of(
        catalogue.editions["ns-2015"], name="ns-2021", digest="2021", in_force_from=date(2021, 1, 1)
    )
    known = StandardsCatalogue(
        {**catalogue.editions, "ns-2021": later}, catalogue.calendars, catalogue.packs
    )
    old = {"sentenced_on": "2019-03-01", "ends_on": "2020-02-29"}
    wrong = act("sentence_imposed", "2019-03-01 10:30", event_id="wrong", **old)
    back = act("event_withdrawn", day(-1), withdrawn_event_id="wrong", by=COURT_OFFICER)
    async with _working(client, tmp_path, known) as settings:
        handle = await begin(client, settings, wrong)
        await shows(handle, edition="ns-2015", type="community_order")
        await tell(handle, [back])
        await shows(handle, edition="ns-2021", type=None)
        await tell(handle, allocated(-2))
        await shows(handle, edition="ns-2021", state="allocated")
        history = await client.get_workflow_handle(handle.id).fetch_history()
        assert law_part(await view_of(handle)) == (await replayed(history)).law

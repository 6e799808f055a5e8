"""Notices and texts on their way out: late, tried again, shown, never lost and never twice."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from activities.contracts import NoticeRequest
from activities.notices.channel import NoticeMessage
from activities.notices.folder import OUTBOX, FolderChannel
from activities.records.database import FILE
from states.time.london import day_of
from tests.isolation import Working, eventually
from tests.states.wording import OPS
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    begin,
    day,
    delivered,
    imposed,
    runs,
    shows,
    tell,
    view_of,
)
from workflows.sentence import SentenceWorkflow

pytestmark = pytest.mark.timeout(180)


def _rows(folder: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(folder / FILE)) as database, database:
        return list(database.execute(statement))


async def _counts(handle: Handle) -> dict[str, int]:
    found: dict[str, int] = (await view_of(handle))["arrival"]["notices"]["counts"]
    return found


async def test_an_outbox_that_is_down_is_shown_and_served_when_it_is_back(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The entry waits for a time of its own, says how it failed, and is delivered once."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow]) as settings:
        blocked = settings.data_dir / OUTBOX
        blocked.write_text("a file where the folder is to be")
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        await shows(handle, state="allocated")
        await skipping.sleep(timedelta(minutes=1))
        (stuck,) = (await view_of(handle))["arrival"]["notices"]["not_getting_through"]
        assert (1, "NotADirectoryError") == (stuck["rounds"], stuck["error"])
        assert stuck["next_try_at"] is not None

        blocked.unlink()
        await skipping.sleep(timedelta(minutes=2))

        async def is_sent() -> bool:
            return {"sent": 1} == await _counts(handle)

        await eventually(is_sent)
        assert [stuck["key"]] == [notice["key"] for notice in delivered(settings, handle)]


async def test_a_notice_whose_key_says_something_else_is_a_duty_and_holds_the_file_open(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """It is not tried again; once somebody told the recipient otherwise, the file can close."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], closing_days=1) as settings:
        outbox = settings.data_dir / OUTBOX
        outbox.write_text("a file where the folder is to be")
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        await shows(handle, state="allocated")
        await skipping.sleep(timedelta(minutes=1))
        (stuck, *_) = (await view_of(handle))["arrival"]["notices"]["not_getting_through"]
        outbox.unlink()
        notice = NoticeRequest(
            key=stuck["key"],
            workflow_id=handle.id,
            crn="-",
            event_number="-",
            template="other",
            recipient="-",
            subject="-",
        )
        FolderChannel(settings.data_dir).send(NoticeMessage(notice, "", "0", None))
        await skipping.sleep(timedelta(minutes=2))
        (duty,) = [d for d in (await view_of(handle))["duties"] if d.get("key") == stuck["key"]]
        assert "ops" == duty["owner"]

        died = act("sentence_ended", day(-1, today), ended_on=day(-1, today), reason="death")
        await tell(handle, [died])
        await shows(handle, state="completed")
        await skipping.sleep(timedelta(days=3))
        assert "completed" == (await view_of(handle))["state"]
        # A closed file would refuse the signal.
        said = act("notice_acknowledged", day(0, today), notice_key=stuck["key"], by=OPS)
        await tell(handle, [said])
        assert "closed" == (await handle.result())["ended"]


async def test_texts_that_cannot_be_filed_cross_into_the_next_run(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """They travel with the snapshot until the record takes them."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], continue_after_events=10) as settings:
        _rows(settings.data_dir, "ALTER TABLE texts RENAME TO elsewhere")
        handle = await begin(skipping.client, settings, imposed(-9, today))
        await tell(handle, [act("contact_recorded", day(-8, today), fact="Came with his dog.")])
        await shows(handle, events_total=2)
        for minute in range(10, 20):
            await skipping.sleep(timedelta(minutes=1))
            told = act("contact_recorded", f"{day(-7, today)} 10:{minute}", fact="Came.")
            await tell(handle, [told])
        await skipping.sleep(timedelta(minutes=1))
        assert len(await runs(skipping.client, handle)) > 1
        assert [] == _rows(settings.data_dir, "SELECT text FROM elsewhere")

        _rows(settings.data_dir, "ALTER TABLE elsewhere RENAME TO texts")
        await skipping.sleep(timedelta(hours=2))
        kept = _rows(settings.data_dir, "SELECT text FROM texts ORDER BY text")
        assert [("Came with his dog.",), ("Came.",)] == kept


async def test_a_notice_about_an_overdue_clock_waits_for_quiet(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The status shows at once; what arrives within the spell may still settle the clock."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], quiet_minutes=15) as settings:
        handle = await begin(skipping.client, settings, *allocated(-30, today))
        seen = await shows(handle, state="allocated")
        (clock,) = (c for c in seen["clocks"] if c["timescale"] == "first-appt-community")
        assert "missed" == clock["status"]
        await skipping.sleep(timedelta(minutes=10))
        await tell(handle, [act("contact_recorded", day(-1, today))])
        await skipping.sleep(timedelta(minutes=10))
        templates = {notice["template"] for notice in delivered(settings, handle)}
        assert "overdue" not in templates
        await skipping.sleep(timedelta(minutes=6))

        async def is_told() -> bool:
            return "overdue" in {notice["template"] for notice in delivered(settings, handle)}

        await eventually(is_told)


async def test_the_file_is_closed_ninety_days_after_the_end_was_seen(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """Until then it takes evidence from before the end; then the register has it."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], closing_days=90) as settings:
        handle = await begin(skipping.client, settings, *allocated(-30, today), imposed(-30, today))
        died = act("sentence_ended", day(-1, today), ended_on=day(-1, today), reason="death")
        await tell(handle, [died])
        await shows(handle, state="completed")
        await skipping.sleep(timedelta(days=80))
        await tell(handle, [act("contact_recorded", day(-2, today), event_id="late")])
        await shows(handle, state="completed", events_total=4)
        assert ["applied"] == [r["disposition"] for r in await handle.query("receipt", "late")]
        await skipping.sleep(timedelta(days=11))
        result = await handle.result()
        assert ("closed", "other") == (result["ended"], result["outcome"])
        closed = _rows(settings.data_dir, "SELECT workflow_id FROM closed_sentences")
        assert [(handle.id,)] == closed

"""Notices and texts may be late and are retried in sight, but none is lost and none goes twice."""

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


async def test_a_channel_that_is_down_is_shown_and_gets_its_notice_later(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The notice waits for a time of its own, shows its error, and is delivered once."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow]) as settings:
        blocked = settings.data_dir / OUTBOX
        blocked.write_text("a file where the folder is to be")
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        await shows(handle, state="allocated")
        await skipping.sleep(timedelta(minutes=1))
        (failing,) = (await view_of(handle))["arrival"]["notices"]["not_getting_through"]
        assert (1, "NotADirectoryError") == (failing["rounds"], failing["error"])
        assert failing["next_try_at"] is not None

        blocked.unlink()
        await skipping.sleep(timedelta(minutes=2))

        async def is_sent() -> bool:
            return {"sent": 1} == await _counts(handle)

        await eventually(is_sent)
        assert [failing["key"]] == [notice["key"] for notice in delivered(settings, handle)]


async def test_a_notice_with_a_conflicting_key_is_blocked_and_keeps_the_case_open(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """It is not retried; once it is acknowledged, the case can close."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], closing_days=1) as settings:
        outbox = settings.data_dir / OUTBOX
        outbox.write_text("a file where the folder is to be")
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        await shows(handle, state="allocated")
        await skipping.sleep(timedelta(minutes=1))
        (failing, *_) = (await view_of(handle))["arrival"]["notices"]["not_getting_through"]
        outbox.unlink()
        notice = NoticeRequest(
            key=failing["key"],
            workflow_id=handle.id,
            crn="-",
            event_number="-",
            template="other",
            recipient="-",
            subject="-",
        )
        FolderChannel(settings.data_dir).send(
            NoticeMessage(notice, address="", reference="0", document=None)
        )
        await skipping.sleep(timedelta(minutes=2))
        (duty,) = [d for d in (await view_of(handle))["duties"] if d.get("key") == failing["key"]]
        assert "ops" == duty["owner"]

        died = act("sentence_ended", day(-1, today), ended_on=day(-1, today), reason="death")
        await tell(handle, [died])
        await shows(handle, state="completed")
        await skipping.sleep(timedelta(days=3))
        assert "completed" == (await view_of(handle))["state"]
        # A closed file would refuse the signal.
        said = act("notice_acknowledged", day(0, today), notice_key=failing["key"], by=OPS)
        await tell(handle, [said])
        assert "closed" == (await handle.result())["ended"]


async def test_texts_that_cannot_be_stored_carry_over_to_the_next_run(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """They travel with the snapshot until the database takes them."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], continue_after_events=10) as settings:
        _rows(settings.data_dir, "ALTER TABLE texts RENAME TO elsewhere")
        handle = await begin(skipping.client, settings, imposed(-9, today))
        await tell(handle, [act("contact_recorded", day(-8, today), fact="Came with his dog.")])
        await shows(handle, events_total=2)
        for minute in range(10, 20):
            await skipping.sleep(timedelta(minutes=1))
            sent = act("contact_recorded", f"{day(-7, today)} 10:{minute}", fact="Came.")
            await tell(handle, [sent])
        await skipping.sleep(timedelta(minutes=1))
        assert len(await runs(skipping.client, handle)) > 1
        assert [] == _rows(settings.data_dir, "SELECT text FROM elsewhere")

        _rows(settings.data_dir, "ALTER TABLE elsewhere RENAME TO texts")
        await skipping.sleep(timedelta(hours=2))
        kept = _rows(settings.data_dir, "SELECT text FROM texts ORDER BY text")
        assert [("Came with his dog.",), ("Came.",)] == kept


async def test_an_overdue_alert_waits_for_the_quiet_spell(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """The status shows at once; an event within the spell may still settle the clock."""
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
        assert "overdue-digest" not in templates
        await skipping.sleep(timedelta(minutes=6))

        async def is_notified() -> bool:
            return "overdue-digest" in {item["template"] for item in delivered(settings, handle)}

        await eventually(is_notified)


async def test_a_neglected_sentence_sends_each_recipient_one_digest_a_day(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """All that is overdue at first, then what falls due, and nothing in two of them."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow], quiet_minutes=15) as settings:
        handle = await begin(skipping.client, settings, *allocated(-5, today))
        await shows(handle, state="allocated")
        await skipping.sleep(timedelta(days=14))

        def digests() -> list[Any]:
            sent = delivered(settings, handle)
            return [item for item in sent if item["template"] == "overdue-digest"]

        async def has_several() -> bool:
            return len([item for item in digests() if item["recipient"] == "officer"]) > 1

        await eventually(has_several)
        days = [(item["recipient"], item["facts"]["day"]) for item in digests()]
        assert len(set(days)) == len(days)
        named = [line for item in digests() for line in item["facts"]["overdue"].splitlines()]
        assert len(set(named)) == len(named) > len(days)
        assert all("Rule: " in item["facts"]["text"] for item in digests())


async def test_the_case_is_closed_ninety_days_after_its_end_was_seen(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """Until then it takes late evidence; then the register of closed sentences has it."""
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

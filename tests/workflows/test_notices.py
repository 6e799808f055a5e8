"""A notice that cannot be sent is shown, owned, mended or told otherwise, and holds up no other."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from activities.contracts import TEXT_MISSING
from activities.notices import circuit_breaker
from activities.records.erase import erase
from activities.records.read import read_texts
from states.recipients import RECIPIENTS
from states.time.london import day_of
from tests.activities.notices.servers import Hook, free_port, hook_server, mail_server
from tests.isolation import Working, eventually
from tests.states.wording import OPS
from tests.stores import open_files
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    begin,
    day,
    delivered,
    failed,
    serving,
    shows,
    tell,
    view_of,
    warned,
)
from workflows.sentence import SentenceWorkflow

pytestmark = pytest.mark.timeout(90)

MAIL = {"smtp_host": "localhost", "smtp_sender": "notices@x.example", "smtp_security": "none"}
HOOK = {"webhook_secret": "whsec_" + "YWxs" * 8}


def directory(file: Path, **other: str | None) -> Path:
    """Write a directory in which everybody is reached by the folder but the roles of `other`.

    A role is given an address, from which its channel follows, or left out by None.
    """
    left_out = {role for role, address in other.items() if address is None}
    rows = [
        f'[[recipient]]\nrole = "{role}"\n{_by(other, role)}\n'
        for role in RECIPIENTS
        if role not in left_out
    ]
    file.write_text("\n".join(rows))
    return file


def _by(other: dict[str, str | None], role: str) -> str:
    address = other.get(role)
    if not address:
        return 'channel = "folder"'
    channel = "webhook" if address.startswith("http") else "smtp"
    return f'channel = "{channel}"\naddress = "{address}"'


def duties_of(view: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the notices that ops have to see to: how they stand, to whom, and who owns it."""
    return [
        (duty["sending"], duty["recipient"], duty["owner"])
        for duty in view["duties"]
        if "sending" in duty
    ]


async def counts(handle: Handle) -> dict[str, int]:
    """Return how many notices stand where."""
    found: dict[str, int] = (await view_of(handle))["arrival"]["notices"]["counts"]
    return found


async def stands(handle: Handle, *duties: tuple[str, str, str]) -> dict[str, Any]:
    """Wait until nothing is on its way, with these duties, and return the view."""
    seen: dict[str, Any] = {}

    async def they_do() -> bool:
        seen.update(await view_of(handle))
        known = seen.get("arrival", {}).get("notices", {}).get("counts", {})
        return bool(known) and not known.keys() & {"queued", "in_flight"}

    await eventually(they_do)
    assert list(duties) == duties_of(seen)
    return seen


async def test_somebody_unknown_is_a_duty_at_once_until_the_directory_names_them(
    client: Client, working: Working, tmp_path: Path
) -> None:
    """Ops enter the recipient and nudge the sentence: no restart, and nothing else waited."""
    file = directory(tmp_path / "directory.toml", provider=None)
    async with working([SentenceWorkflow], directory_file=file) as settings:
        handle = await begin(client, settings, *serving(-1))
        seen = await stands(handle, ("unaddressed", "provider", "ops"))
        assert {"notices_stuck"} <= {flag["code"] for flag in seen["flags"]}
        others = delivered(settings, handle)
        assert others
        assert "provider" not in {notice["recipient"] for notice in others}

        directory(file)
        await handle.signal("nudge")
        await eventually(lambda: _told(settings, handle, "provider"))
        seen = await stands(handle)
        assert "notices_stuck" not in {flag["code"] for flag in seen["flags"]}
        (notice,) = [n for n in delivered(settings, handle) if n["recipient"] == "provider"]
        assert ("N07", "CRC") == (notice["route"]["provider_code"], notice["route"]["provider"])


async def _told(settings: Any, handle: Handle, recipient: str) -> bool:
    return recipient in {notice["recipient"] for notice in delivered(settings, handle)}


async def test_somebody_unknown_is_looked_for_again_every_day(
    skipping: WorkflowEnvironment, skipped: Working, tmp_path: Path
) -> None:
    """Where nobody nudges: an edited directory is enough."""
    today = day_of(await skipping.get_current_time())
    file = directory(tmp_path / "directory.toml", provider=None)
    async with skipped([SentenceWorkflow], directory_file=file) as settings:
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        await stands(handle, ("unaddressed", "provider", "ops"))
        directory(file)
        await skipping.sleep(timedelta(hours=23))
        assert not await _told(settings, handle, "provider")
        await skipping.sleep(timedelta(hours=2))
        await eventually(lambda: _told(settings, handle, "provider"))


async def test_a_refusal_for_good_is_a_duty_until_somebody_says_it_was_told_otherwise(
    client: Client, working: Working, tmp_path: Path
) -> None:
    """A nudge tries it, nothing else does, and the file of an ended sentence waits for it."""
    with hook_server() as (address, hook):
        hook.answers = [(410, {})]
        file = directory(tmp_path / "directory.toml", provider=address)
        own = {"directory_file": file, "closing_days": 0, **HOOK}
        async with working([SentenceWorkflow], **own) as settings:
            handle = await begin(client, settings, *allocated(-1))
            seen = await stands(handle, ("refused", "provider", "ops"))
            (key,) = [duty["key"] for duty in seen["duties"] if "sending" in duty]
            assert 1 == len(hook.posted)
            await handle.signal("nudge")
            await eventually(lambda: _posted(hook, 2))
            await stands(handle, ("refused", "provider", "ops"))

            died = act("sentence_ended", day(-1), ended_on=day(-1), reason="death")
            await tell(handle, [died])
            seen = await shows(handle, state="completed")
            assert "notices_stuck" in {flag["code"] for flag in seen["flags"]}
            await tell(handle, [act("notice_acknowledged", day(-1), notice_key=key, by=OPS)])
            assert "closed" == (await handle.result())["ended"]
    assert 1 == len({request.headers["webhook-id"] for request in hook.posted})


async def _posted(hook: Hook, count: int) -> bool:
    return len(hook.posted) >= count


async def test_a_letter_whose_texts_were_erased_is_a_duty_and_holds_up_no_other(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """What was filed and is gone will never come: a round shows it, and a nudge asks once more."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow]) as settings:
        handle = await begin(skipping.client, settings, *serving(-20, today))
        told = act(
            "explanation_received", f"{day(-1, today)} 12:30", failure_id="F1", details="Bus."
        )
        await tell(handle, [*failed("F1", -1, today), told])
        await shows(handle, counted_failures=1)
        with open_files(settings.data_dir) as store:

            async def is_filed() -> bool:
                return "Bus." in read_texts(store, handle.id).values()

            await eventually(is_filed)
            erase(store, handle.id.split("-")[1], "on-request", datetime.now(UTC))

        await tell(handle, [warned("W1", "F1", -1, today)])
        await shows(handle, state="warned")
        await skipping.sleep(timedelta(hours=1))
        seen = await stands(handle, ("unwritten", "person", "ops"))
        (duty,) = [duty for duty in seen["duties"] if "sending" in duty]
        assert TEXT_MISSING == duty["error"]
        await skipping.sleep(timedelta(days=1))
        await handle.signal("nudge")
        await skipping.sleep(timedelta(minutes=5))
        await stands(handle, ("unwritten", "person", "ops"))


async def test_a_channel_that_dies_with_a_notice_gets_it_again_under_one_key(
    client: Client, working: Working, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether it was taken; whoever reads can tell that it is one notice."""
    monkeypatch.setattr(circuit_breaker, "OPEN_SECONDS", 0.0)
    with hook_server() as (address, hook):
        hook.dies = 2
        file = directory(tmp_path / "directory.toml", provider=address)
        async with working([SentenceWorkflow], directory_file=file, **HOOK) as settings:
            handle = await begin(client, settings, *allocated(-1))
            await eventually(lambda: _posted(hook, 3))
            await stands(handle)
    assert 3 == len(hook.posted)
    assert 1 == len({request.headers["webhook-id"] for request in hook.posted})
    assert 1 == len({request.body for request in hook.posted})


async def test_a_receiver_that_asks_for_time_is_left_alone_for_it(
    skipping: WorkflowEnvironment, skipped: Working, tmp_path: Path
) -> None:
    """The round ends at once, and the sentence waits by its own timer."""
    today = day_of(await skipping.get_current_time())
    with hook_server() as (address, hook):
        hook.answers = [(429, {"Retry-After": "7200"}), (200, {})]
        file = directory(tmp_path / "directory.toml", provider=address)
        async with skipped([SentenceWorkflow], directory_file=file, **HOOK) as settings:
            handle = await begin(skipping.client, settings, *allocated(-1, today))
            await eventually(lambda: _posted(hook, 1))
            await skipping.sleep(timedelta(minutes=110))
            (stuck,) = (await view_of(handle))["arrival"]["notices"]["not_getting_through"]
            assert ("NoticeDeferred", 1) == (stuck["error"], len(hook.posted))
            await skipping.sleep(timedelta(minutes=15))
            await eventually(lambda: _posted(hook, 2))
            await stands(handle)


async def test_a_recipient_that_is_down_for_a_day_delays_nothing_else(
    skipping: WorkflowEnvironment,
    skipped: Working,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All others are told meanwhile, it is shown what does not get through, and then it does."""
    monkeypatch.setattr(circuit_breaker, "OPEN_SECONDS", 0.0)
    today, port = day_of(await skipping.get_current_time()), free_port()
    file = directory(tmp_path / "directory.toml", provider="provider@x.example")
    async with skipped([SentenceWorkflow], directory_file=file, smtp_port=port, **MAIL) as settings:
        handle = await begin(skipping.client, settings, *serving(-20, today))
        await shows(handle, state="active")
        await skipping.sleep(timedelta(hours=1))
        await tell(handle, failed("F1", -1, today))
        await shows(handle, counted_failures=1)
        for _ in range(23):
            await skipping.sleep(timedelta(hours=1))
        seen = (await view_of(handle))["arrival"]["notices"]
        late = {(item["recipient"], item["error"]) for item in seen["not_getting_through"]}
        assert {("provider", "MailServerDown")} == late
        told = {notice["recipient"] for notice in delivered(settings, handle)}
        assert {"officer", "contributors"} <= told
        assert "provider" not in told

        waiting = {item["key"] for item in seen["not_getting_through"]}
        with mail_server(port=port) as (_, box):
            await skipping.sleep(timedelta(hours=2))

            async def all_came() -> bool:
                return waiting <= {mail["X-Notice-Key"] for mail in box.mails}

            await eventually(all_came)
            await stands(handle)
        assert len(box.mails) == len({mail["Message-ID"] for mail in box.mails})

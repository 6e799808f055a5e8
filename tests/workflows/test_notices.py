"""A notice that cannot be sent is shown with an owner, can be fixed, and delays no other notice."""

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
from tests.activities.notices.servers import (
    Hook,
    dripping_server,
    free_port,
    hook_server,
    mail_server,
)
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
    """Write a directory that reaches every role by the folder, except the roles in `other`.

    A role of `other` has an address, from which its channel follows, or is left out by None.
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


def blocked_in(view: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the blocked notices of a view: status, recipient and owner."""
    return [
        (duty["sending"], duty["recipient"], duty["owner"])
        for duty in view["duties"]
        if "sending" in duty
    ]


async def counts(handle: Handle) -> dict[str, int]:
    """Return the number of notices by status."""
    found: dict[str, int] = (await view_of(handle))["arrival"]["notices"]["counts"]
    return found


async def settles_with(handle: Handle, *duties: tuple[str, str, str]) -> dict[str, Any]:
    """Wait until no notice is on its way and these are blocked; return the view."""
    seen: dict[str, Any] = {}

    async def they_do() -> bool:
        seen.update(await view_of(handle))
        known = seen.get("arrival", {}).get("notices", {}).get("counts", {})
        return bool(known) and not known.keys() & {"queued", "in_flight"}

    await eventually(they_do)
    assert list(duties) == blocked_in(seen)
    return seen


async def test_an_unknown_recipient_blocks_its_notice_until_the_directory_names_it(
    client: Client, working: Working, tmp_path: Path
) -> None:
    """Ops add the recipient and nudge the sentence: no restart, and no other notice waits."""
    file = directory(tmp_path / "directory.toml", provider=None)
    async with working([SentenceWorkflow], directory_file=file) as settings:
        handle = await begin(client, settings, *serving(-1))
        seen = await settles_with(handle, ("no_recipient", "provider", "ops"))
        assert {"notices_stuck"} <= {flag["code"] for flag in seen["flags"]}
        others = delivered(settings, handle)
        assert others
        assert "provider" not in {notice["recipient"] for notice in others}

        directory(file)
        await handle.signal("nudge")
        await eventually(lambda: _is_delivered(settings, handle, "provider"))
        seen = await settles_with(handle)
        assert "notices_stuck" not in {flag["code"] for flag in seen["flags"]}
        (notice,) = [n for n in delivered(settings, handle) if n["recipient"] == "provider"]
        assert ("N07", "CRC") == (notice["route"]["provider_code"], notice["route"]["provider"])


async def _is_delivered(settings: Any, handle: Handle, recipient: str) -> bool:
    return recipient in {notice["recipient"] for notice in delivered(settings, handle)}


async def test_an_unknown_recipient_is_looked_up_again_every_day(
    skipping: WorkflowEnvironment, skipped: Working, tmp_path: Path
) -> None:
    """An edited directory is enough, without a nudge."""
    today = day_of(await skipping.get_current_time())
    file = directory(tmp_path / "directory.toml", provider=None)
    async with skipped([SentenceWorkflow], directory_file=file) as settings:
        handle = await begin(skipping.client, settings, *allocated(-1, today))
        await settles_with(handle, ("no_recipient", "provider", "ops"))
        directory(file)
        await skipping.sleep(timedelta(hours=23))
        assert not await _is_delivered(settings, handle, "provider")
        await skipping.sleep(timedelta(hours=2))
        await eventually(lambda: _is_delivered(settings, handle, "provider"))


async def test_a_refused_notice_stays_blocked_until_it_is_acknowledged(
    client: Client, working: Working, tmp_path: Path
) -> None:
    """Only a nudge tries it again, and the case of an ended sentence stays open for it."""
    with hook_server() as (address, hook):
        hook.answers = [(410, {})]
        file = directory(tmp_path / "directory.toml", provider=address)
        own = {"directory_file": file, "closing_days": 0, **HOOK}
        async with working([SentenceWorkflow], **own) as settings:
            handle = await begin(client, settings, *allocated(-1))
            seen = await settles_with(handle, ("refused", "provider", "ops"))
            (key,) = [duty["key"] for duty in seen["duties"] if "sending" in duty]
            assert 1 == len(hook.posted)
            await handle.signal("nudge")
            await eventually(lambda: _has_requests(hook, 2))
            await settles_with(handle, ("refused", "provider", "ops"))

            died = act("sentence_ended", day(-1), ended_on=day(-1), reason="death")
            await tell(handle, [died])
            seen = await shows(handle, state="completed")
            assert "notices_stuck" in {flag["code"] for flag in seen["flags"]}
            await tell(handle, [act("notice_acknowledged", day(-1), notice_key=key, by=OPS)])
            assert "closed" == (await handle.result())["ended"]
    assert 1 == len({request.headers["webhook-id"] for request in hook.posted})


async def _has_requests(hook: Hook, count: int) -> bool:
    return len(hook.posted) >= count


async def test_a_document_with_erased_texts_is_blocked_and_delays_no_other_notice(
    skipping: WorkflowEnvironment, skipped: Working
) -> None:
    """A stored text that is gone never returns: one round shows it, a nudge tries once more."""
    today = day_of(await skipping.get_current_time())
    async with skipped([SentenceWorkflow]) as settings:
        handle = await begin(skipping.client, settings, *serving(-20, today))
        sent = act(
            "explanation_received", f"{day(-1, today)} 12:30", failure_id="F1", details="Bus."
        )
        await tell(handle, [*failed("F1", -1, today), sent])
        await shows(handle, counted_failures=1)
        with open_files(settings.data_dir) as store:

            async def is_filed() -> bool:
                return "Bus." in read_texts(store, handle.id).values()

            await eventually(is_filed)
            erase(store, handle.id.split("-")[1], "on-request", at=datetime.now(UTC))

        await tell(handle, [warned("W1", "F1", -1, today=today)])
        await shows(handle, state="warned")
        await skipping.sleep(timedelta(hours=1))
        seen = await settles_with(handle, ("document_failed", "person", "ops"))
        (duty,) = [duty for duty in seen["duties"] if "sending" in duty]
        assert TEXT_MISSING == duty["error"]
        await skipping.sleep(timedelta(days=1))
        await handle.signal("nudge")
        await skipping.sleep(timedelta(minutes=5))
        await settles_with(handle, ("document_failed", "person", "ops"))


async def test_a_notice_that_a_channel_may_have_lost_is_sent_again_under_one_key(
    client: Client, working: Working, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The receiver can tell by the key that it is one notice."""
    monkeypatch.setattr(circuit_breaker, "OPEN_SECONDS", 0.0)
    with hook_server() as (address, hook):
        hook.dies = 2
        file = directory(tmp_path / "directory.toml", provider=address)
        async with working([SentenceWorkflow], directory_file=file, **HOOK) as settings:
            handle = await begin(client, settings, *allocated(-1))
            await eventually(lambda: _has_requests(hook, 3))
            await settles_with(handle)
    assert 3 == len(hook.posted)
    assert 1 == len({request.headers["webhook-id"] for request in hook.posted})
    assert 1 == len({request.body for request in hook.posted})


async def test_a_receiver_that_drips_its_answer_keeps_no_record_waiting(
    client: Client, working: Working, tmp_path: Path
) -> None:
    """It takes the only slot for notices; the slot for records is another one."""
    with dripping_server(b"HTTP/1.1 200 OK\r\nX-Drip: ") as port:
        file = directory(tmp_path / "directory.toml", provider=f"http://127.0.0.1:{port}/")
        slots = {"max_concurrent_activities": 1}
        async with working([SentenceWorkflow], directory_file=file, **slots, **HOOK) as settings:
            handle = await begin(client, settings, *allocated(-1))

            async def is_recorded_and_not_sent() -> bool:
                seen = (await view_of(handle)).get("arrival", {})
                counted = seen.get("notices", {}).get("counts", {})
                return counted.get("in_flight", 0) > 0 and bool(seen["record"]["in_sync"])

            await eventually(is_recorded_and_not_sent)


async def test_a_receiver_can_defer_a_notice(
    skipping: WorkflowEnvironment, skipped: Working, tmp_path: Path
) -> None:
    """The round ends at once, and the sentence waits by its own timer."""
    today = day_of(await skipping.get_current_time())
    with hook_server() as (address, hook):
        hook.answers = [(429, {"Retry-After": "7200"}), (200, {})]
        file = directory(tmp_path / "directory.toml", provider=address)
        async with skipped([SentenceWorkflow], directory_file=file, **HOOK) as settings:
            handle = await begin(skipping.client, settings, *allocated(-1, today))
            await eventually(lambda: _has_requests(hook, 1))
            await skipping.sleep(timedelta(minutes=110))
            (failing,) = (await view_of(handle))["arrival"]["notices"]["not_getting_through"]
            assert ("NoticeDeferred", 1) == (failing["error"], len(hook.posted))
            await skipping.sleep(timedelta(minutes=15))
            await eventually(lambda: _has_requests(hook, 2))
            await settles_with(handle)


async def test_a_receiver_that_is_down_for_a_day_delays_no_other(
    skipping: WorkflowEnvironment,
    skipped: Working,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Others are notified meanwhile; the failing notices are shown, and are delivered later."""
    monkeypatch.setattr(circuit_breaker, "OPEN_SECONDS", 0.0)
    today = day_of(await skipping.get_current_time())
    port = free_port()
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
        sent = {notice["recipient"] for notice in delivered(settings, handle)}
        assert {"officer", "contributors"} <= sent
        assert "provider" not in sent

        waiting = {item["key"] for item in seen["not_getting_through"]}
        with mail_server(port=port) as (_, box):
            await skipping.sleep(timedelta(hours=2))

            async def all_came() -> bool:
                return waiting <= {mail["X-Notice-Key"] for mail in box.mails}

            await eventually(all_came)
            await settles_with(handle)
        assert len(box.mails) == len({mail["Message-ID"] for mail in box.mails})

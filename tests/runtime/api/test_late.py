"""No message reopens a finished sentence: a late one is refused, or recorded and shown."""

from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from temporalio.client import Client
from temporalio.common import RawValue, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.crypto.envelope import encrypt_event
from activities.crypto.keys import KeyRing
from activities.records.read import read_late_messages, read_sync_head
from runtime.databases import store_of
from runtime.event_sender import send_event
from runtime.report.model import TimescaleKinds
from runtime.report.web import ReportPages, make_app
from states.sentence_ref import SentenceRef
from states.standards.law import StandardsCatalogue
from tests.runtime.api.conftest import BENCH, COURTS, KEY, Before
from tests.runtime.api.test_api import BY_COURT, COURT, event, sent
from tests.runtime.cli.terminal import new_crn, run_command_async
from workflows.ids import WORKFLOW_TYPE

MARK = "Bartholomew"


async def closed(before: Before) -> str:
    """An order whose file is closed."""
    crn = new_crn()
    imposed = event("sentence_imposed", "e-1", 9, COURT)
    day = imposed["sentenced_on"]
    ended = event("court_decided", "e-2", 10, BY_COURT, outcome="good_progress", decided_on=day)
    await sent(before.caller, crn, "sentence_imposed", imposed, COURTS)
    await sent(before.caller, crn, "court_decided", ended, BENCH)
    handle = before.client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)
    assert "closed" == (await handle.result())["ended"]
    return crn


async def come_late(client: Client, before: Before, crn: str) -> list[dict[str, Any]]:
    """Send an encrypted and a plaintext message; the client has the default reuse policy."""
    name, note = SentenceRef(crn, "1").workflow_id, event("contact_recorded", "e-9", 12, fact=MARK)
    message = RawValue(encrypt_event(KeyRing(KEY), None, name, "contact_recorded", note))
    readable = event("rosh_assessed", "e-10", 12, rationale=MARK)
    found = []
    for kind, said in (("contact_recorded", message), ("rosh_assessed", readable)):
        late = await client.start_workflow(
            WORKFLOW_TYPE,
            {"crn": crn, "event_number": "1"},
            id=name,
            task_queue=before.settings.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal=kind,
            start_signal_args=[said],
        )
        run = before.client.get_workflow_handle(name, run_id=late.first_execution_run_id)
        found.append(await run.result())
    return found


async def test_a_foreign_client_opens_no_finished_sentence_again(
    before: Before, client: Client, catalogue: StandardsCatalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encrypted or not, its message is in the record and on the page; nothing else changes."""
    crn = await closed(before)
    store = store_of(before.settings)
    try:
        was = read_sync_head(store, SentenceRef(crn, "1").workflow_id)
        ended = await come_late(client, before, crn)

        assert [("already_closed", 1)] * 2 == [(run["ended"], run["messages"]) for run in ended]
        held = read_late_messages(store, SentenceRef(crn, "1").workflow_id)
        assert {"contact_recorded", "rosh_assessed"} == {item.kind for item in held}
        assert was == read_sync_head(store, SentenceRef(crn, "1").workflow_id)
        pages = ReportPages(store.main, TimescaleKinds.of(catalogue), None)
        transport = ASGITransport(app=make_app(pages))
        async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8087") as browser:
            page = (await browser.get(f"/sentences/{crn}/1")).text
        assert "Messages that arrived after the file was closed" in page
        assert held[0].digest in page
    finally:
        store.close()
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(before.settings.data_dir))
    shown = (await run_command_async("record", "show", crn, "1", "--json")).data
    assert [item.digest for item in held] == [item["digest"] for item in shown["late_arrivals"]]
    assert "completed" == shown["tables"]["sentences"][""]["state"]
    sheet = await run_command_async("record", "show", crn, "1")
    assert "Received after the file was closed" in sheet.out
    assert MARK not in sheet.out + page


async def test_our_own_client_is_refused(before: Before) -> None:
    """The server turns the call down, so no run opens at all."""
    crn = await closed(before)
    note = event("contact_recorded", "e-9", 12, fact=MARK)

    with pytest.raises(WorkflowAlreadyStartedError):
        await send_event(
            before.client,
            crn,
            "1",
            kind="contact_recorded",
            arguments=[note],
            task_queue=before.settings.task_queue,
        )
    store = store_of(before.settings)
    try:
        assert () == read_late_messages(store, SentenceRef(crn, "1").workflow_id)
    finally:
        store.close()

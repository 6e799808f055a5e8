"""The API authenticates senders, checks and encrypts their events, and reports the outcomes."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from runtime.api.app import api_server
from runtime.api.auth import new_api_key
from runtime.http.serving import ServingError
from runtime.http.settings import ApiSettings
from runtime.logs import configure_logs
from states.events.registry import KINDS
from states.events.schema import schema_of
from states.sentence_ref import SentenceRef
from tests.isolation import eventually
from tests.runtime.api.conftest import BENCH, COURTS, OFFICERS, OLD, Before, digest, opened, shows
from tests.runtime.cli.terminal import new_crn, run_command_async
from tests.states.wording import DEFAULTS

COURT = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
BY_COURT = {"id": "COURT1", "role": "court", "organisation": "COURT"}
OFFICER = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
MARK = "Bartholomew"
"""Text that no history and no log may contain."""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log of this process."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("INFO", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def event(kind: str, event_id: str, hour: int, by: dict[str, str] = OFFICER, **fields: Any) -> Any:
    """An event of three weeks ago, with the usual fields of its kind."""
    at = datetime.now(UTC).replace(hour=hour, minute=0, second=0, microsecond=0)
    at -= timedelta(weeks=3)
    dates = {}
    if kind == "sentence_imposed":
        dates = {
            "sentenced_on": at.date().isoformat(),
            "ends_on": (at.date() + timedelta(days=364)).isoformat(),
        }
    envelope = {"event_id": event_id, "occurred_at": at.isoformat(), "by": by}
    return {**DEFAULTS.get(kind, {}), **dates, **envelope, **fields}


async def sent(
    caller: httpx.AsyncClient, crn: str, kind: str, data: Any, secret: str, **query: str
) -> httpx.Response:
    """One event through the API."""
    path = f"/sentences/{crn}/1/events/{kind}"
    return await caller.post(path, json=data, params=query, headers=shows(secret))


async def begun(before: Before) -> str:
    """An order, allocated: events `e-1` and `e-2`."""
    crn = new_crn()
    imposed = event("sentence_imposed", "e-1", 9, COURT)
    allocated = event("case_allocated", "e-2", 10, COURT)
    for kind, data in (("sentence_imposed", imposed), ("case_allocated", allocated)):
        answer = await sent(before.caller, crn, kind, data, COURTS)
        assert 202 == answer.status_code, answer.text
    await receipt(before.caller, crn, "e-2", COURTS)
    return crn


async def receipt(
    caller: httpx.AsyncClient, crn: str, event_id: str, secret: str
) -> dict[str, Any]:
    """Return the receipt of an event, once it is decided."""
    found: list[dict[str, Any]] = []

    async def is_decided() -> bool:
        path = f"/sentences/{crn}/1/receipts/{event_id}"
        answer = await caller.get(path, headers=shows(secret))
        found[:] = answer.json().get("receipts", [])
        return bool(found) and found[0]["disposition"] != "queued"

    await eventually(is_decided)
    return found[0]


async def signals(client: Client, crn: str) -> list[str]:
    """The names of the signals in the history of a sentence."""
    handle = client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)
    return [
        found.workflow_execution_signaled_event_attributes.signal_name
        async for found in handle.fetch_history_events()
        if found.HasField("workflow_execution_signaled_event_attributes")
    ]


async def test_an_event_starts_its_sentence_and_its_receipt_has_the_outcome(
    before: Before, log: io.StringIO
) -> None:
    """It is encrypted here, with the sender's name; neither history nor log contains its text."""
    crn = await begun(before)
    note = event("contact_recorded", "e-3", 12, fact=f"{MARK} came.")
    answer = await sent(before.caller, crn, "contact_recorded", note, OFFICERS)

    name = f"sentence-{crn}-1"
    path = f"/sentences/{crn}/1/receipts/e-3"
    taken = {"workflow_id": name, "event_id": "e-3", "kind": "contact_recorded", "receipt": path}
    assert (202, taken, path) == (answer.status_code, answer.json(), answer.headers["location"])
    assert "applied" == (await receipt(before.caller, crn, "e-3", OFFICERS))["disposition"]
    handle = before.client.get_workflow_handle(name)
    rows = (await handle.query("record", 1))["rows"]
    told = [values for table, _, values in rows if table == "events"]
    assert {
        "e-1": "asserted:courts:courts-1",
        "e-2": "asserted:courts:courts-1",
        "e-3": "asserted:delius:delius-1",
    } == {values["event_id"]: values["sender"] for values in told}
    raw = b"".join([found.SerializeToString() async for found in handle.fetch_history_events()])
    assert MARK.encode() not in raw
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    noted = [line["who"] for line in lines if line["event"] == "event_forwarded"]
    assert ["courts", "courts", "delius"] == noted
    assert [] == [word for word in (MARK, COURTS, OFFICERS) if word in log.getvalue()]


async def test_an_event_sent_again_leaves_nothing_in_the_history(before: Before) -> None:
    """The request id is derived from the content, however often it is encrypted again."""
    crn = await begun(before)
    note = event("contact_recorded", "e-3", 12, fact="Came.")
    answers = [await sent(before.caller, crn, "contact_recorded", note, OFFICERS) for _ in range(3)]

    assert [202] * 3 == [answer.status_code for answer in answers]
    await receipt(before.caller, crn, "e-3", OFFICERS)
    kinds = await signals(before.client, crn)
    assert ["sentence_imposed", "case_allocated", "contact_recorded"] == kinds


async def test_a_waiting_sender_gets_the_outcome(before: Before) -> None:
    """200 with the receipt; 409 with the reason and what is allowed; the same answer again."""
    crn = await begun(before)
    day = str(datetime.now(UTC).date() - timedelta(weeks=3))
    failure: dict[str, Any] = {"failure_id": "F1"}
    acts = [
        ("failure_reported", event("failure_reported", "e-3", 12, failed_on=day, **failure)),
        ("failure_judged", event("failure_judged", "e-4", 13, acceptable=True, **failure)),
    ]
    for kind, data in acts:
        answer = await sent(before.caller, crn, kind, data, OFFICERS, wait="true")
        assert (200, "applied") == (answer.status_code, answer.json()["receipts"][0]["disposition"])
    warning = event("warning_issued", "e-5", 14, warning_id="W1", failure_ids=["F1"])
    refused = [
        await sent(before.caller, crn, "warning_issued", warning, OFFICERS, wait="true")
        for _ in range(2)
    ]
    other = {**acts[0][1], "what": "curfew"}
    conflict = await sent(before.caller, crn, "failure_reported", other, OFFICERS, wait="true")

    found = refused[0].json()
    assert (409, "refused") == (refused[0].status_code, found["code"])
    assert "F1" in found["reason"]
    assert "contact_recorded" in found["allowed"]
    assert found == refused[1].json()
    assert (409, "id_conflict") == (conflict.status_code, conflict.json()["code"])
    nobody = await sent(before.caller, new_crn(), *acts[0], OFFICERS, wait="true")
    assert (404, "unknown_sentence") == (nobody.status_code, nobody.json()["code"])


async def test_a_closed_file_accepts_no_more_events(before: Before) -> None:
    """Neither by signal, which opens nothing again, nor by update."""
    crn = new_crn()
    imposed = event("sentence_imposed", "e-1", 9, COURT)
    await sent(before.caller, crn, "sentence_imposed", imposed, COURTS)
    day = imposed["sentenced_on"]
    ended = event("court_decided", "e-2", 10, BY_COURT, outcome="good_progress", decided_on=day)
    assert 202 == (await sent(before.caller, crn, "court_decided", ended, BENCH)).status_code
    handle = before.client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)
    assert "closed" == (await handle.result())["ended"]

    late = event("contact_recorded", "e-3", 12, fact="Came.")
    for query in ({}, {"wait": "true"}):
        answer = await sent(before.caller, crn, "contact_recorded", late, OFFICERS, **query)
        assert (409, "closed") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "no_token"),
        ({"Authorization": "Basic abc"}, "no_token"),
        (shows("api_nobody"), "unknown_key"),
        (shows(f"api_{'x' * 5_000}"), "unknown_key"),
        (shows(digest(OFFICERS)), "token_invalid"),
        (shows(OLD), "key_not_valid"),
    ],
)
async def test_an_unknown_sender_is_refused(
    before: Before, log: io.StringIO, header: dict[str, str], code: str
) -> None:
    """No key, a wrong one, its digest, one that has ended: 401, with nothing of it in the log."""
    path = f"/sentences/{new_crn()}/1/events/case_allocated"
    answer = await before.caller.post(path, json={}, headers=header)

    assert (401, code) == (answer.status_code, answer.json()["code"])
    assert "Bearer" == answer.headers["www-authenticate"]
    shown = header.get("Authorization", "").partition(" ")[2]
    assert not shown or shown not in log.getvalue() + answer.text


async def test_a_token_of_the_issuer_is_as_good_as_a_key(before: Before) -> None:
    """By the claim that the settings name; a client that the file does not list is refused."""
    crn, issuer = await begun(before), before.issuer
    note = event("contact_recorded", "e-3", 12, fact="Came.")
    good = issuer.token(aud="sentences-api", client_id="delius-client")
    wrong = [
        (issuer.token(aud="sentences-api", client_id="stranger"), "unknown_subject"),
        (issuer.token(aud="sentences-api"), "unknown_subject"),
        (issuer.token(aud="sentences-api", client_id=["delius-client"]), "unknown_subject"),
        (issuer.token(client_id="delius-client"), "token_for_another"),
    ]
    for token, code in wrong:
        answer = await sent(before.caller, crn, "contact_recorded", note, token)
        assert (401, code) == (answer.status_code, answer.json()["code"])
    answer = await sent(before.caller, crn, "contact_recorded", note, good, wait="true")
    assert 200 == answer.status_code
    handle = before.client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)
    rows = (await handle.query("record", 1))["rows"]
    (sender,) = [
        values["sender"]
        for table, _, values in rows
        if table == "events" and values["event_id"] == "e-3"
    ]
    assert "asserted:delius:token" == sender


@pytest.mark.parametrize(
    ("kind", "by", "secret", "code", "instead"),
    [
        ("court_decided", COURT, COURTS, "kind_not_allowed", "sentence_imposed, case_allocated"),
        ("case_allocated", OFFICER, COURTS, "role_not_allowed", "court_officer"),
        (
            "case_allocated",
            {**COURT, "organisation": "CRC"},
            COURTS,
            "organisation_not_allowed",
            "NPS",
        ),
        (
            "failure_judged",
            {**OFFICER, "role": "senior_manager"},
            OFFICERS,
            "role_not_allowed",
            "officer",
        ),
    ],
)
async def test_a_sender_speaks_for_its_own_only(
    before: Before, kind: str, by: dict[str, str], secret: str, code: str, instead: str
) -> None:
    """`by` is bound to who is known to send; the reason says what holds instead."""
    data = event(kind, "e-1", 9, by)
    if kind == "court_decided":
        data |= {"decided_on": data["occurred_at"][:10], "outcome": "good_progress"}
    if kind == "failure_judged":
        data |= {"failure_id": "F1", "acceptable": True}
    answer = await sent(before.caller, new_crn(), kind, data, secret)

    found = answer.json()
    assert (403, code) == (answer.status_code, found["code"]), found
    assert found["reason"].endswith(f": {instead}")


async def test_every_fault_is_named(before: Before) -> None:
    """All at once, so that a sender need not correct them one by one."""
    data = {"event_id": "e 1", "officer_id": 7, "more": 1, f"{MARK}\ud800": 2, "by": OFFICER}
    path = f"/sentences/{new_crn()}/1/events/officer_assigned"
    text = json.dumps({**data, "by": {**OFFICER, "role": "judge"}})
    kind = {"Content-Type": "application/json"}
    answer = await before.caller.post(path, content=text, headers=shows(OFFICERS, **kind))
    assert 422 == answer.status_code
    del data[f"{MARK}\ud800"]
    answer = await sent(before.caller, new_crn(), "officer_assigned", data, OFFICERS)

    assert (422, "invalid") == (answer.status_code, answer.json()["code"])
    named = {fault.partition(" ")[0].rstrip(":") for fault in answer.json()["faults"]}
    assert {"event_id", "occurred_at", "officer_id", "authorised", "more"} == named


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b" " * 16_385, "application/json", 413, "over_size"),
        (b"{", "application/json", 422, "malformed_json"),
        (b'{"a": 1, "a": 2}', "application/json", 422, "malformed_json"),
        (b"[" * 33 + b"]" * 33, "application/json", 422, "too_deep"),
        (b"[]", "application/json; charset=utf-8", 422, "not_an_object"),
        (b"\xff", "application/json", 422, "malformed_json"),
        (b"{}", "text/plain", 415, "not_json"),
    ],
)
async def test_a_body_that_is_no_event_is_refused_with_a_reason(
    before: Before, content: bytes, kind: str, status: int, code: str
) -> None:
    """Never with an internal error, whatever it is."""
    path = f"/sentences/{new_crn()}/1/events/case_allocated"
    headers = shows(COURTS, **{"Content-Type": kind})
    answer = await before.caller.post(path, content=content, headers=headers)

    assert (status, code) == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    "path",
    [
        "/sentences/X32074/1/events/case_allocated",
        "/sentences/X320741/one/events/case_allocated",
        "/sentences/%00/1/events/case_allocated",
        "/sentences/X320741/1/events/case_allocated?wait=perhaps",
    ],
)
async def test_a_path_names_a_sentence(before: Before, path: str) -> None:
    """Any other value is reported as invalid, and not repeated."""
    answer = await before.caller.post(path, json={}, headers=shows(COURTS))

    assert (422, "misread") == (answer.status_code, answer.json()["code"])


async def test_receipts_are_shown_to_their_own_sender_only(before: Before) -> None:
    """Another organisation's event is as unknown as one that never came."""
    crn = await begun(before)
    found = []
    for secret, event_id in ((OFFICERS, "e-1"), (COURTS, "e-9"), (COURTS, "e-1")):
        path = f"/sentences/{crn}/1/receipts/{event_id}"
        found.append((await before.caller.get(path, headers=shows(secret))).status_code)
    unknown = f"/sentences/{new_crn()}/1/receipts/e-1"

    assert [404, 404, 200] == found
    assert 404 == (await before.caller.get(unknown, headers=shows(COURTS))).status_code
    assert 401 == (await before.caller.get(unknown)).status_code


async def test_one_sender_cannot_keep_the_others_out(before: Before) -> None:
    """Above the rate limit a sender is told when to retry; another sender is accepted."""
    async with opened(before.client, before.settings, requests_a_minute=2) as caller:
        path = f"/sentences/{new_crn()}/1/receipts/e-1"
        answers = [
            await caller.get(path, headers=shows(secret)) for secret in (*[COURTS] * 3, OFFICERS)
        ]
    assert [404, 404, 429, 404] == [answer.status_code for answer in answers]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 30


async def test_the_contract_needs_no_authentication(before: Before) -> None:
    """The kinds with their schemas, as they are published, and the document of the API."""
    kinds = (await before.caller.get("/kinds")).json()["kinds"]
    assert list(KINDS) == [line["kind"] for line in kinds]
    schema = await before.caller.get("/kinds/case_allocated")
    assert schema_of("case_allocated") == schema.json()
    assert 404 == (await before.caller.get("/kinds/no_such_kind")).status_code
    document = (await before.caller.get("/openapi.json")).json()
    paths = [f"/sentences/{{crn}}/{{event_number}}/events/{kind}" for kind in KINDS]
    assert set(paths) <= set(document["paths"])
    assert {"status": "ok"} == (await before.caller.get("/healthz")).json()


async def test_a_request_of_a_web_page_is_refused(before: Before) -> None:
    """It could send what the person in front of it never meant to."""
    path = f"/sentences/{new_crn()}/1/receipts/e-1"
    headers = shows(COURTS, Origin="http://evil.example")
    assert 403 == (await before.caller.get(path, headers=headers)).status_code
    elsewhere = shows(COURTS, Host="evil.example")
    assert 400 == (await before.caller.get(path, headers=elsewhere)).status_code


async def test_without_a_worker_the_sender_is_asked_to_retry(before: Before) -> None:
    """The signal stays; a waiting request gets its response in time."""
    alone = before.settings.model_copy(update={"task_queue": "nobody-works-here"})
    async with opened(before.client, alone, answer_seconds=0.3) as caller:
        crn = new_crn()
        imposed = event("sentence_imposed", "e-1", 9, COURT)
        assert 202 == (await sent(caller, crn, "sentence_imposed", imposed, COURTS)).status_code
        answer = await sent(caller, crn, "sentence_imposed", imposed, COURTS, wait="true")
        assert (503, "no_answer") == (answer.status_code, answer.json()["code"])
        assert "5" == answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("terms", "insecure", "said"),
    [
        ({"bind": "0.0.0.0:0"}, True, "SENTENCES_API_BIND must be 127.0.0.1"),
        ({}, False, "set SENTENCES_INTEGRATORS_FILE"),
    ],
)
async def test_an_api_that_would_accept_anonymous_events_does_not_start(
    before: Before, terms: dict[str, Any], said: str, *, insecure: bool
) -> None:
    """One sentence says what to set."""
    bare = before.settings.model_copy(update={"integrators_file": None})
    held = ApiSettings.model_validate(terms)
    with pytest.raises(ServingError, match=said):
        async with api_server(before.client, bare, held, insecure_loopback=insecure):
            pytest.fail("it opened")


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"issuer": "http://issuer.example"}, "must be https"),
        ({"tls_key": "k"}, "must be set together"),
    ],
)
async def test_an_api_starts_only_with_consistent_settings(
    before: Before, terms: dict[str, Any], said: str
) -> None:
    """Tokens that anyone could forge, and incomplete TLS settings, are refused."""
    with pytest.raises(ServingError, match=said):
        async with opened(before.client, before.settings, **terms):
            pytest.fail("it opened")


async def test_without_authentication_no_sender_is_recorded(before: Before, client: Client) -> None:
    """No credentials are needed, and no sender's name is recorded with the event."""
    held = ApiSettings(bind="127.0.0.1:0")
    opening = api_server(client, before.settings, held, insecure_loopback=True)
    async with opening as url, httpx.AsyncClient(base_url=url) as caller:
        imposed = event("sentence_imposed", "e-1", 9, COURT)
        path = f"/sentences/{new_crn()}/1/events/sentence_imposed"
        answer = await caller.post(path, json=imposed)
    assert 202 == answer.status_code


async def test_a_key_is_generated_and_a_wrong_setting_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`api --new-key` shows the secret once; the file needs its digest alone."""
    said = (await run_command_async("api", "--new-key")).out.split()
    secret, found = said[3], said[-1]
    assert digest(secret) == found
    assert new_api_key()[0] != secret
    monkeypatch.setenv("SENTENCES_API_REQUESTS_A_MINUTE", "0")
    wrong = await run_command_async("api")
    assert 2 == wrong.status
    assert wrong.err.startswith("SENTENCES_API_REQUESTS_A_MINUTE is refused")

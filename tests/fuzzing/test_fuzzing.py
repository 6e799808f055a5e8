"""All input, by any way, is accounted for: nothing crashes, nothing waits for ever."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import pytest
from google.protobuf.json_format import MessageToJson
from temporalio.api.common.v1 import Payloads
from temporalio.common import RawValue
from temporalio.service import RPCError, RPCStatusCode

from activities.crypto.authentication import FAILURE_REASONS
from activities.crypto.decrypt import AuthenticatedMessage, MessageDecryptor
from activities.crypto.integrators import IntegratorRegistry, read_integrators
from activities.records.ingest_log import IngestLog
from activities.standards import STANDARDS
from runtime.api.app import make_app as make_api
from runtime.api.auth import LOCAL_SENDER
from runtime.api.handlers import ApiHandlers
from runtime.codec import EncryptionCodec
from runtime.codec_server.app import make_app as make_codec_server
from runtime.codec_server.auth import Principal, Right
from runtime.codec_server.handlers import CodecHandlers
from runtime.dev_server import DevServer
from runtime.http.auth import AllowAll
from runtime.http.rate_limit import RateLimiter
from runtime.ingest.mapping import load_mappings
from runtime.ingest.outcomes import IngestOutcome, IngestStatus
from states.standards.law import StandardsCatalogue
from tests.activities.crypto.rings import HERE, RING, integrators_file
from tests.fuzzing.mutations import (
    anything,
    encrypted_signal,
    event,
    message,
    mutated,
    seeded,
    text,
)
from tests.isolation import eventually
from tests.runtime.api.test_fuzzing import FakeGateway
from tests.runtime.ingest.bench import Bench
from tests.stores import open_files
from tests.workflows.scene import Handle, allocated, runs, shows, task_faults, view_of
from tests.workflows.test_encrypted_messages import (
    FIRST,
    EncryptingWorker,
    encrypted,
    encrypting_worker,
    note,
    officers,
)

QUICK_SECONDS: Final = 0.7
"""Seconds for which each part is tried in the suite."""
LONG_SECONDS: Final = 130.0
"""Seconds for which `make prove` tries each part: five parts, more than ten minutes together."""

LONG = pytest.param(LONG_SECONDS, marks=[pytest.mark.prove, pytest.mark.timeout(900)], id="long")
TIMES = pytest.mark.parametrize("seconds", [pytest.param(QUICK_SECONDS, id="quick"), LONG])

CODEC_PAGE = "http://127.0.0.1:8233"


@TIMES
def test_every_encrypted_signal_is_decrypted_or_has_its_fault(
    seconds: float, tmp_path: Path
) -> None:
    """Whatever the bytes: a verdict, or one code of the closed list."""
    register = IntegratorRegistry.from_file(read_integrators(integrators_file(tmp_path)))
    post = MessageDecryptor(RING, lambda: register)
    seen: Counter[str] = Counter()
    for rnd in seeded("encrypted signals", seconds):
        kind, payload = encrypted_signal(rnd, RING.primary(), HERE)
        found = post.decrypt_message(payload, workflow_id=HERE, kind=kind, now=datetime.now(UTC))
        code = "opened" if isinstance(found, AuthenticatedMessage) else found.code
        assert code == "opened" or code in FAILURE_REASONS
        seen[code] += 1

    assert {"opened", "tampered", "malformed", "unknown_key", "wrong_signature"} <= seen.keys()


@TIMES
async def test_every_payload_is_decoded_and_every_request_answered(seconds: float) -> None:
    """The codec gives back as many as it got; its server answers, and never with a fault."""
    codec = EncryptionCodec(RING, HERE)
    everyone = AllowAll(Principal("loopback", frozenset(Right)))
    handlers = CodecHandlers(
        keys=RING,
        authenticator=everyone,
        rate_limiter=RateLimiter(10**9),
        origins=[CODEC_PAGE],
    )
    app = make_codec_server(handlers, loopback=False)
    seen: Counter[int] = Counter()
    async with _caller(app) as caller:
        for rnd in seeded("codec", seconds):
            payloads = [encrypted_signal(rnd, RING.primary(), HERE)[1], anything(rnd, text(rnd))]
            assert len(payloads) == len(await codec.decode(payloads))
            body = MessageToJson(Payloads(payloads=payloads)).encode()
            headers = {"Content-Type": rnd.choice(("application/json", "text/plain", "\x7f"))}
            answer = await caller.post(
                rnd.choice(("/decode", "/encode", "/decode/")),
                content=mutated(body, rnd) if rnd.random() < 0.5 else body,
                headers={**headers, "X-Sentence": HERE, "X-Kind": rnd.choice(("", "a", "b c"))},
            )
            seen[answer.status_code] += 1

    assert {200, 400, 415} <= seen.keys() <= {200, 307, 400, 403, 404, 413, 415}


@TIMES
async def test_every_request_to_the_api_is_answered(seconds: float) -> None:
    """Each is accepted, or refused with the reason; none gives an internal error."""
    handlers = ApiHandlers(AllowAll(LOCAL_SENDER), RateLimiter(10**9), FakeGateway())
    app = make_api(handlers, loopback=False)
    seen: Counter[int] = Counter()
    async with _caller(app) as caller:
        for rnd in seeded("api", seconds):
            kind, made = event(rnd)
            raw = json.dumps(made).encode()
            whose = mutated(b"X320741", rnd) if rnd.random() < 0.1 else b"X320741"
            answer = await caller.post(
                f"/sentences/{quote(whose)}/1/events/{kind}",
                content=mutated(raw, rnd) if rnd.random() < 0.3 else raw,
                headers={"Content-Type": rnd.choice((*["application/json"] * 9, "text/xml"))},
                params={"wait": rnd.choice(("true", "false", "perhaps"))},
            )
            seen[answer.status_code] += 1

    assert {202, 404, 415, 422} <= seen.keys() <= {200, 202, 400, 404, 405, 413, 415, 422}


@TIMES
async def test_every_message_that_is_taken_in_is_accounted_for(
    seconds: float, tmp_path: Path
) -> None:
    """Sent, ignored, repeated or a dead letter; operators can list every dead letter."""
    seen: Counter[IngestOutcome] = Counter()
    with open_files(tmp_path) as store:
        bench = Bench(IngestLog(store.main), load_mappings(STANDARDS))
        types = sorted(bench.mappings.messages)
        dead = set()
        for rnd in seeded("messages", seconds):
            found = await bench.take(message(rnd, types), rnd.choice((None, str(rnd.random()))))
            seen[found.outcome] += 1
            if found.outcome is IngestOutcome.DEAD_LETTER:
                dead.add(found.digest)
        listed = {item.digest for item in bench.messages.with_status(IngestStatus.DEAD_LETTER)}

    assert {IngestOutcome.IGNORED, IngestOutcome.DEAD_LETTER} <= seen.keys()
    assert dead == listed


@TIMES
async def test_every_signal_to_a_sentence_is_accounted_for(
    seconds: float, server: DevServer, catalogue: StandardsCatalogue, tmp_path: Path
) -> None:
    """Applied, held, refused, quarantined or a repeat, to the last one; then it takes another."""
    async with encrypting_worker(server, catalogue, tmp_path, continue_after_events=200) as own:
        handle = await own.begin(*officers(allocated(-5)))
        sent = 2 + await _fire(own, handle, seconds)

        async def all_are_known() -> bool:
            return sent == await _known(handle)

        await eventually(all_are_known, 60 + seconds)
        before = (await view_of(handle))["events_total"]
        await own.tell(handle, "contact_recorded", encrypted(handle.id, note(event_id="after")))
        await shows(handle, events_total=before + 1)
        histories = await runs(own.client, handle)
        assert [] == [fault for events in histories for fault in task_faults(events)]


async def _fire(own: EncryptingWorker, handle: Handle, seconds: float) -> int:
    """Send signals that are spoilt until the time is up; return how many the server took."""
    taken = 0
    bare = own.bare.get_workflow_handle(handle.id)
    for rnd in seeded("signals", seconds):
        name, payload = encrypted_signal(rnd, FIRST, handle.id)
        if name in {"sentence_moved", "sentence_ended"}:
            # After these another sentence, or none, gives the account.
            continue
        try:
            await bare.signal(name, RawValue(payload))
        except RPCError as error:
            if error.status is not RPCStatusCode.INVALID_ARGUMENT:
                raise
            # The server itself has bounds; it says so, and the sentence never hears of it.
        else:
            taken += 1
    return taken


async def _known(handle: Handle) -> int:
    """Return the number of messages that are logged, encrypted, unreadable, or repeats."""
    seen, unapplied = await view_of(handle), await handle.query("unapplied", 1)
    pages = [await handle.query("unapplied", page) for page in range(1, unapplied["pages"] + 1)]
    shut = [
        item
        for page in pages
        for item in page["unapplied"]
        if (item["code"], item["disposition"]) == ("unknown_key", "held")
    ]
    counted = unapplied["quarantined"]["count"] + unapplied["repeats"]["count"]
    return int(seen["events_total"] + counted + len(shut))


def _caller(app: Any) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

"""Payloads are decrypted for permitted readers, named by a real issuer; each use is logged."""

import io
import json
import logging
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import jwt
import pytest
from temporalio.api.common.v1 import Payload
from temporalio.converter import WorkflowSerializationContext

from activities.crypto.decrypt import MessageDecryptor
from activities.crypto.envelope import encrypt_event, read_message_header
from activities.crypto.keys import new_key
from runtime.codec import data_converter
from runtime.codec_server.app import codec_server
from runtime.codec_server.handlers import MAX_BYTES
from runtime.http.serving import ServingError
from runtime.http.settings import CodecServerSettings
from runtime.logs import configure_logs
from settings import PROJECT
from tests.activities.crypto.rings import AT, EVENT, HERE, KIND, MARKER, RING, SIGNER
from tests.runtime.codec.issuer import Issuer, running_issuer

UI = "http://127.0.0.1:8233"


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuer]:
    """An issuer of the module's own."""
    async with running_issuer() as running:
        yield running


@asynccontextmanager
async def running(issuer: Issuer | None, **terms: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A codec server, and a caller; without an issuer it is the insecure form."""
    chosen = {"bind": "127.0.0.1:0", "issuer": issuer.url if issuer else None} | terms
    held = CodecServerSettings.model_validate(chosen)
    server = codec_server(RING, held, signer=SIGNER, insecure_loopback=issuer is None)
    async with server as url, httpx.AsyncClient(base_url=url) as caller:
        yield caller


@pytest.fixture(scope="module")
async def caller(issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    """A caller of a server that takes the issuer's tokens."""
    async with running(issuer) as found:
        yield found


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log of a process of ours."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logs("INFO", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def body(*payloads: Payload) -> dict[str, Any]:
    """Payloads as the UI posts them."""
    return {
        "payloads": [
            {
                "metadata": {
                    name: b64encode(value).decode() for name, value in payload.metadata.items()
                },
                "data": b64encode(payload.data).decode(),
            }
            for payload in payloads
        ]
    }


def texts(answer: httpx.Response) -> list[str]:
    """The data of the payloads in an answer."""
    return [b64decode(one["data"]).decode("latin-1") for one in answer.json()["payloads"]]


def bearer(token: str, **more: str) -> dict[str, str]:
    """The headers of a request with a token."""
    return {"Authorization": f"Bearer {token}", "X-Namespace": "default", **more}


async def own(text: str = MARKER, workflow_id: str = HERE) -> Payload:
    """A payload that our processes encrypted."""
    context = WorkflowSerializationContext(namespace="default", workflow_id=workflow_id)
    (payload,) = await data_converter(RING).with_context(context).encode([text])
    return payload


async def test_a_reader_gets_decrypted_payloads(
    caller: httpx.AsyncClient, issuer: Issuer, log: io.StringIO
) -> None:
    """Our own payloads and messages of senders; the log names reader and sentence, and no text."""
    message = encrypt_event(RING, SIGNER, "sentence-X320741-2", KIND, EVENT, now=AT)
    broken = Payload(metadata=message.metadata, data=message.data[:-1])
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b'"1"')
    asked = body(await own(), message, broken, plain)

    answer = await caller.post("/decode", json=asked, headers=bearer(issuer.token()))
    assert 200 == answer.status_code
    assert "no-store" == answer.headers["cache-control"]
    mine, theirs, shut, open_ = texts(answer)
    assert (f'"{MARKER}"', EVENT, '"1"') == (mine, json.loads(theirs), open_)
    assert broken.data == shut.encode("latin-1")
    (line,) = [json.loads(text) for text in log.getvalue().splitlines()]
    del line["at"]
    assert {
        "event": "payloads_decrypted",
        "level": "info",
        "logger": "sentences.codec",
        "namespace": "default",
        "payloads": 4,
        "not_decrypted": 1,
        "who": "N07A001",
        "workflow_ids": [HERE, "sentence-X320741-2"],
    } == line


@pytest.mark.parametrize(
    ("claims", "status", "code"),
    [
        ({"roles": ()}, 403, "no_right"),
        ({"roles": ("sentences-encode",)}, 403, "no_right"),
        ({"roles": None}, 403, "no_right"),
        ({"roles": 7}, 403, "no_right"),
        ({"exp": time.time() - 3_600}, 401, "token_expired"),
        ({"exp": None}, 401, "token_invalid"),
        ({"sub": None}, 401, "token_invalid"),
        ({"aud": "sentences-report"}, 401, "token_for_another"),
        ({"iss": "https://elsewhere.example"}, 401, "token_for_another"),
    ],
)
async def test_a_token_must_be_valid_for_this_server(
    caller: httpx.AsyncClient,
    issuer: Issuer,
    log: io.StringIO,
    claims: dict[str, Any],
    status: int,
    code: str,
) -> None:
    """Term, issuer, audience and role: who lacks one reads nothing, and that is written down."""
    token = issuer.token(**claims)
    answer = await caller.post("/decode", json=body(await own()), headers=bearer(token))

    assert (status, code) == (answer.status_code, answer.json()["code"])
    line = json.loads(log.getvalue())
    assert ("request_refused", code) == (line["event"], line["reason_code"])
    assert token not in log.getvalue() + answer.text


@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer a.b.c", "Bearer \u00e9"])
async def test_without_a_token_nothing_is_decrypted(caller: httpx.AsyncClient, header: str) -> None:
    """Whatever stands in its place is no token."""
    headers = {"Authorization": header.encode("latin-1")} if header else {}
    answer = await caller.post("/decode", json=body(await own()), headers=headers)  # type: ignore[arg-type]

    assert 401 == answer.status_code
    assert "Bearer" == answer.headers["www-authenticate"]


async def test_only_the_issuer_signs_tokens(caller: httpx.AsyncClient, issuer: Issuer) -> None:
    """Not without a signature, with the public key as a secret, or under somebody's own key."""
    stranger = Issuer()
    stranger.url = issuer.url
    claims = jwt.decode(issuer.token(), options={"verify_signature": False})
    forged = [
        jwt.encode(claims, "", "none", headers={"kid": "k1"}),
        jwt.encode(claims, "a shared secret that is long enough", "HS256", headers={"kid": "k1"}),
        stranger.token(),
    ]
    for token in forged:
        answer = await caller.post("/decode", json=body(await own()), headers=bearer(token))
        assert (401, "token_invalid") == (answer.status_code, answer.json()["code"])


async def test_encryption_is_a_separate_right(caller: httpx.AsyncClient, issuer: Issuer) -> None:
    """A reader may not send; a sender is bound to the sentence and the kind that it names."""
    plain = Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(EVENT).encode())
    named = {"X-Sentence": HERE, "X-Kind": KIND}
    sender = issuer.token(roles="sentences-encode other")
    refused = await caller.post(
        "/encode", json=body(plain), headers=bearer(issuer.token(), **named)
    )
    unbound = await caller.post("/encode", json=body(plain), headers=bearer(sender))
    encrypted = await caller.post("/encode", json=body(plain), headers=bearer(sender, **named))
    again = await caller.post("/encode", json=encrypted.json(), headers=bearer(sender, **named))

    nothing = await caller.post("/encode", json=body(), headers=bearer(sender))
    assert (200, {"payloads": []}) == (nothing.status_code, nothing.json())
    assert [403, 400, 200, 400] == [one.status_code for one in (refused, unbound, encrypted, again)]
    assert MARKER not in encrypted.text
    data = b64decode(encrypted.json()["payloads"][0]["data"])
    assert (HERE, KIND) == (read_message_header(data).workflow_id, read_message_header(data).kind)
    message = Payload(metadata={"encoding": b"application/jose"}, data=data)
    found = MessageDecryptor(RING).decrypt_message(message, workflow_id=HERE, kind=KIND, now=AT)
    assert "unknown_signer" == getattr(found, "code", "")
    taken = await caller.post("/decode", json=encrypted.json(), headers=bearer(issuer.token()))
    assert EVENT == json.loads(texts(taken)[0])


async def test_only_listed_origins_may_call(caller: httpx.AsyncClient, issuer: Issuer) -> None:
    """The browser learns it from the preflight request, without a token, and again after that."""
    wanted = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-namespace",
    }
    asked = await caller.options("/decode", headers={"Origin": UI, **wanted})
    turned = await caller.options("/decode", headers={"Origin": "http://evil.example", **wanted})
    assert (200, UI, "true") == (
        asked.status_code,
        asked.headers["access-control-allow-origin"],
        asked.headers["access-control-allow-credentials"],
    )
    assert {"authorization", "content-type", "x-namespace"} <= {
        name.strip() for name in asked.headers["access-control-allow-headers"].lower().split(",")
    }
    assert (400, False) == (turned.status_code, "access-control-allow-origin" in turned.headers)

    for origin, status in ((UI, 200), ("http://evil.example", 403), ("null", 403)):
        headers = bearer(issuer.token(), Origin=origin)
        answer = await caller.post("/decode", json=body(await own()), headers=headers)
        assert status == answer.status_code


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"payloads": 1}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"payloads": []}', "text/plain", 415),
        (b'{"payloads": []}', "application/json; charset=utf-8", 200),
        (b'{"payloads": [' + b"{}," * 2_000 + b"{}]}", "application/json", 413),
        (b" " * (MAX_BYTES + 1), "application/json", 413),
    ],
)
async def test_only_payloads_are_read(
    caller: httpx.AsyncClient, issuer: Issuer, content: bytes, kind: str, status: int
) -> None:
    """Whatever else comes is refused in a sentence, and never breaks the server."""
    headers = bearer(issuer.token(), **{"Content-Type": kind})
    answer = await caller.post("/decode", content=content, headers=headers)

    assert status == answer.status_code


async def test_one_person_is_rate_limited(issuer: Issuer) -> None:
    """The next request learns when to retry; other people do not wait."""
    async with running(issuer, requests_a_minute=2) as caller:
        asked = body(await own())
        mine, other = issuer.token(), issuer.token(sub="N07A002")
        answers = [
            await caller.post("/decode", json=asked, headers=bearer(token))
            for token in (mine, mine, mine, other)
        ]
    assert [200, 200, 429, 200] == [answer.status_code for answer in answers]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 30


async def test_roles_may_be_in_a_nested_claim(issuer: Issuer) -> None:
    """Issuers differ in where they put roles; a claim may be called by an address."""
    token = issuer.token(
        roles=None,
        realm_access={"roles": ["reader"]},
        more={"https://sentences.example/roles": ["reader"]},
    )
    for path in ("realm_access.roles", "https://sentences.example/roles"):
        async with running(issuer, roles_claim=path, decode_role="reader") as caller:
            answer = await caller.post("/decode", json=body(), headers=bearer(token))
        assert 200 == answer.status_code


async def test_a_subject_of_any_characters_is_audited(
    caller: httpx.AsyncClient, issuer: Issuer, log: io.StringIO
) -> None:
    """The log takes codes alone; another name stands there by its digest, never not at all."""
    token = issuer.token(sub="auth|Zo\u00eb Marker")
    await caller.post("/decode", json=body(), headers=bearer(token))

    line = json.loads(log.getvalue())
    assert line["who"].startswith("sha256:")
    assert "Marker" not in log.getvalue()


async def test_the_insecure_form_answers_this_machine_alone(log: io.StringIO) -> None:
    """No credentials are needed, so requests for another host name are refused."""
    async with running(None) as caller:
        open_ = await caller.post("/decode", json=body(await own()))
        elsewhere = await caller.post(
            "/decode", json=body(await own()), headers={"Host": "evil.example"}
        )
    assert ([f'"{MARKER}"'], 400) == (texts(open_), elsewhere.status_code)
    assert "loopback" == json.loads(log.getvalue().splitlines()[0])["who"]


async def test_a_query_is_asked_through_it(caller: httpx.AsyncClient, issuer: Issuer) -> None:
    """Its name in X-Kind leaves the input readable, which the sentence needs."""
    asked = Payload(metadata={"encoding": b"json/plain"}, data=b'"e-1"')
    headers = {"X-Sentence": HERE, "X-Kind": "receipt"}
    sender = bearer(issuer.token(roles="sentences-encode"), **headers)

    answer = await caller.post("/encode", json=body(asked), headers=sender)

    assert body(asked) == answer.json()


@pytest.mark.parametrize(
    ("terms", "insecure", "said"),
    [
        ({"bind": "0.0.0.0:0"}, True, "SENTENCES_CODEC_BIND must be 127.0.0.1"),
        ({"bind": "localhost:0"}, True, "SENTENCES_CODEC_BIND must be 127.0.0.1"),
        ({"bind": "[::1]:0"}, True, "SENTENCES_CODEC_BIND must be 127.0.0.1"),
        ({}, False, "set SENTENCES_CODEC_ISSUER"),
        ({"issuer": "http://issuer.example"}, False, "must be https"),
        ({"issuer": "https://issuer.example", "tls_key": "k"}, False, "must be set together"),
    ],
)
async def test_a_server_without_authentication_does_not_start(
    *, terms: dict[str, Any], insecure: bool, said: str
) -> None:
    """One sentence says what to set."""
    with pytest.raises(ServingError, match=said):
        async with codec_server(
            RING, CodecServerSettings.model_validate(terms), insecure_loopback=insecure
        ):
            pytest.fail("it started")


async def test_a_server_without_keys_or_certificate_does_not_start(issuer: Issuer) -> None:
    """It could decrypt nothing, or would serve without TLS where TLS was asked for."""
    with pytest.raises(ServingError, match="set SENTENCES_KEYS_FILE"):
        async with codec_server(
            None, CodecServerSettings(bind="127.0.0.1:0"), insecure_loopback=True
        ):
            pytest.fail("it started")
    with pytest.raises(ServingError, match="certificate or key: No such file"):
        async with running(issuer, tls_certificate="none.pem", tls_key="none.pem"):
            pytest.fail("it started")


def test_the_temporal_cli_encrypts_and_decrypts_by_it(tmp_path: Any) -> None:
    """`starter.py codec` in its insecure form; no key stands in its arguments or its output."""
    keys = tmp_path / "keys"
    keys.write_text(new_key("2026-11"), "utf-8")
    environment = {
        "SENTENCES_KEYS_FILE": str(keys),
        "SENTENCES_CODEC_BIND": "127.0.0.1:0",
        "PATH": "",
    }
    command = [sys.executable, str(PROJECT / "starter.py"), "codec", "--insecure-loopback"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        url = said.split()[2].rstrip(";")
        plain = Payload(metadata={"encoding": b"json/plain"}, data=b'{"a": 1}')
        headers = {"X-Sentence": HERE, "X-Kind": KIND}
        encrypted = httpx.post(f"{url}/encode", json=body(plain), headers=headers)
        opened = httpx.post(f"{url}/decode", json=encrypted.json())
        assert ['{"a": 1}'] == texts(opened)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert 0 == process.returncode
    secret = keys.read_text("utf-8").split()[1]
    assert secret not in said + errors
    assert [["payloads_encrypted", [HERE]], ["payloads_decrypted", [HERE]]] == [
        [json.loads(line)["event"], json.loads(line)["workflow_ids"]]
        for line in errors.splitlines()
    ]

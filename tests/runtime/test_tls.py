"""TLS, client certificates and API keys come from Temporal's own configuration, and are proven.

The development server speaks no TLS, so a gate before it does.
"""

import asyncio
import io
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.worker import Worker

from runtime.cli.app import run
from runtime.client import ConnectionFileError, NoConnectionError, connect, explain_connection_error
from runtime.dev_server import DevServer
from runtime.logs import configure_logs
from tests.activities.crypto.rings import RING
from tests.runtime.codec.encrypted_toy import MARKER, SealedToy, fail, repeat
from tests.runtime.tls import Authority, Pair, tls_gate

SECRET = "s3cret-api-key-9f2c"  # noqa: S105 - that it never shows is the point


class World:
    """A gate that asks for no certificate, one that does, and what a client may show them."""

    def __init__(self, folder: Path, plain: str) -> None:
        self.plain = plain
        ours, others = Authority(folder, "ours"), Authority(folder, "others")
        self.trusted, self.untrusted = ours.certificate, others.certificate
        self.server, self.client = ours.issue("server"), ours.issue("client")
        self.stranger = others.issue("stranger")
        self.gate = self.strict = ""


@pytest.fixture(scope="module")
async def world(
    server: DevServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Both gates before the session's server."""
    made = World(tmp_path_factory.mktemp("tls"), server.address)
    strict = tls_gate(made.server, server.address, made.trusted)
    async with tls_gate(made.server, server.address) as gate, strict as strict_gate:
        made.gate, made.strict = gate, strict_gate
        yield made


@pytest.fixture(autouse=True)
def _unconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user who runs the tests may have a configuration of their own."""
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", os.devnull)


def configure(monkeypatch: pytest.MonkeyPatch, values: dict[str, object]) -> None:
    """Set Temporal's variables."""
    for name, value in values.items():
        monkeypatch.setenv(f"TEMPORAL_{name}", str(value))


def trusting(world: World, address: str, **more: object) -> dict[str, object]:
    """The configuration of a client that trusts our authority."""
    return {"ADDRESS": address, "TLS_SERVER_CA_CERT_PATH": world.trusted, **more}


def showing(pair: Pair) -> dict[str, object]:
    """The configuration of a client that shows a certificate."""
    return {"TLS_CLIENT_CERT_PATH": pair.certificate, "TLS_CLIENT_KEY_PATH": pair.key}


async def test_a_sentence_is_driven_through_mutual_tls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worker and sender alike, by Temporal's variables alone, and by a profile of its file."""
    configure(monkeypatch, trusting(world, world.strict, **showing(world.client)))
    client = await connect(keys=RING)
    queue = uuid4().hex
    work = Worker(client, task_queue=queue, workflows=[SealedToy], activities=[repeat, fail])
    async with work:
        handle = await client.start_workflow("SealedToy", MARKER, id=uuid4().hex, task_queue=queue)
        await handle.signal("finish")
        assert " ".join([MARKER] * 4) == await handle.result()


async def test_a_profile_says_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file that the `temporal` program reads, and the profile that it names."""
    profile = tmp_path / "temporal.toml"
    profile.write_text(
        "[profile.office]\n"
        f'address = "{world.strict}"\n'
        "[profile.office.tls]\n"
        f'server_ca_cert_path = "{world.trusted}"\n'
        f'client_cert_path = "{world.client.certificate}"\n'
        f'client_key_path = "{world.client.key}"\n',
        "utf-8",
    )
    configure(monkeypatch, {"CONFIG_FILE": profile, "PROFILE": "office"})

    assert await (await connect()).service_client.check_health()


async def test_an_api_key_goes_over_tls_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It turns TLS on by itself, so that no server without gets to see it."""
    configure(monkeypatch, trusting(world, world.gate, API_KEY=SECRET))
    assert await (await connect()).service_client.check_health()

    monkeypatch.delenv("TEMPORAL_TLS_SERVER_CA_CERT_PATH")
    monkeypatch.setenv("TEMPORAL_ADDRESS", world.plain)
    with pytest.raises(NoConnectionError, match="answers without TLS"):
        await connect()


CASES = {
    "an authority that is not trusted": (
        "gate",
        {"TLS_SERVER_CA_CERT_PATH": "untrusted"},
        "presents a certificate of an untrusted authority",
    ),
    "the machine's authorities": ("gate", {"TLS": "true"}, "TEMPORAL_TLS_SERVER_CA_CERT_PATH"),
    "another name": (
        "gate",
        {"TLS_SERVER_CA_CERT_PATH": "trusted", "TLS_SERVER_NAME": "elsewhere.example"},
        "presents a certificate for another name",
    ),
    "no certificate of ours": (
        "strict",
        {"TLS_SERVER_CA_CERT_PATH": "trusted"},
        "it may require a trusted certificate in TEMPORAL_TLS_CLIENT_CERT_PATH",
    ),
    "a stranger's certificate": (
        "strict",
        {
            "TLS_SERVER_CA_CERT_PATH": "trusted",
            "TLS_CLIENT_CERT_PATH": "stranger.certificate",
            "TLS_CLIENT_KEY_PATH": "stranger.key",
        },
        "it may require a trusted certificate in TEMPORAL_TLS_CLIENT_CERT_PATH",
    ),
    "a key that is none": (
        "strict",
        {
            "TLS_SERVER_CA_CERT_PATH": "trusted",
            "TLS_CLIENT_CERT_PATH": "client.certificate",
            "TLS_CLIENT_KEY_DATA": SECRET,
        },
        "certificate or key is not valid PEM",
    ),
    "no TLS": ("gate", {}, "it may require TLS, which TEMPORAL_TLS turns on"),
    "nobody there": ("nobody", {}, "does not answer; `make run` starts a server"),
    "half a pair": (
        "strict",
        {"TLS_SERVER_CA_CERT_PATH": "trusted", "TLS_CLIENT_CERT_PATH": "client.certificate"},
        "Must have both client cert and private key",
    ),
    "a file that is not there": (
        "gate",
        {"TLS_SERVER_CA_CERT_PATH": "missing"},
        "none.pem, which Temporal's configuration names: No such file or directory",
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_keeps_us_out_is_one_clear_sentence(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    case: str,
) -> None:
    """It says what would mend it, with status 1; no secret is in it or in any line of a log."""
    at, values, said = CASES[case]
    places = {"missing": "/nowhere/none.pem", "nobody": "127.0.0.1:9"}
    configure(monkeypatch, {"ADDRESS": places.get(at) or getattr(world, at)})
    for name, value in values.items():
        held: object = world
        for part in value.split(".") if value in WORDS else []:
            held = getattr(held, part)
        configure(monkeypatch, {name: places.get(value) or (held if value in WORDS else value)})
    if "TLS_SERVER_CA_CERT_PATH" in values:
        configure(monkeypatch, {"API_KEY": SECRET})
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    configure_logs("DEBUG", stream)
    try:
        status = await asyncio.to_thread(run, ["show", "X320741", "1"])
    finally:
        root.handlers[:] = before
        root.setLevel(level)

    printed = capfd.readouterr()
    assert (1, 1) == (status, len(printed.err.strip().splitlines()))
    assert said in printed.err
    assert SECRET not in printed.out + printed.err + stream.getvalue()


WORDS = (
    "trusted",
    "untrusted",
    "client.certificate",
    "stranger.certificate",
    "stranger.key",
)


async def test_an_error_for_callers_in_python_has_no_secret_either(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever prints the error, its cause or its arguments."""
    configure(monkeypatch, trusting(world, world.strict, API_KEY=SECRET))
    with pytest.raises(NoConnectionError) as refusal:
        await connect()
    assert SECRET not in f"{refusal.value!r} {refusal.value.__cause__!r}"
    configure(monkeypatch, {"TLS_SERVER_CA_CERT_PATH": "/nowhere/none.pem"})
    with pytest.raises(ConnectionFileError) as missing:
        await connect()
    assert "/nowhere" not in str(missing.value)


@pytest.mark.parametrize("status", ["PermissionDenied", "Unauthenticated"])
def test_a_key_that_is_not_taken_is_said(status: str) -> None:
    """A server that authorises answers so; the development server authorises nobody."""
    error = RuntimeError(f"call error after connection: Status {{ code: {status}, message: x }}")

    found = explain_connection_error(error, "t.example:7233", tls=True)
    assert ("Temporal at t.example:7233 rejects the API key or the certificate") == str(found)

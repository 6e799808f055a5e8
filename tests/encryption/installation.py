"""Installation that accepts only encrypted and signed messages, with each part as a process.

What its processes write is kept, and so is how they were called.
"""

import asyncio
import os
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import RawValue, WorkflowIDReusePolicy

from activities.crypto.envelope import Signer, encrypt_event
from activities.crypto.keys import Key, KeyRing
from runtime.api.auth import KEY_PREFIX
from runtime.client import connect
from runtime.dev_server import DevServer, run_dev_server
from runtime.ports import LOOPBACK, free_ports
from states.recipients import RECIPIENTS
from states.sentence_ref import SentenceRef
from states.vocabulary import Role
from tests.activities.crypto.rings import PRIVATE, SIGNER, public_text
from tests.isolation import eventually
from tests.states.orders import Act
from tests.stores import prepared_files
from tests.workflows.scene import EVENT_NUMBER, Handle
from workflows.ids import WORKFLOW_TYPE

ROOT: Final = Path(__file__).parents[2]
NEVER_ANSWERS: Final = "court"
"""Recipient whose server never responds, so that sending fails again and again."""

ORGANISATIONS: Final = "NPS, CRC, COURT, HMPS, PPCS, PAROLE_BOARD, POLICE"
API_KEY: Final = f"{KEY_PREFIX}a-secret-of-tests-that-no-one-sees"
SENDER: Final = f"""integrators:
  - id: delius
    organisations: [{ORGANISATIONS}]
    roles: [{", ".join(Role)}]
    keys:
      - id: {SIGNER.key_id}
        public: {public_text()}
    api_keys:
      - id: delius-api
        sha256: {sha256(API_KEY.encode()).hexdigest()}
"""


def key_line(key: Key) -> str:
    """A key as its file has it."""
    return f"{key.id} {b64encode(key.secret).decode()}\n"


class Part:
    """One process, and all that it wrote."""

    def __init__(self, log: Path, *command: str, env: Mapping[str, str]) -> None:
        self.log, self._command, self._env = log, command, {**os.environ, **env}
        # The sandbox imports a workflow for each run: to compile it each time takes longer than it.
        self._env.pop("PYTHONDONTWRITEBYTECODE", None)
        self.process: Process | None = None

    async def start(self) -> None:
        """Start it without waiting until it is ready."""
        with self.log.open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, *self._command, cwd=ROOT, env=self._env, stdout=out, stderr=out
            )

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(number)
            await self.process.wait()


class Installation:
    """A server with a database in a file, a worker, a codec server, and clients of both sorts."""

    def __init__(self, folder: Path, keys: Sequence[Key], **settings: str) -> None:
        self.folder, self.keys = folder, keys
        self.data = folder / "data"
        prepared_files(self.data)
        self.ring, self._pem = folder / "ring", folder / "signer.pem"
        integrators, directory = folder / "integrators.yaml", folder / "directory.toml"
        self.ring.write_text("".join(map(key_line, keys)))
        integrators.write_text(SENDER)
        directory.write_text(_directory())
        raw = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self._pem.write_bytes(raw)
        self.metrics, self._probes, self._codec, self._api, self._served = (
            f"{LOOPBACK}:{free_ports().grpc}" for _ in range(5)
        )
        self.environment = {
            "PYTHONPATH": str(ROOT),
            "SENTENCES_DATA_DIR": str(self.data),
            "SENTENCES_KEYS_FILE": str(self.ring),
            "SENTENCES_INTEGRATORS_FILE": str(integrators),
            "SENTENCES_SIGNING_KEY_FILE": str(self._pem),
            "SENTENCES_SIGNING_KEY_ID": SIGNER.key_id,
            "SENTENCES_DIRECTORY_FILE": str(directory),
            "SENTENCES_WEBHOOK_SECRET": "whsec_c2VjcmV0IG9mIHdlYiBob29rcyB0aGF0IG5vYm9keSBzZWVz",
            "SENTENCES_PLAIN_PAYLOADS": "false",
            "SENTENCES_UNSIGNED_SENDERS": "false",
            "SENTENCES_QUIET_MINUTES": "0",
            "SENTENCES_HTTP_BIND": self._probes,
            "SENTENCES_METRICS_BIND": self.metrics,
            "SENTENCES_CODEC_BIND": self._codec,
            "SENTENCES_API_BIND": self._api,
            "SENTENCES_LOG_LEVEL": "DEBUG",
            **settings,
        }
        self.parts: dict[str, Part] = {}

    @property
    def secrets(self) -> list[bytes]:
        """Return the secrets that decrypt or sign, in each form in which our files hold them."""
        pem = self._pem.read_bytes().splitlines()[1]
        own = [form for key in self.keys for form in (key.secret, b64encode(key.secret))]
        return [*own, PRIVATE.private_bytes_raw(), pem, b"that-no-one-sees"]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run all of it while the context lasts."""
        options = ("--log-level", "info", "--metrics-port", self._served.rpartition(":")[2])
        reuse = ("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"')
        async with AsyncExitStack() as stack:
            self.server: DevServer = await stack.enter_async_context(
                run_dev_server(
                    self.folder, headless=True, choose_ports=free_ports, options=(*options, *reuse)
                )
            )
            self.environment["TEMPORAL_ADDRESS"] = self.server.address
            at = self.server.address
            ring = KeyRing(*self.keys)
            self.client: Client = await connect(address=at, namespace="default", keys=ring)
            self.bare: Client = await connect(address=at, namespace="default")
            stack.push_async_callback(self._stop)
            await self._start("worker", "worker.py")
            await self._start("codec", "starter.py", "codec", "--insecure-loopback")
            await self._start("api", "starter.py", "api")
            await eventually(self._is_ready)
            yield

    async def more_work(self, name: str, **settings: str) -> None:
        """Start one more worker, which keeps its probes and metrics to itself."""
        own = {"SENTENCES_HTTP_BIND": f"{LOOPBACK}:0", "SENTENCES_METRICS_BIND": "none", **settings}
        await self._start(name, "worker.py", **own)

    async def run(self, *command: str, stdin: bytes = b"") -> tuple[int, str]:
        """Run a program of ours to its end: its status, and all that it wrote."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdin=PIPE,
            stdout=PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        wrote, _ = await process.communicate(stdin)
        return process.returncode or 0, wrote.decode()

    async def decode(self, content: bytes) -> httpx.Response:
        """Ask the codec server to decrypt payloads; `content` may be any other body."""
        headers = {"Content-Type": "application/json", "X-Namespace": "default"}
        async with httpx.AsyncClient(base_url=f"http://{self._codec}", timeout=30) as http:
            return await http.post("/decode", content=content, headers=headers)

    async def knock(self, crn: str, act: Act, *, wait: bool = False) -> httpx.Response:
        """Send an event to the API, with the key of the integrator."""
        kind, data = act
        path = f"/sentences/{crn}/{EVENT_NUMBER}/events/{kind}"
        headers = {"Authorization": f"Bearer {API_KEY}"}
        async with httpx.AsyncClient(base_url=f"http://{self._api}", timeout=30) as http:
            return await http.post(path, json=data, headers=headers, params={"wait": wait})

    async def metrics_text(self) -> str:
        """Return the Prometheus metrics of worker and server."""
        async with httpx.AsyncClient(timeout=30) as http:
            pages = [await http.get(f"http://{at}/metrics") for at in (self.metrics, self._served)]
        return "".join(page.text for page in pages)

    def command_lines(self) -> str:
        """Return the command lines of the processes, which all users of the machine can read."""
        pids = [part.process.pid for part in self.parts.values() if part.process is not None]
        listed = ",".join(map(str, [*pids, self.server.pid]))
        ps = ["ps", "-ww", "-o", "args=", "-p", listed]
        return subprocess.run(ps, check=True, capture_output=True, text=True).stdout

    async def _start(self, name: str, *command: str, **own: str) -> None:
        part = Part(self.folder / f"{name}.log", *command, env={**self.environment, **own})
        self.parts[name] = part
        await part.start()

    async def _is_ready(self) -> bool:
        try:
            async with httpx.AsyncClient(timeout=5) as http:
                worker = await http.get(f"http://{self._probes}/readyz")
                others = [await http.get(f"http://{at}/healthz") for at in (self._codec, self._api)]
        except httpx.HTTPError:
            return False
        return {200} == {answer.status_code for answer in (worker, *others)}

    async def _stop(self) -> None:
        await asyncio.gather(*(part.stop() for part in self.parts.values()))


class Sender:
    """Integrator that encrypts, signs and sends."""

    def __init__(self, own: Installation, key: Key | None = None) -> None:
        self.own, self.key = own, key or own.keys[0]

    def encrypted(self, name: str, act: Act, **how: Any) -> Payload:
        """Return one event for one sentence, encrypted and signed unless `how` differs."""
        kind, data = act
        signer: Signer | None = how.pop("signer", SIGNER)
        return encrypt_event(how.pop("keys", self.key), signer, name, kind, data, **how)

    async def begin(
        self, crn: str, *acts: Act, queue: str = "sentences", reuse: bool = False
    ) -> Handle:
        """Start a sentence by its first event, and send it the others."""
        name = SentenceRef(crn, EVENT_NUMBER).workflow_id
        (kind, data), *more = acts
        policy = WorkflowIDReusePolicy
        await self.own.client.start_workflow(
            WORKFLOW_TYPE,
            {"crn": crn, "event_number": EVENT_NUMBER},
            id=name,
            task_queue=queue,
            start_signal=kind,
            start_signal_args=[RawValue(self.encrypted(name, (kind, data)))],
            id_reuse_policy=policy.ALLOW_DUPLICATE if reuse else policy.REJECT_DUPLICATE,
        )
        handle = self.own.client.get_workflow_handle(name)
        for act in more:
            await self.tell(handle, act)
        return handle

    async def tell(self, handle: Handle, act: Act, **how: Any) -> None:
        """Signal one event, encrypted and signed unless `how` differs."""
        await self.send(handle, act[0], self.encrypted(handle.id, act, **how))

    async def send(self, handle: Handle, kind: str, payload: Payload) -> None:
        """Signal a payload as it is."""
        await self.own.bare.get_workflow_handle(handle.id).signal(kind, RawValue(payload))


def _directory() -> str:
    lines = [
        f'[[recipient]]\nrole = "{role}"\n'
        + (
            f'channel = "webhook"\naddress = "https://{LOOPBACK}:1/notices"\n'
            if role == NEVER_ANSWERS
            else 'channel = "folder"\n'
        )
        for role in RECIPIENTS
    ]
    return "\n".join(lines)

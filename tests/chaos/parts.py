"""Parts of an installation as separate processes: each may be killed at any moment."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Final

from activities.records.database import Store, open_store
from runtime.ports import free_ports
from states.recipients import RECIPIENTS
from tests.isolation import eventually
from tests.postgres import Postgres

ROOT: Final = Path(__file__).parents[2]


class Part:
    """Program that is started again after it was killed."""

    def __init__(self, *command: str, env: Mapping[str, str] | None = None) -> None:
        self._command, self._env = command, {**os.environ, **(env or {})}
        self._process: Process | None = None

    async def start(self) -> None:
        """Start it without waiting until it is ready."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *self._command, cwd=ROOT, env=self._env, stdout=DEVNULL, stderr=DEVNULL
        )

    async def kill(self) -> None:
        """Kill it as `kill -9` does."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()


class Database:
    """PostgreSQL, as a part."""

    def __init__(self, server: Postgres) -> None:
        self._server = server

    async def start(self) -> None:
        """Start it, and let it recover."""
        await asyncio.to_thread(self._server.start)

    async def kill(self) -> None:
        """Kill it as a power cut would."""
        await asyncio.to_thread(self._server.kill)


class Installation:
    """One worker, one database server, one mail server."""

    def __init__(self, address: str, queues: Mapping[str, str], folder: Path, server: Postgres):
        self._message_folder = folder / "mail"
        self._message_folder.mkdir(parents=True)
        self._urls = server.pair()
        port = free_ports().grpc
        directory = folder / "directory.toml"
        directory.write_text(_directory())
        environment = {
            "TEMPORAL_ADDRESS": address,
            **queues,
            "SENTENCES_DATA_DIR": str(folder),
            "SENTENCES_DATABASE_URL": self._urls.main,
            "SENTENCES_VICTIMS_DATABASE_URL": self._urls.victims,
            "SENTENCES_DIRECTORY_FILE": str(directory),
            "SENTENCES_SMTP_HOST": "127.0.0.1",
            "SENTENCES_SMTP_PORT": str(port),
            "SENTENCES_SMTP_SECURITY": "none",
            "SENTENCES_SMTP_SENDER": "sentences@probation.example",
            "SENTENCES_QUIET_MINUTES": "0",
            "SENTENCES_CONTINUE_AFTER_EVENTS": "60",
            "SENTENCES_HTTP_BIND": f"127.0.0.1:{free_ports().grpc}",
            "SENTENCES_METRICS_BIND": "none",
        }
        self.worker = Part("worker.py", env=environment)
        self.mail = Part("-m", "tests.chaos.mail_server", str(port), str(self._message_folder))
        self.database = Database(server)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run worker and mail server while the context lasts; the database runs already."""
        try:
            await self.mail.start()
            await self.worker.start()
            yield
        finally:
            await self.worker.kill()
            await self.mail.kill()

    def mails(self) -> list[EmailMessage]:
        """Return every message whose sender knows, or was about to know, that it was accepted."""
        files = sorted(path for path in self._message_folder.iterdir() if path.name[0] != ".")
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    def store(self) -> Store:
        """Open both databases, to look at them."""
        return open_store(self._message_folder.parent, self._urls.main, self._urls.victims)


def _directory() -> str:
    entry = '[[recipient]]\nrole = "{0}"\nchannel = "smtp"\naddress = "{0}@probation.example"\n'
    return "\n".join(entry.format(role) for role in RECIPIENTS)


async def until(holds: Callable[[], bool], seconds: float) -> None:
    """Return once the check holds."""

    async def check() -> bool:
        return holds()

    await eventually(check, seconds)

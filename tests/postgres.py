"""Real PostgreSQL for tests: the programs of a wheel, as a plain process that we stop by its id.

It refuses to run as root; then it runs as the user `nobody`, in a temporary folder of that user.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import uuid4

import psycopg
from psycopg import sql

from runtime.ports import LOOPBACK, free_ports
from tests.postgres_programs import NoPostgresError, as_nobody, give, plain, programs

ADMIN: Final = "test_admin"
PASSWORD: Final = "s3cret-of-tests"  # noqa: S105 - of a server that lives as long as the tests
START_SECONDS: Final = 30.0

_QUICK: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_LASTING: Final = ("synchronous_commit=on",)


class Pair(NamedTuple):
    """Two databases with separate credentials, as URLs with their passwords."""

    main: str
    victims: str


class Postgres:
    """Server that can be killed and started again over the same data.

    Args:
        folder: Folder of its data and its log.
        binaries: Folder of the programs.
        lasting: Whether committed data survive `kill`; else it is quicker.
    """

    def __init__(self, folder: Path, binaries: Path, *, lasting: bool = False) -> None:
        self._folder, self._binaries = folder, binaries
        self._data, self.log = folder / "data", folder / "log"
        self._options = _LASTING if lasting else _QUICK
        self.port = free_ports().grpc
        self._process: subprocess.Popen[bytes] | None = None
        self._templates: Pair | None = None

    @property
    def pid(self) -> int:
        """The process id of the server."""
        return self._process.pid if self._process is not None else 0

    def make(self) -> None:
        """Create its data, with one administrator.

        Raises:
            NoPostgresError: If that is not possible here.
        """
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        give(secret)
        command = [str(self._binaries / "initdb"), "-D", str(self._data), "-U", ADMIN]
        command += ["--pwfile", str(secret), "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
        made = subprocess.run(
            command, capture_output=True, check=False, cwd=self._folder, env=plain(), **as_nobody()
        )
        if made.returncode:
            raise NoPostgresError(made.stderr.decode(errors="replace")[-500:])

    def start(self) -> None:
        """Start it and return when it responds.

        Raises:
            NoPostgresError: If it does not.
        """
        options = [f"-c{option}" for option in self._options]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        command += ["-h", LOOPBACK, "-c", "unix_socket_directories=", *options]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=plain(), stdout=log, stderr=log, **as_nobody()
            )
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise NoPostgresError(self.log.read_text(errors="replace")[-500:])
            time.sleep(0.05)

    def stop(self) -> None:
        """Stop it as an operator would; connections are closed."""
        self._end(signal.SIGINT)

    def drop(self) -> None:
        """Stop it at once, without writing data."""
        self._end(signal.SIGQUIT)

    def kill(self) -> None:
        """Kill it as a power cut would, with its sessions, which else live a moment longer."""
        sessions = self._sessions()
        self._end(signal.SIGKILL)
        for session in sessions:
            with suppress(ProcessLookupError):
                os.kill(session, signal.SIGKILL)

    def pair(self) -> Pair:
        """Create two empty databases, each owned by a role that cannot connect to the other."""
        name = uuid4().hex[:12]
        return Pair(self._owned(f"main_{name}"), self._owned(f"victims_{name}"))

    def prepared(self, prepare: Callable[[Pair], None]) -> Pair:
        """Create two databases as `prepare` leaves them; it runs once, later pairs are copies."""
        if self._templates is None:
            self._templates = self.pair()
            prepare(self._templates)
        return Pair(*(self._copy(url) for url in self._templates))

    def ask(self, statement: str, database: str = "postgres") -> list[Any]:
        """Return the rows of a statement of the administrator."""
        with psycopg.connect(self._url(ADMIN, database), autocommit=True) as connection:
            found = connection.execute(sql.SQL(statement))
            return found.fetchall() if found.description else []

    def _owned(self, name: str) -> str:
        self.ask(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
        return self._database(name, name, "template0")

    def _copy(self, url: str) -> str:
        owner = url.rpartition("/")[2]
        return self._database(f"copy_{uuid4().hex[:12]}", owner, owner)

    def _database(self, name: str, owner: str, template: str) -> str:
        self.ask(f"CREATE DATABASE {name} OWNER {owner} TEMPLATE {template}")
        self.ask(f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC")
        return self._url(owner, name)

    def _url(self, user: str, database: str) -> str:
        return f"postgresql://{user}:{PASSWORD}@{LOOPBACK}:{self.port}/{database}"

    def _answers(self) -> bool:
        try:
            self.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _sessions(self) -> list[int]:
        if self._process is None:
            return []
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        return [int(child) for child in children.read_text().split()]

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            self._process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


@contextmanager
def running_postgres(*, lasting: bool = False) -> Iterator[Postgres]:
    """Run a server while the context lasts, then remove its folder.

    Raises:
        NoPostgresError: If it cannot run here.
    """
    folder = Path(tempfile.mkdtemp(prefix="sentences-postgres-"))
    try:
        give(folder)
        server = Postgres(folder, programs(folder), lasting=lasting)
        server.make()
        server.start()
        try:
            yield server
        finally:
            server.drop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)

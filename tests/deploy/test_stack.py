"""The programs of docker-compose.yml with its configuration, as plain processes.

TEMPORAL_PROGRAMS is a folder with `temporal-server` and `temporal-sql-tool`, built from the module
go.temporal.io/server of the version in docker-compose.yml (`cmd/server`, `cmd/tools/sql`), and its
`schema/postgresql/v12` as `schema`. Everything else is the project's own.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from ruamel.yaml import YAML

from runtime.ports import free_ports, is_free
from tests.postgres import ADMIN, PASSWORD, Postgres
from tests.postgres_programs import give

ROOT: Final = Path(__file__).parents[2]
PROGRAMS: Final = os.environ.get("TEMPORAL_PROGRAMS")
SECONDS: Final = 120.0

pytestmark = [
    pytest.mark.prove,
    pytest.mark.skipif(PROGRAMS is None, reason="TEMPORAL_PROGRAMS names no folder"),
]


class Stack:
    """Services of the file as processes: same commands and variables, other addresses."""

    def __init__(self, folder: Path, database: Postgres, running: ExitStack) -> None:
        self.folder, self._running = folder, running
        self._services = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]
        shell = shutil.which("sh") or "sh"
        printed = subprocess.run(
            [shell, ROOT / "deploy" / "env.sh"], check=True, capture_output=True, text=True
        )
        self._given = dict(re.findall(r"^(\w+)=(.*)$", printed.stdout, re.MULTILINE))
        # Temporal stores its membership ports in two bytes with a sign.
        self.ports = list(islice(filter(is_free, range(20_000, 32_000)), 12))
        # Names and paths of containers, and where the same is here.
        self._places = {
            "postgresql/": f"127.0.0.1:{database.port}/",
            "temporal:7233": f"127.0.0.1:{self.ports[0]}",
            "/run/keys": str(folder / "keys"),
            "/var/lib/sentences": str(folder / "outbox"),
            "/tmp/sentences": str(folder / "scratch"),  # noqa: S108 - of a container
            "/etc/temporal/config/dynamicconfig/sentences.yaml": str(
                ROOT / "deploy" / "dynamicconfig.yaml"
            ),
        }

    def environment(self, service: str, **changes: str) -> dict[str, str]:
        """Return the variables of a service, with the changes."""
        own = {
            name: self._here(str(value))
            for name, value in self._services[service].get("environment", {}).items()
        }
        path = (
            f"{PROGRAMS}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        )
        return {"PATH": path, **own, **changes}

    def run(self, service: str, command: list[str], **changes: str) -> str:
        """Run a job to its end; return what it printed."""
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self.environment(service, **changes),
            timeout=SECONDS,
        )
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout

    def start(self, service: str, command: list[str], name: str, **changes: str) -> None:
        """Start a server, which ends with the test."""
        log = self._running.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment(service, **changes),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self._running.callback(_end, process)

    def starter(self, *arguments: str) -> str:
        """Run a command of `starter.py` as in its container."""
        return self.run("starter", [sys.executable, "starter.py", *arguments])

    def _here(self, value: str) -> str:
        value = re.sub(
            r"\$\{(\w+)(?::[-?]([^}]*))?\}",
            lambda found: self._given.get(found[1]) or (found[2] or ""),
            value,
        )
        for name, place in self._places.items():
            value = value.replace(name, place)
        return value


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds; else fail with what it is."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def answer(url: str) -> dict[str, Any] | None:
    """Return the JSON answer of a probe that succeeds; else None."""
    try:
        with urlopen(url, timeout=5) as found:  # noqa: S310 - our own address
            return dict(json.load(found))
    except (URLError, OSError):
        return None


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL with the extension of Temporal's schema, which that of the wheel lacks."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("the system has no PostgreSQL of its own")
    with tempfile.TemporaryDirectory(prefix="sentences-stack-", ignore_cleanup_errors=True) as name:
        give(Path(name))
        server = Postgres(Path(name), found[-1].parent)
        server.make()
        server.start()
        yield server
        server.drop()


@pytest.fixture
def stack(postgres: Postgres, tmp_path: Path) -> Iterator[Stack]:
    """Databases, schema, server and namespace, made by the jobs of the file."""
    with ExitStack() as running:
        stack = Stack(tmp_path, postgres, running)
        shell = shutil.which("sh") or "sh"
        database = {"PGHOST": "127.0.0.1", "PGPORT": str(postgres.port)}
        administrator = database | {"PGUSER": ADMIN, "PGPASSWORD": PASSWORD}
        for _ in range(2):
            said = stack.run("databases", [shell, "deploy/databases.sh"], **administrator)
            assert "four databases and their roles are ready" in said
        seeds = {"POSTGRES_SEEDS": "127.0.0.1", "DB_PORT": str(postgres.port)}
        for _ in range(2):
            schema = {"SCHEMA_FOLDER": f"{PROGRAMS}/schema"}
            said = stack.run("schema", [shell, "deploy/schema.sh"], **seeds, **schema)
            assert "both databases are up to date" in said
        names = ("FRONTEND_GRPC", "FRONTEND_HTTP", "HISTORY_GRPC", "MATCHING_GRPC", "WORKER_GRPC")
        members = ("FRONTEND_MEMBERSHIP", "HISTORY_MEMBERSHIP", "MATCHING_MEMBERSHIP")
        every = (*names, *members, "WORKER_MEMBERSHIP")
        ports = {f"{name}_PORT": str(port) for name, port in zip(every, stack.ports, strict=False)}
        own = {"BIND_ON_IP": "127.0.0.1", "PROMETHEUS_ENDPOINT": f"127.0.0.1:{stack.ports[9]}"}
        # Shards are made at the start: as many as for a nation take a while on a test machine.
        own["NUM_HISTORY_SHARDS"] = "16"
        stack.start(
            "temporal",
            [f"{PROGRAMS}/temporal-server", "start"],
            "temporal",
            **seeds,
            **ports,
            **own,
        )
        for retention in ("30d", "40d"):
            said = stack.run(
                "namespace", [shell, "deploy/namespace.sh"], NAMESPACE_RETENTION=retention
            )
            assert "sentences is ready" in said
        yield stack


def test_the_stack_works_as_its_page_says(stack: Stack, postgres: Postgres) -> None:
    """Keys, two versioned workers, a promotion, and a sample that is applied and reported."""
    (stack.folder / "keys").mkdir()
    made = stack.run("keys", [sys.executable, "starter.py", "keys", "new", f"{stack.folder}/keys"])
    assert "keep a copy of ring elsewhere" in made
    described = stack.run(
        "namespace", ["temporal", "operator", "namespace", "describe", "-o", "json"]
    )
    assert "3456000s" == json.loads(described)["config"]["workflowExecutionRetentionTtl"]

    probes = [f"http://127.0.0.1:{port}/readyz" for port in stack.ports[10:12]]
    for number, port in enumerate(stack.ports[10:12]):
        bind = {"SENTENCES_HTTP_BIND": f"127.0.0.1:{port}", "SENTENCES_METRICS_BIND": "none"}
        stack.start("worker-1", [sys.executable, "worker.py"], f"worker-{number}", **bind)
    promote = ["deploy", "promote", "0.1.0", "--wait", "100"]
    said = stack.run("promote", [sys.executable, "starter.py", *promote])
    assert "build 0.1.0 of sentences is current" in said
    until(lambda: all(answer(probe) for probe in probes), "both workers are ready")

    assert "played" in stack.starter("play", "examples/warned.jsonl")

    def applied() -> bool:
        rows = json.loads(stack.starter("list", "--json"))
        return len(rows) == 1 and rows[0]["state"] == "warned" and rows[0]["unapplied"] == 0

    until(applied, "the sample is applied")
    (row,) = json.loads(stack.starter("list", "--json"))
    assert "warned" in stack.starter("record", "show", row["crn"], row["event_number"])
    assert "0.1.0" in stack.starter("deploy", "status")

    api = free_ports().grpc
    bind = {"SENTENCES_API_BIND": f"127.0.0.1:{api}"}
    stack.start("api", [sys.executable, "starter.py", "api"], "api", **bind)
    until(lambda: answer(f"http://127.0.0.1:{api}/healthz") is not None, "the API answers")

    used = dict(postgres.ask("SELECT usename, count(*) FROM pg_stat_activity GROUP BY 1"))
    assert used["temporal"] <= 4 * 30
    assert used["records"] <= 3 * 10
    assert used["victims"] <= 3 * 10
    crossed = stack.environment("worker-1")["SENTENCES_DATABASE_URL"].replace(
        "/records", "/victims"
    )
    psql = [shutil.which("psql") or "psql", crossed, "-c", "SELECT 1"]
    assert subprocess.run(psql, check=False, capture_output=True).returncode

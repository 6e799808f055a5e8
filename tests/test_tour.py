"""`make run` works, and so does the tour of the README, word for word."""

import asyncio
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from temporalio.client import Client

from runtime.keys import local_keys
from tests.examples import EXPECTED
from tests.running import ROOT, up

TOUR = re.compile(r"```sh\n(.*?)```\n+```text\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of both starts."""
    return tmp_path_factory.mktemp("up") / "var"


def carried_out(command: str, address: str, folder: Path) -> tuple[int, str]:
    """The exit status of one command of the tour, and all it printed with single spaces."""
    # A shell joins lines that end with a backslash.
    words = shlex.split(command.replace("\\\n", ""))
    assert [".venv/bin/python", "starter.py"] == words[:2]
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=ROOT,
        env={**os.environ, "TEMPORAL_ADDRESS": address, "SENTENCES_DATA_DIR": str(folder)},
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, " ".join(f"{done.stdout} {done.stderr}".split())


def in_order(line: str, printed: str) -> bool:
    """Return whether the parts of a line of the README, separated by dots, occur in this order."""
    pieces = [re.escape(" ".join(piece.split())) for piece in line.split("...")]
    return re.search(".*?".join(pieces), printed) is not None


@pytest.mark.timeout(400)
def test_the_tour_of_the_readme_works_as_it_is_written(folder: Path) -> None:
    """Each command exits as shown and prints the lines below it; Ctrl-C then stops all, with 0."""
    steps = TOUR.findall((ROOT / "README.md").read_text("utf-8"))
    assert 6 <= len(steps)
    with up(folder) as running:
        ui = running.found(r"UI http://(\S+)")
        with urlopen(f"http://{ui}", timeout=60) as page:
            assert 200 == page.status
        assert f"ready: {sum('/' not in name for name in EXPECTED)} sentences" in running.said
        for command, excerpt in steps:
            status, printed = carried_out(command, running.address, folder)
            expected = 1 if excerpt.startswith("refused:") else 0
            assert expected == status, printed
            assert [] == [line for line in excerpt.splitlines() if not in_order(line, printed)]

        running.process.send_signal(signal.SIGINT)
        assert 0 == running.ends()
        assert "stopped" in running.said
        assert [] == running.left_behind()


@pytest.mark.timeout(300)
def test_a_later_start_knows_the_caseload_and_a_dead_worker_ends_it_with_1(folder: Path) -> None:
    """Data are kept, nothing is doubled, the suggested commands work; a dead worker is reported."""
    with up(folder) as running:
        assert "present from an earlier run" in running.said
        # The caseload, and the one that the tour started.
        assert f"ready: {sum('/' not in name for name in EXPECTED) + 1} sentences" in running.said
        assert (13, 0) == asyncio.run(_counted(running.address, folder))
        commands = re.findall(r"^  (.*starter\.py .*)$", running.said, re.MULTILINE)
        assert [0] * 5 == [_in_a_shell(command, folder) for command in commands]

        os.kill(int(running.found(r"worker: ready, process (\d+)")), signal.SIGKILL)
        assert 1 == running.ends()
        assert "the worker ended with status -9" in running.said
        assert [] == running.left_behind()


def _in_a_shell(command: str, folder: Path) -> int:
    shell = ["/bin/sh", "-c", command]
    # A reader of the welcome has the same settings as the start that printed it.
    environment = {**os.environ, "SENTENCES_DATA_DIR": str(folder)}
    done = subprocess.run(shell, cwd=ROOT, env=environment, check=False, capture_output=True)
    return done.returncode


async def _counted(address: str, folder: Path) -> tuple[int, int]:
    """Events of the plain order, and how often one of them came again."""
    # Readable without a key: that is what `make run` is for.
    assert not local_keys(folder).exists()
    client = await Client.connect(address)
    view = await client.get_workflow_handle("sentence-X320741-1").query("sentence")
    return view["events_total"], view["arrival"]["repeats"]

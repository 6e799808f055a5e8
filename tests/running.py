"""An installation as `make run` starts it, for the pages that are followed on it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runtime.running_stack import RunningStack

ROOT = Path(__file__).parents[1]
START_SECONDS = 120


class Up:
    """A running `starter.py up`, as `make run` starts it."""

    def __init__(self, process: subprocess.Popen[str], said: Path, folder: Path) -> None:
        self.process, self._said, self.folder = process, said, folder

    @property
    def said(self) -> str:
        """Its output so far."""
        return self._said.read_text("utf-8")

    def found(self, pattern: str) -> str:
        """The match of the pattern's one group in its output."""
        match = re.search(pattern, self.said)
        assert match is not None, self.said
        return match[1]

    @property
    def stack(self) -> RunningStack:
        """The addresses that it recorded."""
        stack = RunningStack.read(self.folder)
        assert stack is not None
        return stack

    @property
    def address(self) -> str:
        """The address of its server."""
        return self.found(r"server: (127\S+),")

    def wait_until_ready(self) -> None:
        """Return once it is ready."""
        deadline = time.monotonic() + START_SECONDS
        while "\nready: " not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.1)

    def ends(self) -> int:
        """Wait for its end and return the exit status."""
        return self.process.wait(60)

    def left_behind(self) -> list[int]:
        """Server and worker, as far as they are still there."""
        started = [int(pid) for pid in re.findall(r"process (\d+)", self.said)]
        assert 2 == len(started)
        return [pid for pid in started if _is_there(pid)]


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def up(folder: Path, *options: str) -> Iterator[Up]:
    """`starter.py up` on free ports, with its data in `folder`; ready when the context begins."""
    said = folder.parent / f"{time.monotonic_ns()}.txt"
    # A profile of the developer must not lead it to another server.
    environment = {"SENTENCES_DATA_DIR": str(folder), "TEMPORAL_ADDRESS": "203.0.113.1:1"}
    with said.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-u", "starter.py", "up", "--any-ports", *options],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            text=True,
        )
    running = Up(process, said, folder)
    try:
        running.wait_until_ready()
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)

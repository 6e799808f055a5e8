"""A real server of SQS, for whoever needs queues."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ADDRESS = re.compile(r"Running on (http://127\.0\.0\.1:\d+)")


@contextmanager
def running_sqs() -> Iterator[str]:
    """Give the address of a server in a process of its own, on a free port."""
    line = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout is not None
        found = next(filter(None, map(ADDRESS.search, running.stdout)))
        try:
            yield found[1]
        finally:
            running.terminate()

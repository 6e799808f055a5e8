"""Type a command line and read what it says: in this process, through the program's own entry."""

import asyncio
import io
import json
import random
import re
from collections.abc import Awaitable, Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

from runtime.cli.app import run

SERVER_LINE = re.compile(r"^server \S+, namespace \S+\n", re.MULTILINE)
"""Line on standard error in which a command names its server."""

BY = ("--by", "N07A001:officer:CRC")


@dataclass(frozen=True, slots=True)
class CommandResult:
    """Output of a command, without the name of its server, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output, parsed as JSON."""
        return json.loads(self.out)

    def refuses(self, reason: str) -> bool:
        """Return whether it is one sentence on standard error with `reason`, and status 1."""
        is_one = self.err.endswith("\n") and 1 == self.err.count("\n")
        return (1, "", True) == (self.status, self.out, is_one) and reason in self.err


def run_command(*arguments: str) -> CommandResult:
    """Run one command line."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = run(arguments)
    return CommandResult(status, out.getvalue(), SERVER_LINE.sub("", err.getvalue()))


Type = Callable[..., Awaitable[CommandResult]]
"""`await type("show", crn, "1")`: the same beside a running loop."""


async def run_command_async(*arguments: str) -> CommandResult:
    """Run one command line in a thread, for a client on a loop of its own."""
    return await asyncio.to_thread(run_command, *arguments)


def new_crn() -> str:
    """CRN of a person whom no other test uses."""
    return f"X{random.randrange(1_000_000):06}"  # noqa: S311 - a name, not a secret

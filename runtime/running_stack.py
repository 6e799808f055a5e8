"""Addresses of the installation that `make run` started, recorded in its data folder.

The record stays when the installation stops: the next start uses the same ports. Nothing decides
by the record alone whether the installation runs; its server must answer.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from activities.errors import UserFacingError
from runtime.ports import LOOPBACK, STANDARD, Ports, answers

RUN_FILE: Final = "run.json"
_STANDARD_ADDRESS: Final = f"{LOOPBACK}:{STANDARD.grpc}"


class TwoServersError(UserFacingError):
    """Two servers answer, and nothing says which of them is meant."""

    def __init__(self, ours: str, other: str) -> None:
        super().__init__(
            f"two servers answer: {ours}, which `make run` started, and {other}; "
            "set TEMPORAL_ADDRESS to one of them"
        )


@dataclass(frozen=True, slots=True)
class RunningStack:
    """Addresses of an installation of `make run`; a URL is None if it does not serve that."""

    address: str
    """`host:port` of the server, for a client."""
    namespace: str
    sealed: bool
    """True if payloads are encrypted, with the key in the same folder."""
    http: str
    """Temporal's own HTTP API."""
    ui: str | None = None
    codec: str | None = None
    report: str | None = None
    api: str | None = None
    """Our HTTP API."""

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Return the record in the folder; None without one, or if it cannot be read."""
        try:
            return cls(**json.loads((folder / RUN_FILE).read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            # A convenience: without it, Temporal's own settings say where the server is.
            return None

    def save(self, folder: Path) -> None:
        """Write the record, readable by its owner only."""
        part = folder / f".{RUN_FILE}.part"
        part.touch(mode=0o600)
        part.write_text(f"{json.dumps(asdict(self), indent=2)}\n", "utf-8")
        part.replace(folder / RUN_FILE)

    @property
    def ports(self) -> Ports:
        """Ports of the server; a standard one in place of each that is not known."""
        found = (_port(self.address), _port(self.ui), _port(self.http))
        return Ports._make(port or usual for port, usual in zip(found, STANDARD, strict=True))

    def is_at(self, address: str) -> bool:
        """Return whether `host:port` is this server: the same port of this machine."""
        host, _, port = address.rpartition(":")
        return host in (LOOPBACK, "localhost") and port == str(self.ports.grpc)


def find_running(folder: Path) -> RunningStack | None:
    """Return the installation that runs on the data folder; None if none answers.

    Raises:
        TwoServersError: If another server answers at the standard address of Temporal as well.
    """
    stack = RunningStack.read(folder)
    if stack is None or not answers(stack.address):
        return None
    if not stack.is_at(_STANDARD_ADDRESS) and answers(_STANDARD_ADDRESS):
        raise TwoServersError(stack.address, _STANDARD_ADDRESS)
    return stack


def _port(url: str | None) -> int | None:
    port = (url or "").rpartition(":")[2]
    return int(port) if port.isdigit() else None

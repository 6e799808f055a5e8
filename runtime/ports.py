"""Find ports of the loopback interface that no one listens on."""

import socket
from typing import NamedTuple

LOOPBACK = "127.0.0.1"


class Ports(NamedTuple):
    """Where an embedded server speaks gRPC and shows its UI."""

    grpc: int
    ui: int


STANDARD = Ports(grpc=7233, ui=8233)
"""Where every Temporal tool looks first."""


def standard_or_free() -> Ports:
    """Return the standard ports, with a free one in place of each that is taken.

    The answer can be stale a moment later: who uses it must be ready to ask again.
    """
    grpc, ui = free_ports()
    return Ports(
        grpc=STANDARD.grpc if is_free(STANDARD.grpc) else grpc,
        ui=STANDARD.ui if is_free(STANDARD.ui) else ui,
    )


def free_ports() -> Ports:
    """Return two different free ports; as stale a moment later as any such answer."""
    # Both are held at once, or the second could be the first again.
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind((LOOPBACK, 0))
        return Ports(grpc=first.getsockname()[1], ui=second.getsockname()[1])


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As the server itself does: a port whose last connections linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True

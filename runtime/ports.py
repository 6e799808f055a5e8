"""Ports of the loopback interface."""

import socket
from typing import Final, NamedTuple

LOOPBACK: Final = "127.0.0.1"


class Ports(NamedTuple):
    """Ports of a development server: gRPC and UI."""

    grpc: int
    ui: int


STANDARD: Final = Ports(grpc=7233, ui=8233)
"""Default ports of Temporal's tools."""


def standard_or_free() -> Ports:
    """Return the standard ports, with a free port in place of each that is taken.

    Another process may take a port before it is used: be ready to ask again.
    """
    grpc, ui = free_ports()
    return Ports(
        grpc=STANDARD.grpc if is_free(STANDARD.grpc) else grpc,
        ui=STANDARD.ui if is_free(STANDARD.ui) else ui,
    )


def free_ports() -> Ports:
    """Return two different free ports; another process may take them before they are used."""
    # Both sockets are open at once, or the second port could be the first again.
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind((LOOPBACK, 0))
        return Ports(grpc=first.getsockname()[1], ui=second.getsockname()[1])


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True

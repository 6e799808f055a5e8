"""Ports of the loopback interface."""

import socket
from typing import Final, NamedTuple

LOOPBACK: Final = "127.0.0.1"


class Ports(NamedTuple):
    """Ports of a development server: gRPC, UI, and Temporal's own HTTP API."""

    grpc: int
    ui: int
    http: int


STANDARD: Final = Ports(grpc=7233, ui=8233, http=7243)
"""Usual ports of Temporal's tools."""


def standard_or_free(earlier: Ports = STANDARD) -> Ports:
    """Return the ports of an earlier run, with another port in place of each that is taken.

    Another process may take a port before it is used: be ready to ask again.

    Args:
        earlier: Ports to prefer. A standard port comes next, then a free one.
    """
    choices = zip(earlier, STANDARD, free_ports(), strict=True)
    return Ports._make(next(filter(is_free, each), each[-1]) for each in choices)


def free_ports() -> Ports:
    """Return three different free ports; another process may take them before they are used."""
    # All sockets are open at once, or a later port could be an earlier one again.
    with socket.socket() as first, socket.socket() as second, socket.socket() as third:
        sockets = (first, second, third)
        for each in sockets:
            each.bind((LOOPBACK, 0))
        return Ports._make(each.getsockname()[1] for each in sockets)


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


def answers(address: str) -> bool:
    """Return whether something listens at `host:port`, within half a second."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=0.5):
            return True
    except OSError:
        return False

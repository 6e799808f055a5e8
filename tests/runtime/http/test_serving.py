"""An address that cannot be listened on is one sentence, whatever was to be served there."""

import socket
from typing import cast

import pytest
from starlette.applications import Starlette

from runtime.http.serving import ServingError, is_loopback, serve
from runtime.report.web import ReportError, ReportPages, report_server
from settings import Address

NO_PAGES = cast("ReportPages", type("ReportPages", (), {"__getattr__": lambda *_: None})())


@pytest.mark.parametrize(
    ("host", "own"),
    [
        *((host, True) for host in ("127.0.0.1", "127.8.9.1", "::1", "localhost")),
        *((host, False) for host in ("0.0.0.0", "::", "10.0.0.1", "localhost.example", "")),  # noqa: S104 - asked about
    ],
)
def test_only_loopback_is_this_machine_alone(host: str, own: bool) -> None:  # noqa: FBT001 - the expected result
    """Every other address, and every name but one, may be reached from elsewhere."""
    assert own == is_loopback(host)


async def test_a_taken_port_is_an_error_with_its_reason() -> None:
    """By each server in its own words; the first one keeps its port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        where = Address("127.0.0.1", other.getsockname()[1])
        place = f"{where.host}:{where.port}: Address already in use"
        with pytest.raises(ServingError) as found:
            async with serve(Starlette(), where):
                pytest.fail("it is served")
        assert str(found.value).startswith(f"cannot serve at {place}")
        with pytest.raises(ReportError) as told:
            async with report_server(where, NO_PAGES):
                pytest.fail("it is served")
        assert str(told.value).startswith(f"the report cannot be served at {place}")


async def test_a_server_is_gone_when_its_context_ends() -> None:
    """Its port was chosen for it, is yielded, and is free again."""
    async with serve(Starlette(), Address("127.0.0.1", 0)) as url:
        port = int(url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))

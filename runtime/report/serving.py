"""Serve the pages of the report from the process's own event loop."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from runtime.report.app import make_app
from runtime.report.pages import Pages
from runtime.serving import ServingError, is_loopback, served
from settings import Address


class ReportError(Exception):
    """The report cannot be served where the settings say; the message is one sentence."""

    def __init__(self, where: Address, why: str | None) -> None:
        super().__init__(f"the report cannot be served at {where.host}:{where.port}: {why}")


@asynccontextmanager
async def report_server(where: Address, pages: Pages) -> AsyncIterator[str]:
    """Serve `pages` while the context lasts; give the address, whose port was chosen when it is 0.

    Raises:
        ReportError: If the address cannot be listened on.
    """
    app = make_app(pages, loopback=is_loopback(where.host))
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(served(app, where))
        except ServingError as error:
            raise ReportError(where, error.why) from error
        yield f"{url}/"

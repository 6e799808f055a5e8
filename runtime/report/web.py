"""The pages of the report: an overview, a page for each measure, lists of sentences, case records.

They are read only, need no script, and load nothing from elsewhere. Nobody logs in here: the
address is loopback's unless somebody sets another, who then has to guard it.
"""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from activities.records.database import Database
from activities.records.errors import StoreError
from runtime.http.serving import ServingError, is_loopback, serve
from runtime.report.catalogue import MEASURES, part_of
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.present import (
    ReportLinks,
    line_title,
    measure_view,
    minute,
    render_overview,
    render_page,
    report_header,
    stylesheet,
)
from runtime.report.record import read_record
from runtime.report.results import (
    PAGE_SIZE,
    CaseloadReport,
    build_report,
    list_rows,
    measure_result,
)
from runtime.report.tables import DOCUMENTS, SENTENCES
from settings import Address
from states.events.envelope import Code

SCOPE_PARAMETERS: Final = ("provider", "from", "to")
"""What a whole report can be limited by, as the address has it."""

DIGITS: Final = 8
"""Digits of the number of a page: more than any list has."""

_CODE: Final[TypeAdapter[str]] = TypeAdapter(Code)


def parse_scope(
    request: Request, now: datetime, kinds: TimescaleKinds
) -> tuple[ReportScope, dict[str, str]]:
    """Return what is asked for, and the same as the address has it, without what is empty.

    Raises:
        HTTPException: If a provider is no code, or a day is no date.
    """
    given = request.query_params
    query = {name: given[name] for name in SCOPE_PARAMETERS if given.get(name)}
    try:
        provider = _CODE.validate_python(query["provider"]) if "provider" in query else None
        first, last = (_day(query.get(name)) for name in ("from", "to"))
    except (ValidationError, ValueError):
        said = "A provider is a code, and a day is written as 2026-11-22."
        raise HTTPException(HTTPStatus.BAD_REQUEST, said) from None
    return ReportScope(now, kinds, provider, first, last), query


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def page_number(request: Request) -> int:
    """Return the number of the page that is asked for; the first where it is no number."""
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else 1


KEPT_SECONDS: Final = 15.0
"""How long an overview is shown again before it is counted anew."""

KEPT: Final = 16
"""Overviews kept at one time."""


@dataclass(slots=True)
class ReportPages:
    """What the pages are made of.

    Args:
        database: The main database of the records; no other is ever opened.
        kinds: The timescales on the shelf.
        ui: Address of the workflows in the Temporal UI; None shows no links to it.
        clock: Tells as of when running clocks are judged.
    """

    database: Database
    kinds: TimescaleKinds
    ui: str | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    kept: dict[tuple[str | None, ...], tuple[float, CaseloadReport]] = field(default_factory=dict)

    def overview(self, request: Request) -> Response:
        """Answer with the whole report."""
        scope, query = parse_scope(request, self.clock(), self.kinds)
        found = self._report(scope, query)
        text = render_overview(
            found, self.kinds.titles, ReportLinks(query), providers=self._providers(scope.provider)
        )
        return HTMLResponse(text)

    def data(self, request: Request) -> Response:
        """Answer with the whole report as JSON."""
        found = self._report(*parse_scope(request, self.clock(), self.kinds))
        return Response(found.model_dump_json(), media_type="application/json")

    def measure(self, request: Request) -> Response:
        """Answer with one measure."""
        scope, query = parse_scope(request, self.clock(), self.kinds)
        known = MEASURES.get(request.path_params["measure"])
        if known is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such measure.")
        with self.database.reading() as connection:
            found = measure_result(connection, known, scope)
        links = ReportLinks(query)
        return HTMLResponse(
            render_page(
                "measure",
                measure=measure_view(found, self.kinds.titles, links),
                home=links.home(),
                report=report_header(self._report(scope, query)),
            )
        )

    def sentences(self, request: Request) -> Response:
        """Answer with the sentences behind a figure."""
        scope, query = parse_scope(request, self.clock(), self.kinds)
        known = part_of(request.path_params["measure"], request.path_params["part"])
        if known is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such figure.")
        measure, part = known
        line, column = request.query_params.get("line"), request.query_params.get("column")
        with self.database.reading() as connection:
            number = page_number(request)
            found = list_rows(connection, part, scope, line=line, column=column, number=number)
        titles = {item.id: item.title for item in part.columns}
        said = [part.title, titles.get(column or "", "")]
        said.append(line_title(line or "", self.kinds.titles)[0])
        links = ReportLinks(query)
        given = {"line": line, "column": column}
        more = {key: value for key, value in given.items() if value is not None}

        def at(other: int) -> str:
            return links.figure(measure.id, part.id, **more, page=str(other))

        return HTMLResponse(
            render_page(
                "sentences",
                measure=measure,
                part=part,
                columns=titles,
                said=": ".join(text for text in said if text),
                page=found,
                page_size=PAGE_SIZE,
                weighted=any(row.weight != 1 for row in found.rows),
                before=at(found.number - 1) if found.number > 1 else "",
                after=at(found.number + 1) if found.number < found.pages else "",
                home=links.home(),
                up=links.measure(measure.id),
                report=report_header(self._report(scope, query)),
            )
        )

    def sentence(self, request: Request) -> Response:
        """Answer with the case record of one sentence."""
        crn, event_number = request.path_params["crn"], request.path_params["event_number"]
        with self.database.reading() as connection:
            found = read_record(connection, crn, event_number)
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no record of such a sentence.")
        return HTMLResponse(
            render_page(
                "sentence",
                crn=crn,
                event_number=event_number,
                as_of=minute(found.as_of) if found.as_of else "an unknown time",
                ui=f"{self.ui}/{found.workflow_id}" if self.ui else "",
                facts=found.facts,
                tables=found.tables,
            )
        )

    def document(self, request: Request) -> Response:
        """Answer with a document, to be saved."""
        asked, d, s = request.path_params, DOCUMENTS.c, SENTENCES.c
        wanted = (
            select(d.pdf, d.template)
            .join(SENTENCES, s.workflow_id == d.workflow_id)
            .where(s.crn == asked["crn"], s.event_number == asked["event_number"])
            .where(d.key == asked["key"])
        )
        with self.database.reading() as connection:
            found = connection.execute(wanted).first()
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such document.")
        known = f"{asked['crn']}-{asked['event_number']}-{found.template}"
        name = re.sub(r"[^A-Za-z0-9-]", "-", known)
        saved = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
        return Response(found.pdf, media_type="application/pdf", headers=saved)

    def _report(self, scope: ReportScope, query: dict[str, str]) -> CaseloadReport:
        key = tuple(query.get(name) for name in SCOPE_PARAMETERS)
        known = self.kept.get(key)
        if known is not None and time.monotonic() - known[0] < KEPT_SECONDS:
            return known[1]
        found = build_report(self.database, scope)
        if len(self.kept) >= KEPT:
            self.kept.clear()
        self.kept[key] = (time.monotonic(), found)
        return found

    def _providers(self, asked: str | None) -> list[str]:
        s = SENTENCES.c
        wanted = select(s.provider, s.provider_code).distinct()
        with self.database.reading() as connection:
            found = {code for row in connection.execute(wanted) for code in row if code}
        return sorted(found | ({asked} if asked else set()))


POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
HOSTS: Final = ("localhost", "127.0.0.1", "[::1]")


def make_app(pages: ReportPages, *, loopback: bool = True) -> Starlette:
    """Return the application.

    Args:
        pages: What it shows.
        loopback: Whether only this machine is answered: a request that names another host comes
            from a page elsewhere that had its name point here, and is turned away.
    """
    routes = [
        Route("/", pages.overview),
        Route("/report.json", pages.data),
        Route("/report.css", _style),
        Route("/favicon.ico", _nothing),
        Route("/measures/{measure}", pages.measure),
        Route("/measures/{measure}/{part}", pages.sentences),
        Route("/sentences/{crn}/{event_number}", pages.sentence),
        Route("/sentences/{crn}/{event_number}/documents/{key:path}", pages.document),
    ]
    guards = [Middleware(BaseHTTPMiddleware, dispatch=_guarded)]
    if loopback:
        guards.append(Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS)))
    handlers: Any = {HTTPException: _refused, StoreError: _unavailable}
    return Starlette(routes=routes, middleware=guards, exception_handlers=handlers)


async def _guarded(
    request: Request, answer_to: Callable[[Request], Awaitable[Response]]
) -> Response:
    found = await answer_to(request)
    for name, value in HEADERS.items():
        found.headers[name] = value
    return found


def _style(_request: Request) -> Response:
    return Response(stylesheet(), media_type="text/css")


def _nothing(_request: Request) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _refused(_request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    why = error.detail if error.detail != status.phrase else status.description
    return HTMLResponse(render_page("refused", said=status.phrase, why=why), status_code=status)


def _unavailable(_request: Request, error: StoreError) -> Response:
    text = render_page("refused", said="The records cannot be read", why=error.message)
    return HTMLResponse(text, status_code=HTTPStatus.SERVICE_UNAVAILABLE)


class ReportError(Exception):
    """The report cannot be served where the settings say; the message is one sentence."""

    def __init__(self, where: Address, why: str | None) -> None:
        super().__init__(f"the report cannot be served at {where.host}:{where.port}: {why}")


@asynccontextmanager
async def report_server(where: Address, pages: ReportPages) -> AsyncIterator[str]:
    """Serve `pages` while the context lasts; give the address, whose port was chosen when it is 0.

    Raises:
        ReportError: If the address cannot be listened on.
    """
    app = make_app(pages, loopback=is_loopback(where.host))
    async with AsyncExitStack() as stack:
        try:
            url = await stack.enter_async_context(serve(app, where))
        except ServingError as error:
            raise ReportError(where, error.reason) from error
        yield f"{url}/"

"""Web pages of the report: an overview, measures, lists of sentences, and case records.

The pages are read-only, need no script, and load nothing from other sites. They have no login: by
default they listen on loopback; any other address needs protection of its own.
"""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
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
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from activities.records.database import Database
from activities.records.errors import StoreError
from runtime.http.serving import LOOPBACK_ONLY, is_loopback, serve
from runtime.report.catalogue import MEASURES, part_of
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.present import (
    Presenter,
    ReportLinks,
    minute,
    render_overview,
    render_page,
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
"""Query parameters that limit a whole report."""

MAX_PAGE_DIGITS: Final = 8

CACHE_SECONDS: Final = 15.0
"""Time for which a report is cached."""

MAX_CACHED: Final = 16

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_CODE: Final[TypeAdapter[str]] = TypeAdapter(Code)


def parse_scope(
    request: Request, now: datetime, kinds: TimescaleKinds
) -> tuple[ReportScope, dict[str, str]]:
    """Return the scope of a request, and its non-empty query parameters.

    Raises:
        HTTPException: If a provider is not a code, or a day is not a date. It does not repeat the
            input.
    """
    given = request.query_params
    query = {name: given[name] for name in SCOPE_PARAMETERS if given.get(name)}
    try:
        provider = _CODE.validate_python(query["provider"]) if "provider" in query else None
        first, last = _day(query.get("from")), _day(query.get("to"))
    except (ValidationError, ValueError):
        reason = "A provider is a code, and a day is written as 2026-11-22."
        raise HTTPException(HTTPStatus.BAD_REQUEST, reason) from None
    return ReportScope(now, kinds, provider, first=first, last=last), query


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def page_number(request: Request) -> int:
    """Return the requested page number; 1 if it is not a number."""
    text = request.query_params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_PAGE_DIGITS else 1


@dataclass(slots=True)
class ReportPages:
    """Handlers of the pages.

    Args:
        database: Main records database; no other is ever opened.
        kinds: Timescales of the standards.
        ui: Address of the workflows in Temporal's UI; None omits links to it.
        clock: Returns the time as of which running clocks are judged.
    """

    database: Database
    kinds: TimescaleKinds
    ui: str | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    cache: dict[tuple[str | None, ...], tuple[float, CaseloadReport]] = field(default_factory=dict)

    def overview(self, request: Request) -> Response:
        """Respond with the overview."""
        scope, query = parse_scope(request, self.clock(), self.kinds)
        report = self._report(scope, query)
        providers = self._providers(scope.provider)
        return HTMLResponse(render_overview(report, self._presenter(query), providers))

    def data(self, request: Request) -> Response:
        """Respond with the whole report as JSON."""
        report = self._report(*parse_scope(request, self.clock(), self.kinds))
        return Response(report.model_dump_json(), media_type="application/json")

    def measure(self, request: Request) -> Response:
        """Respond with the page of one measure."""
        scope, query = parse_scope(request, self.clock(), self.kinds)
        measure = MEASURES.get(request.path_params["measure"])
        if measure is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such measure.")
        with self.database.reading() as connection:
            result = measure_result(connection, measure, scope)
        return HTMLResponse(
            render_page(
                "measure",
                measure=result,
                present=self._presenter(query),
                report=self._report(scope, query),
            )
        )

    def sentences(self, request: Request) -> Response:
        """Respond with the sentences behind a figure."""
        scope, query = parse_scope(request, self.clock(), self.kinds)
        found = part_of(request.path_params["measure"], request.path_params["part"])
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such figure.")
        measure, part = found
        cell = {
            name: request.query_params[name]
            for name in ("line", "column")
            if name in request.query_params
        }
        line, column = cell.get("line"), cell.get("column")
        with self.database.reading() as connection:
            rows = list_rows(
                connection, part, scope, line=line, column=column, number=page_number(request)
            )
        present = self._presenter(query)
        columns = {item.id: item.title for item in part.columns}
        headings = (part.title, columns.get(column or "", ""), present.line_title(line or "")[0])

        def page_link(number: int) -> str:
            if not 1 <= number <= rows.pages:
                return ""
            return present.links.figure(measure.id, part.id, **cell, page=str(number))

        return HTMLResponse(
            render_page(
                "sentences",
                measure=measure,
                part=part,
                columns=columns,
                heading=": ".join(text for text in headings if text),
                page=rows,
                page_size=PAGE_SIZE,
                weighted=any(row.weight != 1 for row in rows.rows),
                previous=page_link(rows.number - 1),
                next=page_link(rows.number + 1),
                links=present.links,
                report=self._report(scope, query),
            )
        )

    def sentence(self, request: Request) -> Response:
        """Respond with the case record of one sentence."""
        crn, event_number = request.path_params["crn"], request.path_params["event_number"]
        with self.database.reading() as connection:
            record = read_record(connection, crn, event_number)
        if record is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no record of such a sentence.")
        return HTMLResponse(
            render_page(
                "sentence",
                crn=crn,
                event_number=event_number,
                as_of=minute(record.as_of) if record.as_of else "an unknown time",
                ui=f"{self.ui}/{record.workflow_id}" if self.ui else "",
                facts=record.facts,
                tables=record.tables,
            )
        )

    def document(self, request: Request) -> Response:
        """Respond with a document as a download."""
        path, d, s = request.path_params, DOCUMENTS.c, SENTENCES.c
        wanted = (
            select(d.pdf, d.template)
            .join(SENTENCES, s.workflow_id == d.workflow_id)
            .where(s.crn == path["crn"], s.event_number == path["event_number"])
            .where(d.key == path["key"])
        )
        with self.database.reading() as connection:
            found = connection.execute(wanted).first()
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such document.")
        name = f"{path['crn']}-{path['event_number']}-{found.template}"
        file_name = f"{re.sub(r'[^A-Za-z0-9-]', '-', name)}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
        return Response(found.pdf, media_type="application/pdf", headers=headers)

    def _presenter(self, query: dict[str, str]) -> Presenter:
        return Presenter(self.kinds.titles, ReportLinks(query))

    def _report(self, scope: ReportScope, query: dict[str, str]) -> CaseloadReport:
        key = tuple(query.get(name) for name in SCOPE_PARAMETERS)
        cached = self.cache.get(key)
        if cached is not None and time.monotonic() - cached[0] < CACHE_SECONDS:
            return cached[1]
        report = build_report(self.database, scope)
        if len(self.cache) >= MAX_CACHED:
            self.cache.clear()
        self.cache[key] = (time.monotonic(), report)
        return report

    def _providers(self, selected: str | None) -> list[str]:
        s = SENTENCES.c
        wanted = select(s.provider, s.provider_code).distinct()
        with self.database.reading() as connection:
            found = {code for row in connection.execute(wanted) for code in row if code}
        return sorted(found | ({selected} if selected else set()))


def make_app(pages: ReportPages, *, loopback: bool = True) -> Starlette:
    """Return the application.

    Args:
        pages: Handlers of its pages.
        loopback: Whether to accept only requests for this machine's own names.
    """
    routes = [
        Route("/", pages.overview),
        Route("/report.json", pages.data),
        Route("/report.css", _stylesheet),
        Route("/favicon.ico", _favicon),
        Route("/measures/{measure}", pages.measure),
        Route("/measures/{measure}/{part}", pages.sentences),
        Route("/sentences/{crn}/{event_number}", pages.sentence),
        Route("/sentences/{crn}/{event_number}/documents/{key:path}", pages.document),
    ]
    headers = Middleware(BaseHTTPMiddleware, dispatch=_add_security_headers)
    handlers: Any = {HTTPException: _on_http_exception, StoreError: _on_store_error}
    return Starlette(
        routes=routes,
        middleware=[headers, LOOPBACK_ONLY] if loopback else [headers],
        exception_handlers=handlers,
    )


async def _add_security_headers(
    request: Request, call_next: Callable[[Request], Awaitable[Response]]
) -> Response:
    response = await call_next(request)
    response.headers.update(SECURITY_HEADERS)
    return response


def _stylesheet(_request: Request) -> Response:
    return Response(stylesheet(), media_type="text/css")


def _favicon(_request: Request) -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _on_http_exception(_request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    reason = error.detail if error.detail != status.phrase else status.description
    text = render_page("refused", heading=status.phrase, reason=reason)
    return HTMLResponse(text, status_code=status)


def _on_store_error(_request: Request, error: StoreError) -> Response:
    text = render_page("refused", heading="The records cannot be read", reason=error.message)
    return HTMLResponse(text, status_code=HTTPStatus.SERVICE_UNAVAILABLE)


@asynccontextmanager
async def report_server(bind: Address, pages: ReportPages) -> AsyncIterator[str]:
    """Serve the pages while the context lasts; yield the URL. Port 0 selects a free port.

    Raises:
        ServingError: If the address cannot be bound.
    """
    async with serve(make_app(pages, loopback=is_loopback(bind.host)), bind) as url:
        yield f"{url}/"

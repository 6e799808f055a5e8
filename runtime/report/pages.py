"""The pages of the report: an overview, a page for each measure, lists of sentences, case records.

They are read only, need no script, and load nothing from elsewhere. Nobody logs in here: the
address is loopback's unless somebody sets another, who then has to guard it.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from activities.records import Database
from runtime.report.asking import ASKED, asked_by, page_asked
from runtime.report.counting import Report, answer, report
from runtime.report.links import Links
from runtime.report.listing import PAGE_SIZE, behind
from runtime.report.record import read_record
from runtime.report.register import MEASURES, part_of
from runtime.report.rendering import overview, page
from runtime.report.scope import Kinds, Scope
from runtime.report.showing import head, shown
from runtime.report.tables import DOCUMENTS, SENTENCES
from runtime.report.wording import line_title, minute

KEPT_SECONDS: Final = 15.0
"""How long an overview is shown again before it is counted anew."""

KEPT: Final = 16
"""Overviews kept at one time."""


@dataclass(slots=True)
class Pages:
    """What the pages are made of.

    Args:
        database: The main database of the records; no other is ever opened.
        kinds: The timescales on the shelf.
        ui: Address of the workflows in the Temporal UI; None shows no links to it.
        clock: Tells as of when running clocks are judged.
    """

    database: Database
    kinds: Kinds
    ui: str | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    kept: dict[tuple[str | None, ...], tuple[float, Report]] = field(default_factory=dict)

    def overview(self, request: Request) -> Response:
        """Answer with the whole report."""
        scope, query = asked_by(request, self.clock(), self.kinds)
        found = self._report(scope, query)
        text = overview(
            found, self.kinds.titles, Links(query), providers=self._providers(scope.provider)
        )
        return HTMLResponse(text)

    def data(self, request: Request) -> Response:
        """Answer with the whole report as JSON."""
        found = self._report(*asked_by(request, self.clock(), self.kinds))
        return Response(found.model_dump_json(), media_type="application/json")

    def measure(self, request: Request) -> Response:
        """Answer with one measure."""
        scope, query = asked_by(request, self.clock(), self.kinds)
        known = MEASURES.get(request.path_params["measure"])
        if known is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such measure.")
        with self.database.reading() as connection:
            found = answer(connection, known, scope)
        links = Links(query)
        return HTMLResponse(
            page(
                "measure",
                measure=shown(found, self.kinds.titles, links),
                home=links.home(),
                report=head(self._report(scope, query)),
            )
        )

    def sentences(self, request: Request) -> Response:
        """Answer with the sentences behind a figure."""
        scope, query = asked_by(request, self.clock(), self.kinds)
        known = part_of(request.path_params["measure"], request.path_params["part"])
        if known is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such figure.")
        measure, part = known
        line, column = request.query_params.get("line"), request.query_params.get("column")
        with self.database.reading() as connection:
            number = page_asked(request)
            found = behind(connection, part, scope, line=line, column=column, number=number)
        titles = {item.id: item.title for item in part.columns}
        said = [part.title, titles.get(column or "", "")]
        said.append(line_title(line or "", self.kinds.titles)[0])
        links = Links(query)
        given = {"line": line, "column": column}
        more = {key: value for key, value in given.items() if value is not None}

        def at(other: int) -> str:
            return links.figure(measure.id, part.id, **more, page=str(other))

        return HTMLResponse(
            page(
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
                report=head(self._report(scope, query)),
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
            page(
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

    def _report(self, scope: Scope, query: dict[str, str]) -> Report:
        key = tuple(query.get(name) for name in ASKED)
        known = self.kept.get(key)
        if known is not None and time.monotonic() - known[0] < KEPT_SECONDS:
            return known[1]
        found = report(self.database, scope)
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

"""`report`: the figures of the whole caseload, from the case records."""

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from activities.records.database import Store
from activities.standards import load_catalogue
from runtime.cli.console import make_console, make_table
from runtime.cli.errors import CommandError, FileError
from runtime.cli.options import Json, ProviderOption
from runtime.databases import open_records
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.present import (
    PartTable,
    ReportLinks,
    render_overview,
    report_header,
    topic_views,
)
from runtime.report.results import CaseloadReport
from runtime.report.results import build_report as counted
from runtime.report.web import ReportError, ReportPages, report_server
from settings import address, load_settings


class PeriodError(CommandError):
    """A period ends before it begins, or a day is none."""

    def __init__(self) -> None:
        super().__init__("a period is two days, as --from 2026-01-01 --to 2026-03-31")


class ReportNotServedError(CommandError):
    """The pages cannot be served where the settings say."""


def _day(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise PeriodError from None


def report(
    *,
    provider: ProviderOption = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DAY", help="First London day of the period.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DAY", help="Last London day of the period.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write it as one HTML file, which needs no other.")
    ] = None,
    as_json: Json = False,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Serve it as pages until Ctrl-C, at SENTENCES_REPORT_BIND."),
    ] = False,
) -> None:
    """Count every measure of the standards over the case records; docs/report.md defines each."""
    settings = load_settings()
    kinds = TimescaleKinds.of(load_catalogue(settings.standards_dir))
    begins, ends = _day(first), _day(last)
    if begins is not None and ends is not None and ends < begins:
        raise PeriodError
    with open_records() as store:
        if serve:
            asyncio.run(_serve(store, kinds))
            return
        found = counted(store.main, ReportScope(datetime.now(UTC), kinds, provider, begins, ends))
    if html is not None:
        _write(html, render_overview(found, kinds.titles, ReportLinks({}, alone=True)))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    elif html is None:
        _print(found, kinds)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise FileError(str(file), error.strerror or "it cannot be written") from error


async def _serve(store: Store, kinds: TimescaleKinds) -> None:
    settings = load_settings()
    pages = ReportPages(store.main, kinds, settings.ui_url)
    try:
        async with report_server(address(settings.report_bind), pages) as url:
            typer.echo(f"report: {url}")
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
    except ReportError as error:
        raise ReportNotServedError(str(error)) from error


def _print(found: CaseloadReport, kinds: TimescaleKinds) -> None:
    console, said = make_console(), report_header(found)
    console.print(
        f"Caseload report. {said.scope_said}. As of {said.as_of}; {said.sentences} sentences in "
        "the record, each as of its last turn."
    )
    for topic in topic_views(found, kinds.titles, ReportLinks({}, alone=True)):
        console.print(f"\n{topic.title.upper()}")
        for measure in topic.measures:
            for part in measure.parts:
                _print_part(console, f"{measure.title}: {part.title}", part)
            for item in measure.references:
                console.print(
                    f"  printed, for reference: {item.value} {item.label}; "
                    f"attribution {item.confidence} ({item.source})"
                )


def _print_part(console: Console, title: str, part: PartTable) -> None:
    more = [
        text for text in (part.share_is, part.mean_is, "median days" if part.timed else "") if text
    ]
    grid = make_table(title, part.lines_are or "counted", *part.columns, *more)
    for row in part.rows:
        cells = [f"{cell.count:,} {cell.share}".rstrip() for cell in row.cells]
        last = ((part.share_is, row.share), (part.mean_is, row.mean), (part.timed, row.median))
        grid.add_row(row.title, *cells, *(value for shown, value in last if shown))
    if part.rows:
        console.print(grid)
    else:
        console.print(f"  {title}: nothing in the record for what is asked")

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
from runtime.cli.errors import CommandError, OutputFileError
from runtime.cli.options import Json, ProviderOption
from runtime.databases import open_records
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.present import (
    Presenter,
    ReportLinks,
    by_topic,
    mean_text,
    median_text,
    minute,
    percent,
    render_overview,
    scope_text,
)
from runtime.report.results import CaseloadReport, PartResult, build_report
from runtime.report.web import ReportPages, report_server
from settings import address, load_settings


class PeriodError(CommandError):
    """A day of the period is not a date, or the period ends before it begins."""

    def __init__(self) -> None:
        super().__init__("a period is two dates, such as --from 2026-01-01 --to 2026-03-31")


def _day(value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise PeriodError from None


def report(
    *,
    provider: ProviderOption = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DAY", help="First day of the period (London time), included."
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="DAY", help="Last day of the period (London time), included."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the report to this self-contained HTML file.")
    ] = None,
    as_json: Json = False,
    serve: Annotated[
        bool,
        typer.Option("--serve", help="Serve its pages at SENTENCES_REPORT_BIND until Ctrl-C."),
    ] = False,
) -> None:
    """Report every measure over the case records.

    docs/report.md defines the measures.
    """
    settings = load_settings()
    kinds = TimescaleKinds.of(load_catalogue(settings.standards_dir))
    begins = _day(first)
    ends = _day(last)
    if begins is not None and ends is not None and ends < begins:
        raise PeriodError
    with open_records() as store:
        if serve:
            asyncio.run(_serve(store, kinds))
            return
        found = build_report(
            store.main,
            ReportScope(
                as_of=datetime.now(UTC), kinds=kinds, provider=provider, first=begins, last=ends
            ),
        )
    if html is not None:
        _write(html, render_overview(found, Presenter(kinds.titles, ReportLinks({}, alone=True))))
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    elif html is None:
        _print(found, kinds)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise OutputFileError(file, error.strerror or "it is not a file") from error


async def _serve(store: Store, kinds: TimescaleKinds) -> None:
    settings = load_settings()
    pages = ReportPages(store.main, kinds, settings.ui_url)
    async with report_server(address(settings.report_bind), pages) as url:
        typer.echo(f"report: {url}")
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


def _print(result: CaseloadReport, kinds: TimescaleKinds) -> None:
    console = make_console()
    console.print(
        f"Caseload report. {scope_text(result)}. As of {minute(result.as_of)}; "
        f"{result.sentences} sentences in the record, each as of its last change."
    )
    present = Presenter(kinds.titles, ReportLinks({}, alone=True))
    for topic, measures in by_topic(result).items():
        console.print(f"\n{topic.upper()}")
        for measure in measures:
            for part in measure.parts:
                _print_part(console, present, f"{measure.title}: {part.title}", part)
            for item in measure.references:
                console.print(
                    f"  published, for reference: {item.value} {item.label}; "
                    f"attribution {item.confidence} ({item.source})"
                )


def _print_part(console: Console, present: Presenter, title: str, part: PartResult) -> None:
    if not part.lines:
        console.print(f"  {title}: the record has no rows in this scope")
        return
    median_is = "median days" if part.spec.timed else None
    optional = [text for text in (part.share_heading, part.mean_heading, median_is) if text]
    headings = [column.title for column in part.columns]
    grid = make_table(title, part.line_heading or "counted", *headings, *optional)
    for line in part.lines:
        cells = [f"{cell.count:,} {cell.share}".rstrip() for cell in present.cells(part, line)]
        if part.share_heading:
            cells.append(percent(line.share))
        if part.mean_heading:
            cells.append(mean_text(line.mean))
        if median_is:
            cells.append(median_text(line.median_days))
        grid.add_row(present.line_title(line.line)[0], *cells)
    console.print(grid)

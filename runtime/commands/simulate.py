"""`simulate`: a stream through virtual time, a year in seconds."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from activities.standards import load_shelf
from runtime.ahead import placed_ahead
from runtime.commands.chronicle import as_data, chronicle
from runtime.commands.options import Json
from runtime.commands.paper import paper
from runtime.commands.play import BaseDay, Stream, lines_of
from runtime.commands.refusal import UnreadableEventError
from runtime.logs import configure_logs
from runtime.relative import Base
from runtime.simulation import Simulation
from runtime.simulation import simulate as run_through
from runtime.streams import StreamError, StreamEvent, read_stream
from runtime.virtual import virtual_world
from settings import Settings, load_settings
from states.calendar import WorkingCalendar
from workflows.sentence import SentenceWorkflow


def simulate(file: Stream, *, base: BaseDay = None, as_json: Json = False) -> None:
    """Play a stream through virtual time; print what happened, and every due date with its reason.

    It runs on a server of its own that skips idle time, with the real worker. Without --base the
    stream is moved to the first working day that puts its first event ahead of now.
    """
    settings = load_settings()
    # The worker is in this process, and its log is not what was asked for.
    configure_logs("ERROR")
    calendar = load_shelf(settings.standards_dir).calendar()
    wanted = base.date() if base is not None else None
    try:
        day, events = _placed(lines_of(file), calendar, wanted)
    except StreamError as error:
        raise UnreadableEventError(str(error)) from None
    found = asyncio.run(_simulated(settings, events))
    if as_json:
        typer.echo(json.dumps(as_data(found, day), indent=2))
    else:
        paper().print(chronicle(found, day))


def _placed(
    lines: Sequence[str], calendar: WorkingCalendar, base: date | None
) -> tuple[date, list[StreamEvent]]:
    if base is None:
        return placed_ahead(lines, calendar, datetime.now(UTC))
    return base, list(read_stream(lines, Base(base, calendar)))


async def _simulated(settings: Settings, events: Sequence[StreamEvent]) -> Simulation:
    with TemporaryDirectory(prefix="sentences-") as folder:
        async with virtual_world(Path(folder), settings, [SentenceWorkflow]) as world:
            return await run_through(world, events, settings.task_queue)

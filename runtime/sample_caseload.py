"""Play the sample caseload of `examples/` once into a server that keeps its data.

The day from which its dates count is kept beside the data: played again, even after a start that
was broken off, every event is the one that the sentences already have, and changes nothing.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from temporalio.client import Client

from runtime.caseload import CaseloadFilter, CaseloadRow, find
from runtime.event_sender import send_event
from runtime.streams import RelativeBase, StreamEvent, read_stream
from settings import PROJECT
from states.time.calendar import WorkingCalendar
from workflows.ids import workflow_id_of

EXAMPLES: Final = PROJECT / "examples"
DATABASE: Final = "temporal.db"
PLAYED_FILE: Final = "caseload.json"
SETTLE_SECONDS: Final = 60.0
_PAUSE: Final = 0.1


@dataclass(frozen=True, slots=True)
class PlayedSamples:
    """What was played into a folder's data before."""

    base: date
    played: tuple[str, ...] = ()
    """Names of the files."""


def load_played(folder: Path, today: date) -> PlayedSamples:
    """Return what is remembered of the folder, before a server opens its database.

    Without a database there is nothing that could have been played.
    """
    file = folder / PLAYED_FILE
    if not file.exists() or not (folder / DATABASE).exists():
        return PlayedSamples(today)
    found = json.loads(file.read_text("utf-8"))
    return PlayedSamples(date.fromisoformat(found["base"]), tuple(found["played"]))


def _save_played(folder: Path, memory: PlayedSamples) -> None:
    text = json.dumps({"base": memory.base.isoformat(), "played": sorted(memory.played)})
    # Whole or not at all: half of it would date the caseload anew.
    part = folder / f".{PLAYED_FILE}.part"
    part.write_text(f"{text}\n", "utf-8")
    part.replace(folder / PLAYED_FILE)


async def play_samples(
    client: Client, folder: Path, memory: PlayedSamples, calendar: WorkingCalendar, task_queue: str
) -> int:
    """Play the files that were not played yet; return how many, once all are decided."""
    _save_played(folder, memory)
    new = [path for path in sorted(EXAMPLES.glob("*.jsonl")) if path.stem not in memory.played]
    base = RelativeBase(memory.base, calendar)
    streams = [list(read_stream(path.read_text("utf-8").split("\n"), base)) for path in new]
    # Orders go side by side; the events of one keep the order of their lines.
    await asyncio.gather(*(_send(client, stream, task_queue) for stream in streams))
    async with asyncio.timeout(SETTLE_SECONDS):
        await _wait_until_applied(client, streams, memory.base)
    names = (*memory.played, *(path.stem for path in new))
    _save_played(folder, PlayedSamples(memory.base, names))
    return len(new)


async def _send(client: Client, stream: Sequence[StreamEvent], task_queue: str) -> None:
    for event in stream:
        crn, number = event.crn, event.event_number
        await send_event(client, crn, number, event.kind, [event.data], task_queue=task_queue)


async def _wait_until_applied(
    client: Client, streams: Sequence[Sequence[StreamEvent]], day: date
) -> None:
    """Return when every sentence has taken its events, and its attributes say so.

    The whole of a stream goes to one sentence.
    """
    wanted = {stream[0].workflow_id: await _state(client, stream) for stream in streams}
    shown: dict[str, str | None] = {}
    while not wanted.items() <= shown.items():
        await asyncio.sleep(_PAUSE)
        rows = await rows_of(client, day)
        shown = {workflow_id_of(row.crn, row.event_number): row.state for row in rows}


async def _state(client: Client, stream: Sequence[StreamEvent]) -> str:
    handle = client.get_workflow_handle(stream[0].workflow_id)
    view = await handle.query("sentence")
    while view.get("events_total", 0) < len(stream):
        await asyncio.sleep(_PAUSE)
        view = await handle.query("sentence")
    return str(view["state"])


async def rows_of(client: Client, day: date) -> list[CaseloadRow]:
    """Return every sentence that the server shows."""
    return [row async for row in find(client, CaseloadFilter(closed=True), day)]

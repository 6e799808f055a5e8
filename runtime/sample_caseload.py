"""Sample caseload of `examples/`, played once into a server that keeps its data.

The base day of its dates is kept beside the data. If the caseload is played again, even after a
start that was interrupted, every event is a repeat, which changes nothing.
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
from runtime.dev_server import DATABASE
from runtime.event_sender import send_event
from runtime.streams import RelativeBase, StreamEvent, read_stream
from settings import PROJECT
from states.sentence_ref import SentenceRef
from states.time.calendar import WorkingCalendar

EXAMPLES: Final = PROJECT / "examples"
PLAYED_FILE: Final = "caseload.json"
SETTLE_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True)
class PlayedSamples:
    """Record of the samples that were played into the data of a folder."""

    base: date
    played: tuple[str, ...] = ()
    """Names of the files."""


def load_played(folder: Path, today: date) -> PlayedSamples:
    """Return what was played into the folder; call it before a server creates its database.

    Without a database nothing was played, whatever the file says.
    """
    file = folder / PLAYED_FILE
    if not file.exists() or not (folder / DATABASE).exists():
        return PlayedSamples(today)
    found = json.loads(file.read_text("utf-8"))
    return PlayedSamples(date.fromisoformat(found["base"]), tuple(found["played"]))


def _save_played(folder: Path, samples: PlayedSamples) -> None:
    text = json.dumps({"base": samples.base.isoformat(), "played": sorted(samples.played)})
    # Atomically: with half a file the next start would use another base day.
    part = folder / f".{PLAYED_FILE}.part"
    part.write_text(f"{text}\n", "utf-8")
    part.replace(folder / PLAYED_FILE)


async def play_samples(
    client: Client,
    folder: Path,
    samples: PlayedSamples,
    *,
    calendar: WorkingCalendar,
    task_queue: str,
) -> int:
    """Play the files that were not played yet; return their number once all events are applied."""
    _save_played(folder, samples)
    new = [path for path in sorted(EXAMPLES.glob("*.jsonl")) if path.stem not in samples.played]
    base = RelativeBase(samples.base, calendar)
    streams = [list(read_stream(path.read_text("utf-8").split("\n"), base)) for path in new]
    # Orders are sent concurrently; the events of one order in the order of their lines.
    await asyncio.gather(*(_send(client, stream, task_queue) for stream in streams))
    async with asyncio.timeout(SETTLE_SECONDS):
        await _wait_until_applied(client, streams, samples.base)
    names = (*samples.played, *(path.stem for path in new))
    _save_played(folder, PlayedSamples(samples.base, names))
    return len(new)


async def _send(client: Client, stream: Sequence[StreamEvent], task_queue: str) -> None:
    for event in stream:
        await send_event(
            client,
            event.crn,
            event.event_number,
            kind=event.kind,
            arguments=[event.data],
            task_queue=task_queue,
        )


async def _wait_until_applied(
    client: Client, streams: Sequence[Sequence[StreamEvent]], day: date
) -> None:
    """Wait until every sentence has taken its events and its search attributes show the state.

    All events of a stream go to one sentence.
    """
    expected = {stream[0].workflow_id: await _state(client, stream) for stream in streams}
    shown: dict[str, str | None] = {}
    while not expected.items() <= shown.items():
        await asyncio.sleep(_POLL_SECONDS)
        rows = await list_rows(client, day)
        shown = {SentenceRef(row.crn, row.event_number).workflow_id: row.state for row in rows}


async def _state(client: Client, stream: Sequence[StreamEvent]) -> str:
    handle = client.get_workflow_handle(stream[0].workflow_id)
    view = await handle.query("sentence")
    while view.get("events_total", 0) < len(stream):
        await asyncio.sleep(_POLL_SECONDS)
        view = await handle.query("sentence")
    return str(view["state"])


async def list_rows(client: Client, day: date) -> list[CaseloadRow]:
    """Return every sentence that the server lists."""
    return [row async for row in find(client, CaseloadFilter(closed=True), day)]

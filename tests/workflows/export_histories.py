"""Record the histories that later builds must replay.

Usage: `python -m tests.workflows.export_histories RELEASE`.

Run it once for a release, into a folder of its own name; the files of a release never change.
"""

import asyncio
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from temporalio.client import Client, WorkflowHistory

import tests.development  # noqa: F401 - before any settings are read
from activities.standards import load_catalogue
from runtime.client import connect
from runtime.dev_server import run_dev_server
from runtime.ports import free_ports
from runtime.shutdown import exit_now
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from tests.isolation import isolated
from tests.states.orders import Act
from tests.workflows.replay import HISTORIES, replayed_law
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    begin,
    day,
    failed,
    runs,
    serving,
    shows,
    tell,
    view_of,
    warned,
)
from workflows.sentence import SentenceWorkflow


def _recalled() -> list[Act]:
    """Return a life of prison, licence, a recall with a late report, and prison again."""
    dates = {"expected_release_on": day(-60), "automatic_release_on": day(-60)}
    custody = {"type": "custody", "length_days": 400, "extended": False, "requirements": []}
    ends = {"ends_on": None, "licence_ends_on": day(140), "pss_ends_on": day(300)}
    return [
        act("sentence_imposed", day(-200), sentenced_on=day(-200), **custody, **dates, **ends),
        act("case_allocated", f"{day(-200)} 13:00"),
        act("officer_assigned", f"{day(-200)} 14:00"),
        act("released", f"{day(-60)} 10:00"),
        act("induction_completed", day(-58)),
        act("plan_completed", day(-50)),
        act("supervision_suspended", day(-40), until=day(-36)),
        *failed("F1", -30),
        act("recall_decided", f"{day(-28)} 15:00"),
        act("recall_report_received", day(-25)),
        act("licence_revoked", f"{day(-25)} 15:00"),
        act("returned_to_custody", day(-24)),
        act("calendar_revised", day(-20), calendar="england-and-wales-2022a"),
    ]


LIVES: dict[str, list[Act]] = {
    "allocated": allocated(-3),
    "warned": [*serving(-60), *failed("F1", -30), warned("W1", "F1", -30), *failed("F2", -3)],
    "completed": [
        *serving(-60),
        act("sentence_ended", day(-2), ended_on=day(-2), reason="death"),
        act("contact_recorded", day(-5), fact="Recorded late."),
    ],
    "recalled": _recalled(),
    "out of order": [
        *reversed(serving(-20)),
        act("event_withdrawn", day(-1), withdrawn_event_id="never-sent"),
    ],
}
"""Lives of sentences, by name; each that is long enough continues as new."""


async def _live(client: Client, settings: Settings, acts: list[Act]) -> Handle:
    handle = await begin(client, settings, acts[0])
    await handle.signal("nonsense", 1)
    for sent in acts[1:]:
        await tell(handle, [sent])
        await view_of(handle)
    await shows(handle, events_total=len(acts))
    await asyncio.sleep(2)
    return handle


def _anonymous(found: Any) -> Any:
    """Return a history as JSON without the names of the process and the host that made it."""
    if isinstance(found, list):
        return [_anonymous(item) for item in found]
    if not isinstance(found, dict):
        return found
    plain = {key: _anonymous(value) for key, value in found.items()}
    if "identity" in plain:
        plain["identity"] = "exported"
    if plain.get("kind") == "TASK_QUEUE_KIND_STICKY":
        plain["name"] = "sticky"
    return plain


async def _export(client: Client, name: str, handle: Handle, folder: Path) -> None:
    for number, events in enumerate(await runs(client, handle), start=1):
        plain = _anonymous(json.loads(WorkflowHistory(handle.id, events).to_json()))
        history = WorkflowHistory.from_json(handle.id, plain)
        kept = {"workflow_id": handle.id, "history": plain, "law": await replayed_law(history)}
        file = folder / f"{name.replace(' ', '-')}-{number}.json"
        file.write_text(json.dumps(kept, sort_keys=True) + "\n", "utf-8")
        sys.stdout.write(f"{file.name}: {len(events)} events\n")


async def export(folder: Path, scratch: Path) -> None:
    """Play each life on a server of its own, and write the history of every run to `folder`."""
    settings = isolated(scratch, continue_after_events=30, quiet_minutes=0)
    server = run_dev_server(
        scratch,
        headless=True,
        in_memory=True,
        choose_ports=free_ports,
        # Without it a run begins a second after the one before, and one that has not even begun
        # cannot be replayed.
        options=("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"'),
    )
    async with server as running:
        client = await connect(address=running.address, namespace="default")
        activities = build_activities(settings, load_catalogue())
        sentences = sentence_worker(client, settings, activities, workflows=[SentenceWorkflow])
        async with io_worker(client, settings, activities), sentences:
            for life, acts in LIVES.items():
                handle = await _live(client, settings, acts)
                await _export(client, life, handle, folder=folder)


if __name__ == "__main__":
    release = HISTORIES / sys.argv[1]
    release.mkdir(parents=True)
    with TemporaryDirectory() as place:
        asyncio.run(export(release, Path(place)))
    exit_now(0)

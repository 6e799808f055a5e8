"""The page on the architecture is true: each function that it names exists and is reached."""

import asyncio
import importlib
import json
import re
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pytest

from activities.crypto.keys import KeyFile
from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.worker import build_activities, io_worker, sentence_worker
from states.sentence_ref import SentenceRef
from states.standards.law import StandardsCatalogue
from tests.isolation import eventually, isolated
from tests.runtime.cli.terminal import new_crn, run_command_async
from tests.workflows.scene import delivered, nothing_under_way
from workflows.sentence import SentenceWorkflow

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "architecture.md").read_text("utf-8")
STOP: Final = re.compile(r"^\| \d+ \| `([\w.]+)` \|", re.MULTILINE)
KEY: Final = "2026-11 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
COURT: Final = "C01:court_officer:NPS"
EVENTS: Final = (
    (
        "sentence_imposed",
        "2026-11-02T10:30:00+00:00",
        COURT,
        {
            "type": "community_order",
            "sentenced_on": "2026-11-02",
            "ends_on": "2027-11-01",
            "offence": {"committed_on": "2026-06-01", "violent_or_sexual": False},
            "requirements": [
                {"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20}
            ],
            "victims": {"statutory_contact": False},
        },
    ),
    (
        "case_allocated",
        "2026-11-02T11:00:00+00:00",
        COURT,
        {"provider": "CRC", "provider_code": "N07", "risk_screening_completed": True},
    ),
    (
        "failure_reported",
        "2026-11-10T16:00:00+00:00",
        "N07A001:officer:CRC",
        {
            "failure_id": "F1",
            "failed_on": "2026-11-10",
            "what": "missed_appointment",
            "public_protection": False,
            "details": "Did not come.",
        },
    ),
)
"""The events that the test sends: kind, time, sender and data."""

Place = tuple[str, str]
"""File of a function, relative to the checkout, and its qualified name."""


def stops() -> list[str]:
    """The dotted names of the functions in the table, in their order."""
    return STOP.findall(PAGE)


def place_of(name: str) -> Place | None:
    """The place of the function with a dotted name; `None` if there is none."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        code = getattr(found, "__code__", None)
        return None if code is None else (relative(code.co_filename), code.co_qualname)
    return None


def relative(filename: str) -> str:
    """A path relative to the checkout; empty for a file elsewhere."""
    path = Path(filename)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else ""


@contextmanager
def recorded_calls() -> Iterator[set[Place]]:
    """The functions of this checkout that are called, here and in threads started meanwhile."""
    files: dict[str, str] = {}
    reached: set[Place] = set()

    def record(frame: FrameType, event: str, _: object) -> None:
        if event != "call":
            return
        code = frame.f_code
        file = files.get(code.co_filename)
        if file is None:
            file = files[code.co_filename] = relative(code.co_filename)
        if file:
            reached.add((file, code.co_qualname))

    threading.setprofile(record)
    sys.setprofile(record)
    try:
        yield reached
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def test_every_function_of_the_table_exists() -> None:
    """A function that is renamed or moved must be renamed on the page."""
    names = stops()

    assert 20 <= len(names)
    assert [] == [name for name in names if place_of(name) is None]


@pytest.mark.timeout(240)
async def test_every_function_of_the_table_is_reached(
    server: DevServer,
    catalogue: StandardsCatalogue,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One `failure_reported` passes every stop, from the command line to its notices."""
    keys = tmp_path / "keys"
    keys.write_text(KEY)
    settings = isolated(tmp_path / "data", keys_file=keys, quiet_minutes=0)
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("SENTENCES_TASK_QUEUE", settings.task_queue)
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("SENTENCES_KEYS_FILE", str(keys))
    client = await connect(address=server.address, namespace="default", keys=KeyFile(keys))
    activities = build_activities(settings, catalogue)
    crn = new_crn()
    handle = client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)

    async def is_delivered() -> bool:
        sent = {notice["template"] for notice in delivered(settings, handle)}
        return "seek-explanation" in sent

    with recorded_calls() as reached:
        # A thread of an earlier test would not be recorded.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor())
        sentences = sentence_worker(client, settings, activities, [SentenceWorkflow])
        async with io_worker(client, settings, activities), sentences:
            for kind, at, by, data in EVENTS:
                options = ("--crn", crn, "--event", "1", "--event-id", kind, "--at", at, "--by", by)
                said = await run_command_async("send", kind, *options, "--data", json.dumps(data))
                assert 0 == said.status, said.err
            await eventually(is_delivered)
            await nothing_under_way(client, handle)

    assert [] == [name for name in stops() if place_of(name) not in reached]
    assert place_of("states.merge.merge") not in reached

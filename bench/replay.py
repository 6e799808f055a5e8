"""Cold replay of a sentence, in a process of its own: the cost of a start without a cache."""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from activities.standards import load_catalogue
from runtime.plugin import SentencesPlugin
from settings import PROJECT
from workflows.law import install
from workflows.sentence import SentenceWorkflow

CUTS = (50, 100, 250)
"""Lengths in history events at which histories are cut."""

_COMPLETED = "EVENT_TYPE_WORKFLOW_TASK_STARTED"
MS = 1_000


def cut(history: dict[str, Any], length: int) -> dict[str, Any] | None:
    """Return the history up to the last start of a workflow task; None if it is shorter."""
    events = history["events"]
    if len(events) < length:
        return None
    ends = [n for n, event in enumerate(events[:length]) if event["eventType"] == _COMPLETED]
    return {"events": events[: ends[-1] + 1]}


def cold_replay(histories: list[dict[str, Any]]) -> dict[str, float]:
    """Return the milliseconds of processor time of a replay, for each length that was reached."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.replay"],
        cwd=PROJECT,
        input=json.dumps(histories),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stderr[-2_000:], file=sys.stderr)
        return {}
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


async def main() -> None:
    """Replay the histories of the standard input, cut at each length."""
    histories = json.load(sys.stdin)
    install(load_catalogue())
    replayer = Replayer(
        workflows=[SentenceWorkflow],
        plugins=[SentencesPlugin()],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    found = {}
    for length in CUTS:
        parts = [
            WorkflowHistory.from_json(each["workflow_id"], part)
            for each in histories
            if (part := cut(each["history"], length)) is not None
        ]
        if not parts:
            continue
        # The first replay pays for what a process sets up once.
        await replayer.replay_workflow(parts[0])
        begun = time.process_time()
        for history in parts:
            await replayer.replay_workflow(history)
        spent = (time.process_time() - begun) / len(parts)
        found[f"cold replay of {length} history events: CPU, ms"] = spent * MS
    print(json.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())

"""Worker of one benchmark subject, in a process of its own: `python -m bench.worker floor QUEUE`.

The settings come from the environment, as for `worker.py`. It writes `ready` on its standard
output, and collects garbage on SIGUSR1, before its memory is read.
"""

import asyncio
import ctypes
import gc
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner
from temporalio.worker._workflow import _WorkflowWorker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

import runtime.worker as workers
from activities.standards import load_catalogue
from bench.baselines import FloorWorkflow, NaiveWorkflow, RowStore, TimerWorkflow
from runtime.client import configured_address, connect
from settings import Settings, load_settings
from workflows.sentence import SentenceWorkflow

BASELINES = {"floor": FloorWorkflow, "naive": NaiveWorkflow, "timers": TimerWorkflow}
CACHED = int(os.environ.get("BENCH_CACHED", "10000"))
"""Workflows in the cache; by default so many that none is replayed."""

PATIENT_SECONDS = 60
ALL_MODULES_PASSED = "ours-passed"


@asynccontextmanager
async def baseline(subject: str, settings: Settings) -> AsyncIterator[None]:
    """Run a baseline as public samples do: the SDK's defaults, with a cache that holds all."""
    client = await Client.connect(configured_address())
    async with Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[BASELINES[subject]],
        activities=[RowStore(settings.data_dir).write_row],
        max_cached_workflows=CACHED,
    ):
        yield


@asynccontextmanager
async def ours(subject: str, settings: Settings) -> AsyncIterator[None]:
    """Run both workers of the product, with the runner that the settings name."""
    if subject == ALL_MODULES_PASSED:
        _pass_all_modules()
    client = await connect()
    activities = workers.build_activities(settings, load_catalogue(settings.standards_dir))
    sentences = workers.sentence_worker(client, settings, activities, [SentenceWorkflow])
    async with workers.io_worker(client, settings, activities), sentences:
        yield


def _pass_all_modules() -> None:
    runner = SandboxedWorkflowRunner()
    restrictions = runner.restrictions.with_passthrough_all_modules()

    def passing(settings: Settings) -> WorkflowRunner:  # noqa: ARG001 - in place of the product's
        return replace(runner, restrictions=restrictions)

    workers.workflow_runner = passing


def _be_patient() -> None:
    """Let a workflow task last, because on a busy machine the runs of a measurement are slow."""
    made = _WorkflowWorker.__init__

    def patient(self: Any, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        self._deadlock_timeout_seconds = PATIENT_SECONDS

    _WorkflowWorker.__init__ = patient  # type: ignore[method-assign] # as the tests do


def _collect() -> None:
    gc.collect()
    # Memory that the allocator keeps for later is no memory of a sentence.
    ctypes.CDLL(None).malloc_trim(0)


async def main() -> None:
    """Work until SIGTERM."""
    subject, queue = sys.argv[1:]
    settings = load_settings().model_copy(
        update={
            "task_queue": queue,
            "io_queue": f"{queue}-io",
            "max_cached_workflows": CACHED,
        }
    )
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _be_patient()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGUSR1, _collect)
    async with (baseline if subject in BASELINES else ours)(subject, settings):
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main())

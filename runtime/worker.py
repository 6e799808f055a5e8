"""Workers of a process: the sentences' queue and the queue of slow activities."""

import asyncio
import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from temporalio.client import Client
from temporalio.common import VersioningBehavior
from temporalio.worker import (
    UnsandboxedWorkflowRunner,
    Worker,
    WorkerDeploymentConfig,
    WorkerDeploymentVersion,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.contracts import notice_queue
from activities.crypto.decrypt import DecryptionActivities, MessageDecryptor
from activities.crypto.integrators import EMPTY_REGISTRY, IntegratorRegistry, read_integrators
from activities.notices.deliver import NoticeActivities
from activities.notices.directory import DirectoryFile
from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.deliveries import DeliveryTable
from activities.records.fleet import FleetActivities, FleetCounter
from activities.records.migrate import migrate
from activities.reloading_file import ReloadingFile
from activities.run_config import RunConfigActivities, RunSettings, end_workflow_task
from activities.transfer import TransferActivities
from runtime.caseload import RUNNING_SENTENCES, stuck_terms
from runtime.databases import store_of
from runtime.keys import keys_of
from runtime.notices import channels_of, directory_of, document_renderer_of, lookup_of
from runtime.report.model import TimescaleKinds
from settings import Settings
from states.standards.law import StandardsCatalogue
from workflows.fleet_watch import FleetWatch
from workflows.law import install
from workflows.metrics import install_stopwatch

_LOOKUPS: Final = 4
"""Lookups at the same time: they are short and wait only for the local database."""


@dataclass(frozen=True)
class Activities:
    """Activities of a process, over one store of records."""

    standards: RunConfigActivities
    decryption: DecryptionActivities
    notices: NoticeActivities
    directory: DirectoryFile | None
    """Directory of recipients; None if every notice goes to the folder."""
    records: RecordActivities
    store: Store
    binding: tuple[str, ...]
    """Ids of the timescales whose miss is a missed standard."""


def build_activities(
    settings: Settings, catalogue: StandardsCatalogue, store: Store | None = None
) -> Activities:
    """Return the activities, and install `catalogue` for the workflows of this process.

    Args:
        settings: Settings of the process.
        catalogue: The standards that the process carries.
        store: Databases that are migrated; without it those of the settings are migrated here.

    Raises:
        StoreError: If a database cannot be migrated.
    """
    install(catalogue)
    install_stopwatch(time.perf_counter)
    if store is None:
        store = store_of(settings)
        migrate(store)
    records = RecordActivities(store)
    defaults = RunSettings(
        continue_after_events=settings.continue_after_events,
        closing_days=settings.closing_days,
        quiet_minutes=settings.quiet_minutes,
        io_queue=settings.io_queue,
        plain=settings.plain_payloads,
    )
    directory = directory_of(settings)
    lookup = lookup_of(directory)
    renderer = document_renderer_of(settings, store, lookup)
    return Activities(
        standards=RunConfigActivities(catalogue, defaults, records),
        decryption=DecryptionActivities(message_decryptor_of(settings)),
        notices=NoticeActivities(lookup, channels_of(settings), renderer, DeliveryTable(store)),
        directory=directory,
        records=records,
        store=store,
        binding=TimescaleKinds.of(catalogue).binding,
    )


def message_decryptor_of(settings: Settings) -> MessageDecryptor:
    """Return the decryptor of the messages that arrive for sentences.

    Raises:
        FileError: If the file of keys or integrators is invalid.
    """
    path = settings.integrators_file
    registry = (
        (lambda: EMPTY_REGISTRY)
        if path is None
        else ReloadingFile(
            path, lambda file: IntegratorRegistry.from_file(read_integrators(file))
        ).current
    )
    return MessageDecryptor(
        keys_of(settings),
        registry,
        plain_allowed=settings.plain_payloads,
        unsigned_allowed=settings.unsigned_senders,
    )


def sentence_worker(
    client: Client, settings: Settings, activities: Activities, workflows: Sequence[type]
) -> Worker:
    """Return the worker of the sentences' queue: workflows and their lookups.

    A lookup runs as a local activity or as an activity on this queue. A slow activity that is
    scheduled here by mistake does not run, because only lookups are registered.
    """
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=workflows,
        activities=[
            activities.standards.load_run_config,
            activities.standards.list_standards,
            activities.decryption.decrypt_messages,
            activities.records.read_record,
            end_workflow_task,
        ],
        activity_executor=ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup"),
        max_concurrent_activities=_LOOKUPS,
        workflow_runner=workflow_runner(settings),
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_workflow_tasks=settings.max_concurrent_workflow_tasks,
        graceful_shutdown_timeout=timedelta(seconds=settings.graceful_shutdown_seconds),
        deployment_config=_deployment(settings),
    )


def workflow_runner(settings: Settings) -> WorkflowRunner:
    """Return the runner of the settings; the client's plugin adds our modules to a sandbox.

    Without a sandbox a sentence costs less (docs/decisions/0028-unsandboxed-runner.md).
    """
    if settings.workflow_sandbox:
        return SandboxedWorkflowRunner()
    return UnsandboxedWorkflowRunner()


class IoWorkers:
    """Workers of the slow activities: each has a queue and slots of its own."""

    def __init__(self, *workers: Worker) -> None:
        self._workers = workers
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """Start them."""
        for worker in self._workers:
            await self._running.enter_async_context(worker)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop them."""
        await self.shutdown()
        await self._running.aclose()

    async def shutdown(self) -> None:
        """Stop them at the same time, each within its grace period."""
        await asyncio.gather(*(worker.shutdown() for worker in self._workers))


def io_worker(client: Client, settings: Settings, activities: Activities) -> IoWorkers:
    """Return the workers of the slow activities, on queues that no clock waits for.

    Notices have a queue and slots of their own: a slow receiver holds up no record.
    """
    notices = activities.notices
    transfer = TransferActivities(client, settings.task_queue, keys_of(settings))
    records: list[Callable[..., Any]] = [
        activities.records.write_record,
        activities.records.close_sentence,
        activities.records.record_late_messages,
        transfer.transfer_case,
        transfer.forward_message,
    ]
    counter = fleet_counter(client, settings, activities.store, binding=activities.binding)
    watch = FleetActivities(counter)
    sending: list[Callable[..., Any]] = [notices.deliver_notice, notices.deliver_notices]
    return IoWorkers(
        _slow_worker(
            client,
            settings,
            settings.io_queue,
            activities=[*records, watch.count_fleet],
            workflows=[FleetWatch],
        ),
        _slow_worker(client, settings, notice_queue(settings.io_queue), activities=sending),
    )


def fleet_counter(
    client: Client, settings: Settings, store: Store, *, binding: Collection[str]
) -> FleetCounter:
    """Return the counter of the fleet of these settings."""
    return FleetCounter(
        client,
        store,
        running=f'{RUNNING_SENTENCES} AND TaskQueue = "{settings.task_queue}"',
        stuck_terms=stuck_terms,
        deployment=settings.deployment_name,
        binding=binding,
    )


def _slow_worker(
    client: Client,
    settings: Settings,
    queue: str,
    *,
    activities: Sequence[Callable[..., Any]],
    workflows: Sequence[type] = (),
) -> Worker:
    concurrency = settings.max_concurrent_activities
    return Worker(
        client,
        task_queue=queue,
        activities=activities,
        workflows=workflows,
        workflow_runner=workflow_runner(settings),
        activity_executor=ThreadPoolExecutor(concurrency, thread_name_prefix="io"),
        max_concurrent_activities=concurrency,
        # The activities of a run are those of its build.
        deployment_config=_deployment(settings),
        graceful_shutdown_timeout=timedelta(seconds=settings.graceful_shutdown_seconds),
    )


def version_of(settings: Settings) -> WorkerDeploymentVersion | None:
    """Return the version of the workers of these settings; None if they have none."""
    if settings.deployment_name is None or settings.build_id is None:
        return None
    return WorkerDeploymentVersion(
        deployment_name=settings.deployment_name, build_id=settings.build_id
    )


def _deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    version = version_of(settings)
    if version is None:
        return None
    return WorkerDeploymentConfig(
        version=version,
        use_worker_versioning=True,
        # A run stays on its build; the next run of the chain uses the current build.
        default_versioning_behavior=VersioningBehavior.PINNED,
    )

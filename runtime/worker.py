"""Assemble the two workers of a process from its settings."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import VersioningBehavior
from temporalio.worker import Worker, WorkerDeploymentConfig, WorkerDeploymentVersion

from activities.crypto.decrypt import DecryptionActivities, MessageDecryptor
from activities.crypto.integrators import EMPTY_REGISTRY, IntegratorRegistry, read_integrators
from activities.notices.deliver import NoticeActivities
from activities.notices.directory import DirectoryFile
from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.deliveries import DeliveryTable
from activities.records.migrate import migrate
from activities.reloading_file import ReloadingFile
from activities.run_config import RunDefaults, StandardsActivities
from activities.transfer import TransferActivities
from runtime.databases import store_of
from runtime.keys import keys_of
from runtime.notices import channels_of, directory_of, document_renderer_of, lookup_of
from settings import Settings
from states.standards.law import StandardsCatalogue
from workflows import law as shelf_of_workflows


def message_decryptor_of(settings: Settings) -> MessageDecryptor:
    """Return what opens the messages that come for sentences.

    Raises:
        FileError: If a file of keys or integrators holds a mistake.
    """
    register = (
        (lambda: EMPTY_REGISTRY)
        if (path := settings.integrators_file) is None
        else ReloadingFile(
            path, lambda file: IntegratorRegistry.from_file(read_integrators(file))
        ).current
    )
    return MessageDecryptor(
        keys_of(settings),
        register,
        plain_allowed=settings.plain_payloads,
        unsigned_allowed=settings.unsigned_senders,
    )


_LOOKUPS = 4
"""Local activities at one time: they are short, and wait for nothing but the local database."""


@dataclass(frozen=True)
class Activities:
    """The activities of a process, over one store of records."""

    standards: StandardsActivities
    decryption: DecryptionActivities
    notices: NoticeActivities
    directory: DirectoryFile | None
    """Where recipients are found; None where every notice goes to the folder."""
    records: RecordActivities
    store: Store


def build_activities(
    settings: Settings, shelf: StandardsCatalogue, store: Store | None = None
) -> Activities:
    """Return the activities, and install `shelf` where the workflows of this process read it.

    Args:
        settings: Those of the process.
        shelf: The standards that it carries.
        store: Databases that are prepared already; without it those of the settings are, here.

    Raises:
        StoreError: If a database has to be prepared and does not let itself be.
    """
    shelf_of_workflows.install(shelf)
    if store is None:
        store = store_of(settings)
        migrate(store)
    records = RecordActivities(store)
    limits = RunDefaults(
        continue_after_events=settings.continue_after_events,
        closing_days=settings.closing_days,
        quiet_minutes=settings.quiet_minutes,
        io_queue=settings.io_queue,
        plain=settings.plain_payloads,
    )
    directory = directory_of(settings)
    lookup = lookup_of(directory)
    papers = document_renderer_of(settings, store, lookup)
    notices = NoticeActivities(lookup, channels_of(settings), papers, DeliveryTable(store))
    opening, letters = (
        StandardsActivities(shelf, limits, records),
        DecryptionActivities(message_decryptor_of(settings)),
    )
    return Activities(opening, letters, notices, directory, records, store)


def sentence_worker(
    client: Client, settings: Settings, hands: Activities, workflows: Sequence[type]
) -> Worker:
    """Return the worker of the sentences' queue: workflows, and their local activities."""
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=workflows,
        activities=[
            hands.standards.load_run_config,
            hands.standards.list_standards,
            hands.decryption.decrypt_messages,
        ],
        activity_executor=ThreadPoolExecutor(_LOOKUPS, thread_name_prefix="lookup"),
        # Only local ones: a slow activity that lands here by mistake must not be taken.
        no_remote_activities=True,
        max_cached_workflows=settings.max_cached_workflows,
        graceful_shutdown_timeout=timedelta(seconds=settings.graceful_shutdown_seconds),
        deployment_config=_deployment(settings),
    )


def io_worker(client: Client, settings: Settings, hands: Activities) -> Worker:
    """Return the worker of the slow activities, which no clock ever waits behind."""
    most = settings.max_concurrent_activities
    relocation = TransferActivities(client, settings.task_queue, keys_of(settings))
    return Worker(
        client,
        task_queue=settings.io_queue,
        activities=[
            hands.notices.deliver_notice,
            hands.records.write_record,
            hands.records.store_free_text,
            hands.records.close_sentence,
            hands.records.record_late_messages,
            relocation.transfer_case,
            relocation.forward_message,
        ],
        activity_executor=ThreadPoolExecutor(most, thread_name_prefix="io"),
        max_concurrent_activities=most,
        graceful_shutdown_timeout=timedelta(seconds=settings.graceful_shutdown_seconds),
    )


def _deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    if settings.deployment_name is None or settings.build_id is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(
            deployment_name=settings.deployment_name, build_id=settings.build_id
        ),
        use_worker_versioning=True,
        # A run stays on its build; the next run of the chain takes the current one.
        default_versioning_behavior=VersioningBehavior.PINNED,
    )

"""Make the Temporal runtime of a process: its metrics and what its core logs."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from temporalio.client import Client
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.service import RPCError

from activities.lock import StandardsError
from activities.notices.directory import DirectoryFile
from activities.records.database import Database, Store
from activities.records.errors import DatabaseFault, StoreError
from activities.records.migrate import migrate
from activities.reloading_file import FileError
from activities.standards import load_catalogue
from runtime.client import ConnectionFileError, NoConnectionError, configured_address, connect
from runtime.databases import store_of
from runtime.health import HealthError, health_server
from runtime.logs import CORE, get_logger
from runtime.search_attributes import SearchAttributesError, verify_search_attributes
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings, SettingsError, address
from states.standards.law import StandardsCatalogue


class MetricsError(Exception):
    """The metrics cannot be served where the settings say; the message is one sentence."""

    def __init__(self, metrics_bind: str, why: Exception) -> None:
        super().__init__(f"metrics cannot be served at {metrics_bind}: {why}")


def make_runtime(metrics_bind: str = "") -> Runtime:
    """Return a runtime that serves Prometheus metrics at `metrics_bind`, or none when it is empty.

    Each runtime has its own threads: make one a process, and give it to every client.

    Raises:
        MetricsError: If the address cannot be listened on.
    """
    metrics = (
        PrometheusConfig(
            bind_address=metrics_bind,
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
        )
        if metrics_bind
        else None
    )
    try:
        return Runtime(telemetry=TelemetryConfig(logging=_core_logs(), metrics=metrics))
    except (RuntimeError, ValueError) as error:
        raise MetricsError(metrics_bind, error) from error


def _core_logs() -> LoggingConfig:
    # Its fields hold whole failures: the handler lets only ids through.
    return LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
        forwarding=LogForwardingConfig(
            logger=logging.getLogger(CORE),
            append_target_to_name=False,
            prepend_target_on_message=False,
            append_log_fields_to_message=False,
        ),
    )


_PATIENCE = 2.0
"""Seconds that Temporal, and each database, has to answer a probe."""


class Readiness:
    """What still keeps the process from work; the probes read it, the worker writes it."""

    def __init__(self, waiting_for: str) -> None:
        self._fault: str | None = waiting_for
        self._client: Client | None = None
        self._store: Store | None = None
        self._directory: DirectoryFile | None = None

    def set_fault(self, fault: str) -> bool:
        """Take down what is missing; return whether that is news."""
        news = fault != self._fault
        self._fault = fault
        return news

    def set_ready(self, client: Client, store: Store) -> None:
        """Take down that nothing is missing, as long as the server and both databases answer."""
        self._fault, self._client, self._store = None, client, store

    def watch_directory(self, directory: DirectoryFile | None) -> None:
        """Look at the directory of recipients whenever somebody asks for notes."""
        self._directory = directory

    def notes(self) -> tuple[str, ...]:
        """Return what ops should know, though the process works: a directory not in order."""
        return () if self._directory is None else self._directory.problems()

    async def faults(self) -> tuple[str, ...]:
        """Return what keeps the process from work now; empty when nothing does."""
        if self._fault is not None:
            return (self._fault,)
        temporal, *databases = await asyncio.gather(
            self._temporal_answers(),
            *(_fault_of(database) for database in self._databases()),
        )
        found = () if temporal else ("Temporal does not answer",)
        return (*found, *filter(None, databases))

    def _databases(self) -> tuple[Database, ...]:
        return () if self._store is None else (self._store.main, self._store.victims)

    async def _temporal_answers(self) -> bool:
        if self._client is None:
            return False
        try:
            return await asyncio.wait_for(self._client.service_client.check_health(), _PATIENCE)
        except Exception:  # noqa: BLE001 - whatever it is, the probe says no
            return False


async def _fault_of(database: Database) -> str | None:
    try:
        await asyncio.wait_for(asyncio.to_thread(database.ping), _PATIENCE)
    except StoreError as error:
        return error.message
    except TimeoutError:
        return StoreError(database.name, DatabaseFault.UNREACHABLE).message
    return None


FATAL_ERRORS = (SettingsError, StandardsError, FileError, MetricsError, HealthError)
"""What no other process will mend; each message is one sentence."""

RETRY_SECONDS = 2.0
"""Pause before a missing server or search attribute is looked for again."""

_log = get_logger("worker")
_Got = TypeVar("_Got")


async def run_worker(settings: Settings, workflows: Sequence[type]) -> int:
    """Work until SIGTERM or SIGINT; return the exit status, 0 after a clean drain.

    A missing server, search attribute or database is waited for, unready, because another process
    may yet bring it. What only a person can mend is 1: standards that differ from their lock, a
    database that turns us away or is of a newer build, an address that is taken, a worker that
    Temporal turned away.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        await _Process(settings, stop).run(workflows)
    except FATAL_ERRORS as error:
        _log.error("worker_refused_to_start", problem=str(error))
        return 1
    except StoreError as error:
        _log.error("worker_refused_to_start", problem=error.message)
        return 1
    except Exception:  # noqa: BLE001 - whatever it is, it is logged and ends in a status
        _log.exception("worker_failed", problem="Temporal turned the worker away, or it broke")
        return 1
    _log.info("worker_stopped")
    return 0


class _Process:
    def __init__(self, settings: Settings, stop: asyncio.Event) -> None:
        self._settings, self._stop = settings, stop
        self._readiness = Readiness("the worker is starting")

    async def run(self, workflows: Sequence[type]) -> None:
        """Work until told to stop.

        Raises:
            Exception: One of `NEEDS_A_PERSON`, or a `StoreError` that nobody can wait out.
        """
        shelf, store = load_catalogue(self._settings.standards_dir), store_of(self._settings)
        runtime = make_runtime(self._settings.metrics_bind)
        told = self._readiness
        probes = health_server(address(self._settings.http_bind), told.faults, told.notes)
        async with probes as port:
            _log.info("probes_served", port=port)
            try:
                await self._work(shelf, store, runtime, workflows)
            finally:
                store.close()

    async def _work(
        self, shelf: StandardsCatalogue, store: Store, runtime: Runtime, workflows: Sequence[type]
    ) -> None:
        if await self._retry_until_stopped(lambda: _prepared(store)) is None:
            return
        hands = build_activities(self._settings, shelf, store)
        self._readiness.watch_directory(hands.directory)
        if (client := await self._connected(runtime)) is None:
            return
        sentences = sentence_worker(client, self._settings, hands, workflows)
        io = io_worker(client, self._settings, hands)
        async with io, sentences:
            await self._until_stopped(client, store)
            # Both at once: one after the other could take twice the grace.
            await asyncio.gather(sentences.shutdown(), io.shutdown())

    async def _connected(self, runtime: Runtime) -> Client | None:
        client = await self._retry_until_stopped(lambda: connect(runtime=runtime))
        if client is None:
            return None
        return await self._retry_until_stopped(lambda: _verified(client))

    async def _until_stopped(self, client: Client, store: Store) -> None:
        self._readiness.set_ready(client, store)
        queue, namespace = self._settings.task_queue, client.namespace
        _log.info("worker_ready", task_queue=queue, namespace=namespace)
        await self._stop.wait()
        self._readiness.set_fault("the worker is draining")
        _log.info("worker_draining", seconds=self._settings.graceful_shutdown_seconds)

    async def _retry_until_stopped(self, step: Callable[[], Awaitable[_Got]]) -> _Got | None:
        """Repeat the step until it succeeds; return None when told to stop before that."""
        while not self._stop.is_set():
            try:
                return await step()
            except SearchAttributesError as error:
                fault = str(error)
            except StoreError as error:
                if not error.is_transient:
                    raise
                fault = error.message
            except (NoConnectionError, ConnectionFileError) as error:
                fault = str(error)
            except (RPCError, RuntimeError):
                fault = f"Temporal at {configured_address()} does not answer"
            if self._readiness.set_fault(fault):
                _log.warning("worker_waits", problem=fault, seconds=RETRY_SECONDS)
            await self._pause()
        return None

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), RETRY_SECONDS)
        except TimeoutError:
            return


async def _prepared(store: Store) -> Store:
    await asyncio.to_thread(migrate, store)
    return store


async def _verified(client: Client) -> Client:
    await verify_search_attributes(client)
    return client

"""Worker process: telemetry, health probes, start in steps, drain and exit status."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
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

from activities.contracts import FOLD_METRIC, RECORD_LAG_METRIC
from activities.lock import StandardsError
from activities.records.database import Store
from activities.records.errors import StoreError
from activities.records.migrate import migrate
from activities.reloading_file import FileError
from activities.standards import load_catalogue
from runtime.client import ConnectionFileError, NoConnectionError, configured_address, connect
from runtime.databases import store_of
from runtime.http.serving import ServingError, serve
from runtime.logs import CORE, get_logger
from runtime.readiness import (
    KeyRingError,
    MissingStandardsError,
    Readiness,
    verify_keys,
    verify_standards,
)
from runtime.search_attribute_registration import SearchAttributesError, verify_search_attributes
from runtime.worker import build_activities, io_worker, sentence_worker, version_of
from settings import NO_METRICS, Settings, SettingsError, address
from states.standards.law import StandardsCatalogue

RETRY_SECONDS: Final = 2.0
"""Pause before a missing server or search attribute is looked for again."""

FOLD_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
"""Bounds of the histogram of folds, in seconds; at two the deadlock detector fails a task."""

RECORD_LAG_BUCKETS: Final = (0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 3600.0)
"""Bounds of the histogram of the lag of a record, in seconds."""

_NO_STORE: Final = {"Cache-Control": "no-store"}

_log = get_logger("worker")
_Result = TypeVar("_Result")


class MetricsError(Exception):
    """The metrics cannot be served at the configured address; the message is one sentence."""

    def __init__(self, metrics_bind: str, reason: Exception) -> None:
        super().__init__(f"cannot serve metrics at {metrics_bind}: {reason}")


FATAL_ERRORS: Final = (SettingsError, StandardsError, FileError, MetricsError, ServingError)
"""Errors that only a person can fix; each message is one sentence."""


def make_runtime(metrics_bind: str = NO_METRICS) -> Runtime:
    """Return a Temporal runtime that serves Prometheus metrics at `metrics_bind`, unless `none`.

    Each runtime has its own threads: make one for a process, and give it to every client.

    Raises:
        MetricsError: If the address cannot be bound.
    """
    metrics = (
        PrometheusConfig(
            bind_address=metrics_bind,
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
            # The SDK has 50 ms to 10 s: folds take less, and a record may wait longer.
            histogram_bucket_overrides={
                FOLD_METRIC: FOLD_BUCKETS,
                RECORD_LAG_METRIC: RECORD_LAG_BUCKETS,
            },
        )
        if metrics_bind != NO_METRICS
        else None
    )
    # The fields of the core's logs hold whole failures: our handler lets only ids through.
    forwarding = LogForwardingConfig(
        logger=logging.getLogger(CORE),
        append_target_to_name=False,
        prepend_target_on_message=False,
        append_log_fields_to_message=False,
    )
    logs = LoggingConfig(
        filter=TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding
    )
    try:
        return Runtime(telemetry=TelemetryConfig(logging=logs, metrics=metrics))
    except (RuntimeError, ValueError) as error:
        raise MetricsError(metrics_bind, error) from error


def health_app(
    faults: Callable[[], Awaitable[tuple[str, ...]]], notes: Callable[[], tuple[str, ...]] = tuple
) -> Starlette:
    """Return the application that answers the probes `/healthz` and `/readyz`.

    `/healthz` is 200 while the event loop runs. `/readyz` is 200 without `faults`, else 503; its
    body lists the faults, and the `notes` if there are any.
    """

    async def healthz(_request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"}, headers=_NO_STORE)

    async def readyz(_request: Request) -> JSONResponse:
        found = await faults()
        noted = notes()
        body = {"ready": not found, "faults": list(found)}
        return JSONResponse(
            body | ({"notes": list(noted)} if noted else {}),
            status_code=HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK,
            headers=_NO_STORE,
        )

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz)])


async def run_worker(settings: Settings, workflows: Sequence[type]) -> int:
    """Work until SIGTERM or SIGINT; return the exit status, 0 after a clean drain.

    The process waits, not ready, for a missing server, search attribute or database: another
    process may bring it. Status 1 is for what only a person can fix: standards that differ from
    their lock, a database that denies access or is of a newer build, an address that is taken, a
    worker that Temporal refused.
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
        _log.exception("worker_failed", problem="Temporal refused the worker, or it broke")
        return 1
    _log.info("worker_stopped")
    return 0


class _Process:
    def __init__(self, settings: Settings, stop: asyncio.Event) -> None:
        self._settings = settings
        self._stop = stop
        self._readiness = Readiness("the worker is starting")

    async def run(self, workflows: Sequence[type]) -> None:
        """Work until stopped.

        Raises:
            Exception: One of `FATAL_ERRORS`, or a `StoreError` that is not transient.
        """
        catalogue = load_catalogue(self._settings.standards_dir)
        store = store_of(self._settings)
        runtime = make_runtime(self._settings.metrics_bind)
        probes = health_app(self._readiness.faults, self._readiness.notes)
        async with serve(probes, address(self._settings.http_bind)) as url:
            _log.info("probes_served", port=urlsplit(url).port)
            try:
                await self._work(catalogue, store, runtime, workflows)
            finally:
                store.close()

    async def _work(
        self,
        catalogue: StandardsCatalogue,
        store: Store,
        runtime: Runtime,
        workflows: Sequence[type],
    ) -> None:
        if await self._retry_until_stopped(lambda: _migrated(store)) is None:
            return
        activities = build_activities(self._settings, catalogue, store)
        self._readiness.watch_directory(activities.directory)
        client = await self._retry_until_stopped(lambda: connect(runtime=runtime))
        if client is None:
            return
        queue = self._settings.task_queue
        if await self._retry_until_stopped(lambda: _verified(client, queue)) is None:
            return
        carried = self._retry_until_stopped(lambda: _carried(store, catalogue))
        if await carried is None:
            return
        sentences = sentence_worker(client, self._settings, activities, workflows)
        io = io_worker(client, self._settings, activities)
        async with io, sentences:
            await self._until_stopped(client, store, catalogue)
            # Concurrently: one after the other could take twice the grace period.
            await asyncio.gather(sentences.shutdown(), io.shutdown())

    async def _until_stopped(
        self, client: Client, store: Store, catalogue: StandardsCatalogue
    ) -> None:
        queue = self._settings.task_queue
        namespace = client.namespace
        self._readiness.set_ready(
            client, store, queue, version=version_of(self._settings), catalogue=catalogue
        )
        _log.info("worker_ready", task_queue=queue, namespace=namespace)
        await self._stop.wait()
        self._readiness.set_fault("the worker is draining")
        _log.info("worker_draining", seconds=self._settings.graceful_shutdown_seconds)

    async def _retry_until_stopped(self, step: Callable[[], Awaitable[_Result]]) -> _Result | None:
        """Repeat the step until it succeeds; return None if the process is stopped before."""
        while not self._stop.is_set():
            try:
                return await step()
            except StoreError as error:
                if not error.is_transient:
                    raise
                fault = error.message
            except (
                SearchAttributesError,
                KeyRingError,
                MissingStandardsError,
                NoConnectionError,
                ConnectionFileError,
            ) as error:
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


async def _migrated(store: Store) -> Store:
    await asyncio.to_thread(migrate, store)
    return store


async def _carried(store: Store, catalogue: StandardsCatalogue) -> StandardsCatalogue:
    # Every task of a sentence under a missing law pack would fail, as with a wrong key ring.
    await verify_standards(store, catalogue)
    return catalogue


async def _verified(client: Client, task_queue: str) -> Client:
    await verify_search_attributes(client)
    # With a wrong key ring every task would fail; until it is mended another worker takes them.
    await verify_keys(client, task_queue)
    return client

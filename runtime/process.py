"""Run one worker process: get ready step by step, work, drain, and leave with an exit status."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError

from activities.records import Store, StoreError
from activities.records.migrating import prepare
from activities.sealing.watched import SealingFileError
from activities.standards import StandardsError, load_shelf
from runtime.attributes import AttributesError, verify_attributes
from runtime.client import configured_address, connect
from runtime.connection import ConnectionFileError, NoConnectionError
from runtime.health import HealthError, health_server
from runtime.logs import get_logger
from runtime.metrics import MetricsError, make_runtime
from runtime.readiness import Readiness
from runtime.stores import store_of
from runtime.worker import io_worker, make_hands, sentence_worker
from settings import Settings, SettingsError, address
from states.law import Shelf

NEEDS_A_PERSON = (SettingsError, StandardsError, SealingFileError, MetricsError, HealthError)
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
    except NEEDS_A_PERSON as error:
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
        shelf, store = load_shelf(self._settings.standards_dir), store_of(self._settings)
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
        self, shelf: Shelf, store: Store, runtime: Runtime, workflows: Sequence[type]
    ) -> None:
        if await self._retry_until_stopped(lambda: _prepared(store)) is None:
            return
        hands = make_hands(self._settings, shelf, store)
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
            except AttributesError as error:
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
    await asyncio.to_thread(prepare, store)
    return store


async def _verified(client: Client) -> Client:
    await verify_attributes(client)
    return client

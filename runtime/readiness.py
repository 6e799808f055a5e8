"""Say whether a process is ready, and in sentences why not."""

import asyncio

from temporalio.client import Client

from activities.notices import DirectoryFile
from activities.records import Database, Fault, Store, StoreError

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
        return StoreError(database.name, Fault.UNREACHABLE).message
    return None

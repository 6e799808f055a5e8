"""Readiness of a worker process: whether it would do its work, and if not, what to do about it.

A probe asks the parts that the work needs, not only whether they answer: a process that is ready
and works at nothing is the fault that nobody sees.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final

from temporalio.api.common.v1 import Payload, WorkflowExecution
from temporalio.api.deployment.v1 import WorkerDeploymentVersion as ApiVersion
from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentVersionRequest,
    GetWorkflowExecutionHistoryRequest,
    ListWorkflowExecutionsRequest,
)
from temporalio.client import Client
from temporalio.common import WorkerDeploymentVersion
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import OWN_ENCODING
from activities.crypto.cipher import DecryptionError, UnknownKeyError, decrypt
from activities.notices.directory import DirectoryFile
from activities.records.database import Database, Store
from activities.records.errors import DatabaseFault, StoreError
from activities.records.read import read_standards_in_use
from runtime.codec import EncryptionCodec
from settings import PREFIX
from states.standards.law import ReferenceKind, StandardsCatalogue
from workflows.ids import WORKFLOW_TYPE

PROBE_SECONDS: Final = 2.0
"""Time that Temporal, and each database, has to answer a readiness probe."""

RECHECK_SECONDS: Final = 15.0
"""Time for which the result of a check that costs several calls is used again."""

SAMPLE: Final = 3
"""Sentences whose payloads are read to check the key ring, the newest first."""

_ADVICE: Final = {
    DatabaseFault.UNREACHABLE: "start it, or correct its address in the settings",
    DatabaseFault.FULL: "free space on its disk, or give it a larger one",
    DatabaseFault.BUSY: "find the program that locks it",
    DatabaseFault.READ_ONLY: "mount its disk for writing, or set the address of the primary",
    DatabaseFault.FORBIDDEN: "correct the user, the password or the rights in the database",
    DatabaseFault.MISSING: "restart the worker, which creates tables, or restore a backup",
    DatabaseFault.DAMAGED: "stop the workers and restore it from its backup",
    DatabaseFault.NEWER: "deploy the build that made it, or a later one",
}


class KeyRingError(Exception):
    """The keys of this process cannot read what sentences hold; one sentence with what to do."""


class MissingStandardsError(Exception):
    """Open sentences are under standards that this build lacks; one sentence with what to do."""


class Readiness:
    """Readiness of the process: the worker sets it, the probes read it."""

    def __init__(self, fault: str) -> None:
        self._fault: str | None = fault
        self._store: Store | None = None
        self._directory: DirectoryFile | None = None
        self._checks: tuple[Callable[[], Awaitable[str | None]], ...] = ()

    def set_fault(self, fault: str) -> bool:
        """Set why the process is not ready; return whether the reason is new."""
        is_new = fault != self._fault
        self._fault = fault
        return is_new

    def set_ready(
        self,
        client: Client,
        store: Store,
        task_queue: str,
        version: WorkerDeploymentVersion | None = None,
        catalogue: StandardsCatalogue | None = None,
    ) -> None:
        """Declare the process ready, as long as the checks of its parts find nothing.

        Args:
            client: Client of the workers.
            store: Databases of the records.
            task_queue: Queue of the sentences that this process works on.
            version: Version of its workers; None if they have none.
            catalogue: Standards that it carries; None if no sentence asks for any.
        """
        self._fault = None
        self._store = store
        cached = _Cached(lambda: _temporal_fault(client, task_queue, version))
        carried = _Cached(lambda: _standards_fault(store, catalogue))
        self._checks = (lambda: _no_connection(client), cached.result, carried.result)

    def watch_directory(self, directory: DirectoryFile | None) -> None:
        """Report problems of the directory of recipients as notes."""
        self._directory = directory

    def notes(self) -> tuple[str, ...]:
        """Return problems that ops should know of, though the process works."""
        return () if self._directory is None else self._directory.problems()

    async def faults(self) -> tuple[str, ...]:
        """Return why the process is not ready now, and what to do; empty when it is ready."""
        if self._fault is not None:
            return (self._fault,)
        databases = () if self._store is None else (self._store.main, self._store.victims)
        found = await asyncio.gather(
            *(check() for check in self._checks),
            *(_database_fault(database) for database in databases),
        )
        return tuple(fault for fault in found if fault is not None)


class _Cached:
    """Result of a check, which is repeated after `RECHECK_SECONDS`, or at once after a fault."""

    def __init__(self, check: Callable[[], Awaitable[str | None]]) -> None:
        self._check = check
        self._passed_at: float | None = None

    async def result(self) -> str | None:
        """Return the fault that the check finds, or found a short time ago."""
        now = time.monotonic()
        if self._passed_at is not None and now - self._passed_at < RECHECK_SECONDS:
            return None
        fault = await self._check()
        self._passed_at = now if fault is None else None
        return fault


async def verify_standards(store: Store, catalogue: StandardsCatalogue) -> None:
    """Check that `catalogue` holds the standards of every open sentence of the records.

    A workflow task of a sentence whose law pack is missing would fail until another worker takes
    it.

    Raises:
        MissingStandardsError: If one is missing.
        StoreError: If the database cannot be read.
    """
    in_use = await asyncio.to_thread(read_standards_in_use, store)
    lacking = [
        f"{_THINGS[kind]} {name}"
        for kind, names in in_use.items()
        for name in sorted(names - set(catalogue.names(kind)))
    ]
    if lacking:
        message = (
            f"open sentences are under {', '.join(lacking)}, which this build lacks: "
            "deploy a build that carries it"
        )
        raise MissingStandardsError(message)


_THINGS: Final = {
    ReferenceKind.EDITION: "edition",
    ReferenceKind.CALENDAR: "calendar",
    ReferenceKind.LAW: "law pack",
}


async def _standards_fault(store: Store, catalogue: StandardsCatalogue | None) -> str | None:
    try:
        if catalogue is not None:
            await asyncio.wait_for(verify_standards(store, catalogue), PROBE_SECONDS)
    except MissingStandardsError as error:
        return str(error)
    except (StoreError, TimeoutError):
        # Whether the database answers is a check of its own.
        return None
    return None


async def verify_keys(client: Client, task_queue: str) -> None:
    """Check that this process can read the newest sentences of its queue.

    Raises:
        KeyRingError: If it cannot.
        RPCError: If Temporal does not answer.
    """
    query = (
        f'WorkflowType = "{WORKFLOW_TYPE}" AND TaskQueue = "{task_queue}"'
        ' AND ExecutionStatus = "Running"'
    )
    listed = await client.workflow_service.list_workflow_executions(
        ListWorkflowExecutionsRequest(namespace=client.namespace, page_size=SAMPLE, query=query)
    )
    for found in listed.executions:
        for payload in await _start_input(client, found.execution):
            _check_payload(client, payload, found.execution.workflow_id)


async def _start_input(client: Client, execution: WorkflowExecution) -> list[Payload]:
    # The first event of a run is its start, whose input our own processes encrypted.
    answer = await client.workflow_service.get_workflow_execution_history(
        GetWorkflowExecutionHistoryRequest(
            namespace=client.namespace, execution=execution, maximum_page_size=1
        )
    )
    first = answer.history.events[0].workflow_execution_started_event_attributes
    return list(first.input.payloads)


def _check_payload(client: Client, payload: Payload, workflow_id: str) -> None:
    if payload.metadata.get("encoding") != OWN_ENCODING:
        return
    codec = client.data_converter.payload_codec
    if not isinstance(codec, EncryptionCodec):
        message = f"the sentences are encrypted and no key is set: set {PREFIX}KEYS_FILE"
        raise KeyRingError(message)
    try:
        decrypt(codec.keys, payload.data, workflow_id=workflow_id)
    except UnknownKeyError as error:
        message = (
            f"the key ring lacks {error.key_id}, with which sentences are encrypted: "
            "put that line back; the file is read again when it changes"
        )
        raise KeyRingError(message) from None
    except DecryptionError:
        message = (
            "the key ring has a key under the right id with another secret: "
            "set the ring of this installation; a lost secret cannot be replaced"
        )
        raise KeyRingError(message) from None


async def _temporal_fault(
    client: Client, task_queue: str, version: WorkerDeploymentVersion | None
) -> str | None:
    try:
        await asyncio.wait_for(verify_keys(client, task_queue), PROBE_SECONDS)
        if version is not None:
            return await asyncio.wait_for(_version_fault(client, version), PROBE_SECONDS)
    except KeyRingError as error:
        return str(error)
    except (RPCError, RuntimeError, TimeoutError, IndexError):
        # Whether Temporal answers is a check of its own; a run may end while it is read.
        return None
    return None


async def _version_fault(client: Client, version: WorkerDeploymentVersion) -> str | None:
    name, build = version.deployment_name, version.build_id
    fault = (
        f"no deployment made build {build} of {name} current, so it gets no sentence: "
        f"run starter.py deploy promote {build}"
    )
    try:
        answer = await client.workflow_service.describe_worker_deployment_version(
            DescribeWorkerDeploymentVersionRequest(
                namespace=client.namespace,
                deployment_version=ApiVersion(deployment_name=name, build_id=build),
            )
        )
    except RPCError as error:
        return fault if error.status is RPCStatusCode.NOT_FOUND else None
    unused = (
        WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE,
        WorkerDeploymentVersionStatus.WORKER_DEPLOYMENT_VERSION_STATUS_CREATED,
    )
    return fault if answer.worker_deployment_version_info.status in unused else None


async def _no_connection(client: Client) -> str | None:
    try:
        if await asyncio.wait_for(client.service_client.check_health(), PROBE_SECONDS):
            return None
    except Exception:  # noqa: BLE001, S110 - whatever it is, Temporal does not answer
        pass
    return "Temporal does not answer"


async def _database_fault(database: Database) -> str | None:
    try:
        await asyncio.wait_for(asyncio.to_thread(database.check), PROBE_SECONDS)
    except StoreError as error:
        return _advised(error)
    except TimeoutError:
        return _advised(StoreError(database.name, DatabaseFault.UNREACHABLE))
    return None


def _advised(error: StoreError) -> str:
    advice = _ADVICE.get(error.fault)
    return error.message if advice is None else f"{error.message}: {advice}"

"""Worker deployment: its builds, how many sentences each holds, and how sentences change builds.

A run stays on its build. It changes to the current one when it continues as new, which it does at
its next wake-up after a promotion. An idle sentence may not wake for months, so a drain wakes it.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from temporalio.api.batch.v1 import BatchOperationSignal
from temporalio.api.deployment.v1 import WorkerDeploymentInfo
from temporalio.api.enums.v1 import WorkerDeploymentVersionStatus as Status
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
    StartBatchOperationRequest,
)
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from activities.errors import UserFacingError
from activities.records.database import Store
from activities.records.read import compare_rows, read_rows, read_sync_head
from runtime.caseload import RUNNING_SENTENCES
from states.event_log import decide_with_lookups
from states.events.registry import NUDGE
from states.record import record_rows
from states.sentence_ref import SentenceRef
from states.snapshot import SOURCE_TABLES, from_record
from states.standards.law import Law, StandardsCatalogue
from states.vocabulary import State

ROUND_SECONDS: Final = 30.0
"""Time after which a drain wakes again what has not moved: a nudge may come before the routing."""

POLL_SECONDS: Final = 0.5

_YEARS: Final = 30
_NOT_BY_EVENTS: Final = frozenset({"notices", "unapplied"})
_STATUSES: Final = {
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT: "current",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING: "ramping",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING: "draining",
    Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED: "drained",
}


class DeploymentError(UserFacingError):
    """A deployment cannot do what was asked; one sentence that says what holds instead."""


@dataclass(frozen=True, slots=True)
class Build:
    """One build of a deployment.

    Attributes:
        build_id: Its id; None for sentences of unversioned workers.
        status: `current`, `ramping`, `draining`, `drained`, or `inactive` if it never was current.
        sentences: Running sentences whose run is pinned to it.
        without_clock: Those of them that no clock will wake.
        oldest: Day on which the oldest run of them began; None without any.
    """

    build_id: str | None
    status: str
    sentences: int
    without_clock: int
    oldest: datetime | None

    @property
    def may_stop(self) -> bool:
        """Return whether its workers may stop: no sentence, and no new one, needs them."""
        return self.sentences == 0 and self.status not in ("current", "ramping")


class Deployment:
    """Deployment of the workers of sentences, in the namespace of the client."""

    def __init__(self, client: Client, name: str) -> None:
        self._client, self._name = client, name

    async def builds(self) -> list[Build]:
        """Return its builds, the newest first, and the sentences of unversioned workers if any.

        Raises:
            DeploymentError: If no worker of the deployment ever polled.
        """
        info = await self._describe()
        found = [
            await self._build(version.deployment_version.build_id, version.status)
            for version in info.version_summaries
        ]
        found.sort(key=lambda build: (build.status != "current", build.build_id or ""))
        unversioned = f"{RUNNING_SENTENCES} AND TemporalWorkerDeploymentVersion IS NULL"
        if await self._count(unversioned):
            found.append(await self._counted(None, "unversioned", unversioned))
        return found

    async def promote(self, build_id: str) -> str | None:
        """Make a build current: new sentences begin on it, others change to it when they wake.

        Returns:
            The build that was current before.

        Raises:
            DeploymentError: If no worker of the build polls, or it lacks a queue of the old one.
        """
        before = await self._current()
        try:
            await self._client.workflow_service.set_worker_deployment_current_version(
                SetWorkerDeploymentCurrentVersionRequest(
                    namespace=self._client.namespace,
                    deployment_name=self._name,
                    build_id=build_id,
                    identity=self._client.identity,
                )
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise self._unknown(build_id) from None
            if error.status is RPCStatusCode.FAILED_PRECONDITION:
                message = (
                    f"build {build_id} was not made current: {error.message}; "
                    "start its workers on every queue first"
                )
                raise DeploymentError(message) from None
            raise
        return before

    async def drain(
        self,
        build_id: str,
        *,
        per_second: float,
        moved: Callable[[int, int], None],
        stop: asyncio.Event,
    ) -> int:
        """Wake the sentences of a build until all have changed to the current one.

        It counts what is left, so that it can be repeated at any time.

        Args:
            build_id: Build that is to hold no sentence.
            per_second: Highest number of sentences woken in a second.
            moved: Gets the number of sentences that changed, and of all at the beginning.
            stop: Set it to stop early.

        Returns:
            The number of sentences that are left.

        Raises:
            DeploymentError: If the build is current, so that sentences would stay.
        """
        current = await self._current()
        if current is None or current == build_id:
            message = (
                f"build {build_id} is current, so its sentences stay: promote another build first"
                if current is not None
                else f"no build of {self._name} is current, so sentences have nowhere to move"
            )
            raise DeploymentError(message)
        query = self._on(build_id)
        first = left = await self._count(query)
        moved(0, first)
        woken_at: float | None = None
        loop = asyncio.get_running_loop()
        while left and not stop.is_set():
            patience = max(ROUND_SECONDS, 2 * left / per_second)
            if woken_at is None or loop.time() - woken_at >= patience:
                await self._wake(query, per_second)
                woken_at = loop.time()
            await asyncio.sleep(POLL_SECONDS)
            left = await self._count(query)
            moved(first - left, first)
        return left

    async def _wake(self, query: str, per_second: float) -> None:
        await self._client.workflow_service.start_batch_operation(
            StartBatchOperationRequest(
                namespace=self._client.namespace,
                visibility_query=query,
                job_id=f"drain-{uuid4()}",
                reason="drain of a build",
                max_operations_per_second=per_second,
                signal_operation=BatchOperationSignal(signal=NUDGE, identity=self._client.identity),
            )
        )

    async def _build(self, build_id: str, status: int) -> Build:
        return await self._counted(
            build_id, _STATUSES.get(Status.ValueType(status), "inactive"), self._on(build_id)
        )

    async def _counted(self, build_id: str | None, status: str, query: str) -> Build:
        sentences = await self._count(query)
        return Build(
            build_id,
            status,
            sentences,
            without_clock=await self._count(f"{query} AND NextDeadline IS NULL"),
            oldest=await self._oldest(query) if sentences else None,
        )

    async def _oldest(self, query: str) -> datetime:
        # SQL visibility has no order, so halve the time in which the first of them began.
        late = datetime.now(UTC)
        early = late - timedelta(days=365 * _YEARS)
        while late - early > timedelta(hours=1):
            middle = early + (late - early) / 2
            if await self._count(f'{query} AND StartTime <= "{middle:%Y-%m-%dT%H:%M:%SZ}"'):
                late = middle
            else:
                early = middle
        return late

    def _on(self, build_id: str) -> str:
        return (
            f'{RUNNING_SENTENCES} AND TemporalWorkerDeploymentVersion = "{self._name}:{build_id}"'
        )

    async def _count(self, query: str) -> int:
        return (await self._client.count_workflows(query)).count

    async def _current(self) -> str | None:
        info = await self._describe()
        return info.routing_config.current_deployment_version.build_id or None

    async def _describe(self) -> WorkerDeploymentInfo:
        try:
            answer = await self._client.workflow_service.describe_worker_deployment(
                DescribeWorkerDeploymentRequest(
                    namespace=self._client.namespace, deployment_name=self._name
                )
            )
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            message = f"no worker of a deployment {self._name} ever polled in this namespace"
            raise DeploymentError(message) from None
        return answer.worker_deployment_info

    def _unknown(self, build_id: str) -> DeploymentError:
        return DeploymentError(
            f"no worker of build {build_id} of {self._name} polls: start its workers first"
        )


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Result of a rehearsal.

    Attributes:
        replayed: Number of runs that were replayed, by state of the sentence.
        failed: Error of each sentence that this build cannot take up, by workflow id.
        differing: Sentences whose run this build would continue differently. They stay on their
            build until they continue as new, so it harms only unversioned workers.
        redecided: Number of rows by table of each sentence that this build decides otherwise, by
            workflow id; sentences whose record is not whole are left out.
    """

    replayed: dict[str, int]
    failed: dict[str, str]
    differing: tuple[str, ...]
    redecided: dict[str, dict[str, int]] = field(default_factory=dict)


async def rehearse(
    client: Client,
    workflows: list[type],
    *,
    task_queue: str,
    per_state: int,
    decide: Callable[[SentenceRef], dict[str, int]] | None = None,
) -> Rehearsal:
    """Replay running sentences of a queue, of every state, with this build; nothing is sent.

    A replay compares commands, and ends at the first that differs. So `decide` compares what this
    build makes of the recorded events, without any command.

    Args:
        client: Client with the keys of the installation.
        workflows: The workflow of a sentence in this build.
        task_queue: Queue of the sentences.
        per_state: Number of sentences of each state, at most.
        decide: Returns the rows by table that this build decides otherwise: `RecordRehearsal`.
    """
    replayer = Replayer(
        workflows=workflows,
        data_converter=client.data_converter,
        workflow_runner=UnsandboxedWorkflowRunner(),
        namespace=client.namespace,
    )
    replayed = Counter[str]()
    failed = dict[str, str]()
    differing = list[str]()
    redecided = dict[str, dict[str, int]]()
    for state in State:
        here = f'TaskQueue = "{task_queue}" AND SentenceState = "{state.value}"'
        query = f"{RUNNING_SENTENCES} AND {here}"
        async for found in client.list_workflows(query, limit=per_state):
            history = await client.get_workflow_handle(
                found.id, run_id=found.run_id
            ).fetch_history()
            replayed[state.value] += 1
            error = await _replay_error(replayer, history)
            if isinstance(error, NondeterminismError):
                differing.append(found.id)
            elif error is not None:
                failed[found.id] = type(error.__cause__ or error).__name__
            ref = SentenceRef.parse(found.id)
            if decide is not None and ref is not None and found.id not in failed:
                tables = await asyncio.to_thread(decide, ref)
                if tables:
                    redecided[found.id] = tables
    return Rehearsal(dict(replayed), failed, tuple(differing), redecided)


class RecordRehearsal:
    """Comparison of stored records with what this build makes of their events."""

    def __init__(self, store: Store, catalogue: StandardsCatalogue) -> None:
        self._store = store
        self._catalogue = catalogue

    def redecided(self, ref: SentenceRef) -> dict[str, int]:
        """Return how many rows of each table this build would decide otherwise, at the same time.

        Notices and unread messages depend on more than the events, so their tables are left out.

        Raises:
            StoreError: If a database does not answer.
        """
        head = read_sync_head(self._store, ref.workflow_id)
        held = read_rows(self._store, ref.workflow_id)
        sentence = next((row.values for row in held if row.table == "sentences"), {})
        if head is None or head.as_of is None or not head.whole or not sentence.get("edition"):
            return {}
        # From the first pack on, each `law_revised` of the log changes it again.
        pack = sentence["first_law_pack"]
        law = Law(
            self._catalogue.editions[sentence["edition"]],
            self._catalogue.calendars[sentence["calendar"]],
            pack=None if pack is None else self._catalogue.packs[pack],
        )
        log = from_record(row for row in held if row.table in SOURCE_TABLES)
        result = decide_with_lookups(log, law, head.as_of, self._catalogue.look_up)
        made = record_rows(ref, log, result, head.as_of)
        found = compare_rows(held, made)
        return dict(Counter(item.table for item in found if item.table not in _NOT_BY_EVENTS))


async def _replay_error(replayer: Replayer, history: WorkflowHistory) -> Exception | None:
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    return result.replay_failure

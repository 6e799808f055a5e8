"""The workers of a process are what the settings ask for."""

from uuid import uuid4

import pytest
from temporalio.api.workflowservice.v1 import SetWorkerDeploymentCurrentVersionRequest
from temporalio.client import Client
from temporalio.common import VersioningBehavior
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from runtime.worker import workflow_runner
from settings import Settings
from tests.isolation import Working, eventually
from tests.runtime.toy import Toy


async def test_runs_are_pinned_to_the_version_that_they_begin_on(
    client: Client, working: Working
) -> None:
    """With a deployment and a build, a run stays on its build until it continues as new."""
    deployment = f"sentences-{uuid4().hex}"
    async with working([Toy], deployment_name=deployment, build_id="1") as settings:
        request = SetWorkerDeploymentCurrentVersionRequest(
            namespace=client.namespace, deployment_name=deployment, build_id="1"
        )

        async def is_current() -> bool:
            # The server knows of a version once a worker of it has polled.
            try:
                await client.workflow_service.set_worker_deployment_current_version(request)
            except RPCError:
                return False
            return True

        await eventually(is_current)
        handle = await client.start_workflow(
            "SentenceWorkflow", id=uuid4().hex, task_queue=settings.task_queue
        )
        await handle.signal("finish")
        await handle.result()
        described = (await handle.describe()).raw_description.workflow_execution_info

    versioning = described.versioning_info
    assert VersioningBehavior.PINNED.value == versioning.behavior
    assert "1" == versioning.deployment_version.build_id


@pytest.mark.parametrize(
    ("sandbox", "runner"), [(True, SandboxedWorkflowRunner), (False, UnsandboxedWorkflowRunner)]
)
def test_a_setting_chooses_the_runner_of_workflows(sandbox: bool, runner: type) -> None:  # noqa: FBT001 - a case
    """The sandbox costs memory and processor time; tests always use it."""
    assert Settings().workflow_sandbox
    assert isinstance(workflow_runner(Settings(workflow_sandbox=sandbox)), runner)

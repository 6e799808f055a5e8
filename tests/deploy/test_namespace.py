"""The namespace job, run against a real server."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from runtime.search_attribute_registration import search_attribute_faults

SCRIPT = Path(__file__).parents[2] / "deploy" / "namespace.sh"
NAMESPACE = "court-cases"
PROGRAMS = Path(sys.executable).parent


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Client]:
    """A development server that knows neither the namespace nor the attributes."""
    program = str(PROGRAMS / "temporal")
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=program) as env:
        yield env.client


def _run(server: Client, namespace: str, **changes: str) -> subprocess.CompletedProcess[str]:
    shell = shutil.which("sh")
    assert shell is not None
    environment = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "TEMPORAL_ADDRESS": server.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": namespace,
        **changes,
    }
    return subprocess.run(
        [shell, SCRIPT], check=False, capture_output=True, text=True, env=environment
    )


async def test_the_job_leaves_a_namespace_in_which_a_worker_can_be_ready(server: Client) -> None:
    """After it the worker's own verification finds no fault; it may run again at any time.

    Another retention reaches a namespace that exists.
    """
    for days in (30, 40):
        done = _run(server, NAMESPACE, NAMESPACE_RETENTION=f"{days}d")
        assert 0 == done.returncode, done.stderr
        assert f"namespace: {NAMESPACE} is ready" == done.stdout.strip().splitlines()[-1]
        described = await server.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=NAMESPACE)
        )
        kept = described.config.workflow_execution_retention_ttl.ToTimedelta()
        assert timedelta(days=days) == kept
    client = await Client.connect(
        server.service_client.config.target_host, namespace=NAMESPACE, lazy=False
    )
    assert () == await search_attribute_faults(client)

"""The namespace job, run against a real server."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
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


def _run(server: Client, namespace: str) -> subprocess.CompletedProcess[str]:
    shell = shutil.which("sh")
    assert shell is not None
    environment = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "TEMPORAL_ADDRESS": server.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": namespace,
    }
    return subprocess.run(
        [shell, SCRIPT], check=False, capture_output=True, text=True, env=environment
    )


async def test_the_job_leaves_a_namespace_in_which_a_worker_can_be_ready(server: Client) -> None:
    """After it the worker's own verification finds no fault, and a second run changes nothing."""
    first = _run(server, NAMESPACE)
    second = _run(server, NAMESPACE)

    assert (0, 0) == (first.returncode, second.returncode), first.stderr + second.stderr
    assert f"namespace: {NAMESPACE} is ready" == second.stdout.strip()
    client = await Client.connect(
        server.service_client.config.target_host, namespace=NAMESPACE, lazy=False
    )
    assert () == await search_attribute_faults(client)

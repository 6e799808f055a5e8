"""Fixtures of a time-skipping server, for tests that take days."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.testing import WorkflowEnvironment

from runtime.dev_server import server_binary
from runtime.plugin import SentencesPlugin
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from states.standards.law import StandardsCatalogue
from tests.isolation import Working, isolated
from workflows.search_attributes import SEARCH_ATTRIBUTES


@pytest.fixture
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """Start a time-skipping server for one test; time waits for any sentence that has work."""
    beside = server_binary().with_name("temporal-test-server")
    program = beside if beside.is_file() else shutil.which("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        test_server_existing_path=str(program), plugins=[SentencesPlugin()]
    ) as env:
        # This server cannot list its attributes, so ours are added without a look.
        request = AddSearchAttributesRequest(namespace=env.client.namespace)
        for key in SEARCH_ATTRIBUTES:
            request.search_attributes[key.name] = IndexedValueType.ValueType(key.indexed_value_type)
        await env.client.operator_service.add_search_attributes(request)
        yield env


@pytest.fixture
def skipped(
    skipping: WorkflowEnvironment, catalogue: StandardsCatalogue, tmp_path: Path
) -> Working:
    """Run both workers of a process on the time-skipping server, like `working`."""

    @asynccontextmanager
    async def work(workflows: list[type], **changes: object) -> AsyncIterator[Settings]:
        settings = isolated(tmp_path, **changes)
        activities = build_activities(settings, catalogue)
        sentences = sentence_worker(skipping.client, settings, activities, workflows=workflows)
        async with io_worker(skipping.client, settings, activities), sentences:
            yield settings

    return work

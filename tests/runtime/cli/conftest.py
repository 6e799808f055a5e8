"""A terminal that reaches the session's server, and sentences at work behind it."""

from collections.abc import AsyncIterator

import pytest

from runtime.dev_server import DevServer
from tests.isolation import Working
from tests.runtime.cli.command_lines import command_words, three_weeks_ago
from tests.runtime.cli.terminal import Type, new_crn, run_command_async
from workflows.sentence import SentenceWorkflow


@pytest.fixture
async def at_work(
    working: Working, server: DevServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """Workers of the test's own, to which the command line sends."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    async with working([SentenceWorkflow], quiet_minutes=0) as settings:
        monkeypatch.setenv("SENTENCES_TASK_QUEUE", settings.task_queue)
        # The checkout's own data are nobody's test.
        monkeypatch.setenv("SENTENCES_DATA_DIR", str(settings.data_dir))
        yield


@pytest.fixture
def terminal(at_work: None) -> Type:
    """A command line that reaches workers."""
    del at_work
    return run_command_async


@pytest.fixture
async def crn(terminal: Type) -> str:
    """An order of three weeks ago, allocated an hour later: events `imposed` and `allocated`."""
    who = new_crn()
    for kind, event_id, hour in (
        ("sentence_imposed", "imposed", 10),
        ("case_allocated", "allocated", 11),
    ):
        said = await terminal(*command_words(kind, who, event_id, three_weeks_ago(hour)))
        assert 0 == said.status, said.err
    return who

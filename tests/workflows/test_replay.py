"""Recorded histories of each release replay, and lead to the sentence that was recorded."""

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.standards import load_catalogue
from runtime.plugin import SentencesPlugin
from tests.workflows.replay import HISTORIES, replayed_law
from workflows.law import install
from workflows.sentence import SentenceWorkflow

FILES = sorted(HISTORIES.rglob("*.json"))


def _read(file: Path) -> tuple[WorkflowHistory, object]:
    kept = json.loads(file.read_text("utf-8"))
    return WorkflowHistory.from_json(kept["workflow_id"], kept["history"]), kept["law"]


def test_there_are_histories_from_before_and_after_continue_as_new() -> None:
    """Later builds must read snapshots too."""
    begun = [_read(file)[0].events[0].workflow_execution_started_event_attributes for file in FILES]
    assert {True, False} == {bool(started.continued_execution_run_id) for started in begun}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_history_replays_to_the_sentence_that_was_stored(file: Path) -> None:
    """The SDK finds no difference. It would miss a changed date, so the view is compared too."""
    install(load_catalogue())
    history, law = _read(file)
    replayer = Replayer(workflows=[SentenceWorkflow], plugins=[SentencesPlugin()])
    await replayer.replay_workflow(history)
    assert law == await replayed_law(history)

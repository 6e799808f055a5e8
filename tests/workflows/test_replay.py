"""Recorded histories of each release replay, and lead to the sentence that was recorded."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.crypto.keys import parse_keys
from activities.standards import load_catalogue
from runtime.plugin import SentencesPlugin
from states.events.registry import KINDS
from states.transitions import TRANSITIONS
from tests.workflows.replay import HISTORIES, Replayed, replayed
from workflows.law import install
from workflows.sentence import SentenceWorkflow

FILES = sorted(HISTORIES.rglob("*.json"))


class Recorded(NamedTuple):
    """A recorded run, the state that it led to, and its key ring if it is encrypted."""

    history: WorkflowHistory
    state: Replayed
    ring: str


@cache
def _read(file: Path) -> Recorded:
    kept = json.loads(file.read_text("utf-8"))
    history = WorkflowHistory.from_json(kept["workflow_id"], kept["history"])
    return Recorded(history, Replayed(**kept["state"]), kept["ring"])


def _signals(file: Path) -> set[str]:
    return {
        event.workflow_execution_signaled_event_attributes.signal_name
        for event in _read(file).history.events
        if event.HasField("workflow_execution_signaled_event_attributes")
    }


def test_the_histories_have_every_kind_of_event() -> None:
    """A rule that raises makes the replay of a history fail, whatever kind it applies."""
    assert set() == set(KINDS) - set().union(*map(_signals, FILES))


def test_the_histories_have_every_transition() -> None:
    """So a transition that is lost, or leads elsewhere, changes a view that was stored."""
    taken = {step["arrow"] for file in FILES for step in _read(file).state.law["transitions"]}
    assert set() == {transition.reference for transition in TRANSITIONS} - taken


def test_the_histories_have_a_transfer_and_an_encrypted_run() -> None:
    """Each reads messages in a way of its own."""
    assert any(_read(file).state.law["moved_to"] for file in FILES)
    assert any(_read(file).ring for file in FILES)


def test_there_are_histories_from_before_and_after_continue_as_new() -> None:
    """Later builds must read snapshots too."""
    begun = [
        _read(file).history.events[0].workflow_execution_started_event_attributes for file in FILES
    ]
    assert {True, False} == {bool(started.continued_execution_run_id) for started in begun}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_history_replays_to_the_sentence_that_was_stored(file: Path) -> None:
    """The SDK would miss a changed date, a late timer, a lost field: these are compared too."""
    install(load_catalogue())
    history, state, ring = _read(file)
    found = await replayed(history, ring)
    assert state.law == found.law
    assert state == found


@pytest.mark.parametrize("name", ["recalled-2", "sealed-1", "warned-1"])
async def test_a_history_replays_in_the_sandbox(name: str) -> None:
    """The sandbox finds what reads a clock or a file; a few histories are enough for that."""
    install(load_catalogue())
    (file,) = (file for file in FILES if file.stem == name)
    history, _, ring = _read(file)
    keys = parse_keys(ring) if ring else None
    replayer = Replayer(workflows=[SentenceWorkflow], plugins=[SentencesPlugin(keys)])
    await replayer.replay_workflow(history)

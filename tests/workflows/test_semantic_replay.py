"""Recorded events, folded by the core alone, give the view that was stored.

A replay compares commands, and stops at the first that differs: after a wanted change of commands
it says nothing about the rules any more. This test needs no workflow and no command.
"""

import json
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.common import RawValue

from activities.standards import load_catalogue
from states.event_log import EventLog, decide_with_lookups
from states.sentence_ref import SentenceRef
from states.standards.law import Law, StandardsCatalogue
from states.view.sentence import sentence_view
from tests.workflows.replay import HISTORIES
from tests.workflows.scene import law_part
from workflows.inbox import InboundMessage, from_signal, is_nudge, parse_message


def _lives() -> dict[str, list[Path]]:
    """The files of each recorded life in the order of its runs, but for the encrypted one."""
    lives = defaultdict[str, list[Path]](list)
    for file in sorted(HISTORIES.rglob("*.json")):
        if not json.loads(file.read_text("utf-8"))["ring"]:
            lives[f"{file.parent.name}/{file.stem.rpartition('-')[0]}"].append(file)
    return lives


LIVES: Final = _lives()


class Life:
    """Messages of one recorded life, its law, and the time and view that it ends with."""

    def __init__(self, files: list[Path], catalogue: StandardsCatalogue) -> None:
        kept = [json.loads(file.read_text("utf-8")) for file in files]
        runs = [WorkflowHistory.from_json(run["workflow_id"], run["history"]) for run in kept]
        self.ref = SentenceRef.parse(kept[0]["workflow_id"]) or SentenceRef("", "")
        self.stored: dict[str, Any] = kept[-1]["state"]["law"]
        self.messages = [
            message for run in runs for event in run.events for message in _messages(event)
        ]
        # The first run looks its law up anew once it knows the day of sentence.
        config = [found for event in runs[0].events for found in _configs(event)][-1]
        self.law = Law(
            catalogue.editions[config["edition"]],
            catalogue.calendars[config["calendar"]],
            pack=catalogue.packs[config["pack"]] if config["pack"] is not None else None,
        )
        self.ended_at = max(
            _at(event)
            for event in runs[-1].events
            if event.HasField("workflow_task_started_event_attributes")
        )

    def folded(self, messages: list[InboundMessage], catalogue: StandardsCatalogue) -> Any:
        """The view that the core makes of these messages, as JSON has it."""
        log = EventLog()
        for message in messages:
            log.receive(parse_message(message, {}))
        result = decide_with_lookups(log, self.law, self.ended_at, catalogue.look_up)
        view = sentence_view(self.ref, log, result, law=result.law, now=self.ended_at)
        return json.loads(json.dumps(law_part(view)))


def _at(event: HistoryEvent) -> datetime:
    return event.event_time.ToDatetime(tzinfo=UTC)


def _messages(event: HistoryEvent) -> list[InboundMessage]:
    if not event.HasField("workflow_execution_signaled_event_attributes"):
        return []
    signal = event.workflow_execution_signaled_event_attributes
    arguments = [RawValue(payload) for payload in signal.input.payloads]
    found = from_signal(signal.signal_name, arguments, _at(event))
    return [message for message in found if not is_nudge(message)]


def _configs(event: HistoryEvent) -> list[dict[str, Any]]:
    """The law that a lookup of the run found, from the marker of its local activity."""
    if not event.HasField("marker_recorded_event_attributes"):
        return []
    details = event.marker_recorded_event_attributes.details.values()
    found = [json.loads(payload.data) for part in details for payload in part.payloads]
    return [item for item in found if isinstance(item, dict) and "calendar" in item]


@pytest.mark.parametrize("name", LIVES)
def test_the_events_of_a_life_give_the_view_that_was_stored(name: str) -> None:
    """A rule that decides otherwise changes a view, whatever the workflow does about it."""
    catalogue = load_catalogue()
    life = Life(LIVES[name], catalogue)

    assert life.stored == life.folded(life.messages, catalogue)


def test_a_life_without_its_last_event_gives_another_view() -> None:
    """The comparison above can fail."""
    catalogue = load_catalogue()
    name = next(name for name in LIVES if name.endswith("/warned"))
    life = Life(LIVES[name], catalogue)

    assert life.stored != life.folded(life.messages[:-1], catalogue)

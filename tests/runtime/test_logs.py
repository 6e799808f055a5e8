"""The log is an interface: JSON lines, fixed events, and no field that was not allowed."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest
from pydantic import BaseModel
from temporalio.client import Client
from transitions import Machine

from runtime.logs import CORE, configure_logs, get_logger
from tests.isolation import Working
from tests.runtime.toy import Toy


class Strict(BaseModel):
    """A model whose errors quote what they were given."""

    amount: int


class Lines(io.StringIO):
    """A stream whose lines are read back as what they say."""

    def said(self, logger: str) -> list[dict[str, object]]:
        """Everything that a logger said, without the time of day."""
        lines = [json.loads(line) for line in self.getvalue().splitlines()]
        assert all(line.pop("at").endswith("Z") for line in lines)
        return [line for line in lines if line["logger"] == logger]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Output of the configured log; the test runner's own handlers are restored afterwards."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = Lines()
    configure_logs("INFO", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_holds_the_allowed_fields_alone(lines: Lines) -> None:
    """A name, or any field that no one allowed, is dropped; ids and counts stay."""
    get_logger("worker").info(
        "notice_delivered",
        workflow_id="sentence-X320741-1",
        key="overdue/enforce-6wd/2026-11-23",
        count=2,
        already=False,
        name="Jane Smith",
        address_line="1 High Street",
    )

    assert [
        {
            "event": "notice_delivered",
            "level": "info",
            "logger": "sentences.worker",
            "workflow_id": "sentence-X320741-1",
            "key": "overdue/enforce-6wd/2026-11-23",
            "count": 2,
            "already": False,
        }
    ] == lines.said("sentences.worker")


@pytest.mark.parametrize("text", ["Jane Smith", "a" * 201, "line\nbreak", "naïve"])
def test_an_allowed_field_with_text_that_is_no_code_is_withheld(lines: Lines, text: str) -> None:
    """An id that an integrator filled with prose does not reach the log."""
    get_logger("worker").info("event_refused", event_id=text, kinds=["nudge", text])

    (line,) = lines.said("sentences.worker")
    assert ("withheld", ["nudge", "withheld"]) == (line["event_id"], line["kinds"])


def test_an_error_is_named_without_its_message(lines: Lines) -> None:
    """Validation errors quote their input: type, cause and place are kept, the text is not."""
    try:
        Strict.model_validate({"amount": "Jane Smith"})
    except ValueError as error:
        quoted = str(error)
        get_logger("worker").exception("input_refused")
        logging.getLogger("temporalio.worker").exception("Failed with %s", quoted)
        wrapped = RuntimeError("about Jane Smith")
        wrapped.__cause__ = error
        logging.getLogger("temporalio.worker").exception("Failed", exc_info=wrapped)

    assert "Smith" not in lines.getvalue()
    ours, (first, second) = lines.said("sentences.worker"), lines.said("temporalio.worker")
    assert ["ValidationError"] == [line["error"] for line in ours]
    assert ("ValidationError", "Failed with %s") == (first["error"], first["event"])
    assert ("RuntimeError", "ValidationError") == (second["error"], second["caused_by"])


def test_an_id_that_the_sdk_wrote_into_its_sentence_is_taken_out(lines: Lines) -> None:
    """The caller who starts a workflow chooses its id, which may be a name."""
    logging.getLogger("temporalio.worker").warning(
        "Failed activation on workflow X with ID Jane Smith",
        extra={"temporal_workflow": {"workflow_id": "Jane Smith", "workflow_type": "X"}},
    )

    (line,) = lines.said("temporalio.worker")
    assert "Failed activation on workflow ? with ID ?" == line["event"]
    assert ("withheld", "X") == (line["workflow_id"], line["workflow_type"])


def test_the_core_speaks_through_the_same_handler(lines: Lines) -> None:
    """Of what Temporal's core attaches, ids pass and failures do not."""

    class Entry:
        target = "temporalio_sdk_core::worker::workflow"
        fields = {"run_id": "r-1", "failure": "Failure { message: Jane Smith }"}  # noqa: RUF012

    logging.getLogger(CORE).warning("Failing workflow task", extra={"temporal_log": Entry()})

    assert [
        {
            "event": "Failing workflow task",
            "level": "warning",
            "logger": CORE,
            "run_id": "r-1",
            "target": "temporalio_sdk_core::worker::workflow",
        }
    ] == lines.said(CORE)


def test_the_graph_says_nothing_of_each_move(lines: Lines) -> None:
    """The machine's library logs each move at INFO, in replay too: it is kept to warnings."""
    machine = Machine(states=["a", "b"], initial="a", auto_transitions=False)
    machine.add_transition("go", "a", "b")
    machine.trigger("go")

    assert "" == lines.getvalue()


async def test_a_workflow_says_each_thing_once_however_often_it_is_replayed(
    client: Client, working: Working, lines: Lines
) -> None:
    """Without a cache every task replays the run, and still its line is written once."""
    name = f"sentence-{uuid4().hex}"
    async with working([Toy], max_cached_workflows=0) as settings:
        handle = await client.start_workflow(
            "SentenceWorkflow", id=name, task_queue=settings.task_queue
        )
        await handle.query("seen")
        await handle.signal("hello")
        await handle.query("seen")
        await handle.signal("finish")
        await handle.result()

    (line,) = lines.said("temporalio.workflow")
    assert {
        "event": "run_opened",
        "level": "info",
        "logger": "temporalio.workflow",
        "edition": "ns-2015",
        "workflow_id": name,
        "workflow_type": "SentenceWorkflow",
        "run_id": handle.first_execution_run_id,
        "task_queue": settings.task_queue,
        "namespace": "default",
        "attempt": 1,
    } == line

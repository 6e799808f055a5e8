"""`send` starts a sentence with whatever comes first, and says mistakes before it sends."""

import asyncio
import io
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from temporalio.client import Client

from runtime.cli.send import EnvelopeOptions
from runtime.dev_server import DevServer
from runtime.ports import free_ports
from states.time.london import LONDON
from tests.isolation import Working, eventually
from tests.runtime.cli.command_lines import command_words, shown, three_weeks_ago
from tests.runtime.cli.terminal import BY, Type, new_crn, run_command, run_command_async
from workflows.sentence import SentenceWorkflow

ROOT = Path(__file__).parents[3]
ASSIGNED = '{"officer_id": "N07A001", "authorised": true}'


async def test_the_first_event_starts_the_sentence(terminal: Type, crn: str) -> None:
    """Two events by signal make an allocated order, under the id made of CRN and number."""
    view = await shown(terminal, crn)

    assert ("allocated", f"sentence-{crn}-1") == (view["state"], view["workflow_id"])
    assert ("CRC", "N07") == (view["provider"], view["provider_code"])


async def test_options_fill_in_the_envelope_and_nothing_else_is_filled_in(
    terminal: Type, crn: str
) -> None:
    """Options set fields of the event; a field that neither sets is reported as missing."""
    to = ("send", "officer_assigned", "--crn", crn, "--event", "1", "--data", ASSIGNED)
    said = await terminal(*to, *BY, "--at", "now", "--event-id", "e-3")
    assert (0, "") == (said.status, said.err)
    assert f"sentence-{crn}-1" in said.out

    missing = await terminal(*to, "--event-id", "e-4")
    assert missing.refuses("nothing was sent: occurred_at is missing; by is missing")

    view = await shown(terminal, crn)
    assert ("N07A001", 3) == (view["officer"], view["events_total"])


async def test_data_come_from_a_file_or_the_standard_input(
    terminal: Type, crn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`@FILE` reads a file and `-` the standard input."""
    event = {
        **json.loads(ASSIGNED),
        "by": {"id": "N07A001", "role": "officer", "organisation": "CRC"},
        "occurred_at": three_weeks_ago(12).isoformat(),
    }
    (tmp_path / "event.json").write_text(json.dumps({**event, "event_id": "e-3"}), "utf-8")
    piped = io.BytesIO(json.dumps({**event, "event_id": "e-4"}).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(piped))
    to = ("send", "officer_assigned", "--crn", crn, "--event", "1", "--data")

    assert 0 == (await terminal(*to, f"@{tmp_path / 'event.json'}")).status
    assert 0 == (await terminal(*to, "-")).status

    assert 4 == (await shown(terminal, crn))["events_total"]
    assert (await terminal(*to, f"@{tmp_path}/none")).refuses("cannot be read: No such file")


async def test_a_field_is_given_once(terminal: Type, crn: str) -> None:
    """An option never overrides what the data say: that is wrong usage."""
    to = ("send", "officer_assigned", "--crn", crn, "--event", "1", "--event-id", "e-3")
    said = await terminal(*to, "--data", '{"event_id": "e-4"}')

    assert 2 == said.status
    assert "event_id is in the data already" in said.err


async def test_what_is_sent_unchecked_is_quarantined_by_the_sentence(
    terminal: Type, crn: str
) -> None:
    """Nothing is lost: the sentence shows what it cannot read, with the reason."""
    to = ("--crn", crn, "--event", "1", "--unchecked", "--data")
    assert 0 == (await terminal("send", "officer_assigned", *to, '{"officer_id": ')).status
    assert 0 == (await terminal("send", "no_such_kind", *to, "{}")).status

    found = {item["kind"]: item["code"] for item in (await shown(terminal, crn))["unapplied"]}
    assert {"officer_assigned": "malformed_json", "no_such_kind": "unknown_kind"} == found
    filled = await terminal("send", "officer_assigned", *to, "{}", "--event-id", "e-1")
    assert 2 == filled.status


async def test_a_closed_file_takes_no_more_events(
    working: Working, server: DevServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its closing days `send` says so; `show` still shows it, whatever comes late."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    async with working([SentenceWorkflow], quiet_minutes=0, closing_days=0) as settings:
        monkeypatch.setenv("SENTENCES_TASK_QUEUE", settings.task_queue)
        crn = new_crn()
        imposed = command_words("sentence_imposed", crn, "e-1", three_weeks_ago(10))
        ended = command_words(
            "court_decided",
            crn,
            "e-2",
            three_weeks_ago(11),
            outcome="good_progress",
            decided_on=three_weeks_ago(11).date().isoformat(),
        )
        for line in (imposed, ended):
            assert 0 == (await run_command_async(*line)).status

        async def is_closed() -> bool:
            return (await run_command_async(*imposed)).refuses(
                f"the file of sentence {crn} 1 is closed"
            )

        await eventually(is_closed)
        view = await shown(run_command_async, crn)
        assert ("completed", "good_progress") == (view["state"], view["outcome"])
        listed = (
            await run_command_async("list", "--closed", "--state", "completed", "--json")
        ).data
        assert crn in {row["crn"] for row in listed}

        late = await client.start_workflow(
            "SentenceWorkflow", id=f"sentence-{crn}-1", task_queue=settings.task_queue
        )
        assert "already_closed" == (await late.result())["ended"]
        assert "completed" == (await shown(run_command_async, crn))["state"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "Usage: starter.py"),
        (["sned"], "No such command 'sned'"),
        (["send", "nudge"], "Missing option '--crn'"),
        (["send", "nudge", "--crn", "X32074", "--event", "1"], "six digits, such as X320741"),
        (["send", "nudge", "--crn", "X320741", "--event", "a"], "an event number is 1 to 4 digits"),
        (["send", "nudge", "--crn", "X320741", "--event", "01"], "leading zeros: 1, not 01"),
        (["send", "nudge", "--crn", "X320741", "--event", "1", "--by", "a:b"], "ID:ROLE:ORG"),
        (["show", "X320741"], "Missing argument"),
        (["list", "--due", "tomorrow"], "'tomorrow' is not one of"),
        (["list", "--officer", 'N" OR "'], "a code is 1 to 64 letters"),
        (["play", "x.jsonl", "--base", "monday"], "monday"),
    ],
)
def test_wrong_usage_is_status_2(arguments: list[str], complaint: str) -> None:
    """A wrong command line is reported as usage, without a server."""
    said = run_command(*arguments)

    assert 2 == said.status
    assert complaint in f"{said.err}{said.out}"


@pytest.mark.parametrize(
    "arguments",
    [
        ["send", "nudge", "--crn", "X320741", "--event", "1"],
        ["submit", "nudge", "--crn", "X320741", "--event", "1"],
        ["show", "X320741", "1"],
        ["list"],
    ],
)
def test_a_missing_server_is_one_sentence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names where it looked and what to do; the status is 1."""
    nowhere = f"127.0.0.1:{free_ports().grpc}"
    monkeypatch.setenv("TEMPORAL_ADDRESS", nowhere)

    assert run_command(*arguments).refuses(
        f"Temporal at {nowhere} does not answer; `make run` starts"
    )


def test_a_configuration_that_cannot_be_read_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A profile that does not exist is distinguished from a server that does not answer."""
    monkeypatch.setenv("TEMPORAL_PROFILE", "nowhere")

    assert run_command("list").refuses(
        "the Temporal configuration is not usable: Profile 'nowhere'"
    )


async def test_an_unknown_namespace_is_not_an_unknown_sentence(
    server: DevServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server reports both alike; a person has to tell them apart."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "nowhere")

    for command in (["show", "X320741", "1"], ["list"]):
        assert (await run_command_async(*command)).refuses("Namespace nowhere is not found")


async def test_the_program_leaves_with_the_status_of_its_command(terminal: Type, crn: str) -> None:
    """`python starter.py`, as a process: 0 done, 1 refused, and never an abort on the way out."""
    del terminal
    for arguments, status in (
        (["show", crn, "1"], 0),
        (["show", new_crn(), "1"], 1),
        (["list", "--due", "never"], 2),
    ):
        done = await subprocess_of(*arguments)
        assert status == done.returncode, done.stderr
        assert "Traceback" not in done.stderr


async def subprocess_of(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program itself."""
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "starter.py", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_now_is_londons() -> None:
    """`--at now` is the present second, with its offset."""
    at = datetime.fromisoformat(EnvelopeOptions(at="now").fields()["occurred_at"])

    assert at.utcoffset() == datetime.now(LONDON).utcoffset()

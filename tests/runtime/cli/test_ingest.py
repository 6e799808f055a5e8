"""`ingest` and `dead-letters`: domain events reach their sentences or become dead letters."""

import asyncio
import json
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mypy_boto3_sqs.client import SQSClient

from tests.isolation import eventually
from tests.runtime.cli.command_lines import shown, three_weeks_ago
from tests.runtime.cli.terminal import Type, new_crn, run_command, run_command_async
from tests.runtime.ingest.fakes import Server, serving
from tests.runtime.ingest.messages import (
    ALLOCATED,
    ALLOCATION,
    CREATED,
    ORDER,
    PAYBACK,
    SESSION,
    TERMINATED,
    UNTERMINATED,
    from_topic,
    message,
)
from tests.runtime.ingest.queues import is_left

ROOT = Path(__file__).parents[3]


@pytest.fixture
def known(terminal: Type, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """A server of look-ups, which the command line asks; its records lie in the test's folder."""
    del terminal
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path))
    with serving() as server:
        services = server.services("probation", "workload", "unpaid-work")
        monkeypatch.setenv("SENTENCES_LOOK_UP_SERVICES", services)
        yield server


def story(crn: str, known: Server) -> list[str]:
    """An order, its allocation, a missed session, an end that did not stand, and the rest."""
    day = three_weeks_ago(9)
    at = [(day + timedelta(days=n)).isoformat() for n in range(10)]
    known.said |= {
        f"probation/people/{crn}/sentences": {"event_number": "1"},
        f"probation/people/{crn}/sentences/1": {
            **ORDER,
            "sentenced_on": at[0][:10],
            "ends_on": (day + timedelta(days=364)).date().isoformat(),
            "ended": {"on": at[5][:10], "reason": "deportation"},
        },
        f"workload/allocation/event/{crn}": ALLOCATION,
        f"unpaid-work/appointments/{crn}": {**SESSION, "at": at[3], "outcome": "UACP"},
    }
    bodies = [
        message(CREATED, at[0], crn=crn),
        message(ALLOCATED, at[1], crn=crn, allocationId=crn),
        message("community-payback.appointment.created", at[2], crn=crn, appointmentId=crn),
        message(PAYBACK, at[4], crn=crn, appointmentId=crn),
        message(TERMINATED, at[5], crn=crn, eventNumber="1"),
        message(UNTERMINATED, at[6], crn=crn, eventNumber="1"),
        message("tier.calculation.complete", at[7], crn=crn),
    ]
    return [from_topic(body, f"{crn}-{number}") for number, body in enumerate(bodies)]


def written(folder: Path, lines: list[str]) -> str:
    """A file of messages, one a line."""
    file = folder / "messages.jsonl"
    file.write_text("\n".join([*lines, ""]), "utf-8")
    return str(file)


async def same_for_all(terminal: Type, crn: str) -> Any:
    """Return the view of a sentence without the fields that differ by person and by arrival."""
    view = await shown(terminal, crn)
    del view["arrival"], view["now"]
    text = json.dumps(view, sort_keys=True).replace(crn, "CRN")
    return json.loads(re.sub(r"hmpps-[0-9a-f]{32}", "hmpps", text))


async def test_the_order_of_messages_does_not_matter_nor_do_repeats(
    terminal: Type, known: Server, tmp_path: Path
) -> None:
    """One person's file in order and once more, another's shuffled: both have one view."""
    one, other = new_crn(), new_crn()
    twice, shuffled = (story(crn, known) for crn in (one, other))
    random.Random(7).shuffle(shuffled)  # noqa: S311 - an order, not a secret

    for lines in (shuffled, twice, twice):
        said = await terminal("ingest", written(tmp_path, lines))
        assert 0 == said.status, said.err

    assert "repeated 7: received before, nothing done\n" == said.out
    view = await same_for_all(terminal, one)
    assert view == await same_for_all(terminal, other)
    assert ("allocated", "N07A001", None) == tuple(
        view[name] for name in ("state", "officer", "outcome")
    )
    assert ["UPW-7"] == [failure["failure_id"] for failure in view["failures"]]


async def test_dead_letters_are_listed_replayed_and_dismissed(
    terminal: Type, known: Server, tmp_path: Path
) -> None:
    """Its status is 1 until nothing waits; a look-up that answers again lets it through."""
    crn = new_crn()
    lines = story(crn, known)[:1]
    sentence = known.said.pop(f"probation/people/{crn}/sentences/1")
    unheard = from_topic(message("unheard-of", crn=crn, x=crn), f"{crn}-9")

    said = await terminal("ingest", written(tmp_path, [*lines, unheard, "{"]))
    assert (1, "3 messages became dead letters; `dead-letters list` shows the reasons\n") == (
        said.status,
        said.err,
    )
    unknown = "unheard-of: no mapping knows unheard-of; a new file in standards/ingest/"
    assert f"dead letters 1 (unknown_type): {unknown}" in said.out
    waiting = (await terminal("dead-letters", "list", "--json")).data
    assert {"no_sentence", "unknown_type", "unreadable"} == {item["why"] for item in waiting}
    assert "3 messages\n" in (await terminal("dead-letters", "list")).out

    named = {item["why"]: item["message"] for item in waiting}
    shown_to_ops = await terminal("dead-letters", "show", named["unknown_type"][:12])
    assert unheard in shown_to_ops.out
    for why in ("unknown_type", "unreadable"):
        how = ("--how", "Nothing to do.")
        assert 0 == (await terminal("dead-letters", "dismiss", named[why], *how)).status
    assert 1 == (await terminal("dead-letters", "replay", "--all")).status

    known.said[f"probation/people/{crn}/sentences/1"] = sentence
    said = await terminal("dead-letters", "replay", "--all")
    assert (0, "sent 1: 1 events to 1 sentences\n") == (said.status, said.out), said.err
    assert [] == (await terminal("dead-letters", "list", "--json")).data
    assert "awaiting_allocation" == (await shown(terminal, crn))["state"]
    assert (await terminal("dead-letters", "show", named["unreadable"])).refuses("no dead letter")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest"],
        ["ingest", "file", "--queue", "http://localhost/q"],
        ["dead-letters"],
        ["dead-letters", "forget"],
        ["dead-letters", "show"],
        ["dead-letters", "show", "abc"],
        ["dead-letters", "replay"],
        ["dead-letters", "dismiss", "abcdef"],
    ],
)
def test_wrong_usage_of_taking_in_is_status_2(arguments: list[str]) -> None:
    """A file or a queue; a message by enough of its digest; how it was dealt with."""
    assert 2 == run_command(*arguments).status


async def test_a_file_that_is_not_there_is_one_sentence() -> None:
    """Nothing was taken in."""
    assert (await run_command_async("ingest", "none.jsonl")).refuses("cannot be read: ")


async def test_a_queue_is_consumed_by_a_process_until_it_is_told_to_stop(
    terminal: Type, known: Server, sqs: SQSClient, queue: str
) -> None:
    """A real process, a real queue, a real sentence; SIGTERM drains it and the status is 0."""
    crn = new_crn()
    bodies = story(crn, known)
    for body in bodies[:2]:
        sqs.send_message(QueueUrl=queue, MessageBody=body)
    line = [sys.executable, "starter.py", "ingest", "--queue", queue]
    consumer = await asyncio.to_thread(
        subprocess.Popen, line, cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    try:
        await eventually(lambda: asyncio.to_thread(is_left, sqs, queue, (0, 0)), seconds=80)
    finally:
        consumer.send_signal(signal.SIGTERM)
        # Something to find, so that the question to the queue ends: it is given back.
        await asyncio.sleep(0.2)
        sqs.send_message(QueueUrl=queue, MessageBody=bodies[2])
        _, err = await asyncio.to_thread(consumer.communicate)

    assert 0 == consumer.returncode, err
    # Every line is a record of the log, also the one that names the server.
    events = [json.loads(row)["event"] for row in err.splitlines()]
    taken = ["message_ingested"] * 2
    assert ["connected", "consumer_started", *taken, "consumer_stopped"] == events
    assert crn not in err
    assert is_left(sqs, queue, (1, 0))
    assert "allocated" == (await shown(terminal, crn))["state"]

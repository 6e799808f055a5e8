"""`import` sends a caseload: it reports invalid lines and resumes where it stopped."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from temporalio.client import Client

from runtime.bulk_import import progress_path
from runtime.dev_server import DevServer
from settings import PROJECT
from states.sentence_ref import SentenceRef
from tests.isolation import eventually
from tests.runtime.cli.command_lines import shown
from tests.runtime.cli.terminal import Type, new_crn, run_command_async
from tests.runtime.cli.test_play import line, order

SENTENCES = 200


@pytest.fixture
def unattended(server: DevServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command line that reaches the server; no worker takes what is sent."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("SENTENCES_TASK_QUEUE", f"nobody-{uuid4().hex}")


def caseload(folder: Path, crns: list[str]) -> Path:
    """A file of two events a sentence, first all impositions."""
    orders = [order(crn) for crn in crns]
    file = folder / "caseload.jsonl"
    file.write_text("\n".join(lines[n] for n in (0, 1) for lines in orders), "utf-8")
    return file


async def test_an_import_that_was_killed_goes_on_and_doubles_nothing(
    unattended: None, server: DevServer, client: Client, tmp_path: Path
) -> None:
    """Killed midway and resumed: each of 200 sentences has one start and each signal once."""
    del unattended
    crns = [f"K{n:06}" for n in range(SENTENCES)]
    file = caseload(tmp_path, crns)
    memory = progress_path(str(file), f"default@{server.address}")
    command = ("starter.py", "import", str(file), "--per-second", "200")
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=PROJECT)

    async def is_midway() -> bool:
        return memory.exists() and json.loads(memory.read_text("utf-8"))["through"] > 40

    await eventually(is_midway, 60)
    process.kill()
    assert await process.wait() < 0
    through = json.loads(memory.read_text("utf-8"))["through"]
    assert through < 2 * SENTENCES
    said = await run_command_async("import", str(file), "--per-second", "5000")

    assert 0 == said.status, said.err
    assert said.out.startswith(f"imported {2 * SENTENCES} events to {SENTENCES} sentences, ")
    found = await asyncio.gather(*(_signals(client, crn) for crn in crns))
    assert [("case_allocated", "sentence_imposed")] * SENTENCES == found
    again = await run_command_async("import", str(file))
    assert (0, f"{2 * SENTENCES} of them before\n") == (again.status, again.out.split(", ")[1])


async def _signals(client: Client, crn: str) -> tuple[str, ...]:
    """The signals of a sentence, of all its runs; it is ended, for nobody works on it."""
    handle = client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)
    names = [
        found.workflow_execution_signaled_event_attributes.signal_name
        async for found in handle.fetch_history_events()
        if found.HasField("workflow_execution_signaled_event_attributes")
    ]
    await handle.terminate()
    return tuple(sorted(names))


async def test_a_faulty_line_is_named_and_the_others_are_sent(
    terminal: Type, tmp_path: Path
) -> None:
    """By its number, with all that is wrong with it; a byte-order mark belongs to no line."""
    good, other = new_crn(), new_crn()
    bad = json.loads(line(other, "case_allocated", "@-9wd 11:00"))
    for name in ("event_id", "occurred_at", "by", "provider"):
        del bad["data"][name]
    file = tmp_path / "c.jsonl"
    lines = [order(good)[0], "{", "", json.dumps(bad), order(good)[1]]
    file.write_text("\n".join(lines), "utf-8-sig")

    said = await terminal("import", str(file))

    assert (1, "imported 2 events to 1 sentences\n") == (said.status, said.out)
    first, second, loud, last = said.err.splitlines()
    assert "line 2: the payload is not JSON text: column 2" == first
    assert second.startswith("line 4: ")
    assert 4 == second.count(" is missing")
    assert "1 of them have no live_from: notices go out for overdue clocks" == loud
    assert "not everything was imported: 2 lines are invalid" == last
    assert "allocated" == (await shown(terminal, good))["state"]


async def test_with_strict_nothing_is_sent_unless_all_can_be(
    terminal: Type, tmp_path: Path
) -> None:
    """Every faulty line is named first."""
    crn = new_crn()
    file = tmp_path / "c.jsonl"
    file.write_text("\n".join([*order(crn), "{", "[]"]), "utf-8")

    said = await terminal("import", str(file), "--strict")

    assert (1, "") == (said.status, said.out)
    assert Counter({"line": 2, "not": 1}) == Counter(
        text.partition(" ")[0] for text in said.err.splitlines()
    )
    assert 1 == (await terminal("show", crn, "1")).status
    assert not any(name.endswith(".progress") for name in os.listdir(tmp_path))  # noqa: PTH208


async def test_an_import_keeps_to_the_base_that_it_was_begun_with(
    unattended: None, tmp_path: Path
) -> None:
    """Another day would make other events; another file is another import."""
    del unattended
    file = caseload(tmp_path, [new_crn()])
    at = ("--progress", str(tmp_path / "p"))
    assert 0 == (await run_command_async("import", str(file), *at, "--base", "2026-11-20")).status

    other = await run_command_async("import", str(file), *at, "--base", "2026-11-19")
    assert other.refuses("started with --base 2026-11-20")
    assert 0 == (await run_command_async("import", str(file), *at)).status
    file.write_text(order(new_crn())[0], "utf-8")
    assert (await run_command_async("import", str(file), *at)).refuses("delete it to start again")
    nowhere = ("--progress", str(tmp_path / "none" / "p"))
    assert (await run_command_async("import", str(file), *nowhere)).refuses("No such file")


async def test_a_second_server_gets_the_whole_file(
    unattended: None, server: DevServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that a trial server was sent have not arrived in another namespace."""
    del unattended
    file = caseload(tmp_path, [new_crn()])
    assert 0 == (await run_command_async("import", str(file))).status
    kept = ("--progress", str(progress_path(str(file), f"default@{server.address}")))
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "temporal-system")

    said = await run_command_async("import", str(file))
    assert said.out == "imported 2 events to 1 sentences\n"
    assert (await run_command_async("import", str(file), *kept)).refuses("belongs to the import")


async def test_an_import_that_meets_no_server_can_go_on_later(
    server: DevServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so in one sentence, and remembers that nothing was sent."""
    file = caseload(tmp_path, [new_crn()])
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    assert (await run_command_async("import", str(file))).refuses("does not answer")
    monkeypatch.setenv("TEMPORAL_ADDRESS", server.address)
    monkeypatch.setenv("SENTENCES_TASK_QUEUE", f"nobody-{uuid4().hex}")
    assert (await run_command_async("import", str(file))).out.startswith("imported 2 events")

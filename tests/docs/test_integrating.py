"""The page for integrators works as it is written, in each of its languages, on a real server."""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from runtime.client import connect
from runtime.dev_server import server_binary
from runtime.keys import keys_of
from runtime.running_stack import RunningStack
from settings import Settings
from tests.docs.other_clients import beside, judged, send_through_api, send_through_queue
from tests.docs.walkthrough import Step, missing, steps
from tests.isolation import eventually, isolated
from tests.running import up
from tests.states.events.validity import NOT_IN_SCHEMA
from tests.states.orders import Act

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "integrating.md"
TYPESCRIPT = ROOT / "examples" / "typescript"
COMPILER = TYPESCRIPT / "node_modules" / ".bin" / "tsc"

EVENT_IDS = re.compile(r"\b(hmpps-[0-9a-f]{32}-[a-z_]+|e-[0-9])\b")
"""Ids that senders give to events; they differ between the ways."""

BY_CLIENT = {
    "The command line": "X901741",
    "curl": "X901742",
    "Python": "X901743",
    "TypeScript": "X901744",
    "the API": "X901745",
    "a queue": "X901746",
}


@dataclass(frozen=True)
class Place:
    """A running installation, and what its clients need to know."""

    client: Client
    environment: dict[str, str]
    folder: Path
    settings: Settings
    api: str
    followed: set[str] = field(default_factory=set)


@asynccontextmanager
async def installation(folder: Path, *options: str) -> AsyncIterator[Place]:
    """An installation of `make run`, with its sample caseload."""
    with up(folder / "var", *options) as running:
        stack = running.stack
        settings = isolated(folder / "var", task_queue="sentences")
        keys = keys_of(settings) if stack.sealed else None
        client = await connect(address=stack.address, namespace=stack.namespace, keys=keys)
        yield Place(client, environment_of(stack, folder), folder, settings, stack.api or "")


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """An installation whose payloads are readable."""
    async with installation(tmp_path_factory.mktemp("integrating")) as found:
        yield found


def environment_of(stack: RunningStack, folder: Path) -> dict[str, str]:
    """The environment of a reader's terminal, with what differs because the ports are not usual."""
    return {
        "PATH": f"{server_binary().parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "TEMPORAL_ADDRESS": stack.address,
        "TEMPORAL_HTTP": stack.http,
        # As the page says, for answers that are encrypted.
        **({} if stack.codec is None else {"CODEC": stack.codec}),
        **({} if stack.codec is None else {"TEMPORAL_CODEC_ENDPOINT": stack.codec}),
    }


async def ran(place: Place, *command: str) -> tuple[int, str]:
    """The exit status of a program and all that it printed."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=place.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def follow(place: Place, heading: str) -> None:
    """Run the shell blocks of a section, and compare their output with the page."""
    definitions = ""
    for step in steps(PAGE, heading):
        if step.shown:
            await carry_out(place, step, definitions)
        else:
            definitions += step.text


async def carry_out(place: Place, step: Step, definitions: str) -> None:
    """Run one block; a query is repeated until its result is the one on the page."""
    printed = ""

    async def shows() -> bool:
        nonlocal printed
        status, printed = await ran(place, "sh", "-c", definitions + step.text)
        assert step.shown.startswith("Error:") == (status != 0), printed
        return [] == missing(step.shown, printed)

    if step.asks:
        await eventually(shows)
    else:
        assert await shows(), printed


async def python(place: Place, heading: str) -> None:
    """Run the program of the section, in an interpreter that sees nothing of ours."""
    (step,) = steps(PAGE, heading)
    program = place.folder / "program.py"
    program.write_text(step.text, "utf-8")

    assert (0, step.shown) == await ran(place, sys.executable, "-I", str(program))


async def typescript(place: Place, heading: str) -> None:
    """Compile the program of the section under strict rules, and run it."""
    (step,) = steps(PAGE, heading)
    build = place.folder / "typescript"
    build.mkdir()
    for name in ("package.json", "tsconfig.json", "sentence.ts", "encrypt.ts"):
        shutil.copy(TYPESCRIPT / name, build)
    (build / "node_modules").symlink_to(TYPESCRIPT / "node_modules")

    assert (0, "") == await ran(place, str(COMPILER), "--project", str(build))
    assert (0, step.shown) == await ran(place, "node", str(build / "build" / "sentence.js"))


SendStory = Callable[[Place, str], Awaitable[None]]

CLIENTS: dict[str, tuple[SendStory, bool, str]] = {
    "The command line": (follow, True, ""),
    "curl": (
        follow,
        all(shutil.which(program) for program in ("curl", "jq")),
        "there is no curl or no jq here",
    ),
    "Python": (python, True, ""),
    "TypeScript": (
        typescript,
        shutil.which("node") is not None and COMPILER.exists(),
        "there is no Node with the packages of examples/typescript: `make typescript`",
    ),
}
"""Way to follow each section, whether it is available here, and the reason if not."""


async def by_api(place: Place, heading: str) -> None:
    """Send the same through the API."""
    await send_through_api(place.client, place.settings, BY_CLIENT[heading])


async def by_queue(place: Place, heading: str) -> None:
    """Send the same through other systems, and the rest as the officer."""
    await send_through_queue(place.client, place.settings, BY_CLIENT[heading])
    await submit(place, heading, judged("e-4"))


WAYS: dict[str, SendStory] = {
    **{heading: follow for heading, (follow, can, _) in CLIENTS.items() if can},
    "the API": by_api,
    "a queue": by_queue,
}
"""Every way to send events that is available here."""


async def ensure_sent(place: Place, heading: str) -> None:
    """Send the events of a section or another way, unless another test has done so."""
    if heading not in place.followed:
        place.followed.add(heading)
        await WAYS[heading](place, heading)


async def submit(place: Place, heading: str, event: Act) -> None:
    """Send one more event to the sentence of a section."""
    kind, data = event
    handle = place.client.get_workflow_handle(f"sentence-{BY_CLIENT[heading]}-1")
    await handle.execute_update("submit", {"kind": kind, "data": data})

    async def is_applied() -> bool:
        found = await handle.query("receipt", data["event_id"])
        return ["applied"] == [receipt["disposition"] for receipt in found]

    await eventually(is_applied)


async def view_of(place: Place, heading: str) -> dict[str, Any]:
    """Return the view of a section's sentence, without its name and the times of arrival."""
    name = f"sentence-{BY_CLIENT[heading]}-1"
    whole = await place.client.get_workflow_handle(name).query("sentence")
    own = {"workflow_id", "crn", "arrival", "now"}
    text = json.dumps({field: value for field, value in whole.items() if field not in own})
    text = EVENT_IDS.sub("an event", text.replace(BY_CLIENT[heading], "X"))
    found: dict[str, Any] = json.loads(text)
    return found


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param(heading, marks=pytest.mark.skipif(not can, reason=reason))
        for heading, (_, can, reason) in CLIENTS.items()
    ],
)
async def test_a_section_works_as_it_is_written(place: Place, heading: str) -> None:
    """Block by block; it ends with an allocated order and one failure, which was accepted."""
    await ensure_sent(place, heading)
    view = await view_of(place, heading)

    assert (4, 0) == (view["events_total"], view["unapplied_total"])
    assert [("F1", True)] == [(one["failure_id"], one["acceptable"]) for one in view["failures"]]


async def test_the_request_of_the_page_about_the_api_is_accepted(place: Place) -> None:
    """As it is written there; `make run` asks for no key."""
    (step,) = steps(ROOT / "docs" / "api.md", "Sending an event")
    place.environment.update(API=place.api, KEY="none")

    status, printed = await ran(place, "sh", "-c", step.text)
    assert (0, True) == (status, " 202 Accepted" in printed), printed


async def test_every_section_works_on_an_encrypted_installation(tmp_path: Path) -> None:
    """By the same words, with the codec server in the environment that the page names."""
    async with installation(tmp_path, "--sealed") as place:
        ways = [heading for heading, (_, can, _) in CLIENTS.items() if can]
        for way in ways:
            await ensure_sent(place, way)
        views = [await view_of(place, way) for way in ways]

    assert [(4, 0)] * len(ways) == [
        (view["events_total"], view["unapplied_total"]) for view in views
    ]
    assert {"CODEC", "TEMPORAL_CODEC_ENDPOINT"} <= place.environment.keys()


async def test_all_ways_in_end_in_the_same_view(place: Place) -> None:
    """By each language, through the API and from a queue: the same sentence except references.

    Unavailable ways are skipped. The allocation of the queue names the officer, so all others do.
    """
    for way in WAYS:
        await ensure_sent(place, way)
        for act in [] if way == "a queue" else beside():
            await submit(place, way, act)
    views = [await view_of(place, way) for way in WAYS]

    assert {"The command line", "Python", "the API", "a queue"} <= set(WAYS)
    assert [views[0]] * len(views) == views


def test_the_typescript_of_the_page_is_the_file() -> None:
    """The code on the page is the code that is compiled."""
    (step,) = steps(PAGE, "TypeScript")

    assert (TYPESCRIPT / "sentence.ts").read_text("utf-8") == step.text


def test_what_no_schema_says_is_on_the_page() -> None:
    """Word for word, as the list in the code has it."""
    page = " ".join(PAGE.read_text("utf-8").split())

    assert [] == [line for line in NOT_IN_SCHEMA.values() if f"- {line} " not in page]


def test_the_npm_lock_names_no_host() -> None:
    """Versions and hashes alone: packages come from the registry that the machine is set to."""
    locked = json.loads((TYPESCRIPT / "package-lock.json").read_text("utf-8"))
    wanted = json.loads((TYPESCRIPT / "package.json").read_text("utf-8"))
    pinned = {**wanted["dependencies"], **wanted["devDependencies"]}

    assert "://" not in json.dumps(locked)
    assert pinned == {
        name: locked["packages"][f"node_modules/{name}"]["version"] for name in pinned
    }


def test_a_page_that_promises_what_is_not_printed_is_found_out() -> None:
    """The comparison can fail: words in another order, or not there."""
    assert [] == missing("applied ... e-1\n", 'x "applied  a\n e-1"')
    assert ["e-1 ... applied"] == missing("e-1 ... applied\n", "applied e-1")
    assert ["refused"] == missing("refused\n", "applied")

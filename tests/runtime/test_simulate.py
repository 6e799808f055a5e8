"""`simulate` runs a whole order without a server and explains every due date."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from docs.journeys import load_journeys
from tests.examples import EXAMPLES, played
from tests.runtime.cli.terminal import run_command

ROOT = Path(__file__).parents[2]

LOADED = """
import sys
import starter
status = starter.main()
sys.stderr.write(" ".join(sorted(sys.modules)))
sys.exit(status)
"""


def simulated(*arguments: str) -> str:
    """Standard output of the command; it ends with 0 and writes nothing to standard error."""
    done = run_command("simulate", *arguments)
    assert (0, "") == (done.status, done.err)
    return done.out


def reasons(clock: dict[str, Any]) -> list[str]:
    """Texts that the screen shows of a clock: its date and why it is that date."""
    why = clock["why"]
    skipped = [f"skipped {', '.join(why['skipped'])}"] if why["skipped"] else []
    rule = f"{why['rule']} [{why['source']}]"
    return [clock["id"], clock["due_on"] or "-", clock["status"], rule, why["trigger"], *skipped]


def test_an_order_of_twelve_months_with_two_failures_explains_every_due_date() -> None:
    """All clocks of the view are printed, and every change of state."""
    printed = simulated(str(EXAMPLES / "journeys" / "two_failures.jsonl"))
    text = " ".join(printed.split())
    (base,) = re.findall(r"base of the stream is ([0-9-]+);", text)
    expected = load_journeys()["two_failures"].simulated(date.fromisoformat(base)).view()

    missing = [
        reason for clock in expected["clocks"] for reason in reasons(clock) if reason not in text
    ]
    assert [] == missing
    assert 2 == len({failure["failed_on"] for failure in expected["failures"]})
    moves = [f"{move['from']} -> {move['to']} ({move['name']})" for move in expected["transitions"]]
    assert 7 == len(moves)
    assert [] == [move for move in moves if move not in text]
    assert "warning-letter to person: W1" in text


def test_a_late_entry_is_told_late_and_the_wrong_notices_are_withdrawn() -> None:
    """A line below later ones arrives later; the notices show what was sent meanwhile."""
    found = json.loads(simulated(str(EXAMPLES / "late_recording.jsonl"), "--json"))
    (sentence,) = found["sentences"]
    expected, _ = played("late_recording", date.fromisoformat(found["base"]), to_the_end=True)

    def lasting(view: dict[str, Any]) -> list[dict[str, Any]]:
        return [clock for clock in view["clocks"] if clock["timescale"] != "record-same-day"]

    assert lasting(expected) == lasting(sentence["view"])
    about = [
        name
        for notice in sentence["notices"]
        if notice["template"] == "overdue-digest" and notice["recipient"] == "officer"
        for name in ("overdue", "settled")
        if "enforce-6wd" in notice["facts"][name]
    ]
    assert ["overdue", "settled"] == about
    assert {"applied"} == {event["disposition"] for event in sentence["events"]}


def test_a_base_can_be_chosen_and_is_a_working_day_otherwise() -> None:
    """A stream without `--base` begins today, or on the next day on which courts sit."""
    file = str(EXAMPLES / "journeys" / "two_failures.jsonl")

    chosen = json.loads(simulated(file, "--base", "2026-05-02", "--json"))
    found = json.loads(simulated(file, "--json"))

    assert "2026-05-02" == chosen["base"]
    assert date.fromisoformat(found["base"]).isoweekday() < 6


def test_it_loads_neither_a_server_nor_the_workflow() -> None:
    """Its whole work is the fold, so that it takes a moment."""
    file = str(EXAMPLES / "journeys" / "two_failures.jsonl")
    command = [sys.executable, "-c", LOADED, "simulate", file, "--json"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)

    loaded = set(done.stderr.split())
    assert not loaded & {"temporalio.client", "temporalio.worker", "temporalio.testing"}
    assert not loaded & {"runtime.client", "runtime.dev_server", "workflows.sentence"}


def test_an_invalid_stream_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """The line is named; a stream without events is refused too."""
    broken, empty = tmp_path / "broken.jsonl", tmp_path / "empty.jsonl"
    broken.write_text('{"crn": "X320741"}\n', "utf-8")
    empty.write_text("\n", "utf-8")

    assert run_command("simulate", str(broken)).refuses(
        "line 1: a line is one object with the fields"
    )
    assert run_command("simulate", str(empty)).refuses("the stream holds no event")

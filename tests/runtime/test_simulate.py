"""`simulate` lives a whole order in seconds and tells every due date with its reason."""

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from docs.journeys import load_journeys
from tests.examples import EXAMPLES, played

ROOT = Path(__file__).parents[2]


def simulated(*arguments: str) -> str:
    """What the command prints; it ends with 0 and is quiet on standard error."""
    command = [sys.executable, "starter.py", "simulate", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def reasons(clock: dict[str, Any]) -> list[str]:
    """What has to be on the screen of one clock: its date and why it is that date."""
    why = clock["why"]
    skipped = [f"skipped {', '.join(why['skipped'])}"] if why["skipped"] else []
    rule = f"{why['rule']} [{why['source']}]"
    return [clock["id"], clock["due_on"] or "-", clock["status"], rule, why["trigger"], *skipped]


def test_an_order_of_twelve_months_with_two_failures_tells_every_due_date_with_its_reason() -> None:
    """The real worker and the pure fold agree on every clock, and all of it is printed."""
    printed = simulated(str(EXAMPLES / "journeys" / "two_failures.jsonl"))
    told = " ".join(printed.split())
    (base,) = re.findall(r"base of the stream is (\S+)[:.]", told)
    expected = load_journeys()["two_failures"].simulated(date.fromisoformat(base)).view()

    missing = [text for clock in expected["clocks"] for text in reasons(clock) if text not in told]
    assert [] == missing
    assert 2 == len({failure["failed_on"] for failure in expected["failures"]})
    moves = [f"{move['from']} -> {move['to']} ({move['name']})" for move in expected["transitions"]]
    assert ["T01", "T02", "T03", "T05", "T06", "T07", "T30"] == re.findall(r"\((T\d\d)\)", told)
    assert [] == [move for move in moves if move not in told]
    assert "warning-letter to person: W1" in told


def test_what_is_entered_late_is_told_late_and_what_was_said_meanwhile_is_taken_back() -> None:
    """A line after later ones is sent later; the notices show what the world heard and when."""
    found = json.loads(simulated(str(EXAMPLES / "late_recording.jsonl"), "--json"))
    (sentence,) = found["sentences"]
    expected, _ = played("late_recording", date.fromisoformat(found["base"]), to_the_end=True)

    def lasting(view: dict[str, Any]) -> list[dict[str, Any]]:
        return [clock for clock in view["clocks"] if clock["timescale"] != "record-same-day"]

    assert lasting(expected) == lasting(sentence["view"])
    about = [
        (notice["template"], notice["recipient"])
        for notice in sentence["notices"]
        if notice["subject"].startswith("enforce-6wd") and notice["recipient"] == "officer"
    ]
    assert [("overdue", "officer"), ("overdue-withdrawn", "officer")] == about
    assert {"applied"} == {event["disposition"] for event in sentence["events"]}


def test_a_stream_that_cannot_be_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    """The line is named; nothing is started."""
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"crn": "X320741"}\n', "utf-8")
    command = [sys.executable, "starter.py", "simulate", str(broken)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert 1 == done.returncode
    assert "line 1: a line is one object with the fields" in done.stderr
    assert 1 == len(done.stderr.splitlines())

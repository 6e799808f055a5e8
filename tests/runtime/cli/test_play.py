"""`play` sends a stream in order, or nothing of it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from runtime.cli.errors import UnreadableEventError
from runtime.cli.play import read_events
from tests.runtime.cli.command_lines import shown
from tests.runtime.cli.terminal import Type, new_crn, run_command_async
from tests.states.wording import COURT_OFFICER, DEFAULTS


def line(crn: str, kind: str, at: str, **fields: Any) -> str:
    """A line of a stream; the id of its event is the kind."""
    envelope = {"event_id": kind, "occurred_at": at, "by": COURT_OFFICER}
    data = {**envelope, **DEFAULTS[kind], **fields}
    return json.dumps({"crn": crn, "event_number": "1", "kind": kind, "data": data})


def order(crn: str) -> list[str]:
    """An order of ten working days before the base, and its allocation on the next."""
    dates = {"sentenced_on": "@-10wd", "ends_on": "@+350d"}
    return [
        line(crn, "sentence_imposed", "@-10wd 10:00", **dates),
        line(crn, "case_allocated", "@-9wd 11:00"),
    ]


async def test_a_stream_is_played_to_its_sentences(terminal: Type, tmp_path: Path) -> None:
    """Two sentences from one file; times are relative to the base that is given."""
    crns = [new_crn(), new_crn()]
    file = tmp_path / "orders.jsonl"
    file.write_text("\n".join([*order(crns[0]), "", *order(crns[1]), ""]), "utf-8")

    said = await terminal("play", str(file), "--base", "2026-11-20")

    assert (0, "played 4 events to 2 sentences\n") == (said.status, said.out), said.err
    for crn in crns:
        view = await shown(terminal, crn)
        assert ("allocated", "2026-11-06") == (view["state"], view["sentenced_on"])


async def test_a_stream_with_a_wrong_line_is_not_begun(terminal: Type, tmp_path: Path) -> None:
    """The line is named, and what stands before it was not sent."""
    crn = new_crn()
    file = tmp_path / "order.jsonl"
    file.write_text("\n".join([*order(crn), "{"]), "utf-8")

    said = await terminal("play", str(file))

    assert said.refuses("nothing was sent: line 3: the payload is not JSON text")
    assert (await terminal("show", crn, "1")).refuses("there is no sentence")


async def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    """No file, a folder, and bytes that are no text."""
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")

    for name in ("none", "", "bytes"):
        assert (await run_command_async("play", str(tmp_path / name))).refuses("cannot be read: ")


def test_an_unchecked_stream_may_hold_what_is_no_event(tmp_path: Path) -> None:
    """With --unchecked the line has to be in order, and its event need not."""
    file = tmp_path / "hostile.jsonl"
    hostile = {"crn": "X320741", "event_number": "1", "kind": "nonsense", "data": {"x": 1}}
    file.write_text(json.dumps(hostile), "utf-8")

    assert 1 == len(read_events(str(file), date(2026, 11, 20), checked=False))
    with pytest.raises(UnreadableEventError, match="line 1: no event has this name"):
        read_events(str(file), date(2026, 11, 20))

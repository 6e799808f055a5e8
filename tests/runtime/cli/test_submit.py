"""`submit` waits for the answer: a receipt, or one sentence that says why not."""

from datetime import datetime, timedelta

import pytest

from states.event_log import EventLog
from states.time.london import LONDON
from tests.runtime.cli.command_lines import command_words, shown, three_weeks_ago
from tests.runtime.cli.terminal import CommandResult, Type, new_crn


async def submitted(terminal: Type, line: list[str], *more: str) -> CommandResult:
    """The same event by update."""
    return await terminal("submit", *line[1:], *more)


async def test_a_submitted_event_comes_back_as_a_receipt(terminal: Type, crn: str) -> None:
    """The receipt says what became of it; the same event again is the same receipt."""
    line = command_words("officer_assigned", crn, "e-3", three_weeks_ago(12))

    first = await submitted(terminal, line)
    again = await submitted(terminal, line, "--json")

    assert (0, "applied officer_assigned e-3\n") == (first.status, first.out)
    (receipt,) = again.data
    assert ("applied", "e-3", "CRC") == (
        receipt["disposition"],
        receipt["event_id"],
        receipt["organisation"],
    )
    assert 3 == (await shown(terminal, crn))["events_total"]


async def test_a_refused_event_names_what_is_allowed_now(terminal: Type, crn: str) -> None:
    """The reason and the kinds that would be taken, in one sentence, status 1."""
    failure = {"failure_id": "F1"}
    day = three_weeks_ago(12).date().isoformat()
    for line in (
        command_words(
            "failure_reported", crn, "e-3", three_weeks_ago(12), **failure, failed_on=day
        ),
        command_words(
            "failure_judged", crn, "e-4", three_weeks_ago(13), **failure, acceptable=True
        ),
    ):
        assert 0 == (await submitted(terminal, line)).status
    warning = {"warning_id": "W1", "failure_ids": ["F1"]}

    said = await submitted(
        terminal, command_words("warning_issued", crn, "e-5", three_weeks_ago(14), **warning)
    )

    assert said.refuses("refused: ")
    assert said.refuses("F1")
    assert said.refuses("; decisions allowed now: appointment_arranged, ")
    view = await shown(terminal, crn)
    assert (4, 0) == (view["events_total"], view["unapplied_total"])


async def test_an_event_id_is_used_once(terminal: Type, crn: str) -> None:
    """The same id with other content is reported to the caller, and leaves nothing."""
    await submitted(terminal, command_words("officer_assigned", crn, "e-3", three_weeks_ago(12)))
    other = command_words("officer_assigned", crn, "e-3", three_weeks_ago(12), officer_id="N07A002")

    said = await submitted(terminal, other)

    assert said.refuses("already used the event_id for other content")


async def test_an_event_is_not_submitted_to_a_sentence_that_does_not_exist(
    terminal: Type,
) -> None:
    """An update that is refused would leave an empty sentence, so the first event is sent."""
    crn = new_crn()
    said = await submitted(
        terminal, command_words("sentence_imposed", crn, "e-1", three_weeks_ago(10))
    )

    assert said.refuses(
        f"there is no sentence {crn} 1; `send` starts a sentence with its first event"
    )


async def test_events_of_long_ago_and_of_the_future_are_told_apart(
    terminal: Type, crn: str
) -> None:
    """A year old is applied, whatever it is worth by now; the future is held until it comes."""
    past = datetime.now(LONDON) - timedelta(days=365)
    ahead = datetime.now(LONDON) + timedelta(days=2)

    old = await submitted(terminal, command_words("contact_recorded", crn, "e-old", past))
    new = await submitted(terminal, command_words("contact_recorded", crn, "e-new", ahead))

    assert (0, "applied") == (old.status, old.out.split()[0])
    assert (0, "held") == (new.status, new.out.split()[0])


async def test_a_quarantined_event_is_a_failure(
    terminal: Type, crn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is set aside for good: a script that looks at the exit status must notice."""
    await submitted(terminal, command_words("officer_assigned", crn, "e-3", three_weeks_ago(12)))
    monkeypatch.setattr(EventLog, "_lacks_room", lambda *_: "the log is full")

    said = await submitted(
        terminal, command_words("officer_assigned", crn, "e-4", three_weeks_ago(13))
    )

    assert 1 == said.status
    assert said.out.startswith("quarantined officer_assigned e-4: log_full")
    assert "the log is full" in said.err

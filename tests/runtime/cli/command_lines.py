"""Command lines that build up sentences, and the view that comes of them."""

import json
from datetime import datetime, timedelta
from typing import Any

from states.time.london import LONDON
from tests.runtime.cli.terminal import BY, CommandResult, Type
from tests.states.wording import DEFAULTS, SENDERS


def three_weeks_ago(hour: int) -> datetime:
    """An hour of a London day from which five working days are over, whatever the season."""
    day = datetime.now(LONDON) - timedelta(weeks=3)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def command_words(kind: str, crn: str, event_id: str, at: datetime, **fields: Any) -> list[str]:
    """The command line that sends an event with the usual fields of its kind."""
    data = {**DEFAULTS.get(kind, {}), **fields}
    if kind == "sentence_imposed":
        last = at.date() + timedelta(days=364)
        data |= {"sentenced_on": at.date().isoformat(), "ends_on": last.isoformat()}
    sender = SENDERS.get(kind)
    by = ("--by", ":".join(sender.values())) if sender else BY
    sentence = ["--crn", crn, "--event", "1"]
    envelope = ["--event-id", event_id, "--at", at.isoformat(), *by]
    return ["send", kind, *sentence, "--data", json.dumps(data), *envelope]


async def shown(terminal: Type, crn: str) -> dict[str, Any]:
    """The view of a sentence as `show --json` prints it."""
    said: CommandResult = await terminal("show", crn, "1", "--json")
    assert 0 == said.status, said.err
    found: dict[str, Any] = said.data
    return found

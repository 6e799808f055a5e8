"""The desk on its way into the next run, or to a sentence that goes on in place of this one."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final

from states.records import Effect
from states.shelving import decisions, differences, effect_of, shelve, unshelve
from workflows.desk import Desk
from workflows.log import warn
from workflows.parcels import Parcels
from workflows.pins import dumped, loaded

_REDECIDED: Final = "redecided"


def file_of(desk: Desk) -> dict[str, Any]:
    """Return what a sentence is given that goes on in place of this one."""
    return {
        "case": shelve(desk.event_log),
        "extra": [asdict(effect) for effect in desk.extra_notices.values()],
        "pins": None if desk.pinned_law is None else dumped(desk.pinned_law),
    }


def dump(desk: Desk) -> dict[str, Any]:
    """Return all that the next run needs, as plain data."""
    return {
        **file_of(desk),
        "texts": desk.texts,
        "parcels": desk.chunks.dump(),
        "shut": desk.inbox.awaiting_key.dump(),
        "as_of": desk.as_of.isoformat() if desk.as_of is not None else None,
        "decisions": decisions(desk.decision) if desk.decision is not None else None,
    }


def load(desk: Desk, data: dict[str, Any]) -> None:
    """Take over from the run before, and look whether this build decides otherwise."""
    desk.event_log = unshelve(data["case"])
    desk.texts = dict(data["texts"])
    desk.chunks = Parcels(data.get("parcels"))
    if data.get("shut"):
        desk.inbox.awaiting_key.load(data["shut"])
        desk.event_log.awaiting_key = desk.inbox.awaiting_key.dead_letters()
    desk.extra_notices = {item["key"]: effect_of(item) for item in data["extra"]}
    pins = data["pins"]
    if pins is None:
        return
    desk.use(loaded(pins))
    if data["as_of"] is not None and data["decisions"] is not None:
        _compare(desk, data["decisions"], datetime.fromisoformat(data["as_of"]))


def _compare(desk: Desk, before: dict[str, Any], as_of: datetime) -> None:
    decided = desk.decide(as_of)
    if decided is None:
        return
    # Through JSON, as the other side came.
    changed = differences(before, json.loads(json.dumps(decisions(decided))))
    if not changed:
        return
    warn("sentence_redecided", count=len(changed))
    key = f"{_REDECIDED}/{len(changed)}/{as_of.isoformat()}"
    facts = tuple((f"change_{n:03}", name) for n, name in enumerate(changed[:50]))
    desk.extra_notices[key] = Effect(key, _REDECIDED, "ops", str(len(changed)), facts)
    desk.event_log.audit_notes.append(f"{as_of.isoformat()} decided again: {', '.join(changed[:5])}")
    desk.event_log.reconcile(decided, as_of, timedelta(0), withhold=True)

"""Put a case file into plain data and take it out again: all that crosses continue-as-new.

Only what cannot be derived is kept. Events are read again by the same models that took them from
the wire, so a shelved log that this build cannot read is an error, never a silent loss.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from states.entities import Effect
from states.event_log import EventLog, FoldResult
from states.events.envelope import Event
from states.events.parsing import UnreadableError, canonical_json
from states.events.registry import KINDS
from states.messages import (
    UNSIGNED,
    DeadLetter,
    DigestCounter,
    LogEntry,
    Quarantine,
    QuarantineStats,
)
from states.outbox import DeliveryStatus, OutboxEntry, OutboxLedger

SCHEMA: Final = 2
"""Version of the plain form. A change of it reads the older ones too."""

FIRST_SCHEMA: Final = 1
"""Before a file could take over another: its quarantine had one account, with the repeats apart."""


class UnknownSchemaError(Exception):
    """Raised when a shelved case file was written in a form that this build does not know."""

    def __init__(self, schema: object) -> None:
        super().__init__(f"a case file of schema {schema!r}; this build reads {SCHEMA}")


def _entry(entry: LogEntry) -> list[Any]:
    body = entry.event.model_dump(mode="json", exclude_unset=True)
    received = entry.received_at.isoformat()
    signed = [] if entry.sender == UNSIGNED else [entry.sender]
    return [entry.event.KIND, body, entry.digest, received, entry.size, *signed]


def _line(key: str, line: OutboxEntry) -> list[Any]:
    tried = line.next_try_at.isoformat() if line.next_try_at is not None else None
    # Before there was such a mark, whatever had failed was in doubt: it is told where it differs.
    doubt = [] if line.may_have_arrived == bool(line.error) else [line.may_have_arrived]
    return [
        key,
        line.status.value,
        line.since.isoformat(),
        line.attempts,
        tried,
        line.error,
        asdict(line.effect),
        *doubt,
    ]


def _account(account: QuarantineStats) -> dict[str, Any]:
    return {
        "tally": _tally(account.tally),
        "by_code": dict(sorted(account.by_code.items())),
        "dealt_with": dict(sorted(account.dealt_with.items())),
        "repeats": _tally(account.repeats),
    }


def _tally(tally: DigestCounter) -> list[Any]:
    return [tally.count, f"{tally.checksum:032x}"]


def to_snapshot(case: EventLog) -> dict[str, Any]:
    """Return `case` as data that JSON can carry."""
    quarantine = case.quarantine
    last = case.last_received_at
    return {
        "schema": SCHEMA,
        "log": [_entry(entry) for entry in case.log],
        "ledger": [_line(key, line) for key, line in sorted(case.outbox.entries.items())],
        "quarantine": {
            "kept": [asdict(item) | {"at": item.at.isoformat()} for item in quarantine.listed],
            "own": _account(quarantine.own),
            "brought": {key: _account(item) for key, item in sorted(quarantine.merged.items())},
        },
        "trail": list(case.audit_notes),
        "origins": list(case.origins),
        "last_received_at": last.isoformat() if last is not None else None,
    }


def _read_entry(row: Sequence[Any]) -> LogEntry:
    kind, body, digest, received, size, *signed = row
    model: type[Event] | None = KINDS.get(kind)
    if model is None:
        raise UnreadableError("unknown_kind", "a shelved event has a kind that this build lacks")
    event = model.model_validate_json(canonical_json(body))
    sender = signed[0] if signed else UNSIGNED
    return LogEntry(event, digest, datetime.fromisoformat(received), size, sender)


def effect_of(data: Mapping[str, Any]) -> Effect:
    """Return the effect that `asdict` put into `data`."""
    facts = tuple((str(name), str(value)) for name, value in data["facts"])
    return Effect(**{**data, "facts": facts})


def _read_line(row: Sequence[Any]) -> tuple[str, OutboxEntry]:
    key, sending, since, attempts, tried, error, effect, *doubt = row
    at = datetime.fromisoformat(tried) if tried is not None else None
    line = OutboxEntry(
        *(
            effect_of(effect),
            DeliveryStatus(sending),
            datetime.fromisoformat(since),
            attempts,
            at,
            error,
        ),
        may_have_arrived=doubt[0] if doubt else bool(error),
    )
    return key, line


def _read_account(data: Mapping[str, Any]) -> QuarantineStats:
    return QuarantineStats(
        _read_tally(data["tally"]),
        dict(data["by_code"]),
        dict(data["dealt_with"]),
        _read_tally(data["repeats"]),
    )


def _read_tally(row: Sequence[Any]) -> DigestCounter:
    count, checksum = row
    return DigestCounter(count, int(checksum, 16))


def _read_quarantine(data: Mapping[str, Any]) -> Quarantine:
    kept = (
        DeadLetter(**{**item, "at": datetime.fromisoformat(item["at"])}) for item in data["kept"]
    )
    brought = {key: _read_account(item) for key, item in data["brought"].items()}
    return Quarantine(deque(kept), _read_account(data["own"]), brought)


def _of_first_schema(data: Mapping[str, Any]) -> dict[str, Any]:
    known = data["quarantine"]
    own = {
        "tally": [known["count"], known["checksum"]],
        "by_code": known["by_code"],
        "dealt_with": {},
        "repeats": data["repeats"],
    }
    quarantine = {"kept": known["kept"], "own": own, "brought": {}}
    return {**data, "schema": SCHEMA, "quarantine": quarantine}


def from_snapshot(data: Mapping[str, Any]) -> EventLog:
    """Return the case file that `shelve` put into `data`.

    What was under way is queued again: an attempt whose end nobody saw runs a second time.

    Raises:
        UnknownSchemaError: If it was written in a form that this build does not know.
        UnreadableError: If it holds an event of a kind that this build lacks.
    """
    if data.get("schema") == FIRST_SCHEMA:
        data = _of_first_schema(data)
    if data.get("schema") != SCHEMA:
        raise UnknownSchemaError(data.get("schema"))
    case = EventLog()
    case.restore(_read_entry(row) for row in data["log"])
    case.outbox = OutboxLedger(dict(_read_line(row) for row in data["ledger"]))
    case.outbox.recover()
    case.quarantine = _read_quarantine(data["quarantine"])
    case.audit_notes.extend(data["trail"])
    case.origins.extend(data.get("origins", ()))
    last = data["last_received_at"]
    case.last_received_at = datetime.fromisoformat(last) if last is not None else None
    return case


def decisions(decided: FoldResult) -> dict[str, Any]:
    """Return what a later build compares its own decisions with, at the same time."""
    return {
        "dispositions": {uid: d.verdict.value for uid, d in sorted(decided.dispositions.items())},
        "clocks": {
            key: [str(clock.due.due_at), str(clock.settled_at)]
            for key, clock in sorted(decided.sentence.clocks.items())
        },
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of the events and clocks that two builds decide differently."""
    return sorted(
        f"{part}: {key}"
        for part in ("dispositions", "clocks")
        for key in {**before[part], **after[part]}
        if before[part].get(key) != after[part].get(key)
    )

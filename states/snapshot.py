"""Snapshot of an event log as plain data, for continue-as-new and for a transfer.

An event log is also made again from the rows of its record, if its workflow is lost.

It holds only what cannot be derived. Events are parsed again by the models that parsed them from
the wire, so a snapshot that this build cannot read is an error, never a silent loss.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from states.entities import Effect
from states.event_log import EventLog, FoldResult, packed_bound
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
from states.outbox import (
    COMPENSATION_PREFIX,
    RETRYABLE,
    DeliveryStatus,
    OutboxEntry,
    OutboxLedger,
    base_of,
)
from states.record import RecordRow
from states.vocabulary import DispositionKind

SCHEMA: Final = 1
"""Version of the snapshot."""


class UnknownSchemaError(Exception):
    """Raised when a snapshot has a version that this build does not read."""

    def __init__(self, schema: object) -> None:
        super().__init__(f"a snapshot of schema {schema!r}; this build reads {SCHEMA}")


def _entry(entry: LogEntry) -> list[Any]:
    body = entry.event.model_dump(mode="json", exclude_unset=True)
    received = entry.received_at.isoformat()
    signed = [] if entry.sender == UNSIGNED else [entry.sender]
    return [entry.event.KIND, body, entry.digest, received, entry.size, *signed]


def _outbox_row(key: str, entry: OutboxEntry) -> list[Any]:
    tried = entry.next_try_at.isoformat() if entry.next_try_at is not None else None
    return [
        key,
        entry.status.value,
        entry.since.isoformat(),
        entry.attempts,
        tried,
        entry.error,
        asdict(entry.effect),
        entry.may_have_arrived,
    ]


def _stats(stats: QuarantineStats) -> dict[str, Any]:
    return {
        "tally": _counter(stats.tally),
        "by_code": dict(sorted(stats.by_code.items())),
        "dealt_with": dict(sorted(stats.dealt_with.items())),
        "repeats": _counter(stats.repeats),
    }


def _counter(counter: DigestCounter) -> list[Any]:
    return [counter.count, f"{counter.checksum:032x}"]


def to_snapshot(case: EventLog) -> dict[str, Any]:
    """Return the snapshot of `case`, as data that JSON can carry."""
    quarantine = case.quarantine
    last = case.last_received_at
    return {
        "schema": SCHEMA,
        "log": [_entry(entry) for entry in case.log],
        "outbox": [_outbox_row(key, entry) for key, entry in sorted(case.outbox.entries.items())],
        "quarantine": {
            "listed": [asdict(item) | {"at": item.at.isoformat()} for item in quarantine.listed],
            "own": _stats(quarantine.own),
            "merged": {key: _stats(item) for key, item in sorted(quarantine.merged.items())},
        },
        "audit_notes": list(case.audit_notes),
        "origins": list(case.origins),
        "last_received_at": last.isoformat() if last is not None else None,
    }


def _read_entry(row: Sequence[Any]) -> LogEntry:
    kind, body, digest, received, size, *signed = row
    model: type[Event] | None = KINDS.get(kind)
    if model is None:
        raise UnreadableError(
            "unknown_kind", "a snapshot holds a kind of event that this build lacks"
        )
    event = model.model_validate_json(canonical_json(body))
    sender = signed[0] if signed else UNSIGNED
    return LogEntry(event, digest, datetime.fromisoformat(received), size, sender)


def effect_of(data: Mapping[str, Any]) -> Effect:
    """Return the effect that `asdict` put into `data`."""
    facts = tuple((str(name), str(value)) for name, value in data["facts"])
    return Effect(**{**data, "facts": facts})


def _read_outbox_row(row: Sequence[Any]) -> tuple[str, OutboxEntry]:
    key, status, since, attempts, tried, error, effect, may_have_arrived = row
    at = datetime.fromisoformat(tried) if tried is not None else None
    entry = OutboxEntry(
        effect=effect_of(effect),
        status=DeliveryStatus(status),
        since=datetime.fromisoformat(since),
        attempts=attempts,
        next_try_at=at,
        error=error,
        may_have_arrived=may_have_arrived,
    )
    return key, entry


def _read_stats(data: Mapping[str, Any]) -> QuarantineStats:
    return QuarantineStats(
        _read_counter(data["tally"]),
        dict(data["by_code"]),
        dict(data["dealt_with"]),
        _read_counter(data["repeats"]),
    )


def _read_counter(row: Sequence[Any]) -> DigestCounter:
    count, checksum = row
    return DigestCounter(count, int(checksum, 16))


def _read_quarantine(data: Mapping[str, Any]) -> Quarantine:
    listed = (
        DeadLetter(**{**item, "at": datetime.fromisoformat(item["at"])}) for item in data["listed"]
    )
    merged = {key: _read_stats(item) for key, item in data["merged"].items()}
    return Quarantine(deque(listed), _read_stats(data["own"]), merged)


def from_snapshot(data: Mapping[str, Any]) -> EventLog:
    """Return the event log that `to_snapshot` wrote into `data`.

    Effects that were in flight are queued again: an attempt may run a second time.

    Raises:
        UnknownSchemaError: If the snapshot has a version that this build does not read.
        UnreadableError: If it holds an event of a kind that this build lacks.
    """
    if data.get("schema") != SCHEMA:
        raise UnknownSchemaError(data.get("schema"))
    case = EventLog()
    case.restore(_read_entry(row) for row in data["log"])
    case.outbox = OutboxLedger(dict(_read_outbox_row(row) for row in data["outbox"]))
    case.outbox.recover()
    case.quarantine = _read_quarantine(data["quarantine"])
    case.audit_notes.extend(data["audit_notes"])
    case.origins.extend(data["origins"])
    last = data["last_received_at"]
    case.last_received_at = datetime.fromisoformat(last) if last is not None else None
    return case


SOURCE_TABLES: Final = ("events", "victim_events", "notices", "unapplied", "sentences")
"""Tables of the record from which an event log is made again."""

_UNSENT: Final = (DeliveryStatus.QUEUED, *RETRYABLE)


def from_record(rows: Iterable[RecordRow]) -> EventLog:
    """Return the event log whose record has these rows, for a sentence that lost its workflow.

    Events are parsed as from a snapshot. A notice that was not sent is left out, because the rules
    ask for it again; one that was sent stays sent. The facts of notices, the encrypted messages
    whose key is missing and the counts of repeats are not in a record.

    Raises:
        UnreadableError: If the content of an event was erased, or this build lacks its kind.
    """
    tables: dict[str, dict[str, Mapping[str, Any]]] = {name: {} for name in SOURCE_TABLES}
    for row in rows:
        tables[row.table][row.key] = row.values
    case = EventLog()
    victims = tables["victim_events"]
    entries = [
        _recorded_entry(values, victims.get(uid, {}).get("said"))
        for uid, values in tables["events"].items()
    ]
    case.restore(entries)
    case.last_received_at = max((entry.received_at for entry in entries), default=None)
    for key, values in tables["notices"].items():
        if (sent := _recorded_notice(key, values)) is not None:
            case.outbox.put(key, sent)
    for values in tables["unapplied"].values():
        if values["disposition"] == DispositionKind.QUARANTINED.value:
            _quarantine_again(case, values)
    return case


def _recorded_entry(values: Mapping[str, Any], apart: Mapping[str, Any] | None) -> LogEntry:
    body = values["said"] or apart
    if body is None:
        raise UnreadableError("erased", "the content of a recorded event was erased")
    sender = values["sender"] or UNSIGNED
    entry = _read_entry([values["kind"], body, values["digest"], values["received_at"], 0, sender])
    return replace(entry, size=packed_bound(entry.event))


def _recorded_notice(key: str, values: Mapping[str, Any]) -> OutboxEntry | None:
    status = DeliveryStatus(values["sending"])
    compensates = key.startswith(COMPENSATION_PREFIX)
    if status in _UNSENT and not compensates:
        return None
    effect = Effect(
        key=base_of(key),
        template=values["template"],
        recipient=values["recipient"],
        subject=values["subject"],
        facts=(("withdraws", key.removeprefix(COMPENSATION_PREFIX)),) if compensates else (),
        liberty=values["liberty"],
    )
    return OutboxEntry(
        effect=effect,
        status=status,
        since=datetime.fromisoformat(values["since"]),
        attempts=values["attempts"],
        error=values["error"] or "",
        may_have_arrived=bool(values["error"]),
    )


def _quarantine_again(case: EventLog, values: Mapping[str, Any]) -> None:
    item = DeadLetter(
        digest=values["digest"],
        kind=values["kind"],
        code=values["code"],
        reason=values["reason"],
        at=datetime.fromisoformat(values["at"]),
        event_id=values["event_id"],
    )
    for _ in range(values["times"]):
        case.quarantine.add(item)


def decisions(decided: FoldResult) -> dict[str, Any]:
    """Return the decisions of this build, for a later build to compare with its own."""
    return {
        "dispositions": {uid: d.verdict.value for uid, d in sorted(decided.dispositions.items())},
        "clocks": {
            key: [str(clock.due.due_at), str(clock.settled_at)]
            for key, clock in sorted(decided.sentence.clocks.items())
        },
    }


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the ids of the events and clocks that two builds decide differently."""
    return sorted(
        f"{part}: {key}"
        for part in ("dispositions", "clocks")
        for key in {**before[part], **after[part]}
        if before[part].get(key) != after[part].get(key)
    )

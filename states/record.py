"""Case record of a sentence as rows, which outlive the workflow (NS 2015 1(b)).

The rows are a function of the view, the log and the ledger, so a record can be compared with its
workflow row by row, and rebuilt from it. They hold codes, dates and digests: free text and
personal data are in tables of their own, stored under those digests.

`SyncState` decides which rows the stored record still lacks.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final

from states.event_log import EventLog, FoldResult
from states.events.victims import VictimContactOffered, VictimViewRecorded
from states.messages import LogEntry
from states.outbox import DeliveryStatus
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.time.london import iso
from states.view.sentence import state_view
from states.view.timeliness import timeliness
from states.view.unapplied import unapplied
from states.vocabulary import DispositionKind

RowName = tuple[str, str]
"""Table and key."""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """Row of one table of the record of a sentence."""

    table: str
    key: str
    """Unique in its table for the sentence."""
    values: Mapping[str, Any]
    """By column: codes, numbers, ISO dates and instants, lists and maps of these."""


_VICTIM_EVENTS: Final = (VictimContactOffered, VictimViewRecorded)

_ACTION_TABLES: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "contact_recorded": (
        "contacts",
        ("kind", "requirement_id", "fact", "opinion", "minutes", "purpose"),
    ),
    "appointment_attended": ("attendances", ("appointment_id", "at", "minutes")),
    "explanation_received": (
        "explanations",
        ("failure_id", "received_on", "from_whom", "details"),
    ),
    "failure_judged": (
        "judgements",
        ("failure_id", "acceptable", "rationale", "alternatives_considered"),
    ),
    "breach_decided": (
        "enforcement_decisions",
        ("failure_ids", "rationale", "alternatives_considered", "departure_rationale"),
    ),
    "recall_decided": (
        "enforcement_decisions",
        ("failure_ids", "rationale", "alternatives_considered", "departure_rationale"),
    ),
    "plan_completed": ("plans", ("plan_version", "rosh", "parts", "interim")),
    "plan_reviewed": ("plans", ("plan_version", "rosh", "why")),
    "rosh_assessed": ("risk_assessments", ("level", "rationale")),
    "rosh_confirmed": ("risk_assessments", ("level", "rationale")),
    "provider_transferred": ("transfers", ("provider", "provider_code")),
    "serious_further_offence_charged": ("further_offences", ("charged_on",)),
}
"""Table of a kind, and the fields of the kind that are its columns."""

_SENTENCE_COLUMNS: Final = (
    "type",
    "state",
    "phase",
    "outcome",
    "ended_on",
    "edition",
    "calendar",
    "law_pack",
    "sentenced_on",
    "ends_on",
    "licence_ends_on",
    "pss_ends_on",
    "expected_release_on",
    "released_on",
    "recalled_before",
    "at_large",
    "provider",
    "provider_code",
    "officer",
    "rosh",
    "inducted_at",
    "plan_version",
    "counted_failures",
)
_KEYED_PARTS: Final = (
    ("failures", "failure_id"),
    ("warnings", "warning_id"),
    ("warrants", "warrant_id"),
    ("requirements", "requirement_id"),
    ("agencies", "agency"),
    ("civil_orders", "order_id"),
    ("stays", "stay_id"),
    ("reports", "report_id"),
)
"""Parts of the view, with the field that names a row of each."""

_RECORDED_STATUS: Final = {DeliveryStatus.IN_FLIGHT: DeliveryStatus.QUEUED}

_NUMBERED_PARTS: Final = (
    "breaches",
    "recalls",
    "officers",
    "transitions",
    "home_moves",
    "past_agencies",
    "team",
)
"""Parts of the view whose rows are named by their place alone."""


def record_rows(
    identity: SentenceRef, event_log: EventLog, result: FoldResult, now: datetime
) -> tuple[RecordRow, ...]:
    """Return every row of the record at `now`, by table and key; no two share both."""
    found = [
        *_changeable_rows(identity, event_log, result, now=now),
        *(row for entry in event_log.log for row in _final_rows(entry, result)),
    ]
    return tuple(sorted(found, key=_name_of))


def open_rows(
    identity: SentenceRef,
    event_log: EventLog,
    result: FoldResult,
    now: datetime,
    *,
    state: "SyncState",
) -> tuple[tuple[RecordRow, ...], bool]:
    """Return the rows that may differ from the record, and whether these are all.

    A row that follows from one event alone is final once the record holds it. So the cost of a
    turn grows with what changed, and not with the length of the log. Of many events that the record
    lacks, only as many are looked at as one delta holds.

    A build that adds a column to final rows must have the records of older sentences rebuilt.
    """
    lacking = list(islice(state.lacking(event_log, result), MAX_DELTA_ROWS + 1))
    found = [
        *_changeable_rows(identity, event_log, result, now=now),
        *(row for entry in lacking[:MAX_DELTA_ROWS] for row in _final_rows(entry, result)),
    ]
    return tuple(sorted(found, key=_name_of)), len(lacking) <= MAX_DELTA_ROWS


def _name_of(row: RecordRow) -> RowName:
    return row.table, row.key


def _changeable_rows(
    identity: SentenceRef, event_log: EventLog, result: FoldResult, *, now: datetime
) -> Iterator[RecordRow]:
    view = state_view(result, result.law, now)
    yield from _state_rows(identity, event_log, result, view=view)
    yield from _disposition_rows(event_log, result)
    # Rows about victims are for a database of their own, joined to nothing (NS 2015 7).
    for item in view["victims"]["contacts"]:
        yield RecordRow("victim_contacts", item["victim_ref"], item)


def _final_names(entry: LogEntry, *, is_applied: bool) -> list[RowName]:
    """Return the names of the rows that `_final_rows` yields, without building them."""
    uid = entry.event.uid
    names = [("events", uid)]
    if is_applied and (action := _ACTION_TABLES.get(entry.event.KIND)) is not None:
        names.append((action[0], uid))
    if isinstance(entry.event, _VICTIM_EVENTS):
        names.append(("victim_events", uid))
    return names


def _final_rows(entry: LogEntry, result: FoldResult) -> Iterator[RecordRow]:
    """Yield the rows that follow from one event: as it came, as an action, and about victims."""
    event = entry.event
    apart = isinstance(event, _VICTIM_EVENTS)
    said = event.model_dump(mode="json", exclude_unset=True)
    yield RecordRow(
        "events",
        event.uid,
        {
            "event_id": event.event_id,
            "organisation": event.by.organisation,
            "kind": event.KIND,
            "occurred_at": iso(event.occurred_at),
            "received_at": iso(entry.received_at),
            "by_id": event.by.id,
            "by_role": event.by.role.value,
            "digest": entry.digest,
            "sender": entry.sender,
            # Data about victims are in a store of their own.
            "said": None if apart else said,
        },
    )
    action = _ACTION_TABLES.get(event.KIND)
    if action is not None and result.dispositions[event.uid].verdict is DispositionKind.APPLIED:
        # Only an applied event of a kind that has a table is an action.
        yield _action_row(entry, *action)
    if apart:
        yield RecordRow("victim_events", event.uid, {"kind": event.KIND, "said": said})


def _state_rows(
    identity: SentenceRef, event_log: EventLog, result: FoldResult, view: Mapping[str, Any]
) -> Iterator[RecordRow]:
    """Yield one row of the whole sentence, and a row for each part of the view.

    Ages are left out: they change daily, and a reader can compute them.
    """
    s = result.sentence
    moved_to = s.moved_to(identity)
    columns = {
        **_sentence_columns(s, view),
        "first_law_pack": result.first_pack,
        "moved_to": None if moved_to is None else str(moved_to),
    }
    yield RecordRow("sentences", "", columns)
    for clock in (*view["clocks"], *timeliness(event_log, result, result.law)):
        yield RecordRow("clocks", clock["id"], clock)
    for duty in view["duties"]:
        yield RecordRow("duties", duty["id"], {k: v for k, v in duty.items() if k != "age_days"})
    for part, name in _KEYED_PARTS:
        for item in view[part]:
            yield RecordRow(part, item[name], item)
    for part in _NUMBERED_PARTS:
        for number, item in enumerate(view[part], start=1):
            yield RecordRow(part, f"{number:04}", item)
    for number, item in enumerate(view["risk"]["referrals"], start=1):
        yield RecordRow("risk_referrals", f"{number:04}", item)
    yield from _failure_days(view)
    yield from _appointments(s)
    for key, line in event_log.outbox.entries.items():
        yield RecordRow(
            "notices",
            key,
            {
                "template": line.effect.template,
                "recipient": line.effect.recipient,
                "subject": line.effect.subject,
                "liberty": line.effect.liberty,
                # An attempt under way lasts seconds: a row that showed it would be out of date.
                "sending": _RECORDED_STATUS.get(line.status, line.status).value,
                "since": iso(line.since),
                "attempts": line.attempts,
                "error": line.error or None,
                "next_try_at": iso(line.next_try_at),
                "acknowledged_at": iso(s.acknowledged.get(key)),
            },
        )


def _sentence_columns(s: Sentence, view: Mapping[str, Any]) -> dict[str, Any]:
    imposed = s.imposed
    return {
        **{name: view[name] for name in _SENTENCE_COLUMNS},
        "flags": sorted(flag["code"] for flag in view["flags"]),
        "imposed_by": s.imposed_by,
        "length_days": imposed.length_days if imposed is not None else None,
        "court": imposed.court if imposed is not None else None,
        "live_from": iso(imposed.live_from) if imposed is not None else None,
        "electronic_only": s.electronic_only,
    }


def _failure_days(view: Mapping[str, Any]) -> Iterator[RecordRow]:
    days: dict[str, list[Mapping[str, Any]]] = {}
    for failure in view["failures"]:
        days.setdefault(failure["failed_on"], []).append(failure)
    for day, failures in sorted(days.items()):
        verdicts = {failure["acceptable"] for failure in failures}
        yield RecordRow(
            "failure_days",
            day,
            {
                "failed_on": day,
                "failure_ids": sorted(failure["failure_id"] for failure in failures),
                # One unacceptable failure makes the day one (NS 2015 9(a)).
                "acceptable": False if False in verdicts else None if None in verdicts else True,
                "counts": any(failure["counts"] for failure in failures),
            },
        )


def _appointments(s: Sentence) -> Iterator[RecordRow]:
    for key, item in s.appointments.items():
        yield RecordRow(
            "appointments",
            key,
            {
                "at": iso(item.at),
                "face_to_face": item.face_to_face,
                "arranged_at": iso(item.arranged_at),
                "cancelled": item.cancelled,
                "attended_at": iso(item.attended_at),
            },
        )


def _action_row(entry: LogEntry, table: str, names: tuple[str, ...]) -> RecordRow:
    """Return the row of an action: who, when, and the reasons.

    Reasons, facts and opinions are digests here; the texts themselves are stored under them.
    """
    event = entry.event
    said = event.model_dump(mode="json", include=set(names))
    who: dict[str, Any] = {
        "event_kind": event.KIND,
        "occurred_at": iso(event.occurred_at),
        "by_id": event.by.id,
        "by_role": event.by.role.value,
        "by_organisation": event.by.organisation,
    }
    return RecordRow(table, event.uid, who | {name: said.get(name) for name in names})


def _disposition_rows(event_log: EventLog, result: FoldResult) -> Iterator[RecordRow]:
    """Yield a row for each disposition worth noting, and for each message that is not applied.

    A row of `events` never changes: a correction is another event. A disposition has a row of its
    own, unless the event was applied as expected.
    """
    for entry in result.notable:
        uid = entry.event.uid
        known = result.dispositions[uid]
        yield RecordRow(
            "dispositions",
            uid,
            {
                "verdict": known.verdict.value,
                "reason": known.reason,
                "irregular": known.irregular,
            },
        )
    for item in unapplied(event_log, result):
        yield RecordRow("unapplied", f"{item['digest']}/{item['code']}", item)


MAX_DELTA_ROWS: Final = 200
MAX_DELTA_BYTES: Final = 256_000
"""Rows and bytes of one delta, except for a single longer row: far below a message's limit."""

_ANY: Final = ""
"""Digest of a row that is there, and of which nothing more is known."""

_DIGITS: Final = 12
"""Hexadecimal digits of a row's digest: it is compared with one earlier row, not with all."""


@dataclass(frozen=True, slots=True)
class RecordDelta:
    """Changes of rows that the record receives in one write."""

    sequence: int
    full_resync: bool
    """True if it replaces everything that the record holds of the sentence."""
    complete: bool
    """True if the record then holds everything; otherwise another delta follows."""
    rows: tuple[RecordRow, ...]
    removed: tuple[RowName, ...]
    digests: Mapping[RowName, str]
    """Digests of the rows of this delta."""


class SyncState:
    """State of synchronisation: the rows that the stored record is known to hold.

    Deltas are numbered, and the next one is made only after the last was answered. A record that
    lacks one, because an old copy was restored, or that holds one which this sentence does not
    know, receives everything again.
    """

    def __init__(self) -> None:
        self.sequence = 0
        """Number of the last delta that it holds."""
        self._full_resync = False
        self._digests: dict[str, dict[str, str]] = {}
        """By table and key: the rows it holds, without those of the events in `_final`."""
        self._final: dict[str, bool] = {}
        """The events whose final rows it holds, by uid, and whether each was applied."""
        self._unapplied: dict[str, None] = {}
        """Those of `_final` that were not."""

    def lacking(self, event_log: EventLog, result: FoldResult) -> Iterator[LogEntry]:
        """Yield the entries of the log of whose final rows the record may lack one."""
        final = self._final
        by_uid = event_log.by_uid
        others = {
            entry.event.uid: entry
            for entry in result.notable
            if result.dispositions[entry.event.uid].verdict is not DispositionKind.APPLIED
        }
        ceased = [uid for uid in others if final.get(uid)]
        became = [uid for uid in self._unapplied if uid not in others]
        for uid in (*ceased, *became):
            self._reopen(by_uid[uid])
        count = len(by_uid) - len(final)
        # From the end, where the new ones are: the search ends there.
        missing = list(islice((uid for uid in reversed(by_uid) if uid not in final), count))
        for uid in reversed(missing):
            is_applied = uid not in others
            names = _final_names(by_uid[uid], is_applied=is_applied)
            if all(key in self._digests.get(table, ()) for table, key in names):
                self._close(uid, names, is_applied=is_applied)
            else:
                yield by_uid[uid]

    def _close(self, uid: str, names: Iterable[RowName], *, is_applied: bool) -> None:
        """Note that the record holds the final rows of an event."""
        self._final[uid] = is_applied
        if not is_applied:
            self._unapplied[uid] = None
        for table, key in names:
            del self._digests[table][key]

    def _reopen(self, entry: LogEntry) -> None:
        """Compare the final rows of an event again: it became applied, or ceased to be."""
        was_applied = self._final.pop(entry.event.uid)
        self._unapplied.pop(entry.event.uid, None)
        for table, key in _final_names(entry, is_applied=was_applied):
            self._digests.setdefault(table, {})[key] = _ANY

    def next_delta(
        self, rows: Sequence[RecordRow], *, is_all: bool = True, has_texts: bool = False
    ) -> RecordDelta | None:
        """Return the next delta for the record; None where it holds all of `rows`.

        Args:
            rows: The rows that may differ from the record.
            is_all: Whether no other row may differ.
            has_texts: Whether there is a delta even without a changed row, for texts to travel
                with.
        """
        digests = {(row.table, row.key): row_digest(row.values) for row in rows}
        changed = [row for row in rows if self._known_digest(row) != digests[row.table, row.key]]
        removed = tuple(name for name in self._names() if name not in digests) if is_all else ()
        if not (changed or removed or has_texts or self._full_resync):
            return None
        chosen = _first_batch(changed)
        complete = is_all and len(chosen) == len(changed)
        delta_digests = {(row.table, row.key): digests[row.table, row.key] for row in chosen}
        return RecordDelta(
            self.sequence + 1,
            self._full_resync,
            complete,
            rows=tuple(chosen),
            # Removals come last: an incomplete record has too much rather than too little.
            removed=removed if complete else (),
            digests=delta_digests,
        )

    def acknowledge(self, delta: RecordDelta) -> None:
        """Note that the record holds `delta`."""
        self.sequence = delta.sequence
        self._full_resync = False
        for (table, key), digest in delta.digests.items():
            self._digests.setdefault(table, {})[key] = digest
        for table, key in delta.removed:
            del self._digests[table][key]

    def restart_from(self, sequence: int) -> None:
        """Note that the record is at `sequence` by another way and must receive everything."""
        self.sequence = sequence
        self._full_resync = True
        self._digests = {}
        self._final = {}
        self._unapplied = {}

    def _known_digest(self, row: RecordRow) -> str | None:
        return self._digests.get(row.table, {}).get(row.key)

    def _names(self) -> list[RowName]:
        return [
            (table, key) for table, keys in sorted(self._digests.items()) for key in sorted(keys)
        ]

    def dump(self, uids: Sequence[str] = ()) -> dict[str, Any]:
        """Return the state as plain data, for a log with the events `uids`.

        Of the events, only those that differ from most are named.
        """
        final = self._final
        return {
            "sequence": self.sequence,
            "afresh": self._full_resync,
            "digests": {table: keys for table, keys in self._digests.items() if keys},
            "lacking": [uid for uid in uids if uid not in final],
            "unapplied": list(self._unapplied),
        }

    def load(self, data: Mapping[str, Any], uids: Iterable[str] = ()) -> None:
        """Restore the state that `dump` returned for a log with the events `uids`."""
        self.sequence = data["sequence"]
        self._full_resync = data["afresh"]
        self._digests = {table: dict(keys) for table, keys in data["digests"].items()}
        # An older build named no events: it kept the digests of their rows.
        lacking = frozenset(data.get("lacking", uids))
        self._unapplied = dict.fromkeys(data.get("unapplied", ()))
        self._final = {uid: uid not in self._unapplied for uid in uids if uid not in lacking}


def row_digest(values: Mapping[str, Any]) -> str:
    """Return the digest that distinguishes one state of a row from another."""
    return sha256(_canonical_json(values).encode()).hexdigest()[:_DIGITS]


def _canonical_json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _first_batch(changed: Sequence[RecordRow]) -> list[RecordRow]:
    chosen: list[RecordRow] = []
    size = 0
    for row in changed[:MAX_DELTA_ROWS]:
        size += len(_canonical_json(row.values))
        if chosen and size > MAX_DELTA_BYTES:
            break
        chosen.append(row)
    return chosen

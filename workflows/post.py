"""Mail that came sealed: have it opened, hold what cannot be opened yet, refuse what is forged.

Opening needs keys, and replay must never ask for them: a local activity opens, and its answer is
in the history. What is sealed with a key that is not here yet is kept shut and tried again.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from temporalio import workflow
from temporalio.api.common.v1 import Payload

from activities.names import (
    LETTER_ENCODING,
    OPEN_LETTERS,
    SEALED_AS,
    Enclosed,
    OpenedLetter,
    OpenedLetters,
    OpenLetters,
)
from states.events.reading import raw_digest
from states.messages import Quarantined
from workflows.inbox import NAME, UNREADABLE, Letter, is_nudge
from workflows.log import warn
from workflows.opening import FAILED, LOOK_UP
from workflows.parcels import is_parcel

AT_ONCE: Final = 50
BYTES_AT_ONCE: Final = 400_000
"""Messages, and bytes of them, that one look-up opens."""

LONGEST: Final = 64_000
"""Bytes of a sealed message: more is none, for an event holds 16 kB."""

AGAIN: Final = timedelta(minutes=10)
"""How long what stays shut for want of a key waits before it is tried again."""

LONGEST_PARCEL: Final = 600_000
"""Bytes of a sealed part of a file: twice what one holds."""

UNKNOWN_KEY: Final = "unknown_key"
"""Code of a fault that a key may yet mend."""

_PLAIN: Final = b"json/plain"
TOO_LARGE: Final = ("too_large", f"a sealed message of more than {LONGEST:,} bytes")
_REFUSED: Final = (
    "plain_refused",
    "the message came readable, and only sealed ones are taken here",
)
_VOUCHED: Final = "vouched"
_NOT_OURS: Final = ("not_ours", "only a process of ours may hand a file over")
_FORGED: Final = ("not_a_letter", "the payload is sealed as only our own processes seal theirs")


def is_shut(item: Letter) -> bool:
    """Return whether a letter has to be opened before anything can be said of it."""
    return (
        item.fault is None
        and len(item.payloads) == 1
        and item.payloads[0].metadata.get("encoding") == LETTER_ENCODING
    )


def judged(item: Letter, *, plain: bool) -> Letter:
    """Return the letter with its fault, where it came in a manner that is not taken here."""
    if item.fault is not None or is_nudge(item):
        return item
    if item.sender:
        vouched = item.sender.partition(":")[0] == _VOUCHED
        return item if vouched or not is_parcel(item) else replace(item, fault=_NOT_OURS)
    if any(SEALED_AS in payload.metadata for payload in item.payloads):
        return replace(item, fault=_FORGED)
    longest = LONGEST_PARCEL if is_parcel(item) else LONGEST
    if is_shut(item) and len(item.payloads[0].data) > longest:
        return replace(item, fault=TOO_LARGE)
    readable = any(p.metadata.get("encoding") == _PLAIN for p in item.payloads)
    return replace(item, fault=_REFUSED) if readable and not plain else item


def next_shut(mail: Iterable[Letter], most: int) -> list[int]:
    """Return the places of the letters to open next: those of one look-up, of the first `most`."""
    found: list[int] = []
    size = 0
    for place, item in enumerate(islice(mail, most)):
        if not is_shut(item):
            continue
        size += len(item.payloads[0].data)
        if found and (len(found) == AT_ONCE or size > BYTES_AT_ONCE):
            break
        found.append(place)
    return found


async def look_into(letters: Sequence[Letter]) -> list[OpenedLetter]:
    """Return what is found in letters that are shut, however long it takes to get an answer."""
    ask = OpenLetters(
        workflow_id=workflow.info().workflow_id,
        letters=[
            Enclosed(
                kind=item.name,
                payload=b64encode(item.payloads[0].SerializeToString()).decode(),
                received_at=item.received_at,
            )
            for item in letters
        ],
    )
    while True:
        try:
            answer: OpenedLetters = await workflow.execute_local_activity(
                OPEN_LETTERS, ask, result_type=OpenedLetters, start_to_close_timeout=LOOK_UP
            )
        except FAILED:
            warn("look_up_failed")
            await workflow.sleep(LOOK_UP, summary="letters are opened again")
        else:
            return answer.letters


def opened(item: Letter, found: OpenedLetter) -> Letter:
    """Return the letter as it was found: open, with who vouches for it, or with its fault."""
    if found.body is None:
        return replace(item, fault=(found.code, found.reason))
    payload = Payload(metadata={"encoding": _PLAIN}, data=b64decode(found.body))
    return replace(item, payloads=(payload,), sender=found.sender)


class Shut:
    """Letters for which a key is not here yet: few, for whoever sends can send anything."""

    MAX_MESSAGES: Final = 50
    MAX_BYTES: Final = 200_000

    def __init__(self) -> None:
        self.messages: list[Letter] = []
        self.retry_at: datetime | None = None
        """When they are tried again."""

    def park(self, item: Letter) -> bool:
        """Keep a letter that stayed shut, unless too many lie here; return whether it was kept."""
        item = replace(item, fault=None)
        size = sum(len(kept.payloads[0].data) for kept in (*self.messages, item))
        if len(self.messages) >= self.MAX_MESSAGES or size > self.MAX_BYTES:
            return False
        if item.payloads not in [kept.payloads for kept in self.messages]:
            self.messages.append(item)
        return True

    def take_due(self, now: datetime, *, asked: bool) -> list[Letter]:
        """Return what is to be tried again, and keep it no longer.

        Args:
            now: When that is looked at.
            asked: Whether somebody asks that all of it is tried now.
        """
        if not asked and (self.retry_at is None or self.retry_at > now):
            return []
        found, self.messages, self.retry_at = self.messages, [], None
        return found

    def schedule_retry(self, now: datetime) -> None:
        """Let what is kept be tried again after a while, unless a time for that lies ahead."""
        if not self.messages:
            self.retry_at = None
        elif self.retry_at is None or self.retry_at <= now:
            self.retry_at = now + AGAIN

    def dead_letters(self) -> tuple[Quarantined, ...]:
        """Return what is known of each without opening it."""
        return tuple(
            Quarantined(
                raw_digest(item.name, tuple(payload.data for payload in item.payloads)),
                item.name if NAME.fullmatch(item.name) else UNREADABLE,
                *(UNKNOWN_KEY, "the key that seals the message is not here yet"),
                item.received_at,
            )
            for item in self.messages
        )

    def dump(self) -> dict[str, Any]:
        """Return the letters, and when they are tried again, as plain data."""
        letters = [
            [
                item.name,
                item.received_at.isoformat(),
                b64encode(item.payloads[0].SerializeToString()).decode(),
            ]
            for item in self.messages
        ]
        again_at = self.retry_at.isoformat() if self.retry_at is not None else None
        return {"letters": letters, "again_at": again_at}

    def load(self, data: Mapping[str, Any]) -> None:
        """Take over from the run before."""
        self.messages = [
            Letter(name, (Payload.FromString(b64decode(payload)),), datetime.fromisoformat(at))
            for name, at, payload in data["letters"]
        ]
        if data["again_at"] is not None:
            self.retry_at = datetime.fromisoformat(data["again_at"])

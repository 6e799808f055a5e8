"""The file of a sentence on its way to another: cut into parcels, and put together again.

A parcel is believed no further than can be told: it names both sentences, says that the system
sent it, and the file in it must itself hold the event by which the sentence was moved here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from pydantic import ValidationError

from activities.names import HANDED_OVER, Parcel, Sender
from states.casefile import CaseFile
from states.errors import StatesError
from states.events.changes import SentenceMoved
from states.identity import Identity
from states.records import Effect
from states.shelving import effect_of, unshelve
from states.vocabulary import Role
from workflows.identity import identify
from workflows.inbox import Letter
from workflows.pins import Pins, loaded
from workflows.snapshot import expand, squeeze

PART: Final = 200_000
"""Characters of one parcel: a signal may hold ten times as much."""

MOST: Final = 1_500_000
"""Characters of all parcels that lie here incomplete, as many as the largest file has."""

SYSTEM: Final = Sender(id="sentences", role=Role.SYSTEM.value, organisation="SYSTEM")


class BadParcelError(StatesError):
    """Raised for a parcel that is no honest part of a file meant for this sentence."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A whole file, as another sentence handed it over."""

    source: str
    digest: str
    case: CaseFile
    extra: tuple[Effect, ...]
    """Notices that no rule of a sentence wants, such as what an upgrade decided otherwise."""
    pins: Pins | None


def parcels(source: str, target: str, data: dict[str, Any]) -> tuple[Parcel, ...]:
    """Return the file `data` cut into parcels."""
    text = squeeze(data)
    digest = sha256(text.encode()).hexdigest()
    pieces = [text[start : start + PART] for start in range(0, len(text), PART)]
    return tuple(
        Parcel(
            by=SYSTEM,
            source=source,
            target=target,
            digest=digest,
            part=number,
            parts=len(pieces),
            data=piece,
        )
        for number, piece in enumerate(pieces, start=1)
    )


def is_parcel(item: Letter) -> bool:
    """Return whether a letter claims to be part of a file."""
    return item.name == HANDED_OVER


class Parcels:
    """The parcels that came for one sentence and are not whole yet, by source."""

    def __init__(self, kept: dict[str, list[dict[str, Any]]] | None = None) -> None:
        self._kept = {
            source: [Parcel.model_validate(item) for item in items]
            for source, items in (kept or {}).items()
        }

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Return what the next run is given."""
        return {
            source: [item.model_dump() for item in items]
            for source, items in sorted(self._kept.items())
        }

    def take(self, item: Letter, own: Identity) -> Brought | None:
        """Return the file that the parcel in `item` completes; None where parts are missing.

        Raises:
            BadParcelError: If it is no honest part of a file meant for the sentence `own`.
        """
        parcel = _read(item, own)
        known = [other for other in self._kept.get(parcel.source, ()) if _of_one(other, parcel)]
        found = sorted([*known, parcel], key=lambda other: other.part)
        if len(found) < parcel.parts:
            self._keep(parcel.source, found)
            return None
        self._kept.pop(parcel.source, None)
        return _whole(parcel, "".join(other.data for other in found), own)

    def _keep(self, source: str, found: list[Parcel]) -> None:
        others = (item for key, items in self._kept.items() if key != source for item in items)
        if sum(len(item.data) for item in (*others, *found)) > MOST:
            message = "more parts of files lie here than any file has"
            raise BadParcelError(message)
        self._kept[source] = found


def _of_one(other: Parcel, parcel: Parcel) -> bool:
    same = (other.digest, other.parts) == (parcel.digest, parcel.parts)
    return same and other.part != parcel.part


def _read(item: Letter, own: Identity) -> Parcel:
    try:
        (payload,) = item.payloads
        parcel = Parcel.model_validate_json(payload.data)
    except (ValidationError, ValueError):
        message = "it is no parcel"
        raise BadParcelError(message) from None
    for holds, message in _conditions(parcel, own):
        if not holds:
            raise BadParcelError(message)
    return parcel


def _conditions(parcel: Parcel, own: Identity) -> Iterator[tuple[bool, str]]:
    yield parcel.by == SYSTEM, "the system alone hands a sentence over"
    yield parcel.target == own.workflow_id, "it is meant for another sentence"
    from_another = parcel.source != own.workflow_id and identify(parcel.source) is not None
    yield from_another, "it does not come from another sentence"
    yield 1 <= parcel.part <= parcel.parts, "its number is not among its parts"


def _whole(parcel: Parcel, text: str, own: Identity) -> Brought:
    if sha256(text.encode()).hexdigest() != parcel.digest:
        message = "the parts do not make the file that they name"
        raise BadParcelError(message)
    try:
        data = expand(text)
        case = unshelve(data["case"])
        extra = tuple(effect_of(item) for item in data["extra"])
        pins = None if data["pins"] is None else loaded(data["pins"])
    except Exception:  # noqa: BLE001 - whatever a forged file holds, it must not stop a sentence
        message = "the file cannot be read"
        raise BadParcelError(message) from None
    if not _is_sound(case):
        message = "the file holds times without a zone"
        raise BadParcelError(message)
    if not any(_moves_to(entry.event, own) for entry in case.log):
        message = "nothing in the file moves the sentence here"
        raise BadParcelError(message)
    return Brought(parcel.source, parcel.digest, case, extra, pins)


def _is_sound(case: CaseFile) -> bool:
    # A time that cannot be compared with another would stop every later decision.
    times = [entry.received_at for entry in case.log]
    times += [item.at for item in case.quarantine.listed]
    for line in case.outbox.entries.values():
        times += [line.since, line.next_try_at or line.since]
    times += [case.last_received_at] if case.last_received_at is not None else []
    return all(at.tzinfo is not None for at in times)


def _moves_to(event: object, own: Identity) -> bool:
    return isinstance(event, SentenceMoved) and (event.to_crn, event.to_event_number) == (
        own.crn,
        own.event_number,
    )

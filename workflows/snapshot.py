"""What crosses continue-as-new: one versioned snapshot, packed before it is sealed."""

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from typing import Any, Final

from temporalio.common import RawValue

FLAGGED: Final = 256_000
"""Bytes of a packed snapshot from which ops are told that the sentence grows large."""

BUDGET: Final = 1_000_000
"""Bytes above which a run goes on rather than continue: an input of 2 MiB would wedge it."""


LONGEST: Final = 64_000_000
"""Bytes of plain data above which nothing is expanded: a few kilobytes can hold a gigabyte."""

_UNREADABLE: Final = "this was continued or handed over without a readable snapshot"


class SnapshotError(Exception):
    """Raised when a run was continued with something that this build cannot read.

    It fails the task, which a worker that can read it then takes up: nothing is lost.
    """


def squeeze(data: dict[str, Any]) -> str:
    """Return `data` as short text."""
    raw = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    return base64.b85encode(zlib.compress(raw, level=6)).decode()


def expand(text: str) -> dict[str, Any]:
    """Return what `squeeze` put into `text`.

    Raises:
        SnapshotError: If it cannot be read, or says more than any file can.
    """
    try:
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(base64.b85decode(text), LONGEST)
        if not unpacker.eof:
            raise SnapshotError(_UNREADABLE)
        data: dict[str, Any] = json.loads(raw)
    except (ValueError, zlib.error, binascii.Error, RecursionError) as error:
        raise SnapshotError(_UNREADABLE) from error
    return data


def pack(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as the one argument of the next run."""
    return {"packed": squeeze(data)}


def unpack(arguments: Sequence[RawValue]) -> dict[str, Any]:
    """Return what `pack` put into the argument of this run.

    Raises:
        SnapshotError: If there is none, or it cannot be read.
    """
    try:
        packed = json.loads(arguments[0].payload.data)["packed"]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError(_UNREADABLE) from error
    return expand(packed)

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


class SnapshotError(Exception):
    """Raised when a run was continued with something that this build cannot read.

    It fails the task, which a worker that can read it then takes up: nothing is lost.
    """


def pack(data: dict[str, Any]) -> dict[str, Any]:
    """Return `data` as the one argument of the next run."""
    raw = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    return {"packed": base64.b85encode(zlib.compress(raw, level=6)).decode()}


def unpack(arguments: Sequence[RawValue]) -> dict[str, Any]:
    """Return what `pack` put into the argument of this run.

    Raises:
        SnapshotError: If there is none, or it cannot be read.
    """
    try:
        packed = json.loads(arguments[0].payload.data)["packed"]
        data: dict[str, Any] = json.loads(zlib.decompress(base64.b85decode(packed)))
    except (IndexError, KeyError, TypeError, ValueError, zlib.error, binascii.Error) as error:
        message = "this run was continued without a readable snapshot"
        raise SnapshotError(message) from error
    return data

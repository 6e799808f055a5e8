"""Read a message from the wire: an event, or the reason why it cannot be one."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import ValidationError

from states.events.envelope import MAX_EVENT_BYTES, Event
from states.events.free_text import DIGEST_LENGTH
from states.events.registry import KINDS

MAX_DEPTH: Final = 32
"""How deep objects and lists may nest; no event needs more than four levels."""

_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)

MAX_FAULTS: Final = 100
"""How many faults of one message are told at most."""

_FAULTS_IN_REASON: Final = 3
"""How many faults of one message its reason names."""


class UnreadableError(Exception):
    """Raised when a message cannot be read as an event.

    Attributes:
        code: What is wrong, as one of a closed list of codes.
        reason: The same for a person, with what holds instead; no value of the message in it.
        faults: Each fault by itself, for whoever is told all of them; the reason names few.
    """

    def __init__(self, code: str, reason: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.faults = faults or (reason,)


_WRITE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""Made once: `json.dumps` with options makes an encoder for every call."""


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        code, reason = "malformed_json", "a field stands twice in one object"
        raise UnreadableError(code, reason)
    return found


def _no_constants(_: str) -> Any:
    code, reason = "malformed_json", "NaN and Infinity are not JSON"
    raise UnreadableError(code, reason)


_READ: Final = json.JSONDecoder(object_pairs_hook=_no_repeats, parse_constant=_no_constants).decode


def parse_json(raw: bytes) -> Any:
    """Return what the JSON text `raw` says.

    Raises:
        UnreadableError: `over_size` above 16,384 bytes, `too_deep` above 32 levels,
            `malformed_json` otherwise.
    """
    if len(raw) > MAX_EVENT_BYTES:
        reason = f"the event has {len(raw):,} bytes; at most {MAX_EVENT_BYTES:,} are taken"
        raise UnreadableError("over_size", reason)
    try:
        text = raw.decode()
        _shallow(text)
        return _READ(text)
    except ValueError as error:
        raise UnreadableError("malformed_json", "the payload is not JSON text") from error


def _shallow(text: str) -> None:
    # How much the interpreter's stack takes depends on who calls, so a replay might judge a deep
    # message otherwise than the first run did, or fail its task.
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for sign in re.findall(r"[][{}]", _STRINGS.sub("", text)):
        depth += 1 if sign in "[{" else -1
        if depth > MAX_DEPTH:
            reason = f"objects and lists nest deeper than {MAX_DEPTH} levels"
            raise UnreadableError("too_deep", reason)


def canonical_json(data: Any) -> bytes:
    """Return `data` as JSON in one spelling: sorted keys, no spaces, UTF-8 escapes."""
    return _WRITE(data).encode()


def content_digest(kind: str, data: Any) -> str:
    """Return the digest that tells whether two messages say the same: 32 hexadecimal digits."""
    return raw_digest(kind, (canonical_json(data),))


def raw_digest(kind: str, payloads: Sequence[bytes]) -> str:
    """Return the digest of a message that may be unreadable, from its bytes."""
    digest = hashlib.sha256(kind.encode("utf-8", "surrogatepass"))
    for payload in payloads:
        digest.update(b"\x00%d\x00" % len(payload))
        digest.update(payload)
    return digest.hexdigest()[:DIGEST_LENGTH]


def _fault(error: Mapping[str, Any]) -> str:
    where = ".".join(str(part) for part in error["loc"])[:80] or "the event"
    match error["type"]:
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden":
            return f"{where} is not a field of this kind"
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")[:160]
            return f"{where}: {message}"


def parse_event(kind: str, data: Any) -> Event:
    """Return the event that `data`, already parsed, says happened.

    Raises:
        UnreadableError: `unknown_kind`, `not_an_object` or `invalid`, with what holds instead.
    """
    model = KINDS.get(kind)
    if model is None:
        raise UnreadableError("unknown_kind", "no event has this name; `schema` lists the kinds")
    if not isinstance(data, dict):
        raise UnreadableError("not_an_object", "an event is one JSON object")
    try:
        return model.model_validate_json(canonical_json(data))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        faults = tuple(_fault(item) for item in found[:MAX_FAULTS])
        shown = "; ".join(faults[:_FAULTS_IN_REASON])
        more = (
            f"; and {len(found) - _FAULTS_IN_REASON} more" if len(found) > _FAULTS_IN_REASON else ""
        )
        raise UnreadableError("invalid", f"{shown}{more}", faults) from None

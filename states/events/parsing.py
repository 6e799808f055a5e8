"""Parser of messages from the wire: an event, or the reason why it is none."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from states.events.envelope import MAX_EVENT_BYTES, Event
from states.events.free_text import DIGEST_LENGTH
from states.events.registry import KINDS

MAX_DEPTH: Final = 32
"""Levels to which objects and lists may nest; no event needs more than four."""

_STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)

MAX_FAULTS: Final = 100
"""Faults of one message that are reported at most."""

_LONGEST_PATH: Final = 80
"""Characters of the path of a field that a fault names."""

_LONGEST_WORD: Final = 80
"""Characters of a word that is compared with the known ones: no known word is longer."""

_NEAR: Final = 0.75
"""Likeness from which a known word is suggested: two characters in eight may differ."""

_QUOTED: Final = re.compile(r"'([^']*)'")

_FAULTS_IN_REASON: Final = 3
"""Faults of one message that its reason names."""


class UnreadableError(Exception):
    """Raised when a message cannot be read as an event.

    Attributes:
        code: Kind of fault, from a closed list of codes.
        reason: Explanation for a person, with the rule that holds; it quotes no value of the
            message.
        faults: Every fault by itself; the reason names only the first few.
    """

    def __init__(self, code: str, reason: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.faults = faults or (reason,)


_WRITE: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
"""Encoder made once: `json.dumps` with options makes one for every call."""


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)[:_LONGEST_PATH]
        reason = f"a field occurs twice in one object: {twice}"
        raise UnreadableError("malformed_json", reason)
    return found


def _no_constants(_: str) -> Any:
    reason = "NaN and Infinity are not JSON"
    raise UnreadableError("malformed_json", reason)


_READ: Final = json.JSONDecoder(object_pairs_hook=_no_repeats, parse_constant=_no_constants).decode


def parse_json(raw: bytes) -> Any:
    """Return the value of the JSON text `raw`.

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
    except json.JSONDecodeError as error:
        # The place alone: the words of the decoder change with the version of Python.
        place = f"column {error.colno}"
        if "\n" in error.doc:
            place = f"line {error.lineno}, {place}"
        reason = f"the payload is not JSON text: {place}"
        raise UnreadableError("malformed_json", reason) from error
    except UnicodeDecodeError as error:
        reason = f"the payload is not JSON text in UTF-8: byte {error.start + 1}"
        raise UnreadableError("malformed_json", reason) from error
    except ValueError as error:
        raise UnreadableError("malformed_json", "the payload is not JSON text") from error


def _shallow(text: str) -> None:
    # The depth that the interpreter's stack allows depends on the caller, so a replay might judge a
    # deep message otherwise than the first run did, or fail its workflow task.
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for sign in re.findall(r"[][{}]", _STRINGS.sub("", text)):
        depth += 1 if sign in "[{" else -1
        if depth > MAX_DEPTH:
            reason = f"objects and lists nest deeper than {MAX_DEPTH} levels"
            raise UnreadableError("too_deep", reason)


def canonical_json(data: Any) -> bytes:
    """Return `data` as canonical JSON: sorted keys, no spaces, UTF-8 escapes."""
    return _WRITE(data).encode()


def content_digest(kind: str, data: Any) -> str:
    """Return the digest of the content of a message: 32 hexadecimal digits."""
    return raw_digest(kind, (canonical_json(data),))


def raw_digest(kind: str, payloads: Sequence[bytes]) -> str:
    """Return the digest of a message that may be unreadable, from its bytes."""
    digest = hashlib.sha256(kind.encode("utf-8", "surrogatepass"))
    for payload in payloads:
        digest.update(b"\x00%d\x00" % len(payload))
        digest.update(payload)
    return digest.hexdigest()[:DIGEST_LENGTH]


def nearest(word: object, known: Iterable[str]) -> str:
    """Return a question for the known word that `word` is nearest to; empty where none is near.

    It quotes the known word alone: what the sender wrote may be personal.
    """
    found = get_close_matches(str(word)[:_LONGEST_WORD].lower(), sorted(known), n=1, cutoff=_NEAR)
    return f"; did you mean {found[0]}?" if found else ""


def _fault(model: type[Event], error: Mapping[str, Any]) -> str:
    loc = tuple(error["loc"])
    where = ".".join(str(part) for part in loc)[:_LONGEST_PATH] or "the event"
    match error["type"]:
        case "missing":
            return f"{where} is missing"
        case "extra_forbidden":
            fields = _fields_at(model, loc[:-1])
            return f"{where} is not a field of this kind{nearest(loc[-1], fields)}"
        case "enum" | "literal_error":
            message = str(error["msg"])
            return f"{where}: {message}{nearest(error['input'], _QUOTED.findall(message))}"
        case _:
            message = str(error["msg"]).removeprefix("Value error, ")
            return f"{where}: {message}"


def _fields_at(model: type[BaseModel], path: Sequence[int | str]) -> tuple[str, ...]:
    """Return the fields of the object at `path` below `model`; none where that is no model."""
    for part in path:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = next(_models_in(field.annotation), None) if field is not None else None
        if inner is None:
            return ()
        model = inner
    return tuple(model.model_fields)


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def parse_event(kind: str, data: Any) -> Event:
    """Return the event of `kind` that `data`, already parsed from JSON, describes.

    Raises:
        UnreadableError: `unknown_kind`, `not_an_object` or `invalid`, with the rule that holds.
    """
    model = KINDS.get(kind)
    if model is None:
        reason = f"no event has this name, `schema` lists the kinds{nearest(kind, KINDS)}"
        raise UnreadableError("unknown_kind", reason)
    if not isinstance(data, dict):
        raise UnreadableError("not_an_object", "an event is one JSON object")
    try:
        return model.model_validate_json(canonical_json(data))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        faults = tuple(_fault(model, item) for item in found[:MAX_FAULTS])
        shown = "; ".join(faults[:_FAULTS_IN_REASON])
        if len(found) > _FAULTS_IN_REASON:
            shown += f"; and {len(found) - _FAULTS_IN_REASON} more"
        raise UnreadableError("invalid", shown, faults) from None

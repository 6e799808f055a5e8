"""Hostile messages by sort, each with its digest and the outcome that it must have."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from states.events.parsing import content_digest, raw_digest
from tests.states.stream import wire
from tests.workflows.scene import day, refusable, serving


@dataclass(frozen=True, slots=True)
class Shot:
    """One signal and its expected outcome: a code of `unapplied`, or `applied`."""

    name: str
    arguments: list[RawValue]
    digest: str
    becomes: str


def raw(data: bytes, encoding: bytes | None = b"json/plain") -> RawValue:
    """Return a payload with these exact bytes, as an integrator's client may send it."""
    return RawValue(Payload(metadata={} if encoding is None else {"encoding": encoding}, data=data))


def _bytes(
    becomes: str, name: str, *arguments: bytes, encoding: bytes | None = b"json/plain"
) -> Shot:
    sent = [raw(data, encoding) for data in arguments]
    return Shot(name, sent, raw_digest(name, arguments), becomes=becomes)


def _said(becomes: str, name: str, data: Any) -> Shot:
    arguments = [raw(json.dumps(data).encode())]
    return Shot(name, arguments, content_digest(name, data), becomes=becomes)


def _contact(n: int, sort: str, **fields: Any) -> dict[str, Any]:
    name = f"{sort}-{n}"
    return wire("contact_recorded", day(-3), event_id=name, fact=f"SECRET {name}", **fields)


def setting() -> list[Shot]:
    """Return the messages of an active order, and one with which later ones conflict."""
    acts = [*serving(-20), ("contact_recorded", _contact(0, "known"))]
    return [_said("applied", kind, data) for kind, data in acts]


def repeat(_: int) -> Shot:
    """Return the message that is known already."""
    return _said("repeat", "contact_recorded", _contact(0, "known"))


def conflict(n: int) -> Shot:
    """Return a message under a known id with other content."""
    return _said("id_conflict", "contact_recorded", _contact(0, "known") | {"minutes": n})


def _malformed(n: int) -> Shot:
    return _bytes("malformed_json", "contact_recorded", b'{"event_id": "m-%d", ' % n)


def _not_a_number(n: int) -> Shot:
    return _bytes("malformed_json", "contact_recorded", b'{"event_id": "n-%d", "minutes": NaN}' % n)


def _twice(n: int) -> Shot:
    return _bytes("malformed_json", "contact_recorded", b'{"event_id": "d", "event_id": "%d"}' % n)


def _wrong_types(n: int) -> Shot:
    return _said("invalid", "contact_recorded", _contact(n, "wrong", minutes="ten") | {"by": n})


def _missing(n: int) -> Shot:
    return _said("invalid", "contact_recorded", {"event_id": f"missing-{n}"})


def _extra(n: int) -> Shot:
    return _said("invalid", "contact_recorded", _contact(n, "extra", colour="SECRET"))


def _unknown_kind(n: int) -> Shot:
    return _said("unknown_kind", f"sentence_forgotten_{n % 5}", _contact(n, "unknown"))


def _no_argument(_: int) -> Shot:
    return _bytes("wrong_arity", "contact_recorded")


def _two_arguments(n: int) -> Shot:
    return _bytes("wrong_arity", "contact_recorded", b"{}", b'"%d"' % n)


def _unknown_encoding(n: int) -> Shot:
    return _bytes("undecodable", "contact_recorded", b"\x00\xff%d" % n, encoding=b"binary/unknown")


def _no_encoding(n: int) -> Shot:
    data = json.dumps(_contact(n, "bare")).encode()
    return _bytes("undecodable", "contact_recorded", data, encoding=None)


def _long_text(n: int) -> Shot:
    data = json.dumps(_contact(n, "long") | {"fact": "SECRET " * 14_286}).encode()
    return _bytes("over_size", "contact_recorded", data)


def _long_officer(n: int) -> Shot:
    data = wire("officer_assigned", day(-3), event_id=f"o-{n}", officer_id="N" * 2_100)
    return _said("invalid", "officer_assigned", data)


def _not_allowed(n: int) -> Shot:
    kind, data = refusable(-3, event_id=f"not-allowed-{n}", rationale=f"SECRET {n}")
    return _said("refused", kind, data)


def _out_of_state(n: int) -> Shot:
    data = wire("breach_withdrawn", day(-3), event_id=f"out-of-state-{n}")
    return _said("held", "breach_withdrawn", data)


def _waiting(n: int) -> Shot:
    named = {"warning_id": f"W{n}", "failure_ids": [f"F{n}"]}
    data = wire("warning_issued", day(-3), event_id=f"waiting-{n}", **named)
    return _said("held", "warning_issued", data)


def _a_year_old(n: int) -> Shot:
    data = wire("rosh_assessed", day(-365), event_id=f"old-{n}", rationale=f"SECRET {n}")
    return _said("applied", "rosh_assessed", data)


def _from_the_future(n: int) -> Shot:
    data = wire("contact_recorded", day(3), event_id=f"future-{n}", fact=f"SECRET {n}")
    return _said("held", "contact_recorded", data)


def _lone_surrogate(n: int) -> Shot:
    return _said("invalid", "contact_recorded", _contact(n, "lone") | {"fact": "\ud800"})


def _no_utf8(n: int) -> Shot:
    return _bytes("malformed_json", "contact_recorded", b'{"event_id": "\xed\xa0\x80%d"}' % n)


def _deep(n: int) -> Shot:
    # Around the recursion limit of the interpreter, on which no outcome may depend.
    depth = 900 + 5 * n
    return _bytes("too_deep", "contact_recorded", b'{"a":%s1%s}' % (b"[" * depth, b"]" * depth))


def _empty_id(n: int) -> Shot:
    return _said("invalid", "contact_recorded", _contact(n, "x") | {"event_id": ""})


def _not_an_object(n: int) -> Shot:
    return _said("not_an_object", "contact_recorded", [None, n, "x", [], True, 1e300][n % 6])


def _long_name(n: int) -> Shot:
    return _said("unknown_kind", "sentence_imposed" * 60, _contact(n, "long-name"))


def _odd_name(n: int) -> Shot:
    names = ("жалоба", "a\nb", "submit", "__temporal_x", "run", "None", "🙂", "../../etc")
    return _said("unknown_kind", names[n % len(names)], _contact(n, "odd-name"))


SORTS: Final[tuple[Callable[[int], Shot], ...]] = (
    _malformed,
    _not_a_number,
    _twice,
    _wrong_types,
    _missing,
    _extra,
    _unknown_kind,
    _no_argument,
    _two_arguments,
    _unknown_encoding,
    _no_encoding,
    _long_text,
    _long_officer,
    _not_allowed,
    _out_of_state,
    _waiting,
    _a_year_old,
    _from_the_future,
    _lone_surrogate,
    _no_utf8,
    _deep,
    _empty_id,
    _not_an_object,
    _long_name,
    _odd_name,
)
"""Each sort makes its n-th message; `repeat` and `conflict` depend on `setting()`."""

"""Old senders keep working: what a release of the contract took, today's models take.

A kind or a field may be added, a bound widened, a word added. Nothing is renamed, taken away,
newly required or made narrower.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from states.events.envelope import MAX_EVENT_BYTES
from states.events.parsing import MAX_DEPTH
from states.events.registry import KINDS
from tests.states.events.documents import Maker
from tests.states.events.frozen import narrowed, now, released, released_schema, versions
from tests.states.events.validity import Judge, refusals

OLD = [(version, kind) for version in versions() for kind in released(version)["kinds"]]


def test_the_first_release_is_kept() -> None:
    """With all of its kinds, of which a release only ever gets more."""
    assert "0.1.0" in versions()
    assert 75 <= len(released("0.1.0")["kinds"])


@pytest.mark.parametrize(("version", "kind"), OLD)
def test_a_kind_takes_no_less_than_it_did(version: str, kind: str) -> None:
    """Field by field, part by part."""
    assert kind in KINDS
    assert [] == narrowed(released_schema(version, kind), now(kind))


@pytest.mark.parametrize(("version", "kind"), OLD)
def test_a_message_of_an_old_sender_is_read(version: str, kind: str) -> None:
    """Whatever the old schema takes, but for what its release refused in words as well."""
    schema = released_schema(version, kind)
    judge = Judge(schema)
    maker = Maker(schema, f"{version} {kind}")
    documents = [maker.document(faults=number % 2) for number in range(8)]
    old = [one for one in documents if not judge.faults(one)]
    known = "|".join(released(version)["refusals"])

    assert old
    assert [] == [
        fault for one in old for fault in refusals(kind, one) if not re.search(known, fault)
    ]


@pytest.mark.parametrize("version", versions())
def test_a_message_may_be_as_large_and_as_deep_as_it_could(version: str) -> None:
    """Bytes of one event, and levels of nesting."""
    contract = released(version)

    assert MAX_EVENT_BYTES >= contract["bytes"]
    assert MAX_DEPTH >= contract["depth"]


def fields(schema: dict[str, Any], name: str = "") -> Any:
    """The fields of a kind, or of one of its parts."""
    return (schema["$defs"][name] if name else schema)["properties"]


Change = Callable[[dict[str, Any]], object]

BREAKS: dict[str, tuple[str, Change, list[str]]] = {
    "renamed": (
        "warning_issued",
        lambda s: fields(s).update(warned_id=fields(s).pop("warning_id")),
        [".warning_id is gone"],
    ),
    "removed": ("warning_issued", lambda s: fields(s).pop("comment"), [".comment is gone"]),
    "removed within a part": (
        "requirement_changed",
        lambda s: fields(s, "Requirement").pop("area"),
        [".requirement.area is gone"],
    ),
    "newly required": (
        "warning_issued",
        lambda s: s["required"].append("comment"),
        [".comment could be left out"],
    ),
    "new and required": (
        "warning_issued",
        lambda s: (fields(s).update(more={"type": "string"}), s["required"].append("more")),
        [".more could be left out"],
    ),
    "null no more": (
        "warning_issued",
        lambda s: fields(s).update(comment=fields(s)["comment"]["anyOf"][0]),
        [".comment was of type null"],
    ),
    "a word less": (
        "warning_issued",
        lambda s: s["$defs"]["WarningLevel"]["enum"].remove("final"),
        [".level took 'final'"],
    ),
    "of a closed list": (
        "warning_issued",
        lambda s: fields(s)["warning_id"].update(enum=["W1"]),
        [".warning_id took any word"],
    ),
    "shorter": (
        "warning_issued",
        lambda s: fields(s)["comment"]["anyOf"][0].update(maxLength=3_999),
        [".comment had maxLength 4000"],
    ),
    "longer at least": (
        "contact_recorded",
        lambda s: fields(s)["fact"].update(minLength=2),
        [".fact had minLength 1"],
    ),
    "fewer": (
        "warning_issued",
        lambda s: fields(s)["failure_ids"].update(maxItems=49),
        [".failure_ids had maxItems 50"],
    ),
    "smaller": (
        "appointment_attended",
        lambda s: fields(s)["minutes"]["anyOf"][0].update(maximum=99_999),
        [".minutes had maximum 100000"],
    ),
    "larger at least": (
        "appointment_attended",
        lambda s: fields(s)["minutes"]["anyOf"][0].update(minimum=1),
        [".minutes had minimum 0"],
    ),
    "of another form": (
        "warning_issued",
        lambda s: fields(s)["failure_ids"]["items"].update(pattern="^F"),
        [".failure_ids[] had pattern ^[A-Za-z0-9._:-]{1,64}$"],
    ),
    "of another type": (
        "warning_issued",
        lambda s: fields(s).update(warning_id={"type": "integer"}),
        [".warning_id was of type string"],
    ),
    "a new rule across fields": (
        "warning_issued",
        lambda s: s.update(allOf=[{"not": {"required": ["comment"]}}]),
        ["the event: a new rule"],
    ),
}


@pytest.mark.parametrize(("kind", "change", "said"), BREAKS.values(), ids=BREAKS.keys())
def test_a_broken_promise_is_named(kind: str, change: Change, said: list[str]) -> None:
    """A field renamed, removed, required or narrowed is reported with what old senders rely on."""
    old = now(kind)
    new = deepcopy(old)
    change(new)

    assert said == narrowed(old, new)


GROWS: dict[str, tuple[str, Change]] = {
    "a field": ("warning_issued", lambda s: fields(s).update(more={"type": "string"})),
    "a word": ("warning_issued", lambda s: s["$defs"]["WarningLevel"]["enum"].append("oral")),
    "null": (
        "contact_recorded",
        lambda s: fields(s).update(fact={"anyOf": [fields(s)["fact"], {"type": "null"}]}),
    ),
    "more room": ("contact_recorded", lambda s: fields(s)["fact"].update(maxLength=5_000)),
    "left out": ("contact_recorded", lambda s: s["required"].remove("fact")),
    "a rule less": ("contact_recorded", lambda s: s.pop("allOf")),
    "no form": ("warning_issued", lambda s: fields(s)["warning_id"].pop("pattern")),
    "any word": ("warning_issued", lambda s: s["$defs"]["WarningLevel"].pop("enum")),
}


@pytest.mark.parametrize(("kind", "change"), GROWS.values(), ids=GROWS.keys())
def test_the_contract_may_grow(kind: str, change: Change) -> None:
    """Additions, wider bounds and fewer rules break no sender."""
    old = now(kind)
    new = deepcopy(old)
    change(new)

    assert old != new
    assert [] == narrowed(old, new)

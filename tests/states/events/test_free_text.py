"""No personal value enters the log: its digest does."""

import re
from typing import Any

import pytest

from states.events.envelope import Sender, WireModel
from states.events.free_text import (
    _personal_fields,
    extract_free_text,
    stored_digests,
    text_digest,
)
from states.events.imposition import Offence, Person, Requirement, Victims
from states.events.parsing import parse_event
from states.events.registry import KINDS
from states.events.schema_examples import example
from tests.states.stream import wire

PRIVATE = "Jane Doe of 1 High Street"


def test_free_text_is_filed_under_its_digest() -> None:
    """The event keeps the digest, the record gets the text."""
    texts: dict[str, str] = {}

    sealed = extract_free_text(
        parse_event("contact_recorded", wire("contact_recorded", "2026-11-20", fact=PRIVATE)), texts
    )

    assert {text_digest(PRIVATE): PRIVATE} == texts
    assert text_digest(PRIVATE) == sealed.fact  # type: ignore[attr-defined] # the kind has it
    assert "Jane" not in sealed.model_dump_json()


def test_lists_of_text_are_filed_one_by_one() -> None:
    """Each alternative considered has a digest of its own."""
    fields = {
        "failure_ids": ["F1"],
        "rationale": PRIVATE,
        "alternatives_considered": [PRIVATE, "No."],
        "departure_rationale": None,
    }
    texts: dict[str, str] = {}

    sealed = extract_free_text(
        parse_event("breach_decided", wire("breach_decided", "2026-11-24", **fields)), texts
    )

    assert {text_digest(PRIVATE), text_digest("No.")} == set(texts)
    assert (text_digest(PRIVATE), text_digest("No.")) == sealed.alternatives_considered  # type: ignore[attr-defined] # the kind has them


def test_the_person_is_filed_whole_and_leaves_nothing_behind() -> None:
    """Name and date of birth are nowhere in the event."""
    person = {"name": PRIVATE, "date_of_birth": "1990-01-31"}
    texts: dict[str, str] = {}

    sealed = extract_free_text(
        parse_event("sentence_imposed", wire("sentence_imposed", "2026-11-02", person=person)),
        texts,
    )

    assert 1 == len(texts)
    assert not re.search("Jane|1990", sealed.model_dump_json())


def test_text_inside_a_requirement_is_sealed_too() -> None:
    """Parts of an event are searched as the event is."""
    requirements = [{"requirement_id": "R1", "kind": "exclusion", "details": PRIVATE}]
    texts: dict[str, str] = {}

    sealed = extract_free_text(
        parse_event(
            "sentence_imposed", wire("sentence_imposed", "2026-11-02", requirements=requirements)
        ),
        texts,
    )

    assert {text_digest(PRIVATE): PRIVATE} == texts
    assert "Jane" not in sealed.model_dump_json()


def test_an_event_without_text_is_left_as_it_is() -> None:
    """There is nothing to file."""
    texts: dict[str, str] = {}
    item = parse_event("case_allocated", wire("case_allocated", "2026-11-02"))

    assert item == extract_free_text(item, texts)
    assert {} == texts


def test_sealing_twice_is_stable_for_the_identity() -> None:
    """Whatever the text, the event keeps its id, its time and its place in the log."""
    item = parse_event("contact_recorded", wire("contact_recorded", "2026-11-20", fact=PRIVATE))

    sealed = extract_free_text(item, {})

    assert (item.uid, item.sort_key) == (sealed.uid, sealed.sort_key)


def open_text(schema: dict[str, Any], definitions: dict[str, Any]) -> bool:
    """Return whether a value of this schema may be a text without any pattern."""
    if "$ref" in schema:
        return open_text(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    inner = [*schema.get("anyOf", ()), *schema.get("prefixItems", ())]
    inner += [schema["items"]] if "items" in schema else []
    if schema.get("type") == "object":
        return False  # its own fields are looked at as those of a part
    closed = {"pattern", "enum", "format", "const"} & set(schema)
    bare = schema.get("type") == "string" and not closed
    return bare or any(open_text(item, definitions) for item in inner)


@pytest.mark.parametrize("model", [*KINDS.values(), Requirement, Offence, Victims, Sender])
def test_every_field_that_may_hold_a_persons_words_is_sealed(model: type[WireModel]) -> None:
    """A field that takes any text is extracted; all others take codes, numbers and dates."""
    schema = model.model_json_schema()
    texts = [
        name
        for name, item in schema["properties"].items()
        if open_text(item, schema.get("$defs", {}))
    ]

    assert [] == [name for name in texts if name not in _personal_fields(model)]


def test_a_text_field_that_is_not_sealed_would_be_found() -> None:
    """The test above can fail: a person's name, left to itself, takes any text."""
    schema = Person.model_json_schema()

    assert [True, False] == [open_text(item, {}) for item in schema["properties"].values()]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("sentence_imposed", "requirements"),
        ("court_decided", "requirements"),
        ("released", "conditions"),
        ("conditions_proposed", "conditions"),
        ("requirement_changed", "requirement"),
    ],
)
def test_where_a_requirement_applies_is_sealed_wherever_it_stands(kind: str, field: str) -> None:
    """An exclusion zone may be a victim's street."""
    zone = {"requirement_id": "R9", "kind": "exclusion", "area": PRIVATE, "details": PRIVATE}
    value = zone if field == "requirement" else [zone]
    texts: dict[str, str] = {}

    sealed = extract_free_text(parse_event(kind, {**example(kind), field: value}), texts)

    assert PRIVATE in texts.values()
    assert "Jane" not in sealed.model_dump_json()
    assert texts.keys() == {*stored_digests(sealed)}


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (kind, name)
        for kind, model in KINDS.items()
        for name in _personal_fields(model)
        if name not in {"person", "alternatives_considered"}
    ],
)
def test_a_text_goes_to_the_record_and_leaves_its_digest(kind: str, field: str) -> None:
    """Whatever the kind, the log has the digest alone."""
    texts: dict[str, str] = {}

    sealed = extract_free_text(parse_event(kind, {**example(kind), field: PRIVATE}), texts)

    assert (text_digest(PRIVATE), PRIVATE) == (getattr(sealed, field), texts[text_digest(PRIVATE)])
    assert text_digest(PRIVATE) in stored_digests(sealed)


@pytest.mark.parametrize("kind", ["victim_contact_offered", "victim_view_recorded"])
def test_a_kind_about_victims_takes_no_text_at_all(kind: str) -> None:
    """Their records are kept apart: no field takes free text (ev-victim-records-apart)."""
    assert () == _personal_fields(KINDS[kind])


def test_a_person_given_as_null_is_not_given() -> None:
    """A name counts as stored where its field was given; null stores nothing."""
    unnamed = extract_free_text(
        parse_event("sentence_imposed", wire("sentence_imposed", "2026-11-02")), {}
    )
    body = wire("sentence_imposed", "2026-11-02") | {"person": None}

    assert (
        unnamed.model_fields_set
        == extract_free_text(parse_event("sentence_imposed", body), {}).model_fields_set
    )

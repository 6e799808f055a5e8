"""No personal value enters the log: its digest does."""

import re

import pytest

from states.events.reading import read
from states.events.register import KINDS
from states.events.sealing import _sealed_fields, digest_of, seal
from tests.states.stream import wire

PRIVATE = "Jane Doe of 1 High Street"


def test_free_text_is_filed_under_its_digest() -> None:
    """The event keeps the digest, the record gets the text."""
    texts: dict[str, str] = {}

    sealed = seal(
        read("contact_recorded", wire("contact_recorded", "2026-11-20", fact=PRIVATE)), texts
    )

    assert {digest_of(PRIVATE): PRIVATE} == texts
    assert digest_of(PRIVATE) == sealed.fact  # type: ignore[attr-defined] # the kind has it
    assert "Jane" not in sealed.model_dump_json()


def test_lists_of_text_are_filed_one_by_one() -> None:
    """Each alternative considered has a digest of its own."""
    fields = {
        "failure_ids": ["F1"],
        "rationale": PRIVATE,
        "alternatives_considered": [PRIVATE, "No."],
    }
    texts: dict[str, str] = {}

    sealed = seal(read("breach_decided", wire("breach_decided", "2026-11-24", **fields)), texts)

    assert {digest_of(PRIVATE), digest_of("No.")} == set(texts)
    assert (digest_of(PRIVATE), digest_of("No.")) == sealed.alternatives_considered  # type: ignore[attr-defined] # the kind has them


def test_the_person_is_filed_whole_and_leaves_nothing_behind() -> None:
    """Name and date of birth are nowhere in the event."""
    person = {"name": PRIVATE, "date_of_birth": "1990-01-31"}
    texts: dict[str, str] = {}

    sealed = seal(
        read("sentence_imposed", wire("sentence_imposed", "2026-11-02", person=person)), texts
    )

    assert 1 == len(texts)
    assert not re.search("Jane|1990", sealed.model_dump_json())


def test_text_inside_a_requirement_is_sealed_too() -> None:
    """Parts of an event are searched as the event is."""
    requirements = [{"requirement_id": "R1", "kind": "exclusion", "details": PRIVATE}]
    texts: dict[str, str] = {}

    sealed = seal(
        read("sentence_imposed", wire("sentence_imposed", "2026-11-02", requirements=requirements)),
        texts,
    )

    assert {digest_of(PRIVATE): PRIVATE} == texts
    assert "Jane" not in sealed.model_dump_json()


def test_an_event_without_text_is_left_as_it_is() -> None:
    """There is nothing to file."""
    texts: dict[str, str] = {}
    item = read("case_allocated", wire("case_allocated", "2026-11-02"))

    assert item == seal(item, texts)
    assert {} == texts


def test_sealing_twice_is_stable_for_the_identity() -> None:
    """Whatever the text, the event keeps its id, its time and its place in the log."""
    item = read("contact_recorded", wire("contact_recorded", "2026-11-20", fact=PRIVATE))

    sealed = seal(item, {})

    assert (item.uid, item.sort_key) == (sealed.uid, sealed.sort_key)


@pytest.mark.parametrize(
    "field",
    ["rationale", "details", "fact", "opinion", "comment", "reason", "how", "summary", "person"],
)
def test_every_field_that_may_hold_a_persons_words_is_sealed(field: str) -> None:
    """A new kind cannot bring free text into the log under one of the known names."""
    open_ = [
        kind
        for kind, model in KINDS.items()
        if field in model.model_fields
        and field not in _sealed_fields(model)
        and kind != "sentence_ended"  # its reason is a code
    ]

    assert [] == open_

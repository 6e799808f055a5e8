"""A place of a message is found or it is not; what a look-up is asked is no free text."""

import pytest

from runtime.ingest.mapping import MessageRule, referenced_paths, referenced_tables
from runtime.ingest.outcomes import DeadLetterReason, UnmappableError
from runtime.ingest.translate import fill_path, find_value, first_value, require_value

KNOWN = {"body": {"a": {"b": "x"}, "zero": 0, "no": False, "empty": "", "null": None, "list": [1]}}
BY = {"is": {"id": "feed", "role": "system", "organisation": "NPS"}}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("body.a.b", "x"),
        ("body.a", {"b": "x"}),
        ("body.a.b.c", None),
        ("body.list.0", None),
        ("body.null", None),
        ("other.a", None),
    ],
)
def test_a_place_leads_through_objects_alone(place: str, value: object) -> None:
    """Neither a list nor a text has anything below it, and null is as nothing."""
    assert value == find_value(KNOWN, place)


def test_the_first_place_that_has_something_counts() -> None:
    """Nought and no are values; null and an empty text are none."""
    assert "x" == first_value(KNOWN, ("body.null", "body.a.b", "body.zero"))
    assert [0, False, "x"] == [
        first_value(KNOWN, (f"body.{name}", "body.a.b")) for name in ("zero", "no", "empty")
    ]
    assert first_value(KNOWN, ()) is None


def test_what_is_demanded_and_not_there_is_named_by_its_places() -> None:
    """Ops see where it was looked for."""
    with pytest.raises(UnmappableError, match=r"no value at body\.null or body\.c$") as found:
        require_value(KNOWN, ("body.null", "body.c"))

    assert DeadLetterReason.MISSING == found.value.why


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("X320741", "/cases/X320741/sentences"),
        (7, "/cases/7/sentences"),
        ("2026-09-14T15:09:54+01:00", "/cases/2026-09-14T15%3A09%3A54%2B01%3A00/sentences"),
        ("a" * 128, f"/cases/{'a' * 128}/sentences"),
    ],
)
def test_an_id_a_number_or_a_time_is_quoted_into_a_path(value: object, path: str) -> None:
    """Characters with a meaning in an address are escaped."""
    assert path == fill_path("/cases/{person.CRN}/sentences", lambda _: value)


@pytest.mark.parametrize(
    "value",
    ["", " ", "a/b", "..", "../x", "a?b", "a#b", "a%2Fb", "a\nb", "é", "a" * 129, 1.5, ["a"], None],
)
def test_a_message_does_not_choose_what_is_asked(value: object) -> None:
    """No slash, dot in front, query or line; the place is named, and not what stands there."""
    with pytest.raises(UnmappableError) as found:
        fill_path("/cases/{person.CRN}/sentences", lambda _: value)

    reason = "the value at person.CRN is not an id that can be looked up"
    assert (DeadLetterReason.INVALID, reason) == (found.value.why, found.value.reason)


def test_every_place_of_a_path_is_filled_by_its_own_name() -> None:
    """In the order of the path."""
    assert "/a/b?of=c" == fill_path("/{x.a}/{x.b}?of={x.c}", lambda name: name.rpartition(".")[2])


def test_a_rule_names_every_place_and_table_that_it_reads() -> None:
    """Also within parts, look-ups and conditions: a name that is wrong is found at the start."""
    part = {"at": ["item.one", "item.two"]}
    rule = MessageRule.model_validate(
        {
            "type": "a.type",
            "means": "Something.",
            "source": "Ours.",
            "each": "answer.items",
            "subject": ["body.subject"],
            "choose": {"code": "body.chosen", "table": "choices"},
            "look_ups": [
                {"into": "answer", "service": "s", "path": "/x/{body.id}", "unless": "body.unless"}
            ],
            "becomes": [
                {
                    "kind": "requirement_changed",
                    "by": BY,
                    "given": "body.given",
                    "fields": {
                        "why": {"code": "body.code", "table": "reasons"},
                        "requirement": {
                            "parts": {"hours": part, "kind": {"day": "body.day"}},
                            "each": "body.list",
                        },
                    },
                }
            ],
        },
        strict=False,
    )

    own = {f"body.{name}" for name in "subject chosen id unless given code day list".split()}  # noqa: SIM905 - a list of words
    usual = {"person.CRN", "body.additionalInformation.eventNumber"}
    assert own | usual | {"answer.items", "item.one", "item.two"} == referenced_paths(rule)
    assert {"choices", "reasons"} == referenced_tables(rule)

"""A value of an event is copied, translated or dated as its source says, and never made up."""

from datetime import date
from typing import Any

import pytest

from runtime.ingest.mapping import MappingFile, Mappings, ValueSource
from runtime.ingest.outcomes import DeadLetterReason, IgnoredMessageError, UnmappableError
from runtime.ingest.translate import MappingContext, resolve_value

TABLES = {
    "codes": {
        "source": "Ours.",
        "ours": ["kept"],
        "rows": [
            *({"code": code, "means": f"meant {code}"} for code in ("A", "true", "7")),
            {"code": "Z", "ignored": "It is nothing to us."},
        ],
    }
}
MAPPINGS = Mappings.of(
    [MappingFile.model_validate({"name": "a", "tables": TABLES}, strict=False)],
)
BODY = {
    "a": "x",
    "zero": 0,
    "code": "A",
    "flag": True,
    "number": 7,
    "ignored": "Z",
    "other": "Q",
    "late": "2026-07-14T23:30:00Z",
    "day": "2026-07-14",
    "bare": "2026-07-01T12:00:00",
    "twice": "2026-10-25T01:30:00",
    "none": "soon",
    "things": [{"n": 1}, {"n": 2, "m": 3}],
}


def value_of(**source: Any) -> Any:
    """The value that a source takes from the message."""
    words = MappingContext(MAPPINGS, date(2026, 7, 14), {"body": BODY})
    return resolve_value(ValueSource.model_validate(source, strict=False), words)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ({"is": "said"}, "said"),
        ({"at": "body.a"}, "x"),
        ({"at": ["body.missing", "body.a"]}, "x"),
        ({"at": "body.zero", "default": 5}, 0),
        ({"at": "body.missing", "default": 5}, 5),
        ({"at": "body.missing", "optional": True}, None),
        ({"code": "body.code", "table": "codes"}, "meant A"),
        ({"code": "body.flag", "table": "codes"}, "meant true"),
        ({"code": "body.number", "table": "codes"}, "meant 7"),
        ({"code": "body.missing", "table": "codes", "default": "raw"}, "raw"),
        ({"day": "body.late"}, "2026-07-15"),
        ({"day": "body.day"}, "2026-07-14"),
        ({"instant": "body.late"}, "2026-07-14T23:30:00+00:00"),
        ({"instant": "body.bare"}, "2026-07-01T11:00:00+00:00"),
    ],
    ids=str,
)
def test_a_value_comes_as_its_source_says(source: dict[str, Any], value: object) -> None:
    """A default stands for what is missing alone, and the day of a moment is London's."""
    assert value == value_of(**source)


@pytest.mark.parametrize(
    ("source", "why", "said"),
    [
        (
            {"at": ["body.x", "body.y"]},
            DeadLetterReason.MISSING,
            "no value at body.x or body.y",
        ),
        (
            {"code": "body.other", "table": "codes"},
            DeadLetterReason.UNKNOWN_CODE,
            "does not know code 'Q'",
        ),
        ({"day": "body.none"}, DeadLetterReason.INVALID, "body.none: it is not a date"),
        (
            {"instant": "body.day"},
            DeadLetterReason.INVALID,
            "body.day: it is not a date",
        ),
        ({"day": "body.twice"}, DeadLetterReason.INVALID, "body.twice: without an offset"),
        ({"instant": "body.number"}, DeadLetterReason.INVALID, "body.number: it is not a date"),
    ],
    ids=str,
)
def test_what_is_not_said_is_not_guessed(
    source: dict[str, Any], why: DeadLetterReason, said: str
) -> None:
    """Neither a code that is unknown nor an hour that came twice becomes a fact."""
    with pytest.raises(UnmappableError, match=said) as found:
        value_of(**source)

    assert why == found.value.why


def test_a_code_that_means_nothing_ends_the_matter() -> None:
    """Its table says why; it is distinguished from an unknown code."""
    with pytest.raises(IgnoredMessageError, match="It is nothing to us"):
        value_of(code="body.ignored", table="codes")


def test_parts_make_an_object_without_what_nobody_said() -> None:
    """A part that is optional and missing leaves no null behind."""
    gone = {"at": "body.missing", "optional": True}

    assert {"a": "x"} == value_of(parts={"a": {"at": "body.a"}, "b": gone})


def test_parts_of_a_list_see_their_item_and_the_message() -> None:
    """One object for every item, in its order."""
    parts = {
        "n": {"at": "item.n"},
        "m": {"at": "item.m", "optional": True},
        "a": {"at": "body.a"},
    }

    listed = value_of(parts=parts, each="body.things")
    assert [{"n": 1, "a": "x"}, {"n": 2, "m": 3, "a": "x"}] == listed


@pytest.mark.parametrize("place", ["body.missing", "body.a"])
def test_a_list_that_is_none_is_missing(place: str) -> None:
    """Something else in its place is not taken for a list of one."""
    with pytest.raises(UnmappableError, match=f"no list at {place}") as found:
        value_of(parts={"n": {"at": "item.n"}}, each=place)

    assert DeadLetterReason.MISSING == found.value.why
    optional = {"parts": {"n": {"at": "item.n"}}, "each": "body.missing", "optional": True}
    assert None is value_of(**optional)

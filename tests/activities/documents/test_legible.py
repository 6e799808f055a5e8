"""A paper is made legible: words for digests, dates as people write them, London's clock."""

from datetime import date

import pytest

from activities.documents.legible import Person, digests_in, legible, person_in

PAPER = {
    "person": {"person": "abc"},
    "on": "2015-11-06",
    "said": {"text": "d1"},
    "list": [{"why": {"text": "d2"}}, {"text": "d3"}, None, 3, True],
    "code": "N07A001",
}
TEXTS = {"d1": "2015-11-06", "d2": "Because.", "d3": "And \N{GRINNING FACE}"}


def test_texts_take_the_place_of_their_digests_wherever_they_stand() -> None:
    """What somebody wrote is never read as a date of ours."""
    found = legible(PAPER, TEXTS, Person("Sam Example", date(1990, 2, 3)))

    assert {
        "person": {"name": "Sam Example", "date_of_birth": "3 February 1990"},
        "on": "6 November 2015",
        "said": "2015-11-06",
        "list": [{"why": "Because."}, "And [grinning face]", None, 3, True],
        "code": "N07A001",
    } == found


def test_what_a_paper_quotes_can_be_asked_for() -> None:
    """The record is asked once, for all of them."""
    assert (["d1", "d2", "d3"], "abc") == (list(digests_in(PAPER)), person_in(PAPER))
    assert None is person_in({"person": None})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2016-01-21T12:30:00Z", "21 January 2016 at 12:30"),
        ("2016-07-21T12:30:00Z", "21 July 2016 at 13:30"),
        ("2016-06-30T23:30:00Z", "1 July 2016 at 00:30"),
        ("2016-01-21T12:30:00.5Z", "21 January 2016 at 12:30"),
        ("2016-01-21.2", "2016-01-21.2"),
        ("2016-02-01", "1 February 2016"),
    ],
)
def test_a_moment_is_told_by_the_clocks_of_london(written: str, expected: str) -> None:
    """In summer an hour later than the record, and then perhaps on another day."""
    assert expected == legible(written, {}, None)


def test_nobody_known_is_nobody_named() -> None:
    """A name that nobody gave is left out, and a day of birth likewise."""
    assert {"person": None, "n": 1} == legible({"person": {"person": "abc"}, "n": 1}, {}, None)
    assert {"name": "Sam", "date_of_birth": None} == legible(
        {"person": "abc"}, {}, Person("Sam", None)
    )

"""A paper is made legible: words for digests, dates as people write them, London's clock."""

import json
import re
from datetime import date

import pytest
import typst

from activities.documents.texts import (
    PRINTABLE,
    PersonDetails,
    person_digest,
    printable,
    resolve_texts,
    text_digests,
)
from activities.documents.typst_engine import fonts

PAPER = {
    "person": {"person": "abc"},
    "on": "2015-11-06",
    "said": {"text": "d1"},
    "list": [{"why": {"text": "d2"}}, {"text": "d3"}, None, 3, True],
    "code": "N07A001",
}
TEXTS = {"d1": "2015-11-06", "d2": "Because.", "d3": "And \N{GRINNING FACE}"}


def test_texts_take_the_place_of_their_digests_wherever_they_stand() -> None:
    """Free text is never parsed as a date of ours."""
    found = resolve_texts(PAPER, TEXTS, PersonDetails("Sam Example", date(1990, 2, 3)))

    assert {
        "person": {"name": "Sam Example", "date_of_birth": "3 February 1990"},
        "on": "6 November 2015",
        "said": "2015-11-06",
        "list": [{"why": "Because."}, "And [grinning face]", None, 3, True],
        "code": "N07A001",
    } == found


def test_what_a_paper_quotes_can_be_asked_for() -> None:
    """The record is asked once, for all of them."""
    assert (["d1", "d2", "d3"], "abc") == (list(text_digests(PAPER)), person_digest(PAPER))
    assert None is person_digest({"person": None})


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
    assert expected == resolve_texts(written, {}, None)


def test_nobody_known_is_nobody_named() -> None:
    """A missing name is left out, and a day of birth likewise."""
    assert {"person": None, "n": 1} == resolve_texts(
        {"person": {"person": "abc"}, "n": 1}, {}, None
    )
    assert {"name": "Sam", "date_of_birth": None} == resolve_texts(
        {"person": "abc"}, {}, PersonDetails("Sam", None)
    )


_PAGE = (
    b'#set document(title: "All")\n'
    b'#set text(lang: "en", font: ("Libertinus Serif", "DejaVu Sans Mono"))\n'
    b'= All\n#json(bytes(sys.inputs.all)).join(" ")\n'
)


def test_the_fonts_within_the_typesetter_print_every_character_of_the_list() -> None:
    """PDF/UA refuses a document with a character that no font has."""
    pdf = typst.compile(
        _PAGE,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"all": json.dumps(sorted(PRINTABLE))},
        format="pdf",
        pdf_standards=["ua-1"],
    )

    assert pdf.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said *no* for $5 #panic()", "He said *no* for $5 #panic()"),
        ("Żółć, Ünlü, Đặng, Ёлка, Ωmega", "Żółć, Ünlü, Đặng, Ёлка, Ωmega"),
        ("مرحبا שלום", "مرحبا שלום"),
        ("fine \N{GRINNING FACE}", "fine [grinning face]"),
        (
            "\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}",
            "[thumbs up sign][emoji modifier fitzpatrick type-4]",
        ),
        ("name: \u4e2d\u6587 ok", "name: [2 characters in another script; see the record] ok"),
        ("a\u0000b\u0007c", "abc"),
        ("left\u202eright\u2066\u200b", "leftright"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree four"),
        ("e\u0301", "é"),
        ("", ""),
    ],
    ids=[
        *("markup", "accents", "right to left", "an emoji", "two of them", "another script"),
        *("control characters", "turned direction", "lines", "composed", "nothing"),
    ],
)
def test_what_cannot_be_printed_is_named_or_counted(text: str, expected: str) -> None:
    """Printable text stays unchanged, including markup: as text it is inert."""
    assert expected == printable(text)


def test_what_is_printable_stays_so() -> None:
    """The replacement of a character can itself be printed."""
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    left = {character for character in printable(everything) if character not in PRINTABLE}

    assert {"\n"} == left
    assert re.fullmatch(r"[^\x00-\x09]*", printable("\x00\x01\x02"))

"""Free text is user input: it can neither stop a document nor become part of its template."""

import json
import re

import pytest
import typst

from activities.documents.glyphs import PRINTED, printable
from activities.documents.typesetting import fonts

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
        sys_inputs={"all": json.dumps(sorted(PRINTED))},
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
    """What can be is left alone, markup among it: as text it is inert."""
    assert expected == printable(text)


def test_what_is_printable_stays_so() -> None:
    """What stands in place of a character can itself be printed."""
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    left = {character for character in printable(everything) if character not in PRINTED}

    assert {"\n"} == left
    assert re.fullmatch(r"[^\x00-\x09]*", printable("\x00\x01\x02"))

"""Leave in free text only what every machine can print: the fonts come with the typesetter.

A character that no font has would stop the whole document. An emoji is named instead, and a run
of another script is counted: the record holds the words themselves.
"""

import re
import unicodedata
from itertools import groupby
from typing import Final

_RANGES: Final = (
    (0x0020, 0x007E),
    (0x00A0, 0x00AC),
    (0x00AE, 0x0377),
    (0x037A, 0x037F),
    (0x0384, 0x038A),
    (0x038C, 0x038C),
    (0x038E, 0x03A1),
    (0x03A3, 0x04FF),
    (0x05D0, 0x05EA),
    (0x0621, 0x063A),
    (0x0640, 0x0652),
    (0x0660, 0x066D),
    (0x0679, 0x0679),
    (0x067E, 0x067E),
    (0x0686, 0x0686),
    (0x0691, 0x0691),
    (0x0698, 0x0698),
    (0x06A9, 0x06A9),
    (0x06AF, 0x06AF),
    (0x06BE, 0x06BE),
    (0x06CC, 0x06CC),
    (0x06F0, 0x06F9),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2015),
    (0x2018, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2033),
    (0x2039, 0x203A),
    (0x20A4, 0x20A4),
    (0x20AC, 0x20AC),
    (0x2116, 0x2116),
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2260, 0x2260),
    (0x2264, 0x2265),
)
"""Code points that the fonts within the typesetter have, first and last of each run."""

PRINTED: Final = frozenset(chr(code) for first, last in _RANGES for code in range(first, last + 1))
"""Every character that is printed as it is."""

_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
"""What is seen by nobody, or turns the direction of what follows: left out."""


def printable(text: str) -> str:
    """Return `text` with names or counts in place of what cannot be printed; lines are kept."""
    whole = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    seen = _UNSEEN.sub("", whole.replace("\t", " "))
    return "".join(_shown("".join(run)) for _, run in groupby(seen, _is_printed))


def _is_printed(character: str) -> bool:
    return character in PRINTED or character == "\n"


def _shown(run: str) -> str:
    if _is_printed(run[0]):
        return run
    characters = [character for character in run if unicodedata.category(character) != "Cc"]
    if any(unicodedata.category(character)[0] == "L" for character in characters):
        return f"[{len(characters)} characters in another script; see the record]"
    return "".join(f"[{unicodedata.name(c, 'a character').lower()}]" for c in characters)

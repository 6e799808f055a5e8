"""The page of the examples: each journey as policy, day by day."""

from collections.abc import Iterator

from docs.journeys import Journey, load_journeys
from docs.pages.happenings import days
from docs.pages.markdown import code, page, table
from states.machine import TITLES
from states.vocabulary import SentenceType

SPELLING = {"nps": "NPS", "rosh": "RoSH"}
COLUMNS = ("day", "what was sent", "what the sentence did")

HEAD = """\
Each example is one sentence from its first day to a day after its last, as a stream of events in
`examples/journeys/`. Beside the stream stands what is expected of it, and `make test` and
`make prove` hold the program to that. Days are counted from the day of sentence, and times are
those of London. `starter.py simulate` plays a stream through virtual time.

A clock is named by its title, with the day on which it is due. Clocks with a number in the
documents are shown from start to end; a prompt is shown where nobody answered it, and where the
example is about it. Untimed duties are shown where the example is about them."""


def examples_page() -> str:
    """Return the page of every journey, by type of sentence."""
    return page(
        "# The examples, read as policy",
        "",
        HEAD,
        *(line for kind, title in TITLES.items() for line in _of_type(kind, title)),
    )


def _of_type(kind: SentenceType, title: str) -> Iterator[str]:
    journeys = [item for item in load_journeys().values() if _type(item) == kind]
    yield from ("", f"## {title}", "")
    for item in journeys:
        yield f"- [{_title(item)}](#{_title(item).lower().replace(' ', '-')})"
    for item in journeys:
        yield from _journey(item)


def _type(journey: Journey) -> str:
    return str(journey.events(journey.base)[0].data["type"])


def _title(journey: Journey) -> str:
    words = journey.name.split("_")
    spelt = [SPELLING.get(word, word) for word in words]
    return " ".join([spelt[0][:1].upper() + spelt[0][1:], *spelt[1:]])


def _journey(journey: Journey) -> Iterator[str]:
    base, proves = journey.base, ", ".join(map(code, journey.expected["proves"]))
    yield from ("", f"### {_title(journey)}", "", journey.shows, "")
    yield f"{code(f'examples/journeys/{journey.name}.jsonl')}, here from {base:%A} {base.day}"
    yield f"{base:%B %Y}. It shows {proves}."
    yield ""
    yield from table(COLUMNS, days(journey))

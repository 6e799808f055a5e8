"""The page of the documents: which there are, when and to whom each goes, and how to edit them."""

from collections.abc import Iterator
from typing import Final

from activities.documents.typst_engine import BUILTIN_TEMPLATES, load_samples
from docs.journeys import catalogue
from docs.pages.markdown import code, page, table
from docs.tracing.rows import Row, load_sections
from states.documents import DOCUMENTS, FINAL_WARNING
from states.recipients import RECIPIENTS

ABOUT = """\
# Documents

Letters, reports and written notices as PDF. A sentence says what a document holds, as codes, dates
and digests: its *paper*. The words stand in templates, and free text and names come from the
records. A document is made when its notice is delivered, once: the first one under a key stands,
whatever changes afterwards, and lies in the table `documents` of [the record](records.md).

Each one carries the reference of the sentence, the edition of the standards, the decision that it
records and who made it. The same paper gives the same bytes on any machine. The PDFs are PDF/UA-1:
tagged, titled, in British English, so that they can be read aloud.

![A first warning](warning.png) ![A recall report](recall.png)

## Which there are"""

PRIVACY = """\
## What stands in them, and what does not

- A letter to the person says what they are taken to have done, quotes what they said themselves,
  and nobody else: what officers, relatives or victims wrote goes to those who decide.
- Police and stakeholders get name, length, scope and whom to contact; the date of birth goes to
  the police alone.
- A name that the imposition gave is waited for until it is filed, and so is every text. Where
  nobody gave a name, the reference stands in its place.
- Who the officer is comes from [the directory](notices.md), where it says so; else the code.
- What nobody told of is left out or said not to be recorded. No document guesses.
- Free text is inert: whatever markup it holds is printed as it is. A character that no font has is
  named, as `[grinning face]`; a run in another script is counted, and the record has it whole.
- The end of the sentence is told with the restrictions that may go on. Which of them apply to the
  person is not held here, and the letter says so.

## Editing a template

Templates are text files in the language of [Typst](https://typst.app/docs/), in
`activities/documents/templates/`: one for each document, and a few that several share:
`letterhead.typ` (look, head, foot), `words.typ` (the words for every code), `failures.typ`,
`closing.typ`, `consequences.typ`, `restriction.typ`. Copy the whole folder, edit the copy, and
name it by `SENTENCES_TEMPLATES_DIR`. A change of a file then holds for the next document.

```text
python starter.py documents check [--templates DIR]     make every sample, or say what is wrong
python starter.py documents list X320741 1 [--json]     the documents of a sentence
python starter.py documents get X320741 1 KEY --out letter.pdf
```

`p` is what a document says of one case: `activities/documents/samples/` holds one for each sort,
with every field it may use. What they come to is in `examples/documents/`. Only the fonts that
come with the typesetter are used, and packages from elsewhere are not for templates: a worker may
have no way to fetch them.

## When a document cannot be made

- `DocumentFault`: the template cannot be set; the error names file and line. It is a duty of ops
  at once. Mend the template, check it, and have the notice tried again as
  [Notices](notices.md) says.
- `TextMissing`: a text or the person is not on record yet. It is tried again by itself, until the
  sentence has filed all that it has: what is missing then was erased, and it is a duty of ops.

The notice waits meanwhile, and the clocks run on."""

_TOLD: Final = {
    "induction-sheet": ("an order gets its first officer; a licence or supervision begins", "3(c)"),
    "warning-letter": ("a warning is issued", "9"),
    FINAL_WARNING: ("the second warning of a licence is issued", "9(b)"),
    "warning-withdrawn": ("a warning is taken back", "9"),
    "warning-letter-withdrawn": ("a warning is entered in error", "9"),
    "breach-referral": ("breach is decided", "9(a)"),
    "referral-papers": ("a CRC sends its referral", "9(a)"),
    "recall-report": ("the recall report is sent", "9(b)"),
}
"""When a notice that code tells goes out, and by which standard; rows of the edition say it."""

_ROWS: Final = {
    "induction-sheet": "ev-induct",
    "warning-letter": "D14.warning-letter",
    FINAL_WARNING: "ev-senior-final-warning",
    "warning-withdrawn": "T10",
    "warning-letter-withdrawn": "D14.warning-letter",
    "breach-referral": "D14.breach-referral",
    "referral-papers": "ev-crc-refer-breach",
    "recall-report": "D14.recall-report",
}

_TO: Final = {
    "breach-referral": "the enforcement team of the NPS, or the court",
    "referral-papers": RECIPIENTS["nps_enforcement"],
    "recall-report": RECIPIENTS["casework_section"],
}


def documents_page() -> str:
    """Return the page."""
    columns = ("document", "notice", "goes when", "to", "standard", "row", "source")
    return page(ABOUT, "", *table(columns, _listed()), "", *_named(), "", PRIVACY)


def _listed() -> Iterator[tuple[str, ...]]:
    sources = {row.id: row for section in load_sections() for row in section.rows}
    for template, (document, _) in DOCUMENTS.items():
        yield _line(document, template, sources)
        if template == "warning-letter":
            yield _line(FINAL_WARNING, template, sources)


def _line(document: str, template: str, sources: dict[str, Row]) -> tuple[str, ...]:
    known = FINAL_WARNING if document == FINAL_WARNING else template
    if known in _TOLD:
        when, standard = _TOLD[known]
        row, to = _ROWS[known], _TO.get(template, RECIPIENTS["person"])
    else:
        when, standard, row, to = _by_the_edition(template)
    source = sources[row].source if row in sources else ""
    return (code(document), code(template), when, to, standard, code(row), source)


def _by_the_edition(template: str) -> tuple[str, str, str, str]:
    """Return when, by which standard, by which rows and to whom the edition has it told."""
    rows = [
        duty
        for duty in catalogue().editions["ns-2015"].duties.values()
        if any(notice.template == template for notice in duty.notices)
    ]
    told = [n.recipient.value for duty in rows for n in duty.notices if n.template == template]
    to = "; ".join(RECIPIENTS[word] for word in dict.fromkeys(told))
    when = rows[0].trigger.value.replace("_", " ")
    return when, rows[0].standard, rows[0].id, to


def _named() -> Iterator[str]:
    """Yield what each document is, as its template says in its first line."""
    documents = dict.fromkeys(sample.document for sample in load_samples())
    for document in documents:
        first = (BUILTIN_TEMPLATES / f"{document}.typ").read_text("utf-8").splitlines()[0]
        yield f"- {code(document)}: {first.removeprefix('//').strip()}"

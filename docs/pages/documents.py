"""Page of the documents: which exist, when and to whom each is sent, and how to edit them."""

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

This page is for ops who edit templates and for readers of the documents. Documents are warnings,
reports and written notices as PDF. The sentence provides the data of a document as codes,
dates and digests. The templates contain the words; free text and names come from the records. A
document is made once, when its notice is delivered: the first document under a key is kept in the
table `documents` of [the record](records.md), whatever changes afterwards.

Each document shows the reference of the sentence, the edition of the standards, the decision that
it records and who made it. The same data give the same bytes on any machine. The PDFs are PDF/UA-1:
tagged, titled, in British English, so that a screen reader can read them.

![A first warning](warning.png) ![A recall report](recall.png)

## List of documents"""

PRIVACY = """\
## Content

- A document to the person states the failure and quotes only the person. Texts of officers,
  relatives or victims go to the people who decide.
- Police and stakeholders receive name, length, scope and a contact; only the police receive the
  date of birth.
- If the imposition gave a name, the document waits until it is stored, and so for every text. If
  no event gave a name, the reference is printed in its place.
- [The directory](notices.md) provides the name of the officer; without it the code is printed.
- Missing data are omitted or marked as not recorded. No document guesses.
- Free text is never interpreted: markup in it is printed unchanged. A character that no font has
  is named, as `[grinning face]`; a passage in another script is counted, and the record has it
  complete.
- The document at the end of the sentence lists the civil orders that a court is known to have made,
  and the restrictions that may continue besides; it says that there may be more.

## Editing a template

Templates are text files in the language of [Typst](https://typst.app/docs/), in
`activities/documents/templates/`: one for each document, and some that several share:
`letterhead.typ` (layout, header, footer), `words.typ` (the words for every code), `failures.typ`,
`closing.typ`, `consequences.typ`, `restriction.typ`. Copy the whole folder, edit the copy, and set
`SENTENCES_TEMPLATES_DIR` to it. A change takes effect with the next document.

```text
python starter.py documents check [--templates DIR]     make every sample, or show the errors
python starter.py documents list X320741 1 [--json]     list the documents of a sentence
python starter.py documents get X320741 1 KEY --out document.pdf
```

In a template, `p` is the data of one case. `activities/documents/samples/` has a sample for each
document, with every field that it can use; `examples/documents/` shows the results. Templates can
use only the fonts that come with Typst, and no Typst packages, because a worker may have no network
to fetch them.

## When a document cannot be made

- `DocumentFailed`: the template cannot be rendered; the error names file and line. It becomes a
  duty of ops at once. Repair the template, check it, and retry the notice as [Notices](notices.md)
  describes.
- `TextMissing`: a text or the person is not stored yet. The system retries until the sentence has
  stored all its texts. A text that is missing then was erased, and a duty of ops results.

Meanwhile the notice waits and the clocks keep running."""

_OCCASIONS: Final = {
    "induction-sheet": ("an order gets its first officer; a licence or supervision begins", "3(c)"),
    "warning-letter": ("a warning is issued", "9"),
    FINAL_WARNING: ("the second warning of a licence is issued", "9(b)"),
    "warning-withdrawn": ("a warning is withdrawn", "9"),
    "warning-letter-withdrawn": ("a warning is entered in error", "9"),
    "breach-referral": ("breach is decided", "9(a)"),
    "referral-papers": ("a CRC sends its referral", "9(a)"),
    "recall-report": ("the recall report is sent", "9(b)"),
}
"""Occasion and standard of each notice that code sends; provisions of the edition send the rest."""

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
    """Return the page of all documents."""
    columns = ("document", "notice", "sent when", "to", "standard", "row", "source")
    return page(ABOUT, "", *table(columns, _listed()), "", *_named(), "", PRIVACY)


def _listed() -> Iterator[tuple[str, ...]]:
    sources = {row.id: row for section in load_sections() for row in section.rows}
    for template, (document, _) in DOCUMENTS.items():
        yield _line(document, template, sources)
        if template == "warning-letter":
            yield _line(FINAL_WARNING, template, sources)


def _line(document: str, template: str, sources: dict[str, Row]) -> tuple[str, ...]:
    known = FINAL_WARNING if document == FINAL_WARNING else template
    if known in _OCCASIONS:
        when, standard = _OCCASIONS[known]
        row, to = _ROWS[known], _TO.get(template, RECIPIENTS["person"])
    else:
        when, standard, row, to = _by_the_edition(template)
    source = sources[row].source if row in sources else ""
    return (code(document), code(template), when, to, standard, code(row), source)


def _by_the_edition(template: str) -> tuple[str, str, str, str]:
    """Return occasion, standard, provision and recipients of a notice that the edition sends."""
    rows = [
        duty
        for duty in catalogue().editions["ns-2015"].duties.values()
        if any(notice.template == template for notice in duty.notices)
    ]
    recipients = [
        n.recipient.value for duty in rows for n in duty.notices if n.template == template
    ]
    to = "; ".join(RECIPIENTS[word] for word in dict.fromkeys(recipients))
    when = rows[0].trigger.value.replace("_", " ")
    return when, rows[0].standard, rows[0].id, to


def _named() -> Iterator[str]:
    """Yield the description of each document, from the first line of its template."""
    documents = dict.fromkeys(sample.document for sample in load_samples())
    for document in documents:
        first = (BUILTIN_TEMPLATES / f"{document}.typ").read_text("utf-8").splitlines()[0]
        yield f"- {code(document)}: {first.removeprefix('//').strip()}"

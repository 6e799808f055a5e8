"""Of a person who is erased it is left that something was there, and never what."""

from typing import Any

import pytest

from activities.records.columns import TEXT_DIGEST
from activities.records.erase import ERASED, ErasedPerson, anonymised_row
from activities.records.schema import MAIN, VICTIMS

CRN, TOKEN = "X320741", "erased-1"
PERSON = ErasedPerson(CRN, TOKEN, {f"sentence-{CRN}-1"})
FILED_COLUMNS = [
    (table, column.name)
    for metadata in (MAIN, VICTIMS)
    for table in metadata.sorted_tables
    for column in table.columns
    if column.info.get(TEXT_DIGEST)
]


def left(name: str, **row: Any) -> dict[str, Any]:
    """Return a row of the main database after the person was erased."""
    return anonymised_row(MAIN.tables[name], row, PERSON)


@pytest.mark.parametrize(
    ("value", "without"),
    [
        (f"sentence-{CRN}-1", f"sentence-{TOKEN}-1"),
        (f"{CRN} {CRN}", f"{TOKEN} {TOKEN}"),
        ({CRN: [CRN, {"deep": (CRN)}]}, {TOKEN: [TOKEN, {"deep": TOKEN}]}),
        ([], []),
        ("X320742", "X320742"),
        (7, 7),
        (None, None),
    ],
    ids=str,
)
def test_the_crn_is_replaced_wherever_it_stands(value: object, without: object) -> None:
    """Within ids of others, in names of fields, at any depth; nothing else is touched."""
    assert without == PERSON.anonymise(value)


def test_what_was_delivered_is_counted_and_not_told() -> None:
    """When, by which channel and to which role stays; where to, and what was sent, does not."""
    row = {
        **dict.fromkeys(("template", "recipient", "channel", "delivered_at"), "kept"),
        "workflow_id": f"sentence-{CRN}-1",
        "address_digest": "a" * 64,
        "content_digest": "b" * 64,
        "document": "c" * 64,
    }

    gone = {"address_digest": None, "content_digest": ERASED, "document": ERASED}
    assert row | {"workflow_id": f"sentence-{TOKEN}-1"} | gone == left("deliveries", **row)
    assert None is left("deliveries", **row | {"document": None})["document"]


def test_a_document_is_emptied() -> None:
    """The bytes, how many they were, and what they could be known by."""
    row = {"key": "a", "pdf": b"%PDF", "size": 4, "sha256": "d" * 64}

    assert {"key": "a", "pdf": b"", "size": 0, "sha256": ERASED} == left("documents", **row)


def test_what_an_event_said_is_gone() -> None:
    """Its key and its kind are left, which figures count."""
    row = {"key": "e-1", "kind": "warning_issued", "said": {"comment": "x"}}

    assert None is left("events", **row)["said"]
    assert "warning_issued" == left("events", **row)["kind"]


def test_where_a_sentence_went_on_is_gone_if_it_did() -> None:
    """That it moved is counted; the number there would name the person."""
    assert [ERASED, None] == [
        left("sentences", moved_to=moved)["moved_to"] for moved in ("sentence-A1-1", None)
    ]


@pytest.mark.parametrize(("table", "name"), FILED_COLUMNS, ids=str)
def test_every_digest_of_free_text_is_taken_away(table: Any, name: str) -> None:
    """One or a list of them: how many there were is left, and none where none was."""
    row = dict.fromkeys((column.name for column in table.columns), None)

    assert None is anonymised_row(table, row, PERSON)[name]
    assert ERASED == anonymised_row(table, row | {name: "f" * 64}, PERSON)[name]
    assert [ERASED, ERASED] == anonymised_row(table, row | {name: ["f" * 64, "0" * 64]}, PERSON)[
        name
    ]

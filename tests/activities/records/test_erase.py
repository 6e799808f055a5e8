"""A person goes from both databases without a trace, and what is counted stays."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from activities.contracts import ClosedSentence, LateMessages
from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.deliveries import Delivery, DeliveryTable, DocumentTable
from activities.records.erase import erase, past_retention, sentences_of
from activities.records.read import read_rows
from activities.records.schema import MAIN, ROWS, VICTIMS, erasing, victims_erasing
from states.record import RecordRow
from states.sentence_ref import SentenceRef
from tests.activities.records.sentence_records import AT, batch, held, record_of
from tests.stores import file_texts

CRN = "X320741"
MARKS = ("Robin Marker", "Marker text", "marker@example.org", "PDF-marker", CRN, "visor-marker")
"""Personal data that must be nowhere afterwards."""

PEOPLE = {
    CRN: ("victim_contact", "two_failures"),
    "X320742": ("community_order_completed",),
}


def live(store: Store, rows_of_journey: Callable[[str], Iterable[RecordRow]] | None = None) -> None:
    """A person of two sentences and one of one, with everything that can be stored of a person."""
    records = RecordActivities(store)
    rows_of = rows_of_journey or one_a_table
    for crn, journeys in PEOPLE.items():
        for number, journey in enumerate(journeys, start=1):
            sentence = SentenceRef(crn, str(number))
            records.write_record(batch([*rows_of(journey), *marked(crn)], sentence=sentence))
            beside(store, sentence)


def one_a_table(journey: str) -> list[RecordRow]:
    """The first row of each table of a journey: enough, where nothing is counted."""
    return list({row.table: row for row in reversed(record_of(journey))}.values())


def marked(crn: str) -> list[RecordRow]:
    """Rows in which ids of others hold the CRN."""
    return [
        RecordRow("agencies", "visor", {"agency": "visor", "reference": "visor-marker"}),
        RecordRow(
            "warnings", f"{crn}-W9", {"warning_id": f"{crn}-W9", "failure_ids": [f"{crn}-F9"]}
        ),
        RecordRow(
            "events", f"NPS/{crn}-e", {"event_id": f"{crn}-e", "said": {"what": "Marker text"}}
        ),
    ]


def beside(store: Store, sentence: SentenceRef) -> None:
    """Store what belongs to a sentence beside its rows."""
    name = sentence.workflow_id
    person = json.dumps({"name": "Robin Marker", "date_of_birth": "1990-05-17"})
    records = RecordActivities(store)
    file_texts(store, name, {"person:e1": person, "d1": "Marker text"})
    records.record_late_messages(
        LateMessages(workflow_id=name, digests=["d1"], kinds=["nudge"], at=AT)
    )
    records.close_sentence(
        ClosedSentence(
            workflow_id=name,
            crn=sentence.crn,
            event_number=sentence.event_number,
            outcome="expired",
            ended_on=None,
            closed_at=AT,
        )
    )
    DocumentTable(store).store(
        name, "k1", template="warning", edition="ns-2015", pdf=b"PDF-marker", at=AT
    )
    DeliveryTable(store).enter(
        Delivery(name, "k1", "warning", "officer", "folder", "c1", AT, "marker@example.org", "d1")
    )


def content(store: Store) -> str:
    """Every value of every table of both databases."""
    tables = [*MAIN.tables.values(), *VICTIMS.tables.values()]
    names = [table.name for table in tables if table not in (erasing, victims_erasing)]
    return repr([held(store, name) for name in names])


def figures(store: Store) -> dict[str, Any]:
    """Return the counts on which reports are built."""
    found: dict[str, Any] = {}
    for name, group in (
        ("sentences", "state"),
        ("clocks", "status"),
        ("failures", "acceptable"),
        ("judgements", "acceptable"),
        ("warnings", "level"),
        ("recalls", "recall_type"),
        ("requirements", "kind"),
        ("events", "kind"),
        ("documents", "template"),
        ("deliveries", "channel"),
    ):
        table = MAIN.tables[name]
        wanted = select(table.c[group], func.count()).group_by(table.c[group])
        with store.main.reading() as connection:
            found[name] = Counter(dict(connection.execute(wanted).all()))
    judged = held(store, "judgements")
    found["reasons"] = [row["rationale"] is not None for row in judged]
    found["alternatives"] = sorted(len(row["alternatives_considered"] or []) for row in judged)  # type: ignore[arg-type]
    found["victims"] = sorted(bool(row["accepted"]) for row in held(store, "victim_contacts"))
    return found


def test_nothing_of_a_person_is_left_but_what_is_counted(store: Store) -> None:
    """Name, texts, what events said, documents, addresses and the CRN go; every figure stays."""
    live(store, record_of)
    before = figures(store)
    assert all(mark in content(store) for mark in MARKS)
    other = {name: read_rows(store, name) for name in sentences_of(store, "X320742")}

    done = erase(store, CRN, "on-request", AT)

    assert ("sentence-X320741-1", "sentence-X320741-2") == done.sentences
    assert before == figures(store)
    assert {name: read_rows(store, name) for name in sentences_of(store, "X320742")} == other
    # The other person has the same texts: they are gone from this one's rows alone.
    assert CRN not in content(store)
    for table in ("texts", "people"):
        assert {"X320742"} == {str(row["workflow_id"])[9:16] for row in held(store, table)}


def test_the_rows_of_an_erased_sentence_stay_together(store: Store) -> None:
    """One token stands for the person in all tables of a database, and another in the other."""
    live(store)
    erase(store, CRN, "on-request", AT)
    (entry,) = held(store, "erasures")
    token = str(entry["token"])
    crns = {name: {row["crn"] for row in held(store, name)} for name in ROWS}
    victims = crns.pop("victim_contacts")

    assert {token, "X320742"} == crns["sentences"] == crns["clocks"]
    assert token not in victims
    assert 2 == sum(row["workflow_id"] in (f"sentence-{token}-1", f"sentence-{token}-2")
                    for row in held(store, "sentences"))  # fmt: skip


def test_the_log_of_erasures_holds_nothing_of_the_person(store: Store) -> None:
    """When, why, how many rows of which table; and only one entry, however often it is asked."""
    live(store)
    done = erase(store, CRN, "on-request", AT)
    assert {} == erase(store, CRN, "on-request", AT).counts
    (entry,) = held(store, "erasures")

    assert ("on-request", AT) == (entry["reason"], entry["erased_at"])
    main = {name: count for name, count in done.counts.items() if name not in VICTIMS.tables}
    assert main == entry["counts"]
    assert (4, 2, 2) == (done.counts["texts"] + done.counts["people"], main["sentences"], 2)
    assert not any(mark in repr(entry) for mark in MARKS)


def test_no_byte_of_a_person_is_left_in_the_files(sqlite: Store, tmp_path: Path) -> None:
    """Neither in the databases nor in the logs beside them: what was deleted is overwritten."""
    marks = {*MARKS, "X320742"}
    live(sqlite)
    assert marks == found_in(tmp_path, marks)

    erase(sqlite, CRN, "on-request", AT)
    erase(sqlite, "X320742", "on-request", AT)

    assert set() == found_in(tmp_path, marks)


def found_in(folder: Path, marks: Iterable[str]) -> set[str]:
    """The marks of which the bytes lie in any file of a database, or in a log beside it."""
    raw = b"".join(file.read_bytes() for file in folder.glob("*.sqlite*"))
    return {mark for mark in marks if mark.encode() in raw}


def test_a_crash_between_the_databases_is_mended_by_a_repeat(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each database is as it was or erased; what is missing is done the second time."""
    live(store)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store.main, "writing", crash)
    with pytest.raises(KeyboardInterrupt):
        erase(store, CRN, "on-request", AT)
    monkeypatch.undo()
    assert {"sentence-X320741-1", "sentence-X320741-2"} == set(sentences_of(store, CRN))

    erase(store, CRN, "on-request", AT)
    assert CRN not in content(store)


def test_the_permit_to_change_events_ends_with_the_erasure(store: Store) -> None:
    """Afterwards no event can be changed, not even of the erased person."""
    live(store)
    erase(store, CRN, "on-request", AT)

    assert [] == held(store, "erasing")
    with store.victims.reading() as connection:
        assert [] == connection.execute(select(victims_erasing)).all()


def test_retention_counts_from_the_last_file_that_was_closed(store: Store) -> None:
    """A person with an open sentence, or a later one, is kept; an erased person is not named."""
    live(store)
    records = RecordActivities(store)
    records.write_record(batch([], sentence=SentenceRef("X320743", "1")))
    later = AT + timedelta(days=1)

    assert () == past_retention(store, AT)
    assert (CRN, "X320742") == past_retention(store, later)
    erase(store, CRN, "retention", datetime.now(UTC))
    assert ("X320742",) == past_retention(store, later)

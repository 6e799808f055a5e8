"""Mappings are dated, strict and locked; the one that holds is that of the act's day."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from activities.lock import MAPPING_FILES, LockError, extend_lock
from activities.standards import STANDARDS, InvalidFileError
from runtime.ingest.mapping import MappingFile, Mappings, load_mappings, main
from runtime.ingest.outcomes import DeadLetterReason, IgnoredMessageError, UnmappableError
from states.standards.provisions import ContradictionError

BY = {"is": {"id": "feed", "role": "system", "organisation": "NPS"}}
STEP = {"kind": "recall_report_sent", "by": BY}
RULE = {"type": "a.type", "means": "Something.", "source": "Ours.", "becomes": [STEP]}


@pytest.fixture(scope="module")
def mappings() -> Mappings:
    """The released mappings."""
    return load_mappings(STANDARDS)


def made(*messages: dict[str, Any], **tables: Any) -> Mappings:
    """Mappings of one file."""
    said = {"name": "a", "messages": messages, "tables": tables}
    return Mappings.of([MappingFile.model_validate(said, strict=False)])


def test_a_code_means_what_it_meant_on_the_day_of_the_act(mappings: Mappings) -> None:
    """UAAB became UACP on 2026-05-01: each is known on its own days, and on no other."""
    table = "appointment-outcomes"

    assert "missed" == mappings.meaning(table, "UAAB", date(2026, 4, 30))
    assert "missed" == mappings.meaning(table, "UACP", date(2026, 5, 1))
    for code, day in (("UAAB", date(2026, 5, 1)), ("UACP", date(2026, 4, 30))):
        with pytest.raises(UnmappableError, match="only on other days") as found:
            mappings.meaning(table, code, day)
        assert DeadLetterReason.UNKNOWN_CODE == found.value.why


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        *(("LR", "standard"), ("STANDARD", "standard"), ("STANDARD_RECALL_255", "standard")),
        *(("FIXED", "fixed_term"), ("FTR_56", "fixed_term"), ("FTR_HDC_14", "fixed_term")),
        *(("FIXED_TERM_RECALL_28", "fixed_term"), ("emergency", "emergency")),
    ],
)
def test_the_four_spellings_of_recall_are_one(mappings: Mappings, code: str, meant: str) -> None:
    """Each system's word for a type of recall is read; ours stands for itself."""
    assert meant == mappings.meaning("recall-types", code, date(2026, 9, 14))


def test_no_recall_means_nothing_and_curfew_recalls_need_a_person(mappings: Mappings) -> None:
    """A decision not to recall is ignored; a code that fits no type of ours needs a person."""
    with pytest.raises(IgnoredMessageError, match="no recall was decided"):
        mappings.meaning("recall-types", "NO_RECALL", date(2026, 9, 14))
    for code in ("IN_HDC", "CUR_HDC"):
        with pytest.raises(UnmappableError, match="none of the three types") as found:
            mappings.meaning("recall-types", code, date(2026, 9, 14))
        assert DeadLetterReason.FOR_A_PERSON == found.value.why


def test_an_unknown_code_names_the_place_for_it(mappings: Mappings) -> None:
    """Ops read which folder and which table take the code."""
    reason = (
        "table recall-types does not know code 'X'; a new file in standards/ingest/ adds it to it"
    )
    with pytest.raises(UnmappableError, match=reason):
        mappings.meaning("recall-types", "X", date(2026, 9, 14))


def test_a_later_rule_takes_over_from_its_own_day() -> None:
    """So a released file is never edited: a new one says from when."""
    later = {**RULE, "means": "Another.", "from": date(2026, 5, 1)}
    both = made(RULE, later)

    assert "Something." == both.rule("a.type", date(2026, 4, 30)).means
    assert "Another." == both.rule("a.type", date(2026, 5, 1)).means


def test_a_rule_that_has_ended_is_told_from_a_type_that_is_unknown() -> None:
    """Ops see whether a mapping is missing or out of date."""
    ended = made({**RULE, "until": date(2026, 4, 30)})

    with pytest.raises(UnmappableError, match=r"knows a\.type for acts of 2026-05-01, only for"):
        ended.rule("a.type", date(2026, 5, 1))
    with pytest.raises(UnmappableError, match=r"no mapping knows b\.type; a new file in"):
        ended.rule("b.type", date(2026, 5, 1))


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([RULE, RULE], "begin on the same day"),
        ([{**RULE, "choose": {"code": "body.x", "table": "none"}}], "there is no table none"),
        ([{**RULE, "each": "answer.items"}], r"no value can be at answer\.items"),
    ],
)
def test_rules_that_contradict_are_refused(messages: list[dict[str, Any]], said: str) -> None:
    """Two rules of one day, a table that is not there, a place where nothing can stand."""
    with pytest.raises(ContradictionError, match=said):
        made(*messages)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"becomes": []}, "set exactly one of becomes"),
        ({"ignored": "Why not."}, "set exactly one of becomes"),
        ({"becomes": [{**STEP, "kind": "sentence_began"}]}, "no event is called sentence_began"),
        ({"becomes": [{**STEP, "fields": {"x": {"at": "body.x"}}}]}, "has no field x"),
        ({"becomes": [{**STEP, "when": ["x"]}]}, "when needs a choice"),
        ({"becomes": [{**STEP, "by": {"is": 1, "at": "body.x"}}]}, "exactly one source"),
        ({"becomes": [{**STEP, "by": {"code": "body.x"}}]}, "a code and its table go together"),
        ({"surprise": 1}, "Extra inputs"),
        ({"look_ups": [{"into": "x", "service": "s", "path": "http://x/"}]}, "path"),
    ],
)
def test_a_mapping_is_strict(change: dict[str, Any], said: str) -> None:
    """An invalid file is refused when it is loaded, not when a message arrives."""
    with pytest.raises(ValidationError, match=said):
        made({**RULE, **change})


def test_every_type_that_the_standards_need_is_mapped(mappings: Mappings) -> None:
    """Allocation, sentences, requirements, prisons, enforcement, recall, merges, erasure, work."""
    needed = {
        "event.manager.allocated",
        *(f"probation-case.sentence.{act}" for act in ("created", "amended", "moved")),
        *(f"probation-case.sentence.{act}" for act in ("terminated", "unterminated")),
        *(f"probation-case.requirement.{act}" for act in ("created", "terminated")),
        *("prison-offender-events.prisoner.released", "prison-offender-events.prisoner.received"),
        *(f"enforcement.{what}.{act}" for what in ("breach", "recall") for act in ("raised",)),
        *(f"enforcement.{what}.concluded" for what in ("breach", "recall")),
        "prison-recall.recommendation.management-oversight",
        *("probation-case.merge.completed", "probation-case.unmerge.completed"),
        *("probation-case.deleted.gdpr", "unpaid-work.assessment.completed"),
        "community-payback.appointment.updated",
    }

    assert set() == needed - set(mappings.messages)


def test_a_released_mapping_never_changes(tmp_path: Path) -> None:
    """A changed file is refused, and so is one that was not released; another name says so."""
    folder = tmp_path / "ingest"
    shutil.copytree(STANDARDS / "ingest", folder)
    changed = folder / "custody-2026a.yaml"
    before = changed.read_text("utf-8")

    changed.write_text(f"{before}# Changed.\n", "utf-8")
    with pytest.raises(LockError, match=r"custody-2026a\.yaml was released and has changed"):
        load_mappings(tmp_path)
    changed.write_text(before, "utf-8")
    new = folder / "new.yaml"
    new.write_text("name: other\n", "utf-8")
    with pytest.raises(LockError, match=r"new\.yaml is not released"):
        load_mappings(tmp_path)
    extend_lock(folder, MAPPING_FILES)
    with pytest.raises(InvalidFileError, match="the name inside is other"):
        load_mappings(tmp_path)


def test_what_could_not_be_loaded_is_not_released(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The lock is then as it was; a file in order is released, once."""
    folder = tmp_path / "ingest"
    shutil.copytree(STANDARDS / "ingest", folder)
    before = (folder / "mappings.lock").read_bytes()
    new = folder / "codes-2027a.yaml"

    new.write_text("name: codes-2027a\nmesages: []\n", "utf-8")
    assert 1 == main(tmp_path)
    assert before == (folder / "mappings.lock").read_bytes()
    row = "{code: HD, means: hdc, from: 2027-01-01}"
    text = f"name: codes-2027a\ntables:\n  release-grounds: {{source: Ours., rows: [{row}]}}\n"
    new.write_text(text, "utf-8")
    assert [0, 0] == [main(tmp_path), main(tmp_path)]
    assert "released codes-2027a.yaml\nno new mapping\n" == capsys.readouterr().out
    found = load_mappings(tmp_path)
    assert "hdc" == found.meaning("release-grounds", "HD", date(2027, 1, 1))

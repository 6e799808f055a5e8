"""A notice is in the outbox once, whole, under its key, whatever happens on the way."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from activities.notices.errors import KeyConflictError
from activities.notices.folder import FolderChannel
from tests.activities.notices.messages import NOTICE, PAPER, message


def files(folder: Path) -> list[Path]:
    """Every file below the folder, hidden ones too."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_notice_is_written_once(tmp_path: Path) -> None:
    """The second run says so and changes nothing; the file holds the notice."""
    channel = FolderChannel(tmp_path)
    assert not channel.send(message())
    (file,) = files(tmp_path)
    written = file.stat().st_mtime_ns
    assert channel.send(message())
    assert [file] == files(tmp_path)
    assert written == file.stat().st_mtime_ns
    assert NOTICE.model_dump() == json.loads(file.read_text())
    assert tmp_path / "outbox" / "sentence-X320741-1" == file.parent
    assert file.name.startswith("overdue-enforce-6wd-2026-11-23-")


def test_the_document_lies_beside_the_notice_and_was_there_first(tmp_path: Path) -> None:
    """Where an attempt died between the two, the next one leaves the first document."""
    channel = FolderChannel(tmp_path)
    channel.send(message(document=PAPER))
    file, pdf = files(tmp_path)
    assert (".json", file.with_suffix(".pdf")) == (file.suffix, pdf)
    assert PAPER.pdf == pdf.read_bytes()
    file.unlink()
    channel.send(message(document=PAPER))
    assert ([file, pdf], PAPER.pdf) == (files(tmp_path), pdf.read_bytes())


def test_other_content_under_the_key_is_refused_for_good(tmp_path: Path) -> None:
    """The first notice stands; the error is not retried and quotes neither content."""
    channel = FolderChannel(tmp_path)
    channel.send(message())
    other = NOTICE.model_copy(update={"facts": {"due_on": "2027-01-01", "name": "Smith"}})

    with pytest.raises(KeyConflictError) as refusal:
        channel.send(message(other))
    assert ("NoticeKeyConflict", True) == (refusal.value.type, refusal.value.non_retryable)
    assert "Smith" not in str(refusal.value)
    assert "2027" not in str(refusal.value)
    assert NOTICE.model_dump() == json.loads(files(tmp_path)[0].read_text())


def test_whom_it_went_to_and_what_its_document_said_is_no_part_of_the_content(
    tmp_path: Path,
) -> None:
    """A case that moved, or free text filed since, makes the same notice no other one."""
    channel = FolderChannel(tmp_path)
    channel.send(message())
    moved = NOTICE.model_copy(update={"route": {"officer": "N07A009"}, "document": {"a": "b"}})
    assert channel.send(message(moved))


def test_a_file_of_an_older_build_is_the_same_notice(tmp_path: Path) -> None:
    """It has neither route nor paper; what is no notice at all holds the key for good."""
    channel = FolderChannel(tmp_path)
    channel.send(message())
    (file,) = files(tmp_path)
    known = json.loads(file.read_text())
    del known["route"], known["document"]
    file.write_text(json.dumps(known))
    assert channel.send(message())
    file.write_text("half a not")
    with pytest.raises(KeyConflictError):
        channel.send(message())


def test_attempts_at_one_time_leave_one_file(tmp_path: Path) -> None:
    """An attempt that timed out may still run beside the next: one of them delivers."""
    channel = FolderChannel(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(channel.send, [message(document=PAPER)] * 16))

    assert [False] + [True] * 15 == sorted(results)
    assert 2 == len(files(tmp_path))


def test_keys_that_look_alike_have_files_of_their_own(tmp_path: Path) -> None:
    """Characters that a file name cannot contain do not give two keys one name."""
    channel = FolderChannel(tmp_path)
    keys = ["a/b", "a-b", "a b", "a/b/", "A/B", "é", "x" * 300, "x" * 301]
    for key in keys:
        channel.send(message(NOTICE.model_copy(update={"key": key})))

    assert len(keys) == len(files(tmp_path))


@pytest.mark.parametrize("hostile", ["../../up", "/etc", "..", "sentence-..", "a" * 900, "\x00x"])
def test_a_hostile_id_stays_inside_the_outbox(tmp_path: Path, hostile: str) -> None:
    """The id of a hostile start chooses no place in the file system."""
    channel = FolderChannel(tmp_path / "data")
    channel.send(message(NOTICE.model_copy(update={"workflow_id": hostile})))

    (file,) = files(tmp_path)
    assert tmp_path / "data" / "outbox" == file.resolve().parent.parent

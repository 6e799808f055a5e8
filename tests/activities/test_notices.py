"""A notice is in the outbox once, whole, under its key, whatever happens on the way."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.names import Delivered, Notice
from activities.notices import KeyConflictError, Outbox

NOTICE = Notice(
    key="overdue/enforce-6wd/2026-11-23",
    workflow_id="sentence-X320741-1",
    crn="X320741",
    event_number="1",
    template="overdue",
    recipient="officer",
    subject="enforce-6wd/2026-11-23",
    facts={"due_on": "2026-12-01"},
)


def files(folder: Path) -> list[Path]:
    """Every file below the folder, hidden ones too."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_notice_is_written_once(tmp_path: Path) -> None:
    """The second run says so and changes nothing; the file holds the notice."""
    deliver, run = Outbox(tmp_path).deliver_notice, ActivityEnvironment().run

    assert Delivered(key=NOTICE.key, already=False) == run(deliver, NOTICE)
    (file,) = files(tmp_path)
    written = file.stat().st_mtime_ns
    assert Delivered(key=NOTICE.key, already=True) == run(deliver, NOTICE)
    assert [file] == files(tmp_path)
    assert written == file.stat().st_mtime_ns
    assert NOTICE.model_dump() == json.loads(file.read_text())
    assert tmp_path / "outbox" / "sentence-X320741-1" == file.parent
    assert file.name.startswith("overdue-enforce-6wd-2026-11-23-")


def test_other_content_under_the_key_is_refused_for_good(tmp_path: Path) -> None:
    """The first notice stands; the error is not retried and quotes neither content."""
    outbox = Outbox(tmp_path)
    outbox.deliver_notice(NOTICE)
    other = NOTICE.model_copy(update={"facts": {"due_on": "2027-01-01", "name": "Smith"}})

    with pytest.raises(KeyConflictError) as refusal:
        outbox.deliver_notice(other)
    assert ("NoticeKeyConflict", True) == (refusal.value.type, refusal.value.non_retryable)
    assert "Smith" not in str(refusal.value)
    assert "2027" not in str(refusal.value)
    assert NOTICE.model_dump() == json.loads(files(tmp_path)[0].read_text())


def test_attempts_at_one_time_leave_one_file(tmp_path: Path) -> None:
    """An attempt that timed out may still run beside the next: one of them delivers."""
    outbox = Outbox(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(outbox.deliver_notice, [NOTICE] * 16))

    assert [False] + [True] * 15 == sorted(result.already for result in results)
    assert 1 == len(files(tmp_path))


def test_keys_that_look_alike_have_files_of_their_own(tmp_path: Path) -> None:
    """What a file name cannot hold does not make two keys one."""
    outbox = Outbox(tmp_path)
    keys = ["a/b", "a-b", "a b", "a/b/", "A/B", "é", "x" * 300, "x" * 301]
    for key in keys:
        outbox.deliver_notice(NOTICE.model_copy(update={"key": key}))

    assert len(keys) == len(files(tmp_path))


@pytest.mark.parametrize("hostile", ["../../up", "/etc", "..", "sentence-..", "a" * 900, "\x00x"])
def test_a_hostile_id_stays_inside_the_outbox(tmp_path: Path, hostile: str) -> None:
    """The id of a hostile start chooses no place in the file system."""
    outbox = Outbox(tmp_path / "data")
    outbox.deliver_notice(NOTICE.model_copy(update={"workflow_id": hostile}))

    (file,) = files(tmp_path)
    assert tmp_path / "data" / "outbox" == file.resolve().parent.parent

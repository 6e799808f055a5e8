"""Parts of `up`: the lock of its folder, the record of played samples, the worker process."""

import json
from datetime import date
from pathlib import Path

import pytest

from runtime.cli.up import DataDirLockedError, lock_data_dir
from runtime.sample_caseload import PlayedSamples, load_played
from runtime.worker_process import WorkerEndedError, run_worker_process
from tests.isolation import isolated

TODAY = date(2026, 11, 22)


def test_a_folder_serves_one_process_at_a_time(tmp_path: Path) -> None:
    """The second is refused; once the first has let go, the folder is free."""
    folder = tmp_path / "var"
    with (
        lock_data_dir(folder),
        pytest.raises(DataDirLockedError, match="another process uses"),
        lock_data_dir(folder),
    ):
        pass
    with lock_data_dir(folder):
        assert 0o700 == folder.stat().st_mode & 0o777


def test_the_base_of_the_caseload_is_kept_as_long_as_its_database(tmp_path: Path) -> None:
    """Without the database nothing was played, whatever a file says, and today is the base."""
    written = {"base": "2026-11-02", "played": ["warned"]}
    assert PlayedSamples(TODAY) == load_played(tmp_path, TODAY)
    (tmp_path / "caseload.json").write_text(json.dumps(written), "utf-8")
    assert PlayedSamples(TODAY) == load_played(tmp_path, TODAY)
    (tmp_path / "temporal.db").touch()
    assert PlayedSamples(date(2026, 11, 2), ("warned",)) == load_played(tmp_path, TODAY)


async def test_a_worker_that_cannot_start_is_reported_with_its_own_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last problem of its log stands in the one sentence."""
    monkeypatch.setenv("SENTENCES_STANDARDS_DIR", str(tmp_path))
    with pytest.raises(WorkerEndedError, match=r"ended with status 1: .*editions\.lock"):
        async with run_worker_process(isolated(tmp_path)):
            pass

"""Pooled connections to SQLite files: kept between transactions, and never on the wrong file."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import event, text

from activities.records.database import FILE, Store, open_store
from activities.records.errors import StoreError
from tests.postgres import Postgres
from tests.stores import open_files, open_pair, prepared_files, prepared_pair


def connections(store: Store) -> list[sqlite3.Connection]:
    """Return the list that each connection to the main database joins when it is made."""
    made: list[sqlite3.Connection] = []
    event.listen(store.main.engine, "connect", lambda connection, _: made.append(connection))
    return made


def write(store: Store) -> None:
    """Write nothing, in a transaction."""
    with store.main.writing() as connection:
        connection.execute(text("DELETE FROM texts"))


def test_one_connection_serves_many_transactions(sqlite: Store) -> None:
    """A write does not connect again."""
    made = connections(sqlite)
    sqlite.main.engine.dispose()

    for _ in range(5):
        write(sqlite)
        with sqlite.main.reading() as connection:
            connection.execute(text("SELECT count(*) FROM texts"))

    assert 1 == len(made)


def test_a_replaced_file_is_opened_again(sqlite: Store, tmp_path: Path) -> None:
    """A restored backup is the database from the next transaction on."""
    insert = text("INSERT INTO texts (workflow_id, digest, text) VALUES ('w', 'd', 't')")
    with sqlite.main.writing() as connection:
        connection.execute(insert)
    prepared_files(tmp_path / "backup")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"{FILE}{suffix}").unlink()
    (tmp_path / "backup" / FILE).replace(tmp_path / FILE)

    with sqlite.main.reading() as connection:
        assert 0 == connection.execute(text("SELECT count(*) FROM texts")).scalar_one()


def test_a_connection_that_failed_is_not_used_again(tmp_path: Path) -> None:
    """The next transaction connects, so a file that was mended is not seen as it was."""
    with open_files(tmp_path) as store:
        made = connections(store)
        with pytest.raises(StoreError), store.main.writing() as connection:
            connection.execute(text("DELETE FROM no_such_table"))
        before = len(made)
        write(store)

    assert before + 1 == len(made)


def test_closing_leaves_no_file_beside_the_database(tmp_path: Path) -> None:
    """The write-ahead log moves into the file, so that a copy of the file is whole."""
    with open_files(tmp_path) as store:
        write(store)
        assert (tmp_path / f"{FILE}-wal").exists()

    assert not (tmp_path / f"{FILE}-wal").exists()
    open_store(tmp_path).close()


def fault(store: Store) -> str | None:
    """Return the fault that a check of the records finds."""
    try:
        store.main.check()
    except StoreError as error:
        return error.fault.value
    return None


def test_a_check_finds_what_a_statement_without_a_table_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite opens a file at the first table: garbage, a missing file and a full disk passed."""
    with open_files(tmp_path) as store:
        assert None is fault(store)
        monkeypatch.setattr("activities.records.database.MIN_FREE_BYTES", 10**18)
        assert "Full" == fault(store)
        monkeypatch.undo()
        good = (tmp_path / FILE).read_bytes()
        store.close()
        (tmp_path / FILE).write_bytes(b"no database" * 1_000)
        assert "Damaged" == fault(store)
        (tmp_path / FILE).write_bytes(b"")
        assert "Missing" == fault(store)
        (tmp_path / FILE).unlink()
        assert "Unreachable" == fault(store)
        (tmp_path / FILE).write_bytes(good)
        assert None is fault(store)


def test_a_check_waits_for_no_writer(sqlite: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is being written can be written."""
    monkeypatch.setattr("activities.records.database.PROBE_SECONDS", 0.01)
    with sqlite.main.writing():
        assert None is fault(sqlite)


def mount(*arguments: str | Path) -> bool:
    """Mount a disk; return whether it is mounted."""
    program = shutil.which("mount") or "mount"
    return subprocess.run([program, *arguments], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts disks")
def test_a_check_finds_a_disk_that_is_full_or_can_only_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real disk of a megabyte, filled up, then mounted for reading only."""
    monkeypatch.setattr("activities.records.database.MIN_FREE_BYTES", 4096)
    disk = tmp_path / "disk"
    disk.mkdir()
    if not mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", disk):
        pytest.skip("disks cannot be mounted here")
    try:
        with open_files(disk) as store:
            assert None is fault(store)
            with suppress(OSError), (disk / "rest").open("wb", buffering=0) as rest:
                while rest.write(bytes(4096)):
                    pass
            assert "Full" == fault(store)
            (disk / "rest").unlink()
            assert None is fault(store)
            assert mount("-o", "remount,ro", disk)
            assert "ReadOnly" == fault(store)
            assert mount("-o", "remount,rw", disk)
            assert None is fault(store)
    finally:
        subprocess.run([shutil.which("umount") or "umount", "--lazy", disk], check=True)


def test_a_pool_opens_no_more_connections_than_it_may(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL counts them: one process too many, and Temporal itself gets none."""
    monkeypatch.setattr("activities.records.database.BUSY_SECONDS", 0.1)
    store = open_store(tmp_path, *prepared_pair(postgres), connections=2)
    with store.main.reading(), store.main.reading():
        with pytest.raises(StoreError) as refusal, store.main.reading():
            pytest.fail("a third connection was opened")
        assert "RecordsBusy" == refusal.value.type
    store.close()


def test_a_check_finds_a_standby(postgres: Postgres, tmp_path: Path) -> None:
    """After a failover the old address may lead to a server that only reads."""
    with open_pair(postgres, tmp_path) as pair:
        assert None is fault(pair)
        name = pair.main.engine.url.database
        postgres.ask(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        pair.close()
        assert "ReadOnly" == fault(pair)

"""Pooled connections to SQLite files: kept between transactions, and never on the wrong file."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import event, text

from activities.records.database import FILE, Store, open_store
from activities.records.errors import StoreError
from tests.stores import open_files, prepared_files


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
        sqlite.main.ping()

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

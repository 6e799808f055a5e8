"""A database reaches the tables of this build from any older state, also with many processes."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

from activities.records.activities import RecordActivities
from activities.records.database import FILE, Database, Store, open_store
from activities.records.errors import StoreError
from activities.records.migrate import migrate
from activities.records.schema import MAIN, VICTIMS
from tests.activities.records.sentence_records import held
from tests.postgres import Postgres

EARLIER = """
CREATE TABLE texts (
    workflow_id TEXT NOT NULL, digest TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (workflow_id, digest)
) STRICT;
CREATE TABLE closed_sentences (
    workflow_id TEXT NOT NULL PRIMARY KEY, crn TEXT NOT NULL, event_number TEXT NOT NULL,
    outcome TEXT, ended_on TEXT, closed_at TEXT NOT NULL
) STRICT;
CREATE TABLE late_arrivals (
    workflow_id TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (workflow_id, digest)
) STRICT;
INSERT INTO texts VALUES ('s', 'd1', 'Unwell.');
INSERT INTO closed_sentences
VALUES ('s', 'X320741', '1', 'expired', '2027-11-01', '2027-11-02T10:30:00.250000+00:00');
INSERT INTO late_arrivals VALUES ('s', 'd2', 'nudge', '2027-11-03T10:30:00+00:00');
"""
"""What a build before the first step left."""


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Two databases that hold nothing."""
    if request.param == "sqlite":
        yield open_store(tmp_path)
        return
    server: Postgres = request.getfixturevalue("postgres")
    store = open_store(tmp_path, *server.pair())
    yield store
    store.close()


def difference(database: Database, metadata: MetaData) -> list[object]:
    """What would have to be changed to bring a database to the tables of the code."""
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_every_step_together_makes_the_tables_of_the_code(empty: Store) -> None:
    """From nothing; and a second time there is nothing to do."""
    migrate(empty)
    migrate(empty)

    assert [] == difference(empty.main, MAIN)
    assert [] == difference(empty.victims, VICTIMS)


def test_each_database_has_its_own_tables_and_no_other(empty: Store) -> None:
    """Not one table of the records is in the victims' database, nor the reverse (NS 2015 7)."""
    migrate(empty)
    here, apart = (set(_tables(database)) for database in (empty.main, empty.victims))

    assert set(MAIN.tables) | {"alembic_version"} == here
    assert set(VICTIMS.tables) | {"alembic_version"} == apart
    assert {"alembic_version", "erasing"} == here & apart


def _tables(database: Database) -> list[str]:
    with database.reading() as connection:
        return inspect(connection).get_table_names()


def test_no_key_points_from_one_table_into_another() -> None:
    """What concerns victims is joined to nothing, and rows of a batch need no order."""
    tables = [*MAIN.tables.values(), *VICTIMS.tables.values()]

    assert [] == [table.name for table in tables if table.foreign_keys]


def test_workers_that_start_at_one_time_wait_for_each_other(empty: Store, tmp_path: Path) -> None:
    """One of them makes the tables; none fails, and none makes them twice."""
    stores = [empty]
    if empty.main.is_file:
        stores += [open_store(tmp_path) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(migrate, [stores[number % len(stores)] for number in range(6)]))

    assert [] == difference(empty.main, MAIN)


def test_a_step_that_fails_leaves_the_database_as_it_was(
    empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a step is never there: the next start finds nothing in its way."""

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("activities.records.migrations.append_only.text", fail)
    with pytest.raises(KeyboardInterrupt):
        migrate(empty)
    assert [] == _tables(empty.main)
    monkeypatch.undo()

    migrate(empty)
    assert [] == difference(empty.main, MAIN)


def test_what_an_earlier_build_kept_is_taken_over(tmp_path: Path) -> None:
    """Texts, the register and late arrivals of a file that no step made: every one is there."""
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        file.executescript(EARLIER)
    store = open_store(tmp_path)
    migrate(store)

    assert ["Unwell."] == [row["text"] for row in held(store, "texts")]
    (closed,) = held(store, "closed_sentences")
    assert datetime(2027, 11, 2, 10, 30, 0, 250_000, tzinfo=UTC) == closed["closed_at"]
    (late,) = held(store, "late_arrivals")
    assert datetime(2027, 11, 3, 10, 30, tzinfo=UTC) == late["at"]
    assert RecordActivities(store).is_closed("s")
    assert [] == difference(store.main, MAIN)


def test_a_database_of_a_newer_build_is_left_alone(store: Store) -> None:
    """A worker that was rolled back does not know what it would write into."""
    with store.main.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as refusal:
        migrate(store)

    assert ("RecordsNewer", False) == (refusal.value.type, refusal.value.is_transient)
    assert "was made by a newer build than this one" in refusal.value.message

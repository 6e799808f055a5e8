"""A database gets the tables of this build, also when many processes start at one time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

from activities.records.database import Database, Store, open_store
from activities.records.errors import StoreError
from activities.records.migrate import migrate
from activities.records.schema import MAIN, VICTIMS
from tests.postgres import Postgres


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
    """Return the changes that would bring a database to the tables of the code."""
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_the_migrations_make_the_tables_of_the_schema(empty: Store) -> None:
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
    """Victims' data have no foreign keys, and rows of a batch need no order."""
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


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a migration is never there: the next start finds nothing in its way."""

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("activities.records.migrations.append_only.text", fail)
    with pytest.raises(KeyboardInterrupt):
        migrate(empty)
    assert [] == _tables(empty.main)
    monkeypatch.undo()

    migrate(empty)
    assert [] == difference(empty.main, MAIN)


def test_a_database_of_a_newer_build_is_left_alone(store: Store) -> None:
    """A worker that was rolled back does not know what it would write into."""
    with store.main.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError) as refusal:
        migrate(store)

    assert ("RecordsNewer", False) == (refusal.value.type, refusal.value.is_transient)
    assert "was made by a newer build than this one" in refusal.value.message

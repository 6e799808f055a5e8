"""A database that fails says what is wrong as a type, and nothing of what it was to hold."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from activities.records.activities import RecordActivities
from activities.records.database import Store, open_store
from activities.records.errors import StoreError
from activities.records.migrate import migrate
from tests.postgres import Postgres, running_postgres
from tests.stores import file_texts, open_files, open_pair, prepared_files

SENTENCE = "sentence-X320741-1"
TEXTS = {"d1": "s3cret" * 4_000}


@contextmanager
def refused(kind: str, *, waits: bool) -> Iterator[None]:
    """Expect a retryable `StoreError` of this type without content; transient if `waits`."""
    with pytest.raises(StoreError) as refusal:
        yield
    assert (kind, False, waits) == (
        refusal.value.type,
        refusal.value.non_retryable,
        refusal.value.is_transient,
    )
    assert refusal.value.__cause__ is None
    assert "s3cret" not in f"{refusal.value!r} {refusal.value.message}"


def test_a_full_disk(sqlite: Store) -> None:
    """The write fails as a whole; with space again it succeeds."""
    with sqlite.main.raw_connection() as connection:
        (size,) = connection.execute("PRAGMA page_count").fetchone()

    def bound(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {size}")

    event.listen(sqlite.main.engine, "connect", bound)
    sqlite.close()  # pooled connections are without the bound
    with refused("RecordsFull", waits=True):
        file_texts(sqlite, SENTENCE, TEXTS)
    event.remove(sqlite.main.engine, "connect", bound)
    assert 1 == file_texts(sqlite, SENTENCE, TEXTS)


def test_a_file_that_is_held_for_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process that writes for longer than the timeout has a type of its own."""
    monkeypatch.setattr("activities.records.database.BUSY_SECONDS", 0.05)
    with (
        open_files(tmp_path) as one,
        open_files(tmp_path) as other,
        one.main.writing() as connection,
    ):
        connection.execute(text("DELETE FROM texts"))
        with refused("RecordsBusy", waits=True):
            file_texts(other, SENTENCE, TEXTS)


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A person has to look: no process waits for that to mend."""
    prepared_files(tmp_path)
    (tmp_path / "records.sqlite").write_bytes(b"s3cret" * 1_000)
    with refused("RecordsDamaged", waits=False):
        migrate(open_store(tmp_path))


def test_a_file_that_was_taken_away(tmp_path: Path) -> None:
    """The register of a folder that is not there any more cannot say that nothing is closed."""
    with open_files(tmp_path / "var") as store:
        shutil.rmtree(tmp_path / "var")
        with refused("RecordsUnreachable", waits=True):
            RecordActivities(store).is_closed("sentence-X320741-1")


def test_a_file_without_its_tables(tmp_path: Path) -> None:
    """A database that was made empty meanwhile is no record of nothing."""
    with refused("RecordsMissing", waits=False):
        RecordActivities(open_store(tmp_path)).is_closed("sentence-X320741-1")


@pytest.fixture
def pair(postgres: Postgres, tmp_path: Path) -> Iterator[Store]:
    """Prepared databases of a server."""
    with open_pair(postgres, tmp_path) as store:
        yield store


@pytest.mark.usefixtures("postgres")
def test_a_server_that_is_killed_and_comes_back(tmp_path: Path) -> None:
    """Committed data are there, and a pooled connection is not taken for a live one."""
    with running_postgres(lasting=True) as server, open_pair(server, tmp_path) as store:
        assert 1 == file_texts(store, SENTENCE, TEXTS)
        server.kill()
        with refused("RecordsUnreachable", waits=True):
            file_texts(store, SENTENCE, TEXTS)
        server.start()
        assert 0 == file_texts(store, SENTENCE, TEXTS)


def test_a_connection_that_is_cut(pair: Store, postgres: Postgres) -> None:
    """An administrator, or a failover, ends it: the next attempt takes another."""
    file_texts(pair, SENTENCE, TEXTS)
    with (
        refused("RecordsUnreachable", waits=True),
        pair.main.writing() as connection,
    ):
        postgres.ask(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname LIKE 'copy_%' AND pid <> pg_backend_pid()"
        )
        connection.execute(text("SELECT 1"))
    assert 0 == file_texts(pair, SENTENCE, TEXTS)


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [(("s3cret-of-tests", "other-s3cret"), "RecordsForbidden"), (("/", "/not_"), "RecordsMissing")],
    ids=["password", "database"],
)
def test_credentials_that_are_turned_away(
    postgres: Postgres, tmp_path: Path, wrong: tuple[str, str], kind: str
) -> None:
    """Only a person can mend a setting, so that a worker ends with the sentence."""
    main, victims = postgres.pair()
    old, new = wrong
    before, _, after = main.rpartition(old)
    store = open_store(tmp_path, f"{before}{new}{after}", victims)
    with refused(kind, waits=False):
        migrate(store)
    store.close()


def test_the_credentials_of_one_database_do_not_open_the_other(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Who can read records reads nothing of victims, and the reverse (NS 2015 7)."""
    main, victims = postgres.pair()
    name_of_main, name_of_victims = (url.rpartition("/")[2] for url in (main, victims))
    crossed = open_store(
        tmp_path,
        main.removesuffix(name_of_main) + name_of_victims,
        victims.removesuffix(name_of_victims) + name_of_main,
    )
    with refused("RecordsForbidden", waits=False):
        crossed.main.check()
    with refused("VictimsForbidden", waits=False):
        crossed.victims.check()
    crossed.close()


def test_a_role_that_may_only_read(pair: Store) -> None:
    """A refusal by the rights of PostgreSQL has a type of its own."""
    with refused("RecordsReadOnly", waits=False), pair.main.writing() as connection:
        connection.execute(text("SET TRANSACTION READ ONLY"))
        connection.execute(text("DELETE FROM texts"))


def test_a_url_that_cannot_be_read_is_not_repeated(tmp_path: Path) -> None:
    """It may hold a password."""
    with refused("RecordsMisnamed", waits=False):
        open_store(tmp_path, "postgresql://officer:s3cret@host:port/name")


def test_a_store_shows_no_password(pair: Store) -> None:
    """Neither when it is printed nor when its engine is."""
    assert "s3cret" not in f"{pair!r} {pair.main.engine!r} {pair.main.engine.url}"

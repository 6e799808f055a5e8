"""Databases of the records, ready to use: copies of databases that were prepared once."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from activities.records.database import FILE, VICTIMS_FILE, Store, open_store
from activities.records.migrate import migrate
from activities.records.write import store_texts
from tests.postgres import Pair, Postgres


def prepared_files(folder: Path) -> None:
    """Put both SQLite files into a folder, unless they exist."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (FILE, VICTIMS_FILE):
        if not (folder / name).exists():
            (folder / name).write_bytes(_contents()[name])


def prepared_pair(server: Postgres) -> Pair:
    """Return the URLs of two prepared databases of a server, which no other test uses."""
    return server.prepared(_prepare_pair)


@contextmanager
def open_files(folder: Path) -> Iterator[Store]:
    """Open prepared SQLite files of a folder."""
    prepared_files(folder)
    store = open_store(folder)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_pair(server: Postgres, folder: Path) -> Iterator[Store]:
    """Open two prepared databases of a server."""
    store = open_store(folder, *prepared_pair(server))
    try:
        yield store
    finally:
        store.close()


def file_texts(store: Store, workflow_id: str, texts: dict[str, str]) -> int:
    """File texts of a sentence, and return how many are new."""
    with store.main.writing() as connection:
        return store_texts(connection, workflow_id, texts)


def _prepare_pair(pair: Pair) -> None:
    store = open_store(Path(), *pair)
    migrate(store)
    store.close()


@cache
def _contents() -> dict[str, bytes]:
    folder = Path(tempfile.mkdtemp(prefix="sentences-records-"))
    try:
        store = open_store(folder)
        migrate(store)
        # Closing the last connection moves the write-ahead log into the file.
        store.close()
        return {name: (folder / name).read_bytes() for name in (FILE, VICTIMS_FILE)}
    finally:
        shutil.rmtree(folder)

"""Both databases, as files and on a server: what holds for one holds for the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.records.activities import RecordActivities
from activities.records.database import Store
from tests.postgres import Postgres
from tests.stores import open_files, open_pair


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    """Prepared SQLite files in a folder of the test's own."""
    with open_files(tmp_path) as store:
        yield store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Prepared databases of the test's own, once as files and once on a server."""
    if request.param == "sqlite":
        with open_files(tmp_path) as files:
            yield files
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with open_pair(server, tmp_path) as pair:
            yield pair


@pytest.fixture
def records(store: Store) -> RecordActivities:
    """The activities over those databases."""
    return RecordActivities(store)

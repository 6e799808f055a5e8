"""Ingestor with fake sentences."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.records.ingest_log import IngestLog
from activities.standards import STANDARDS
from runtime.ingest.mapping import Mappings, load_mappings
from tests.runtime.ingest.bench import Bench
from tests.stores import open_files


@pytest.fixture(scope="module")
def released_mappings() -> Mappings:
    """The mappings of the checkout."""
    return load_mappings(STANDARDS)


@pytest.fixture
def bench(tmp_path: Path, released_mappings: Mappings) -> Iterator[Bench]:
    """An ingestor over a file of SQLite."""
    with open_files(tmp_path) as store:
        yield Bench(IngestLog(store.main), released_mappings)

"""A small caseload, made once, in both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from activities.records.database import Store
from runtime.report.model import TimescaleKinds
from states.record import RecordRow
from states.standards.law import StandardsCatalogue
from tests.caseloads import NOW, GeneratedSentence, recorded
from tests.postgres import Postgres
from tests.record_loader import load_rows
from tests.stores import open_files, open_pair

SEED, SIZE = 7, 80

Recorded = list[tuple[GeneratedSentence, tuple[RecordRow, ...], dict[str, Any]]]


@dataclass(frozen=True)
class Filled:
    """Databases that hold a caseload, and what they were filled with."""

    store: Store
    caseload: Recorded


@pytest.fixture(scope="session")
def caseload() -> Recorded:
    """All types of sentence, as they stand on a Friday evening."""
    return list(recorded(SEED, SIZE))


@pytest.fixture(scope="session")
def kinds(catalogue: StandardsCatalogue) -> TimescaleKinds:
    """The timescales on the catalogue."""
    return TimescaleKinds.of(catalogue)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, caseload: Recorded
) -> Iterator[Filled]:
    """The caseload in the records, once in a file and once on a server."""
    yield from _filled(request, tmp_path_factory.mktemp("report"), caseload)


@pytest.fixture(scope="session")
def in_files(tmp_path_factory: pytest.TempPathFactory, caseload: Recorded) -> Iterator[Filled]:
    """The caseload in a file alone, where the database makes no difference."""
    with open_files(tmp_path_factory.mktemp("report")) as store:
        yield _fill(store, caseload)


def _filled(request: pytest.FixtureRequest, folder: Path, caseload: Recorded) -> Iterator[Filled]:
    if request.param == "sqlite":
        with open_files(folder) as store:
            yield _fill(store, caseload)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with open_pair(server, folder) as store:
        yield _fill(store, caseload)


def _fill(store: Store, caseload: Recorded) -> Filled:
    load_rows(store, ((life.identity, rows) for life, rows, _ in caseload), NOW)
    return Filled(store, caseload)

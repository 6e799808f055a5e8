"""Benchmark of the caseload report and of its slowest parts.

Figures depend on the machine; `python bench/report.py 10000` measures a whole caseload.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from activities.records.database import Store
from runtime.report.catalogue import MEASURES
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.results import build_report, count_part
from states.record import RecordRow
from states.sentence_ref import SentenceRef
from tests.caseloads import NOW, catalogue, recorded
from tests.postgres import running_postgres
from tests.postgres_programs import NoPostgresError
from tests.record_loader import load_rows
from tests.stores import open_files, open_pair

SIZE = 1_000
BATCH = 500
SHOWN = 5


def fill(stores: dict[str, Store], size: int) -> None:
    """Fill the databases with a caseload of that size."""
    waiting: list[tuple[SentenceRef, tuple[RecordRow, ...]]] = []
    for life, rows, _ in recorded(1, size):
        waiting.append((life.identity, rows))
        if len(waiting) == BATCH:
            load(stores, waiting)
    load(stores, waiting)


def load(
    stores: dict[str, Store], waiting: list[tuple[SentenceRef, tuple[RecordRow, ...]]]
) -> None:
    """Write the pending rows into each database."""
    for store in stores.values():
        load_rows(store, waiting, NOW)
    waiting.clear()


def slowest(store: Store, scope: ReportScope) -> Iterator[tuple[float, str]]:
    """Yield the seconds that each part takes, the slowest first."""
    took = []
    with store.main.reading() as connection:
        for measure in MEASURES.values():
            for part in measure.parts:
                begun = time.perf_counter()
                count_part(connection, part, scope)
                took.append((time.perf_counter() - begun, f"{measure.id}/{part.id}"))
    yield from sorted(took, reverse=True)


def measure(name: str, store: Store, scope: ReportScope) -> None:
    """Print one line for a database, and its slowest parts."""
    if not store.main.is_file:
        # A server gathers statistics by itself within a minute; until then it plans badly.
        with store.main.writing() as connection:
            connection.exec_driver_sql("ANALYZE")
    begun = time.perf_counter()
    found = build_report(store.main, scope)
    seconds = time.perf_counter() - begun
    print(f"{name:10} {found.sentences:6,} sentences: {seconds:5.2f} s")
    for took, part in list(slowest(store, scope))[:SHOWN]:
        print(f"{'':10} {part:32} {took:5.2f} s")


def main() -> None:
    """Measure on a file, and on a server if one can be started."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    folder = Path(tempfile.mkdtemp(prefix="sentences-bench-"))
    with ExitStack() as stack:
        stores = {"SQLite": stack.enter_context(open_files(folder))}
        try:
            server = stack.enter_context(running_postgres())
            stores["PostgreSQL"] = stack.enter_context(open_pair(server, folder))
        except NoPostgresError as error:
            print(f"no PostgreSQL here: {error}")
        begun = time.perf_counter()
        fill(stores, size)
        print(f"made and loaded in {time.perf_counter() - begun:.0f} s")
        for name, store in stores.items():
            measure(name, store, ReportScope(NOW, TimescaleKinds.of(catalogue())))


if __name__ == "__main__":
    main()

"""Every figure of the report equals a count by brute force, on both databases."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from activities.records.database import Store
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.results import CaseloadReport, build_report
from tests.caseloads import NOW, recorded
from tests.postgres import Postgres
from tests.record_loader import load_rows
from tests.recount import Key, Recount
from tests.runtime.report.conftest import Filled
from tests.stores import open_files, open_pair

PERIOD = {"first": date(2026, 3, 1), "last": date(2026, 9, 30)}
ASKED: list[dict[str, Any]] = [{}, {"provider": "CRC", **PERIOD}, {"provider": "N02"}]
PROVEN = 10_000
ENOUGH_SECONDS = 5.0


def figures(found: CaseloadReport) -> dict[Key, int]:
    """Every figure of a report that is not 0."""
    return {
        (measure.id, part.id, line.line, column): number
        for measure in found.measures
        for part in measure.parts
        for line in part.lines
        for column, number in line.counts.items()
        if number
    }


def medians(found: CaseloadReport) -> dict[tuple[str, str, str], float]:
    """Every median of a report."""
    return {
        (measure.id, part.id, line.line): line.median_days
        for measure in found.measures
        for part in measure.parts
        for line in part.lines
        if line.median_days is not None
    }


@pytest.mark.parametrize("asked", ASKED, ids=["all", "CRC in a period", "N02"])
def test_every_figure_equals_a_recount_from_the_messages(
    filled: Filled, kinds: TimescaleKinds, asked: dict[str, Any]
) -> None:
    """No figure is missing, none is too much, whatever provider and period are asked for."""
    expected = Recount(NOW, **asked)
    for life, _, view in filled.caseload:
        expected.add(life, view)

    found = build_report(filled.store.main, ReportScope(NOW, kinds, **asked))

    assert expected.finished() == figures(found)
    assert expected.medians() == medians(found)


def test_the_caseload_reaches_every_measure(filled: Filled, kinds: TimescaleKinds) -> None:
    """A measure that nothing in the caseload touches would be compared in name only."""
    found = build_report(filled.store.main, ReportScope(NOW, kinds))

    silent = {m.id for m in found.measures if not any(part.lines for part in m.parts)}

    assert {"c-satisfaction"} == silent - {"t-ap", "t-recall-2h", "t-ftr"}


@pytest.mark.prove
@pytest.mark.timeout(1800)
def test_ten_thousand_sentences_are_reported_in_five_seconds(
    tmp_path: Path, postgres: Postgres, kinds: TimescaleKinds
) -> None:
    """On SQLite and on PostgreSQL, and every figure of both equals the recount."""
    expected, store_took = Recount(NOW), dict[str, float]()
    with open_files(tmp_path) as files, open_pair(postgres, tmp_path) as server:
        stores = {"sqlite": files, "postgres": server}
        _fill(stores, expected)
        for name, store in stores.items():
            _gather_statistics(store)
            begun = time.perf_counter()
            found = build_report(store.main, ReportScope(NOW, kinds))
            store_took[name] = round(time.perf_counter() - begun, 2)
            assert expected.finished() == figures(found)
            assert expected.medians() == medians(found)

    assert {} == {name: took for name, took in store_took.items() if took > ENOUGH_SECONDS}


def _fill(stores: dict[str, Store], expected: Recount) -> None:
    """Fill both databases at once, some hundred sentences at a time."""
    waiting: list[Any] = []
    for life, rows in _counted(expected):
        waiting.append((life.identity, rows))
        if len(waiting) == 500:
            for store in stores.values():
                load_rows(store, waiting, NOW)
            waiting.clear()
    for store in stores.values():
        load_rows(store, waiting, NOW)


def _gather_statistics(store: Store) -> None:
    """Do what a server does by itself within a minute: it plans badly for tables it never saw."""
    if not store.main.is_file:
        with store.main.writing() as connection:
            connection.exec_driver_sql("ANALYZE")


def _counted(expected: Recount) -> Iterator[tuple[Any, Any]]:
    for life, rows, view in recorded(1, PROVEN, workers=2):
        expected.add(life, view)
        yield life, rows

"""The register holds every measure of the catalogue, each with its definition."""

from pathlib import Path

from activities.records.database import VICTIMS_FILE, open_store
from activities.records.migrate import migrate
from runtime.report.catalogue import MEASURES, REFERENCES, Confidence, part_of
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.results import build_report
from tests.caseloads import NOW
from tests.record_loader import load_rows
from tests.runtime.report.conftest import Recorded

FROM_INSPECTION = {
    "m-caseload",
    "m-returned-court",
    "m-recalls",
    "m-recall-under-12m",
    "m-completed",
}
QUESTIONS = {
    *("q-enf-assessment", "q-enf-absences", "q-enf-court", "q-enf-alternatives"),
    *("q-rec-assessment", "q-rec-absences", "q-rec-alternatives", "q-rec-prison"),
    "q-case-management",
}
FROM_STANDARDS = {
    *("t-first-community", "t-first-release", "t-enforce-6wd", "t-recall-2h", "t-recall-24h"),
    *("t-9wd", "t-10day", "t-victim", "t-plan", "t-evaluation", "t-upw", "t-record", "t-ap"),
    *("t-ftr", "c-funnel", "c-first-weeks", "c-contact", "c-officer", "c-sfo", "c-spent"),
    *("c-restart", "c-revolving-door", "c-requirements", "c-transfers", "c-satisfaction"),
}
OURS = {"t-all", "w-due", "w-duties"}


def test_every_measure_of_the_catalogue_is_reported() -> None:
    """Those of the inspection that our data can show, the questions, and those of the standards."""
    assert FROM_INSPECTION | QUESTIONS | FROM_STANDARDS | OURS == set(MEASURES)


def test_every_measure_says_what_it_counts_and_what_a_period_means() -> None:
    """A figure without its definition is not reported."""
    lacking = [
        m.id for m in MEASURES.values() if not (m.definition and m.period and m.source and m.topic)
    ]

    assert [] == lacking


def test_every_share_is_of_columns_that_are_there() -> None:
    """A share of a column that no row falls into would be of something else."""
    strange = [
        (measure.id, part.id, key)
        for measure in MEASURES.values()
        for part in measure.parts
        for key in (*part.good, *part.of)
        if key not in {column.id for column in part.columns}
        and key not in {"served_to_end", "committed_to_end"}
    ]

    assert [] == strange


def test_every_part_is_found_by_its_ids() -> None:
    """The address of a figure names a measure and a part; what is not there is None."""
    for measure in MEASURES.values():
        for part in measure.parts:
            assert (measure, part) == part_of(measure.id, part.id)
    assert part_of("t-all", "nothing") is None
    assert part_of("nothing", "status") is None


def test_printed_figures_are_only_those_that_can_be_attributed() -> None:
    """A number that nobody can attribute is no benchmark, and is not even kept (catalogue 8.2)."""
    shown = {(key, item.value) for key, items in REFERENCES.items() for item in items}
    doubtful = {"37%", "58%", "96%", "63%", "89%", "92%", "64%"}

    assert set() == {value for _, value in shown} & doubtful
    assert set(REFERENCES) <= set(MEASURES)
    assert {Confidence.CERTAIN, Confidence.MEDIUM} == {
        item.confidence for items in REFERENCES.values() for item in items
    }


def test_the_report_never_opens_the_victims_database(
    tmp_path: Path, caseload: Recorded, kinds: TimescaleKinds
) -> None:
    """It is written from a store whose victims' database is gone (NS 2015 7)."""
    store = open_store(tmp_path)
    migrate(store)
    load_rows(store, ((life.identity, rows) for life, rows, _ in caseload[:10]), NOW)
    (tmp_path / VICTIMS_FILE).unlink()

    found = build_report(store.main, ReportScope(NOW, kinds))

    assert 10 == found.sentences
    assert not (tmp_path / VICTIMS_FILE).exists()

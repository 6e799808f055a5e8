"""Behind every number lie the sentences that it counts."""

from runtime.report.catalogue import part_of
from runtime.report.model import ReportScope, TimescaleKinds
from runtime.report.results import PAGE_SIZE, build_report, list_rows
from tests.caseloads import NOW
from tests.runtime.report.conftest import Filled


def test_every_figure_equals_what_its_list_adds_up_to(
    in_files: Filled, kinds: TimescaleKinds
) -> None:
    """The rows behind a figure weigh what the figure says, and so does a whole column."""
    scope = ReportScope(NOW, kinds)
    found = build_report(in_files.store.main, scope)
    wrong = []
    with in_files.store.main.reading() as connection:
        for measure in found.measures:
            for part in measure.parts:
                (_, shape) = part_of(measure.id, part.id) or (None, None)
                assert shape is not None
                for column in part.columns:
                    total = sum(line.counts[column.id] for line in part.lines)
                    page = list_rows(connection, shape, scope, line=None, column=column.id)
                    if total != page.weight:
                        wrong.append((measure.id, part.id, column.id))

    assert [] == wrong


def test_one_cell_lists_its_line_alone(in_files: Filled, kinds: TimescaleKinds) -> None:
    """A line and a column together name one cell."""
    known = part_of("w-duties", "owner")
    assert known is not None
    with in_files.store.main.reading() as connection:
        page = list_rows(
            connection, known[1], ReportScope(NOW, kinds), line="prison", column="open"
        )

    assert {("prison", "open")} == {(row.line, row.column) for row in page.rows}
    assert page.total == len(page.rows)


def test_pages_hold_every_row_once(in_files: Filled, kinds: TimescaleKinds) -> None:
    """All pages together are the list; a page beyond the last is the last."""
    known = part_of("w-duties", "owner")
    assert known is not None
    scope = ReportScope(NOW, kinds)
    with in_files.store.main.reading() as connection:
        first = list_rows(connection, known[1], scope, line=None, column=None)
        pages = [
            list_rows(connection, known[1], scope, line=None, column=None, number=n)
            for n in range(1, first.pages + 1)
        ]
        beyond = list_rows(connection, known[1], scope, line=None, column=None, number=99_999)

    rows = [row for page in pages for row in page.rows]
    assert first.pages > 1
    assert first.total == len(rows) == len(set(rows))
    assert PAGE_SIZE == len(first.rows)
    assert pages[-1] == beyond

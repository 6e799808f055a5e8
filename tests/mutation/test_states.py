"""The tests of `states/` detect changes of its rules."""

import sys

import pytest

from tests.mutation.mutants import of_all
from tests.mutation.report import accepted, idle, report, score
from tests.mutation.result import Orders, sources_of
from tests.mutation.runner import ROOT, run


@pytest.mark.prove
def test_nine_faults_of_ten_in_the_rules_are_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    """A seeded sample of mutants, time-boxed; each survivor is listed with its reason."""
    result, reasons = run(Orders()), accepted()
    with capsys.disabled():
        sys.stdout.write(f"\n{report(result, reasons)}\n")

    assert () == result.failing
    assert 0.9 <= score(result.judged, reasons)


@pytest.mark.prove
def test_every_accepted_survivor_is_a_mutant_of_today() -> None:
    """A reason whose code no longer exists must be removed from the list."""
    names = [mutant.name for mutant in of_all(sources_of(ROOT, "states"))]

    assert [] == idle(names, accepted())

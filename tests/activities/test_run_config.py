"""A run learns once which edition, calendar and settings it lives by."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.contracts import ClosedSentence, RunConfig, RunConfigRequest
from activities.records.activities import RecordActivities
from activities.records.database import open_store
from activities.records.migrate import migrate
from activities.run_config import RunConfigActivities, RunSettings
from states.standards.law import StandardsCatalogue

LIMITS = RunSettings(continue_after_events=40, closing_days=7, quiet_minutes=1, io_queue="io")
SENTENCE = "sentence-X320741-1"


@pytest.fixture
def records(tmp_path: Path) -> RecordActivities:
    """Records in a folder of the test's own."""
    store = open_store(tmp_path)
    migrate(store)
    return RecordActivities(store)


@pytest.fixture
def opening(catalogue: StandardsCatalogue, records: RecordActivities) -> RunConfigActivities:
    """The activity over the released standards and empty records."""
    return RunConfigActivities(catalogue, LIMITS, records)


def test_the_terms_name_what_holds(opening: RunConfigActivities) -> None:
    """Edition by the day of sentence, newest calendar, the settings; the same when run twice."""
    ask = RunConfigRequest(
        workflow_id=SENTENCE, day=date(2026, 11, 22), sentenced_on=date(2026, 11, 2)
    )
    expected = RunConfig(
        edition="ns-2015",
        calendar="england-and-wales-2026a",
        is_closed=False,
        continue_after_events=40,
        grace_days=7,
        quiet_minutes=1,
        io_queue="io",
        pack="england-and-wales-2026a",
    )

    assert expected == ActivityEnvironment().run(opening.load_run_config, ask)
    assert expected == ActivityEnvironment().run(opening.load_run_config, ask)


@pytest.mark.parametrize("sentenced_on", [None, date(1999, 1, 1), date(2015, 1, 31)])
def test_there_is_always_an_edition(
    opening: RunConfigActivities, sentenced_on: date | None
) -> None:
    """Before every commencement it is the earliest: the rules refuse such a sentence themselves."""
    day = date(1999, 1, 1)
    terms = opening.load_run_config(
        RunConfigRequest(workflow_id=SENTENCE, day=day, sentenced_on=sentenced_on)
    )

    assert "ns-2015" == terms.edition


def test_the_catalogue_lists_its_names(
    opening: RunConfigActivities, catalogue: StandardsCatalogue
) -> None:
    """A sentence believes this answer for good, so it is the whole list, in order."""
    held = ActivityEnvironment().run(opening.list_standards)
    assert (sorted(catalogue.editions), sorted(catalogue.calendars)) == (
        held.editions,
        held.calendars,
    )
    assert "england-and-wales-2026a" in held.calendars


def test_a_closed_sentence_is_known(
    opening: RunConfigActivities, records: RecordActivities
) -> None:
    """The register of closed sentences decides about a later run of the same id."""
    records.close_sentence(
        ClosedSentence(
            workflow_id=SENTENCE,
            crn="X320741",
            event_number="1",
            outcome="completed",
            ended_on=date(2026, 11, 1),
            closed_at=datetime(2026, 11, 2, tzinfo=UTC),
        )
    )
    day = date(2026, 11, 22)

    assert opening.load_run_config(RunConfigRequest(workflow_id=SENTENCE, day=day)).is_closed
    assert not opening.load_run_config(
        RunConfigRequest(workflow_id="sentence-X320741-2", day=day)
    ).is_closed
    # A run that goes on was open, and its clocks wait for no database.
    assert not opening.load_run_config(
        RunConfigRequest(workflow_id=SENTENCE, day=day, continued=True)
    ).is_closed

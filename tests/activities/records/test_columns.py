"""A moment is one moment in either database, whatever zone it is written in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Dialect, make_url

from activities.records.columns import Instant
from activities.records.schema import MAIN, VICTIMS
from states.time.london import LONDON

SUMMER = datetime(2026, 7, 1, 13, 30, 0, 250, tzinfo=LONDON)
FILE, SERVER = (make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql+psycopg"))
DIALECTS = pytest.mark.parametrize("dialect", [FILE, SERVER], ids=["sqlite", "postgresql"])


@DIALECTS
def test_a_moment_comes_back_as_it_was_in_utc(dialect: Dialect) -> None:
    """To the microsecond; summer time is an offset and no other moment."""
    kept = Instant().process_bind_param(SUMMER, dialect)
    found = Instant().process_result_value(kept, dialect)

    assert found == SUMMER
    assert found is not None
    assert (timedelta(), 12) == (found.utcoffset(), found.hour)


@DIALECTS
def test_nothing_is_nothing(dialect: Dialect) -> None:
    """A moment that is not known is null, both ways."""
    assert None is Instant().process_bind_param(None, dialect)
    assert None is Instant().process_result_value(None, dialect)


@DIALECTS
def test_a_moment_without_an_offset_is_refused(dialect: Dialect) -> None:
    """It could be any of several."""
    with pytest.raises(ValueError, match="a moment needs an offset from UTC"):
        Instant().process_bind_param(SUMMER.replace(tzinfo=None), dialect)


def test_a_file_keeps_no_zone_and_a_server_answers_in_its_own() -> None:
    """So a file is read as UTC, and what a server says is turned into it."""
    kept = Instant().process_bind_param(SUMMER, FILE)
    assert datetime(2026, 7, 1, 12, 30, 0, 250) == kept  # noqa: DTZ001 - as the file has it

    said = SUMMER.astimezone(timezone(timedelta(hours=-5)))
    found = Instant().process_result_value(said, SERVER)
    assert (UTC, SUMMER) == (found.tzinfo if found else None, found)


def test_every_table_says_what_its_rows_are() -> None:
    """The page of the records is made of it."""
    tables = [*MAIN.tables.values(), *VICTIMS.tables.values()]

    assert [] == [table.name for table in tables if not table.info.get("doc", "").endswith(".")]
    assert [] == [table.name for table in tables if not table.primary_key.columns]

"""`record` shows what the databases hold, holds it against the workflow, and erases a person."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update
from temporalio.client import Client

from activities.contracts import ClosedSentence
from activities.records.activities import RecordActivities
from activities.records.database import Store
from activities.records.read import read_rows, read_sync_head, read_texts
from activities.records.schema import ROWS, texts
from tests.isolation import eventually
from tests.runtime.cli.command_lines import command_words, three_weeks_ago
from tests.runtime.cli.terminal import CommandResult, Type, new_crn
from tests.stores import open_files

LONG_AGO = datetime.now(UTC) - timedelta(days=400)


@pytest.fixture(autouse=True)
def _records_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line finds the databases that the workers of the test write."""
    monkeypatch.setenv("SENTENCES_DATA_DIR", str(tmp_path))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """Those databases."""
    with open_files(tmp_path) as files:
        yield files


async def recorded(terminal: Type, store: Store, crn: str) -> CommandResult:
    """Wait for the record to be whole, and return what `record show --json` says."""

    async def whole() -> bool:
        head = read_sync_head(store, f"sentence-{crn}-1")
        held = {row.key for row in read_rows(store, f"sentence-{crn}-1") if row.table == "events"}
        return head is not None and head.whole and len(held) > 1

    await eventually(whole)
    return await terminal("record", "show", crn, "1", "--json")


async def test_a_record_is_shown_from_the_databases_alone(
    terminal: Type, store: Store, crn: str, client: Client
) -> None:
    """Also when the workflow is gone: the record is what outlives it (NS 2015 1(b))."""
    said = (await recorded(terminal, store, crn)).data
    assert "allocated" == said["tables"]["sentences"][""]["state"]
    assert said["whole"]

    await client.get_workflow_handle(f"sentence-{crn}-1").terminate()
    sheet = await terminal("record", "show", crn, "1")
    assert (0, "") == (sheet.status, sheet.err)
    assert sheet.out.startswith(f"{crn} event 1: recorded to ")
    for part in ("sentences", "clocks", "events", "awaiting_allocation"):
        assert part in sheet.out


async def test_a_sentence_without_a_record_is_refused_in_a_sentence(terminal: Type) -> None:
    """Neither an empty sheet nor a fault of ours."""
    assert (await terminal("record", "show", new_crn(), "1")).refuses("there is no record of")


async def test_a_difference_is_shown_row_by_row_and_mended(
    terminal: Type, store: Store, crn: str
) -> None:
    """A row that is missing, left over or other is named; `rebuild` makes the record equal."""
    await recorded(terminal, store, crn)
    even = await terminal("record", "check", crn, "1")
    assert (0, "") == (even.status, even.err)
    sentences, transitions, warnings = (
        ROWS[name] for name in ("sentences", "transitions", "warnings")
    )
    whose = {"workflow_id": f"sentence-{crn}-1", "crn": crn, "event_number": "1"}
    with store.main.writing() as connection:
        connection.execute(update(sentences).values(state="warned"))
        connection.execute(delete(transitions))
        connection.execute(warnings.insert().values(**whose, key="W9"))

    said = await terminal("record", "check", crn, "1")
    assert 1 == said.status
    assert [
        "other  sentences  -: state",
        "missing  transitions  0001",
        "left over  warnings  W9",
    ] == (said.out.splitlines())
    assert "differs from its workflow in 3 rows" in said.err
    mended = await terminal("record", "rebuild", crn, "1")
    assert (0, "") == (mended.status, mended.err)
    assert mended.out.splitlines()[-1].startswith("3 rows differed")
    assert 0 == (await terminal("record", "check", crn, "1")).status


async def test_a_record_that_was_rebuilt_goes_on_with_its_workflow(
    terminal: Type, store: Store, crn: str
) -> None:
    """The next batch of the workflow finds another number: it sends everything afresh."""
    await recorded(terminal, store, crn)
    with store.main.writing() as connection:
        connection.execute(delete(ROWS["transitions"]))
    await terminal("record", "rebuild", crn, "1")
    said = await terminal(*command_words("officer_assigned", crn, "assigned", three_weeks_ago(12)))
    assert 0 == said.status, said.err

    async def goes_on() -> bool:
        whole = (await terminal("record", "show", crn, "1", "--json")).data
        return whole["tables"]["sentences"][""]["officer"] is not None and whole["whole"]

    await eventually(goes_on)
    assert 0 == (await terminal("record", "check", crn, "1")).status


async def test_after_a_restore_what_differs_is_mended_and_what_is_lost_is_listed(
    terminal: Type, store: Store, crn: str, client: Client
) -> None:
    """One sentence whose record is behind and ahead, and one that Temporal has lost."""
    lost = new_crn()
    noon = three_weeks_ago(12)
    await terminal(*command_words("sentence_imposed", lost, "imposed", three_weeks_ago(10)))
    await terminal(*command_words("case_allocated", lost, "allocated", three_weeks_ago(11)))
    await terminal(*command_words("contact_recorded", crn, "C1", noon, fact="Met at home."))
    for who in (crn, lost):
        await recorded(terminal, store, who)
    await eventually(lambda: _has_texts(store, f"sentence-{crn}-1"))
    even = await terminal("record", "check", "--all")
    assert (0, "") == (even.status, even.err)
    assert "checked 2 sentences: 2 are equal" in even.out

    events, transitions = ROWS["events"], ROWS["transitions"]
    with store.main.writing() as connection:
        connection.execute(delete(transitions).where(transitions.c.crn == crn))
        connection.execute(delete(texts))
        row = connection.execute(select(events).where(events.c.event_id == "C1")).mappings().one()
        ahead = {**row, "key": "CRC-N07/C2", "event_id": "C2"}
        connection.execute(insert(events), [ahead])
    await client.get_workflow_handle(f"sentence-{lost}-1").terminate()

    said = await terminal("record", "check", "--all", "--mend")
    assert 1 == said.status
    assert f"sentence-{crn}-1: rows differ: 1 transitions, mended\n" in said.out
    assert f"sentence-{lost}-1: no workflow keeps it, mended\n" in said.out
    assert f"send again: sentence-{crn}-1 contact_recorded C2 of " in said.out
    assert f"send again: sentence-{crn}-1 contact_recorded C1 of " in said.out
    assert "2 events have to be sent again\n" == said.err

    async def is_taken_up() -> bool:
        again = await terminal("record", "check", "--all", "--json")
        found = again.data["found"]
        return [f"sentence-{crn}-1"] == [item["workflow_id"] for item in found] and not any(
            item["differing"] or item["is_lost"] or item["fault"] for item in found
        )

    await eventually(is_taken_up)
    view = (await terminal("show", lost, "1", "--json")).data
    assert "allocated" == view["state"]


async def _has_texts(store: Store, name: str) -> bool:
    return bool(read_texts(store, name))


async def test_one_sentence_or_all_are_checked_and_nothing_between(terminal: Type) -> None:
    """A command that could mean two things does neither."""
    for words in (("X320741",), (), ("X320741", "1", "--all"), ("X320741", "1", "--mend")):
        said = await terminal("record", "check", *words)
        assert 2 == said.status
        assert "--all" in said.err


async def test_a_person_is_not_erased_while_a_sentence_runs(
    terminal: Type, store: Store, crn: str, client: Client
) -> None:
    """It would write its record again. Once it is closed the person goes, and twice is as once."""
    await recorded(terminal, store, crn)
    refused = await terminal("record", "erase", crn, "--reason", "on-request")
    assert refused.refuses(f"sentence-{crn}-1 still runs")
    assert read_rows(store, f"sentence-{crn}-1")

    await client.get_workflow_handle(f"sentence-{crn}-1").terminate()
    erased = await terminal("record", "erase", crn, "--reason", "on-request")
    assert (0, "") == (erased.status, erased.err)
    assert erased.out.startswith(f"{crn} is erased from 1 sentences, by table: clocks ")
    assert () == read_rows(store, f"sentence-{crn}-1")
    again = await terminal("record", "erase", crn, "--reason", "on-request")
    assert f"the databases hold nothing of {crn}\n" == again.out
    assert (await terminal("record", "show", crn, "1")).refuses("there is no record of")


async def test_retention_names_people_before_it_erases_them(terminal: Type, store: Store) -> None:
    """Those whose every file was closed longer ago than the days that ops give."""
    records, old, new = RecordActivities(store), new_crn(), new_crn()
    for crn, number, closed_at in (
        (old, "1", LONG_AGO),
        (old, "2", LONG_AGO),
        (new, "1", LONG_AGO),
        (new, "2", datetime.now(UTC)),
    ):
        records.close_sentence(
            ClosedSentence(
                workflow_id=f"sentence-{crn}-{number}",
                crn=crn,
                event_number=number,
                outcome="expired",
                ended_on=None,
                closed_at=closed_at,
            )
        )

    named = await terminal("record", "retain", "--older-than", "365")
    assert [
        f"{old}: sentence-{old}-1, sentence-{old}-2",
        "1 people would be erased; --apply does it",
    ] == named.out.splitlines()
    applied = await terminal("record", "retain", "--older-than", "365", "--apply")
    assert applied.out.startswith(f"{old} is erased from 2 sentences")
    again = await terminal("record", "retain", "--older-than", "365")
    assert "no people would be erased; --apply does it\n" == again.out


async def test_a_database_that_is_not_there_is_said_in_a_sentence(
    terminal: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the URL nor its password is repeated."""
    url = "postgresql://officer:s3cret@127.0.0.1:9/records"
    monkeypatch.setenv("SENTENCES_DATABASE_URL", url)
    monkeypatch.setenv("SENTENCES_VICTIMS_DATABASE_URL", url.replace("/records", "/victims"))

    said = await terminal("record", "show", new_crn(), "1")
    assert said.refuses("the database of the records does not answer")
    assert "s3cret" not in said.err


async def test_a_sentence_whose_workflow_was_terminated_is_shown_as_such(
    terminal: Type, store: Store, crn: str, client: Client
) -> None:
    """Its clocks look as if they ran and its record is equal, but nobody keeps it."""
    await recorded(terminal, store, crn)
    await client.get_workflow_handle(f"sentence-{crn}-1").terminate()

    shown = await terminal("show", crn, "1")
    checked = await terminal("record", "check", crn, "1")

    assert crn in shown.out
    for said in (shown, checked):
        assert 1 == said.status
        assert "was terminated at " in said.err
        assert "no clock runs" in said.err

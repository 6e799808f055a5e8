"""Workflows find their law by recorded names; an unknown name is refused with those that exist."""

from collections.abc import Iterator

import pytest

from activities.contracts import RecordHead
from states.record import record_rows
from states.snapshot import SOURCE_TABLES
from states.standards.law import StandardsCatalogue
from tests.states.stream import IDENTITY, at, event, played, serving
from workflows import law as module
from workflows.case import SentenceCase
from workflows.law import NoStandardsInstalledError, UnknownNameError, install, law_named


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    """Restore the catalogue, of which a process has one."""
    before = module._installed[:]  # noqa: SLF001 - there is no other way to empty it
    yield
    module._installed[:] = before  # noqa: SLF001 - as above


def test_law_is_found_by_its_names(catalogue: StandardsCatalogue) -> None:
    """Edition and calendar are the very objects that were loaded."""
    install(catalogue)
    found = law_named("ns-2015", "england-and-wales-2026a")

    assert found.edition is catalogue.editions["ns-2015"]
    assert found.calendar is catalogue.calendars["england-and-wales-2026a"]


def test_an_unknown_name_is_refused_with_the_known_ones(catalogue: StandardsCatalogue) -> None:
    """A history of a newer build may name an edition that this one lacks: the message says both."""
    install(catalogue)

    with pytest.raises(UnknownNameError, match=r"edition 'ns-2099' is not .* it holds: ns-2015"):
        law_named("ns-2099", "england-and-wales-2026a")
    with pytest.raises(UnknownNameError, match=r"calendar 'scotland-1' is not in the catalogue"):
        law_named("ns-2015", "scotland-1")


def test_law_before_install_is_an_error() -> None:
    """A process that has loaded no standards must not guess."""
    module._installed.clear()  # noqa: SLF001 - as a new process

    with pytest.raises(NoStandardsInstalledError):
        law_named("ns-2015", "england-and-wales-2026a")


@pytest.mark.parametrize("first", [None, "england-and-wales-2026a"])
def test_a_sentence_that_is_taken_up_from_its_record_keeps_its_law_pack(
    catalogue: StandardsCatalogue, monkeypatch: pytest.MonkeyPatch, first: str | None
) -> None:
    """Neither the newest pack nor one that came by `law_revised` takes the place of the first."""
    install(catalogue)
    # A workflow's log exists only in a workflow.
    monkeypatch.setattr("workflows.case.note", lambda *_, **__: None)
    pack = None if first is None else catalogue.packs[first]
    revised = event("law_revised", "2026-11-20", pack="england-and-wales-2026a")
    found = played([*serving(), revised], "2026-11-23", pack=pack)
    now = at("2026-11-23")
    case = SentenceCase(IDENTITY)
    case.pin_law("ns-2015", catalogue.calendar().name, None, pack="england-and-wales-2026a")

    head = RecordHead(sequence=1, as_of=now, is_complete=True)
    rows = record_rows(IDENTITY, found.case, found.decided, now)
    case.take_up([row for row in rows if row.table in SOURCE_TABLES], head, now)

    assert case.pinned_law is not None
    assert first == case.pinned_law.pack
    assert "england-and-wales-2026a" == found.view["law_pack"]

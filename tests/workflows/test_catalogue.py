"""Workflows find their law by recorded names; an unknown name is refused with those that exist."""

from collections.abc import Iterator

import pytest

from states.standards.law import StandardsCatalogue
from workflows import law as module
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

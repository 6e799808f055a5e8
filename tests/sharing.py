"""Distribution of the tests over the workers of a run: groups that one worker runs together.

The marks of pytest-xdist for this are lost on the pytest that we use, whose ids cannot be changed.
"""

import os
from typing import Any, Final

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # it has no types

TOGETHER: Final = {
    "tests/chaos/": "programs",
    "tests/docs/test_generate.py": "pages",
    "tests/docs/test_rows.py": "pages",
    "tests/docs/test_integrating.py": "programs",
    "tests/encryption/": "programs",
    "tests/test_tour.py": "programs",
    "tests/ui/": "programs",
}
"""Group of tests that share something costly, by their file or folder.

Only one test of `programs`, which start whole installations and browsers, runs at a time.
"""

POSTGRES: Final = "postgres"

PURE: Final = ("tests/states/", "tests/standards/")
"""Folders of many short tests: a file is one group, as distributing a test costs more than it."""

MOST_WORKERS: Final = 5


def workers_for(processors: int | None) -> int:
    """Return the number of workers: one more than processors, because tests wait a good deal."""
    return min((processors or 1) + 1, MOST_WORKERS)


def workers() -> int:
    """Return the number of workers on this machine."""
    return workers_for(os.cpu_count())


def piece_of(test: str) -> str:
    """Return the group of a test by its id; a test that needs a server is its own group."""
    if f"[{POSTGRES}" in test:
        return POSTGRES
    if test.startswith(PURE):
        return test.partition("::")[0]
    return next((piece for place, piece in TOGETHER.items() if test.startswith(place)), test)


def is_shared(test: str) -> bool:
    """Return whether a test belongs to a group that takes long, and so has to begin first."""
    return piece_of(test) in {POSTGRES, *TOGETHER.values()}


class Sharing(LoadScopeScheduling):  # type: ignore[misc] # a class without types
    """Scheduler that distributes one group after another, in the order of the tests."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        # Groups of hundreds of short tests would otherwise come before the long ones.
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)

"""Share the tests out between the workers of a run: which of them one worker takes together.

The marks of pytest-xdist for this are lost on the pytest that we use, whose ids cannot be changed.
"""

import os
from typing import Final

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped] # it has no types

TOGETHER: Final = {
    "tests/chaos/": "programs",
    "tests/docs/test_generate.py": "pages",
    "tests/docs/test_rows.py": "pages",
    "tests/sealed/": "programs",
    "tests/test_tour.py": "programs",
    "tests/ui/": "programs",
}
"""What shares something costly, by the file or folder of the tests.

Of `programs`, which start whole installations and browsers, one alone runs at a time.
"""

POSTGRES: Final = "postgres"

MOST_WORKERS: Final = 5


def workers_for(processors: int | None) -> int:
    """Return how many workers a run takes: one more than processors, for tests wait a good deal."""
    return min((processors or 1) + 1, MOST_WORKERS)


def workers() -> int:
    """Return how many workers a run takes here."""
    return workers_for(os.cpu_count())


def piece_of(test: str) -> str:
    """Return the piece of work that a test belongs to, by its id; most are their own."""
    if f"[{POSTGRES}" in test:
        return POSTGRES
    return next((piece for place, piece in TOGETHER.items() if test.startswith(place)), test)


class Sharing(LoadScopeScheduling):  # type: ignore[misc] # a class without types
    """Hands out one piece after another, those of most tests first."""

    def _split_scope(self, nodeid: str) -> str:
        return piece_of(nodeid)

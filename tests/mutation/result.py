"""What a run is asked for and what comes of it, as both processes of a run write it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tests.mutation.mutants import Mutant

SEED = 2015
SAMPLE = 1200
SECONDS = 20 * 60.0


class Outcome(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Orders:
    """What to try, and for how long."""

    room: str = "states"
    tests: tuple[str, ...] = ("tests/states", "tests/standards", "tests/test_examples.py")
    """Where the pure tests are, those that need nothing but the room and its data."""
    only: tuple[str, ...] = ()
    """Beginnings of the paths to mutate; all of the room when empty."""
    seed: int = SEED
    sample: int = SAMPLE
    """How many mutants to draw at most."""
    seconds: float = SECONDS
    """Time box for the tries, the recording not included."""
    workers: int = 2
    patience: float = 20.0
    """Seconds of processor time that a try has beyond several times what its tests take."""

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> "Orders":
        """Return the orders that `asdict` and JSON have written."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in found.items()
        }
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant, what became of it, and how many tests were chosen for it."""

    mutant: Mutant
    outcome: Outcome
    tests: int


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found."""

    orders: Orders
    total: int
    """Mutants there are, of which some were drawn."""
    tests: int
    failing: tuple[str, ...]
    """Tests that fail on unchanged code: left out, and a fault of their own."""
    seconds: float
    judged: tuple[Judged, ...]
    """In the order in which they ended; shorter than the sample if the time was over."""

    def written(self) -> str:
        """Return the result as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def read(cls, text: str) -> "Result":
        """Return the result that `written` wrote."""
        found = json.loads(text)
        found["orders"] = Orders.read(found["orders"])
        found["failing"] = tuple(found["failing"])
        found["judged"] = tuple(
            Judged(Mutant(**item["mutant"]), Outcome(item["outcome"]), item["tests"])
            for item in found["judged"]
        )
        return cls(**found)


def sources_of(root: Path, room: str) -> dict[str, str]:
    """Return the source of each module of a room by its path relative to `root`."""
    paths = sorted((root / room).rglob("*.py"))
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in paths}

"""Orders and result of a run, as both of its processes exchange them."""

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
    """Outcome of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"
    SURVIVED = "survived"


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders of a run: the mutants to attempt, and for how long."""

    room: str = "states"
    tests: tuple[str, ...] = ("tests/states", "tests/standards", "tests/test_examples.py")
    """Folders of the pure tests, which need nothing but the room and its data."""
    only: tuple[str, ...] = ()
    """Prefixes of the paths to mutate; empty for the whole room."""
    seed: int = SEED
    sample: int = SAMPLE
    """Largest number of mutants to draw."""
    seconds: float = SECONDS
    """Time box for the attempts, without the recording."""
    workers: int = 2
    patience: float = 20.0
    """Seconds of processor time of an attempt, beyond a multiple of what its tests take."""

    @classmethod
    def read(cls, found: Mapping[str, Any]) -> "Orders":
        """Return the orders from the JSON of `asdict`."""
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in found.items()
        }
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Judged:
    """Mutant with its outcome and the number of tests chosen for it."""

    mutant: Mutant
    outcome: Outcome
    tests: int


@dataclass(frozen=True, slots=True)
class Result:
    """Result of a run."""

    orders: Orders
    total: int
    """Number of all mutants, of which some were drawn."""
    tests: int
    failing: tuple[str, ...]
    """Tests that fail on unchanged code: excluded, and reported as a fault."""
    seconds: float
    judged: tuple[Judged, ...]
    """Verdicts in the order of completion; fewer than the sample if the time was over."""

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

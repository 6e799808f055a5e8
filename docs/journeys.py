"""The journeys of `examples/journeys/`: a stream, and beside it what is expected of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from activities.standards import load_catalogue
from runtime.rehearsal import OfflineSimulation
from runtime.streams import RelativeBase, StreamEvent, read_stream
from states.standards.law import Law, StandardsCatalogue

FOLDER = Path(__file__).parents[1] / "examples" / "journeys"


@dataclass(frozen=True, slots=True)
class Journey:
    """One life of a sentence, from its first day."""

    name: str
    lines: tuple[str, ...]
    expected: Mapping[str, Any]

    @property
    def shows(self) -> str:
        """The policy that it shows, in one sentence."""
        return str(self.expected["shows"])

    @property
    def base(self) -> date:
        """The day on which it begins where its exact dates are stated."""
        return date.fromisoformat(self.expected["base"])

    def events(self, base: date) -> list[StreamEvent]:
        """Return its events as they are when it begins on `base`."""
        return list(read_stream(self.lines, RelativeBase(base, catalogue().calendar())))

    def simulated(self, base: date) -> OfflineSimulation:
        """Live through it in the pure fold, beginning on `base`."""
        return OfflineSimulation(self.events(base), law_of(base), catalogue().look_up)


@cache
def catalogue() -> StandardsCatalogue:
    """Return the released standards of this checkout."""
    return load_catalogue()


def law_of(day: date) -> Law:
    """Return the law that a sentence passed on `day` begins under."""
    return Law(catalogue().editions[catalogue().edition_on(day)], catalogue().calendar())


def load_journeys(folder: Path = FOLDER) -> dict[str, Journey]:
    """Return the journeys below `folder` by name, in the order of their names."""
    return {
        path.stem: Journey(
            path.stem,
            tuple(path.read_text("utf-8").splitlines()),
            json.loads(path.with_suffix(".expected.json").read_text("utf-8")),
        )
        for path in sorted(folder.glob("*.jsonl"))
    }


def offset(day: date, base: date) -> str:
    """Return how many days after the base a day lies, signed."""
    return f"{(day - base).days:+d}d"

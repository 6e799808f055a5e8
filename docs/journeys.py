"""Journeys of `examples/journeys/`: each a stream of events with its expected result."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from activities.standards import load_catalogue
from runtime.simulation import OfflineSimulation
from runtime.streams import RelativeBase, StreamEvent, read_stream
from states.standards.law import Law, StandardsCatalogue

FOLDER = Path(__file__).parents[1] / "examples" / "journeys"


@dataclass(frozen=True, slots=True)
class Journey:
    """Stream of the events of one sentence, from its first day, with its expected result."""

    name: str
    lines: tuple[str, ...]
    expected: Mapping[str, Any]

    @property
    def shows(self) -> str:
        """Policy that the journey shows, in a sentence or two."""
        return str(self.expected["shows"])

    @property
    def base(self) -> date:
        """First day of the journey, for pages that print exact dates."""
        return date.fromisoformat(self.expected["base"])

    def events(self, base: date) -> list[StreamEvent]:
        """Return the events of the journey if it begins on `base`."""
        return list(read_stream(self.lines, RelativeBase(base, catalogue().calendar())))

    def simulated(self, base: date) -> OfflineSimulation:
        """Return a simulation of the journey in the pure fold, beginning on `base`."""
        return OfflineSimulation(self.events(base), law_of(base), catalogue().look_up)


@cache
def catalogue() -> StandardsCatalogue:
    """Return the released standards of this checkout."""
    return load_catalogue()


def law_of(day: date) -> Law:
    """Return the law of a sentence that is passed on `day`."""
    edition = catalogue().editions[catalogue().edition_on(day)]
    return Law(edition, catalogue().calendar(), pack=catalogue().pack())


def load_journeys(folder: Path = FOLDER) -> dict[str, Journey]:
    """Return the journeys in `folder` by name, in alphabetical order."""
    return {
        path.stem: Journey(
            path.stem,
            tuple(path.read_text("utf-8").splitlines()),
            json.loads(path.with_suffix(".expected.json").read_text("utf-8")),
        )
        for path in sorted(folder.glob("*.jsonl"))
    }


def offset(day: date, base: date) -> str:
    """Return the number of days from `base` to `day`, signed, such as `+3d`."""
    return f"{(day - base).days:+d}d"

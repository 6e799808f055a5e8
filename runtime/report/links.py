"""Where the numbers of a report lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Links:
    """Where the numbers of one report lead; nowhere in a file that stands alone."""

    query: Mapping[str, str]
    """What was asked, as the address has it."""
    alone: bool = False

    def home(self) -> str:
        """Return the address of the overview."""
        return _with("/", self.query)

    def measure(self, measure: str) -> str:
        """Return the address of a measure."""
        return _with(f"/measures/{quote(measure)}", self.query)

    def figure(self, measure: str, part: str, **more: str) -> str:
        """Return the address of the sentences behind a figure; nothing where there are no pages."""
        if self.alone:
            return ""
        return _with(f"/measures/{quote(measure)}/{quote(part)}", {**self.query, **more})


def _with(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path

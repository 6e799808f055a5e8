"""How long a sentence that has ended stays open for evidence from before its end."""

from datetime import datetime, timedelta

from states.sentence import Sentence
from states.vocabulary import State
from workflows.log import note


class Closing:
    """The time between the end of a sentence and the closing of its file.

    It is reckoned from when the end was first seen here, so that a sentence which was imported
    years after it ended still takes what comes in late.
    """

    def __init__(self, since: str | None = None) -> None:
        self._since = None if since is None else datetime.fromisoformat(since)

    def start_if_ended(self, s: Sentence, now: datetime, *, moved: bool = False) -> None:
        """Start the time when the sentence is found completed or gone; evidence may undo that."""
        if s.state is not State.COMPLETED and not moved:
            self._since = None
        elif self._since is None:
            self._since = now
            outcome = s.outcome.value if s.outcome is not None else None
            note("sentence_moved_away" if moved else "sentence_completed", outcome=outcome)

    def ends_at(self, days: int) -> datetime | None:
        """Return when the file is closed; None while the sentence runs."""
        return None if self._since is None else self._since + timedelta(days=days)

    def dump(self) -> str | None:
        """Return what the next run is given."""
        return None if self._since is None else self._since.isoformat()

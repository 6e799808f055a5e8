"""Clock: one timescale running for one sentence, with its status at a given time.

A clock does not read the time. It holds when its duty is due and when, by the law's own time, the
duty was done; `status` compares the two at a given time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from states.standards.edition import Edition
from states.standards.provisions import Timescale
from states.standards.terms import Direction
from states.time.calendar import WorkingCalendar
from states.time.due import Due
from states.vocabulary import ClockStatus

DUE_CHANGES_KEPT: Final = 10
"""Most changes of its due date that a clock keeps."""


class ClockOutcome(StrEnum):
    """Outcome of a clock that was settled."""

    DONE = "done"
    """The duty was done, or the window's purpose served."""
    FELL_AWAY = "fell_away"
    """The duty no longer exists."""


@dataclass(frozen=True, slots=True)
class DueDateChange:
    """Change of a due date."""

    before: date | datetime | None
    after: date | datetime | None
    """None, before or after, while no date can be given."""
    reason: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Timescale running for one subject of one sentence."""

    id: str
    timescale: Timescale
    subject: str | None
    started_at: datetime
    trigger: str
    """The event that started it, in words that hold no personal data."""
    due: Due
    counted_from: date | None = None
    """The day from which it counts; None where that is the day of `started_at`."""
    settled_at: datetime | None = None
    """When, by the law's own time, it was settled; this may be in the future."""
    settled: ClockOutcome | None = None
    settled_by: str | None = None
    due_changes: tuple[DueDateChange, ...] = ()
    """The latest changes of the due date, the oldest of them first."""
    edition: Edition | None = field(default=None, repr=False)
    """The edition of its rule; None for that of the sentence."""
    calendar: WorkingCalendar | None = field(default=None, repr=False)
    """The calendar of its due date; None for that of the sentence."""

    @property
    def moved_from(self) -> str | None:
        """The due date that the present one replaced, with the reason."""
        if not self.due_changes:
            return None
        last = self.due_changes[-1]
        return f"{last.before or 'no date'}: {last.reason}"

    @property
    def is_open(self) -> bool:
        """True if it is not settled."""
        return self.settled_at is None

    def settle(self, how: ClockOutcome, at: datetime, by: str | None) -> Self:
        """Return the clock settled, by the earlier of two settlements in the law's own time."""
        if self.settled_at is not None and self.settled_at <= at:
            return self
        return replace(self, settled=how, settled_at=at, settled_by=by)

    def settled_first_by(
        self, reasons: Iterable[tuple[ClockOutcome, datetime, str | None]]
    ) -> Self:
        """Return the clock settled by the earliest of `reasons` alone; open where there is none."""
        how, at, by = min(reasons, key=_time_of, default=(None, None, None))
        if (how, at, by) == (self.settled, self.settled_at, self.settled_by):
            return self
        return replace(self, settled=how, settled_at=at, settled_by=by)

    def reopen(self) -> Self:
        """Return the clock without its settlement."""
        if self.settled_at is None:
            return self
        return replace(self, settled=None, settled_at=None, settled_by=None)

    def moved_to(self, due: Due, reason: str) -> Self:
        """Return the clock with another due date, and the replaced one among its changes."""
        if due == self.due:
            return self
        before, after = self.due.due_on or self.due.due_at, due.due_on or due.due_at
        if before == after:
            # Counted over other days, it is due on the same one.
            return replace(self, due=due)
        due_changes = (*self.due_changes, DueDateChange(before, after, reason))[-DUE_CHANGES_KEPT:]
        return replace(self, due=due, due_changes=due_changes)

    def is_past(self, moment: datetime) -> bool:
        """Return whether the time for the duty is over at `moment`.

        A day is over at the London midnight that ends it; an hour clock is in time up to and
        including its last instant.
        """
        due_at = self.due.due_at
        if due_at is None:
            return False
        return moment >= due_at if self.due.due_on is not None else moment > due_at

    def status(self, now: datetime) -> ClockStatus:
        """Return the status of the clock at `now`."""
        settled_at = self.settled_at
        if settled_at is not None and settled_at <= now:
            return self._at_rest(settled_at)
        if not self.is_past(now):
            return ClockStatus.RUNNING
        match self.timescale.direction:
            case Direction.UNTIL:
                return ClockStatus.ENDED
            case Direction.EARLIEST_BEFORE:
                return ClockStatus.OPENED
            case _:
                return ClockStatus.MISSED

    def _at_rest(self, settled_at: datetime) -> ClockStatus:
        late, done = self.is_past(settled_at), self.settled is ClockOutcome.DONE
        if not (late or done):
            return ClockStatus.STOPPED
        if self.timescale.direction in (Direction.UNTIL, Direction.EARLIEST_BEFORE):
            return ClockStatus.ENDED
        if not done:
            # A duty that ceased after its due date was missed all the same.
            return ClockStatus.MISSED
        return ClockStatus.MET_LATE if late else ClockStatus.MET


def _time_of(reason: tuple[ClockOutcome, datetime, str | None]) -> datetime:
    return reason[1]

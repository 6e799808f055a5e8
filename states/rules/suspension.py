"""Suspension of supervision: its days do not count for some timescales.

They are no working days for planning, implementing, reviewing and requirements (standards 4, 5, 10
and 12), as the provisions say by `counts_suspension`. Everything else runs on: allocation,
enforcement, recall, victims, risk and end dates.
"""

from dataclasses import replace

from states.events.administration import SupervisionResumed, SupervisionSuspended
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome
from states.rules.recalculation import computed_clocks, recalculate
from states.sentence import Sentence
from states.standards.law import Law
from states.time.calendar import ONE_DAY
from states.time.london import day_of
from states.time.suspensions import Suspension, Suspensions
from states.transitions import AWAITING, OPEN
from states.vocabulary import Role

MANAGERS = frozenset({Role.LINE_MANAGER, Role.SENIOR_MANAGER, Role.OPS})
"""Roles that may suspend supervision; an officer alone may not."""

SUSPENDED = "a suspension"
"""Dependency of a resumption on a day on which no suspension runs."""


def _proposed(e: SupervisionSuspended) -> Suspension:
    return Suspension(e.from_on or day_of(e.occurred_at), e.until, e.uid)


def _refuse(s: Sentence, e: SupervisionSuspended, _law: Law) -> str | None:
    wanted = _proposed(e)
    if wanted.is_empty:
        return f"until {wanted.until} lies before {wanted.since}, the first day"
    for known in s.suspensions.periods:
        if known.overlaps(wanted.since, wanted.until):
            return f"supervision is suspended already, {_span(known)}"
    return None


def _span(item: Suspension) -> str:
    if item.until is None:
        return f"from {item.since} without an end"
    return f"from {item.since} to {item.until}"


def _suspend(s: Sentence, e: SupervisionSuspended, law: Law) -> HandlerOutcome:
    wanted = _proposed(e)
    own = computed_clocks(s, law)
    s.suspensions = Suspensions((*s.suspensions.periods, wanted))
    recalculate(s, law, own, reason=f"supervision is suspended {_span(wanted)}")
    _update_flag(s)
    return REGULAR


def _ended_by(s: Sentence, e: SupervisionResumed) -> Suspension | None:
    # A suspension that would run on that day takes precedence over one that ended the day before.
    running = (item for item in s.suspensions.periods if item.covers(e.resumed_on))
    over = (item for item in s.suspensions.periods if item.ends_with(e.resumed_on))
    return next(running, None) or next(over, None)


def _resume(s: Sentence, e: SupervisionResumed, law: Law) -> HandlerOutcome:
    known = _ended_by(s, e)
    if known is None:
        return REGULAR
    own = computed_clocks(s, law)
    ended = replace(known, until=e.resumed_on - ONE_DAY)
    left = (ended if item is known else item for item in s.suspensions.periods)
    s.suspensions = Suspensions(tuple(item for item in left if not item.is_empty))
    recalculate(s, law, own, reason=f"supervision resumed on {e.resumed_on}")
    _update_flag(s)
    return REGULAR


def _update_flag(s: Sentence) -> None:
    if s.suspensions:
        spans = "; ".join(_span(item) for item in s.suspensions.periods)
        s.flags["supervision_suspended"] = f"supervision is or was suspended {spans}"
    else:
        s.flags.pop("supervision_suspended", None)


HANDLERS = (
    EventHandler(
        SupervisionSuspended,
        _suspend,
        states=(AWAITING, *OPEN),
        roles=MANAGERS,
        requires=IMPOSED,
        guard=_refuse,
        satisfies=lambda _e: (SUSPENDED,),
    ),
    EventHandler(
        SupervisionResumed,
        _resume,
        states=(AWAITING, *OPEN),
        roles=MANAGERS,
        requires=IMPOSED,
        depends_on=lambda s, e: SUSPENDED if _ended_by(s, e) is None else None,
    ),
)

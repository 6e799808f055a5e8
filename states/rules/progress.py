"""Progress of a requirement: hours of unpaid work, days of activity, and the prospect of an end.

Sessions are summed in the order of their days, whenever they were reported. Work beyond the court's
number is recorded and does not count (rar-max-days, sar-days, upw-hours). Unpaid work is summed in
minutes, because sessions and adjustments last parts of an hour.
"""

from bisect import insort
from dataclasses import replace
from datetime import date

from states.entities import MINUTES_AN_HOUR, ImposedRequirement, RequirementSession
from states.events.requirements import RequirementProgressed
from states.rules.event_dates import time_of_act
from states.rules.handler import IMPOSED, EventHandler, HandlerOutcome, Nature, missing_requirement
from states.rules.requirement_ends import complete_requirement
from states.rules.requirement_kinds import PROFILES, Fulfilment
from states.rules.requirement_start import begin_requirement, missing_consent
from states.rules.triggers import trigger_context
from states.rules.unpaid_work import record_prospect
from states.sentence import Sentence
from states.standards.law import Law
from states.time.london import day_of
from states.vocabulary import RequirementEnding, RequirementKind

LIMITED = (
    RequirementKind.UNPAID_WORK,
    RequirementKind.REHABILITATION_ACTIVITY,
    RequirementKind.SPECIFIED_ACTIVITY,
)
"""Kinds for which the court's number is a maximum (upw-hours, rar-max-days, sar-days)."""

MEASURED = (Fulfilment.HOURS, Fulfilment.DAYS)
"""Fulfilments that are complete when the court's number is reached."""


def court_limit(item: ImposedRequirement) -> int | None:
    """Return the court's number in the unit of the sessions; None where it set none."""
    asked = item.requirement
    if asked.hours and asked.kind is RequirementKind.UNPAID_WORK:
        return asked.hours * MINUTES_AN_HOUR
    return asked.hours or asked.days


def counted_amount(item: ImposedRequirement) -> int:
    """Return the minutes or days done that count: from 0 to the court's number."""
    done = max(0, item.amount_done)
    most = court_limit(item)
    return done if most is None else min(done, most)


def excess_amount(item: ImposedRequirement) -> int:
    """Return the minutes or days that were recorded beyond the court's number."""
    most = court_limit(item)
    return 0 if most is None else max(0, item.amount_done - most)


def fulfilled_on(item: ImposedRequirement) -> date | None:
    """Return the day on which the court's number was reached; None if not, or if it is a maximum.

    Days of rehabilitation activity are a maximum: using them up ends no requirement (AMB-51).
    """
    most = court_limit(item)
    if most is None or PROFILES[item.requirement.kind].fulfilment not in MEASURED:
        return None
    done = 0
    reached: date | None = None
    for session in item.sessions:
        done += session.amount
        # Work that was taken back later moves the day on which the number was reached.
        reached = (reached or session.on) if done >= most else None
    return reached


def _measured(item: ImposedRequirement, e: RequirementProgressed) -> int | None:
    """Return the amount that a session counts: minutes of unpaid work, days of others."""
    if item.requirement.kind is not RequirementKind.UNPAID_WORK:
        return e.days
    return e.minutes if e.hours is None else e.hours * MINUTES_AN_HOUR


def _refuse(s: Sentence, e: RequirementProgressed, _law: Law) -> str | None:
    kind = s.requirements[e.requirement_id].requirement.kind
    if e.prospect is not None and kind is not RequirementKind.UNPAID_WORK:
        return f"prospect is for unpaid work; {e.requirement_id} is {kind.value}"
    if kind is RequirementKind.UNPAID_WORK and e.days is not None:
        return f"{e.requirement_id} unpaid_work is done in hours: days is left out"
    if kind in LIMITED and kind is not RequirementKind.UNPAID_WORK and e.hours is not None:
        return f"{e.requirement_id} {kind.value} is done in days: hours is left out"
    if kind is not RequirementKind.UNPAID_WORK and e.minutes is not None:
        return f"minutes are for unpaid work; {e.requirement_id} is {kind.value}"
    return missing_consent(s, e.requirement_id)


def _progress(s: Sentence, e: RequirementProgressed, law: Law) -> HandlerOutcome:
    key = e.requirement_id
    on = e.on or day_of(e.occurred_at)
    surprises = list[str]()
    amount = _measured(s.requirements[key], e)
    if amount is not None and amount < 0:
        surprises += _take_back(s, e, on=on, amount=amount)
    elif amount:
        surprises += _work(s, law, e, on=on, amount=amount)
    if e.prospect is not None and s.requirements[key].is_open:
        record_prospect(s, law, e, on=on)
    return HandlerOutcome(bool(surprises), "; ".join(surprises))


def _work(s: Sentence, law: Law, e: RequirementProgressed, on: date, amount: int) -> list[str]:
    """Record a session; return what was not expected of it."""
    key = e.requirement_id
    known = s.requirements[key]
    surprises = list[str]()
    if known.started_on is None or on < known.started_on:
        # The first session is the start, also where no start was reported.
        first = begin_requirement(s, law, key, on=on, e=e)
        surprises += [first] if first is not None and known.started_on is None else []
    elif known.terminated_on is not None and known.terminated_on < on:
        surprises.append(f"{key} had ended on {known.terminated_on}")
    _record_session(s, key, RequirementSession(on, amount, e.uid))
    surprises += _report_excess(s, key, amount)
    done_on = fulfilled_on(s.requirements[key])
    if done_on is not None:
        words = f"{key}: {_shown(known, court_limit(known) or 0)} done on {done_on}"
        complete_requirement(
            s,
            law,
            key,
            done=trigger_context(e, words, on=done_on, at=time_of_act(e, done_on)),
            ending=RequirementEnding.COMPLETED,
        )
    return surprises


def _take_back(s: Sentence, e: RequirementProgressed, on: date, amount: int) -> list[str]:
    """Take back credited minutes; return what was not expected of it.

    A requirement that was complete stays so: that hours are owed again is for an officer to say.
    """
    key = e.requirement_id
    before = s.requirements[key]
    _record_session(s, key, RequirementSession(on, amount, e.uid))
    item = s.requirements[key]
    if item.amount_done < 0:
        return [f"{-amount} minutes are taken back and only {max(0, before.amount_done)} were done"]
    if before.completed_on is not None and fulfilled_on(item) is None:
        return [f"{key} was complete on {before.completed_on}; {-amount} minutes are taken back"]
    return []


def _record_session(s: Sentence, key: str, session: RequirementSession) -> None:
    sessions = list(s.requirements[key].sessions)
    insort(sessions, session, key=lambda item: (item.on, item.cause))
    s.requirements[key] = replace(s.requirements[key], sessions=tuple(sessions))


def _report_excess(s: Sentence, key: str, amount: int) -> list[str]:
    item = s.requirements[key]
    over = excess_amount(item)
    most = court_limit(item)
    if over <= 0 or most is None or item.requirement.kind not in LIMITED:
        return []
    extra = _shown(item, min(over, amount))
    return [f"the court set {_shown(item, most)}; {extra} of {_shown(item, amount)} do not count"]


def _shown(item: ImposedRequirement, amount: int) -> str:
    """Return an amount in hours for unpaid work, with a fraction where it has one."""
    if item.requirement.kind is not RequirementKind.UNPAID_WORK:
        return str(amount)
    return f"{amount / MINUTES_AN_HOUR:g}"


HANDLERS = (
    EventHandler(
        RequirementProgressed,
        _progress,
        nature=Nature.FACT,
        requires=IMPOSED,
        depends_on=lambda s, e: missing_requirement(s, e.requirement_id),
        guard=_refuse,
    ),
)

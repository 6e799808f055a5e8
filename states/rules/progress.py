"""Progress of a requirement: hours of unpaid work, days of activity, and the prospect of an end.

Sessions are summed in the order of their days, whenever they were reported. Work beyond the court's
number is recorded and does not count (rar-max-days, sar-days, upw-hours).
"""

from bisect import insort
from dataclasses import replace
from datetime import date

from states.entities import ImposedRequirement, RequirementSession
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
    """Return the court's number of hours or days; None where it set none."""
    return item.requirement.hours or item.requirement.days


def counted_amount(item: ImposedRequirement) -> int:
    """Return the hours or days done that count: at most the court's number."""
    done = sum(session.amount for session in item.sessions)
    most = court_limit(item)
    return done if most is None else min(done, most)


def excess_amount(item: ImposedRequirement) -> int:
    """Return the hours or days that were recorded beyond the court's number."""
    return sum(session.amount for session in item.sessions) - counted_amount(item)


def fulfilled_on(item: ImposedRequirement) -> date | None:
    """Return the day on which the court's number was reached; None if not, or if it is a maximum.

    Days of rehabilitation activity are a maximum: using them up ends no requirement (AMB-51).
    """
    most = court_limit(item)
    done = 0
    if most is None or PROFILES[item.requirement.kind].fulfilment not in MEASURED:
        return None
    for session in item.sessions:
        done += session.amount
        if done >= most:
            return session.on
    return None


def _measured(item: ImposedRequirement, e: RequirementProgressed) -> int | None:
    """Return the amount that a session counts: hours of unpaid work, days of other requirements."""
    hours = PROFILES[item.requirement.kind].fulfilment is Fulfilment.HOURS
    return e.hours if hours else e.days


def _refuse(s: Sentence, e: RequirementProgressed, _law: Law) -> str | None:
    kind = s.requirements[e.requirement_id].requirement.kind
    if e.prospect is not None and kind is not RequirementKind.UNPAID_WORK:
        return f"prospect is for unpaid work; {e.requirement_id} is {kind.value}"
    if kind is RequirementKind.UNPAID_WORK and e.days is not None:
        return f"{e.requirement_id} unpaid_work is done in hours: days is left out"
    if kind in LIMITED and kind is not RequirementKind.UNPAID_WORK and e.hours is not None:
        return f"{e.requirement_id} {kind.value} is done in days: hours is left out"
    return missing_consent(s, e.requirement_id)


def _progress(s: Sentence, e: RequirementProgressed, law: Law) -> HandlerOutcome:
    key = e.requirement_id
    on = e.on or day_of(e.occurred_at)
    surprises = list[str]()
    amount = _measured(s.requirements[key], e)
    if amount:
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
    sessions = list(known.sessions)
    insort(sessions, RequirementSession(on, amount, e.uid), key=lambda item: (item.on, item.cause))
    s.requirements[key] = replace(s.requirements[key], sessions=tuple(sessions))
    surprises += _report_excess(s, key, amount)
    done_on = fulfilled_on(s.requirements[key])
    if done_on is not None:
        words = f"{key}: {court_limit(known)} done on {done_on}"
        complete_requirement(
            s,
            law,
            key,
            done=trigger_context(e, words, on=done_on, at=time_of_act(e, done_on)),
            ending=RequirementEnding.COMPLETED,
        )
    return surprises


def _report_excess(s: Sentence, key: str, amount: int) -> list[str]:
    item = s.requirements[key]
    over = excess_amount(item)
    if over <= 0 or item.requirement.kind not in LIMITED:
        return []
    extra = min(over, amount)
    return [f"the court set {court_limit(item)}; {extra} of {amount} do not count"]


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

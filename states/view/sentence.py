"""Whole view of a sentence, as queries return it.

Everything under `arrival` depends on when messages came; the rest is a function of the readable
events, the pinned law and the time. Nothing here is personal but references and codes.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from states.advice import proposals
from states.advice.licence import left_open
from states.event_log import EventLog, FoldResult
from states.events.agencies import Agency
from states.fold import state_refusal
from states.rules.appointments import contradictions
from states.rules.failure_counts import counted_days
from states.rules.handler import ALLOCATED, Nature
from states.rules.registry import HANDLERS
from states.rules.sentence_end import end_is_unknown
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.standards.law import Law
from states.time.london import day_of, iso
from states.view.clocks import clock_view, duties_view, ordered_clocks
from states.view.enforcement import (
    at_large,
    breaches_view,
    custody_flags,
    failures_view,
    recalls_view,
    warnings_view,
    warrants_view,
)
from states.view.management import management_view
from states.view.notices import outbox_duties, outbox_flags, outbox_summary
from states.view.requirements import conditions_view, home_moves_view, requirements_view
from states.view.timeliness import timeliness
from states.view.unapplied import unapplied, unapplied_total
from states.vocabulary import Phase, SentenceType, State

UNAPPLIED_SHOWN: Final = 50
"""Most unapplied messages in the whole view; the query `unapplied` pages through all."""


def allowed_kinds(s: Sentence) -> list[str]:
    """Return the kinds of event that state and prerequisites allow now."""
    return [
        kind
        for kind, rule in sorted(HANDLERS.items())
        if state_refusal(s, rule) is None
        and (rule.requires is None or s.imposed is not None)
        and (rule.requires != ALLOCATED or s.allocation is not None)
    ]


def is_decision(kind: str) -> bool:
    """Return whether events of `kind` are our own decisions, which the state graph can refuse."""
    return HANDLERS[kind].nature is Nature.DECISION


def _flags(s: Sentence, law: Law, now: datetime) -> list[dict[str, str]]:
    flags = dict(s.flags) | dict(custody_flags(s, law, now))
    held = s.state in (State.BREACHED, State.RECALLED, State.AWAITING_ALLOCATION)
    held = held or (s.phase is Phase.CUSTODY and s.state is not State.COMPLETED)
    if held and s.ends_on is not None and day_of(now) > s.ends_on:
        word = "sentence" if s.kind is SentenceType.CUSTODY else "order"
        flags["end_held"] = f"the {word} was to end on {s.ends_on} and is {s.state.value}"
    if end_is_unknown(s) and s.released_on is not None and s.state is not State.COMPLETED:
        flags["end_unknown"] = (
            "the end of the licence was not given: it goes on; send end_date_changed with the date"
        )
    if (mappa := s.agencies.get(Agency.MAPPA)) is not None and mappa.level is None:
        flags["mappa_level_unknown"] = (
            "MAPPA manages the case and its level was not given: the law on recall asks for it"
        )
    if s.imposed is not None and s.imposed.indeterminate:
        flags["indeterminate"] = "the sentence has no end: the Parole Board releases, on licence"
    if open_keys := left_open(s):
        flags["licence_failure_open"] = f"the licence is over; left open: {', '.join(open_keys)}"
    flags |= {f"attended_and_missed.{key}": text for key, text in contradictions(s)}
    if s.electronic_only:
        flags["electronic_only"] = "standards 4 to 7 do not apply; standard 9 does"
    return [{"code": code, "text": text} for code, text in sorted(flags.items())]


def law_view(decided: FoldResult, law: Law, now: datetime) -> dict[str, Any]:
    """Return the part of the view that depends on events, law and time alone."""
    dispositions = {
        uid: [d.verdict.value, d.reason, d.irregular]
        for uid, d in sorted(decided.dispositions.items())
    }
    return state_view(decided, law, now) | {"dispositions": dispositions}


def state_view(decided: FoldResult, law: Law, now: datetime) -> dict[str, Any]:
    """Return that part of the view without the dispositions, which are as many as the events."""
    s = decided.sentence
    allocation = s.allocation
    return {
        "type": s.imposed.type.value if s.imposed is not None else None,
        "state": s.state.value,
        "phase": s.phase.value,
        "outcome": s.outcome.value if s.outcome is not None else None,
        "ended_on": iso(s.ended_on),
        "edition": law.edition.name,
        "calendar": law.calendar.name,
        "law_pack": None if law.pack is None else law.pack.name,
        "sentenced_on": iso(s.imposed.sentenced_on) if s.imposed is not None else None,
        "ends_on": iso(s.ends_on),
        "licence_ends_on": iso(s.licence_ends_on),
        "pss_ends_on": iso(s.pss_ends_on),
        "expected_release_on": iso(s.expected_release_on),
        "released_on": iso(s.released_on),
        "recalled_before": s.recalled_before,
        "at_large": at_large(s),
        "provider": allocation.provider.value if allocation is not None else None,
        "provider_code": allocation.provider_code if allocation is not None else None,
        "officer": s.officer,
        "rosh": s.rosh.value if s.rosh is not None else None,
        "inducted_at": iso(s.inducted_at),
        "plan_version": s.plan.version if s.plan is not None else None,
        "clocks": [clock_view(s, clock, law, now) for clock in ordered_clocks(s)],
        "duties": duties_view(s, law, now),
        "failures": failures_view(s, now),
        "counted_failures": len(counted_days(s, day_of(now))),
        "warnings": warnings_view(s, law),
        "breaches": breaches_view(s),
        "recalls": recalls_view(s),
        "warrants": warrants_view(s),
        "requirements": requirements_view(s),
        "conditions": conditions_view(s),
        "home_moves": home_moves_view(s),
        **management_view(s),
        "transitions": transitions_view(s),
        "proposals": [
            {**asdict(item), "source": item.source(law.edition)} for item in proposals(s, law)
        ],
        "allowed": allowed_kinds(s),
        "flags": _flags(s, law, now),
    }


def sentence_view(
    identity: SentenceRef, case: EventLog, decided: FoldResult, law: Law, now: datetime
) -> dict[str, Any]:
    """Return the whole view of a sentence at `now`."""
    seen = unapplied(case, decided)
    names = {"workflow_id": identity.workflow_id, **asdict(identity)}
    whole = names | state_view(decided, law, now)
    moved_to = decided.sentence.moved_to(identity)
    if moved_to is not None:
        text = f"the sentence continues as {moved_to}; this is its last state here"
        whole["flags"] = [*whole["flags"], {"code": "moved_to", "text": text}]
    acknowledged = decided.sentence.acknowledged
    whole["flags"] = [*whole["flags"], *outbox_flags(case.outbox, acknowledged)]
    whole["clocks"] = [*whole["clocks"], *timeliness(case, decided, law)]
    return whole | {
        "now": iso(now),
        "moved_to": None if moved_to is None else asdict(moved_to),
        "came_from": list(case.origins),
        "events_total": len(case.log),
        "unapplied_total": unapplied_total(case, decided),
        "unapplied": seen[:UNAPPLIED_SHOWN],
        "duties": [*outbox_duties(case.outbox, acknowledged), *whole["duties"]],
        "arrival": {
            "trail": list(case.audit_notes),
            "notices": outbox_summary(case.outbox),
            "repeats": case.repeats.count,
            "quarantined": case.quarantine.tally.count,
            "quarantined_by_code": dict(sorted(case.quarantine.by_code.items())),
        },
    }


def transitions_view(s: Sentence) -> list[dict[str, Any]]:
    """Return every change of state, in the order in which the fold took them."""
    return [
        {
            "at": iso(m.at),
            "arrow": m.transition.reference,
            "name": m.transition.name,
            "from": m.source.value,
            "to": m.target.value,
            "cause": m.cause,
            "phase": m.phase.value,
            "irregular": m.irregular,
        }
        for m in s.state_changes
    ]

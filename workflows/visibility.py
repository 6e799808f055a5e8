"""Visibility of a sentence in the Temporal UI: search attributes and current details.

Search attributes are plain text, and a value that is too long ends a workflow. So they hold codes
only, and every value is clamped. Details are encrypted like any payload, and still hold no names.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate, TypedSearchAttributes

from states.advice import proposals
from states.event_log import EventLog, FoldResult
from states.rules.failure_counts import counted_days
from states.sentence import Sentence
from states.sentence_ref import SentenceRef
from states.standards.law import Law
from states.time.clock import Clock
from states.time.london import day_of, end_of
from states.view.clocks import (
    leading_clocks,
    overdue_clocks,
    overdue_prompts,
    running_clocks,
)
from states.view.notices import blocked_notices, outbox_summary
from states.view.sentence import allowed_kinds, is_decision
from states.view.unapplied import unapplied, unapplied_total
from workflows import search_attributes as attributes
from workflows.case import SentenceCase

MAX_KEYWORD_CHARS: Final = 256
"""Characters of one keyword. The server ends a workflow at 2,048 bytes."""

MAX_KEYWORDS: Final = 40
"""Keywords of one list."""

_SHOWN: Final = 8
"""Lines of one list in the details."""

_LATE_SHOWN: Final = 40
"""Lines of a list of what is overdue: it is what the person on duty came for."""

Values = dict[SearchAttributeKey[Any], str | list[str] | int | datetime | None]
"""Search attributes with their values; None for one that is not set."""


class Visibility:
    """The search attributes that the server holds of one sentence, and the means to change them."""

    def __init__(self, known: TypedSearchAttributes) -> None:
        """Take over the search attributes of the previous run, or of the caller who started it."""
        self._shown: Values = {key: _plain(known.get(key)) for key in attributes.SEARCH_ATTRIBUTES}

    def show(self, case: SentenceCase, now: datetime) -> None:
        """Send the search attributes that have changed, and set the current details.

        Neither adds an event to the history unless a search attribute has changed.
        """
        if case.decision is None:
            return
        values = search_attribute_values(case.event_log, case.decision, now)
        text = details(case.ref, case.event_log, case.decision, now=now)
        holder = case.transferred_to
        if holder is not None:
            values |= _CLEARED
            text = f"**Moved: it continues as {holder}**\n\nAs it was then:\n\n{text}"
        changes = self._changes(values)
        if changes:
            workflow.upsert_search_attributes(changes)
        workflow.set_current_details(text)
        self._shown = values

    def _changes(self, values: Values) -> list[SearchAttributeUpdate[Any]]:
        # In the order of the register: replay must issue the same command.
        return [
            _change(key, values[key])
            for key in attributes.SEARCH_ATTRIBUTES
            if self._shown.get(key) != values[key]
        ]


_CLEARED: Final[Values] = {
    attributes.NEXT_TIMESCALE: None,
    attributes.RUNNING_TIMESCALES: None,
    attributes.OVERDUE_TIMESCALES: None,
    attributes.NEXT_DEADLINE: None,
    attributes.OVERDUE: 0,
    attributes.UNAPPLIED: 0,
}
"""Values that replace those of a transferred sentence: its state stays, its clocks go."""


def _plain(value: Any) -> Any:
    # The SDK may return a keyword list as another sequence, which would not compare equal.
    return value if value is None or isinstance(value, str | int | datetime) else list(value)


def _change(key: SearchAttributeKey[Any], value: object) -> SearchAttributeUpdate[Any]:
    return key.value_unset() if value is None else key.value_set(value)


def clamp(value: str) -> str:
    """Return `value` cut to a length that a search attribute safely holds."""
    return value.encode("ascii", "replace").decode()[:MAX_KEYWORD_CHARS]


def _clamp_all(values: Iterable[str]) -> list[str] | None:
    """Return each of `values` once, clamped and sorted, at most forty; None if there are none."""
    return sorted({clamp(value) for value in values})[:MAX_KEYWORDS] or None


def _clamped(value: str | None) -> str | None:
    return None if value is None else clamp(value)


def search_attribute_values(event_log: EventLog, decision: FoldResult, now: datetime) -> Values:
    """Return the search attributes of a sentence as they are at `now`."""
    s = decision.sentence
    overdue = overdue_clocks(s, now)
    running = running_clocks(s, now)
    first = next(iter(leading_clocks(s, now)), None)
    end: date | None = s.ended_on or s.ends_on
    allocation = s.allocation
    return {
        attributes.SENTENCE_STATE: clamp(s.state.value),
        attributes.SENTENCE_PHASE: clamp(s.phase.value),
        attributes.SENTENCE_TYPE: clamp(s.imposed.type.value) if s.imposed is not None else None,
        attributes.PROVIDER: clamp(allocation.provider.value) if allocation is not None else None,
        attributes.PROVIDER_CODE: _clamped(
            allocation.provider_code if allocation is not None else None
        ),
        attributes.OFFICER: _clamped(s.officer),
        attributes.ROSH: clamp(s.rosh.value) if s.rosh is not None else None,
        attributes.EDITION: clamp(decision.law.edition.name),
        attributes.NEXT_TIMESCALE: clamp(first.timescale.id) if first is not None else None,
        attributes.RUNNING_TIMESCALES: _clamp_all(clock.timescale.id for clock in running),
        attributes.OVERDUE_TIMESCALES: _clamp_all(clock.timescale.id for clock in overdue),
        attributes.NEXT_DEADLINE: first.due.due_at if first is not None else None,
        attributes.SENTENCE_END: end_of(end) if end is not None else None,
        attributes.COUNTED_FAILURES: len(counted_days(s, day_of(now))),
        attributes.OVERDUE: len(overdue),
        attributes.UNAPPLIED: unapplied_total(event_log, decision),
    }


def summary(decision: FoldResult, now: datetime) -> str:
    """Return the sentence in one line: its state, and the clock that is overdue or due first."""
    s = decision.sentence
    overdue = overdue_clocks(s, now)
    ahead = leading_clocks(s, now)
    if overdue:
        return f"{s.state.value}, {len(overdue)} overdue, first {overdue[0].id}"
    if ahead:
        return f"{s.state.value}, next {ahead[0].id} due {ahead[0].due.due_on}"
    return s.state.value


def details(ref: SentenceRef, event_log: EventLog, decision: FoldResult, *, now: datetime) -> str:
    """Return the current details of a sentence as Markdown, for the person on duty."""
    s = decision.sentence
    law = decision.law
    provider = s.allocation.provider_code if s.allocation is not None else "none yet"
    kind = s.imposed.type.value if s.imposed is not None else "not imposed yet"
    until = law.edition.in_force_until
    replaced = f", historic: replaced after {until}" if until is not None else ""
    pack = f"; law pack {law.pack.name}" if law.pack is not None else ""
    decisions = ", ".join(kind for kind in allowed_kinds(s) if is_decision(kind))
    lines = [
        f"**{summary(decision, now)}**",
        "",
        f"- Sentence {ref.crn} event {ref.event_number}, {kind}",
        f"- State {s.state.value}{_latest_change(s)}, phase {s.phase.value}",
        f"- Provider {provider}, officer {s.officer or 'none yet'}",
        f"- Edition {law.edition.name}{replaced}; calendar {law.calendar.name}{pack}",
        f"- Outcome {s.outcome.value} on {s.ended_on}" if s.outcome is not None else "",
        *_clock_table("Overdue", overdue_clocks(s, now), now, limit=_LATE_SHOWN),
        *_clock_table("Overdue prompts", overdue_prompts(s, now), now, limit=_LATE_SHOWN),
        *_clock_table("Due next", leading_clocks(s, now), now, limit=_SHOWN),
        *_proposals(s, law),
        *_prompts_and_duties(s, now),
        *_unsent_notices(event_log, s),
        "",
        *_unapplied_messages(event_log, decision),
        "",
        f"Decisions allowed now: {decisions or 'none'}; a fact is always taken.",
    ]
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def _latest_change(s: Sentence) -> str:
    """Return the transition that led to the present state, and its day; empty before any."""
    if not s.state_changes:
        return ""
    last = s.state_changes[-1]
    return f" by {last.transition.name} on {day_of(last.at)}"


def _clock_table(title: str, clocks: list[Clock], now: datetime, *, limit: int) -> list[str]:
    if not clocks:
        return []
    head = [
        "",
        f"**{title}**",
        "",
        "| what | due | days late | rule | standard | clock |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    more = [f"| and {len(clocks) - limit} more | | | | | |"] if len(clocks) > limit else []
    return [*head, *(_clock_row(clock, now) for clock in clocks[:limit]), *more]


def _clock_row(clock: Clock, now: datetime) -> str:
    timescale = clock.timescale
    due = clock.due.due_on or f"{clock.due.due_at:%Y-%m-%d %H:%M} UTC"
    # The standard is set as code: the UI would show 3(c) as 3 with a copyright sign.
    cells = (timescale.title, due, _days_late(clock, now), timescale.rule)
    return f"| {' | '.join(map(str, cells))} | `{timescale.standard}` | `{clock.id}` |"


def _days_late(clock: Clock, now: datetime) -> str:
    """Return the London days since a clock was due; empty before the day after."""
    at = clock.due.due_at
    due_on = clock.due.due_on or (day_of(at) if at is not None else None)
    days = (day_of(now) - due_on).days if due_on is not None else 0
    return str(days) if days > 0 else ""


def _proposals(s: Sentence, law: Law) -> list[str]:
    """Return what the rules propose, by whom; a person decides."""
    found = proposals(s, law)
    if not found:
        return []
    lines = [
        f"- `{item.step}` by {item.by}: {item.reason} [{item.source(law.edition)}]"
        for item in found[:_SHOWN]
    ]
    more = [f"- and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return ["", "**Proposed; a person decides**", "", *lines, *more]


def _prompts_and_duties(s: Sentence, now: datetime) -> list[str]:
    prompts = len(running_clocks(s, now)) - len(leading_clocks(s, now))
    duties = sum(1 for duty in s.duties.values() if duty.settled_at is None)
    if not (prompts or duties):
        return []
    return ["", f"Behind them: {prompts} prompts run and {duties} duties are open; see `show`."]


def _unsent_notices(event_log: EventLog, s: Sentence) -> list[str]:
    """Return the notices that need a person, then those that are tried again."""
    blocked = blocked_notices(event_log.outbox, s.acknowledged)
    failing = outbox_summary(event_log.outbox)["not_getting_through"]
    lines = [f"- ops: `{item['key']}` to {item['recipient']}: {item['what']}" for item in blocked]
    lines += [
        f"- `{item['key']}` to {item['recipient']}: tried again, {item['error']}"
        for item in failing
    ]
    if not lines:
        return []
    more = [f"- and {len(lines) - _SHOWN} more"] if len(lines) > _SHOWN else []
    return ["", "**Notices not sent**", "", *lines[:_SHOWN], *more]


def _unapplied_messages(event_log: EventLog, decision: FoldResult) -> list[str]:
    unresolved = [item for item in unapplied(event_log, decision) if not item["resolved"]]
    if not unresolved:
        return []
    lines = [
        f"- {item['disposition']} `{item['kind']}`: {item['reason']}"
        for item in unresolved[:_SHOWN]
    ]
    return ["**Not applied**", "", *lines]

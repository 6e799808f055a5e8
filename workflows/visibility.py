"""What ops see of a sentence in the Temporal UI: search attributes and current details.

Search attributes are plain text and a value that is too long ends a workflow, so they hold codes
only and pass through one clamp. Details are sealed like any payload, and still hold no names.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

from temporalio import workflow
from temporalio.common import SearchAttributeKey, SearchAttributeUpdate, TypedSearchAttributes

from states.event_log import EventLog, FoldResult
from states.rules.failure_counts import counted_days
from states.sentence import Sentence
from states.sentence_ref import Holder, SentenceRef
from states.standards.law import Law
from states.time.clock import Clock
from states.time.london import day_of, end_of
from states.view.clocks import leading_clocks, overdue_clocks, running_clocks
from states.view.notices import blocked_notices, outbox_summary
from states.view.sentence import allowed_kinds, is_decision
from states.view.unapplied import unapplied, unapplied_total
from workflows import search_attributes

MAX_KEYWORD_CHARS: Final = 256
"""Characters of one keyword; the server ends a workflow at 2,048 bytes."""

MAX_KEYWORDS: Final = 40
"""Keywords of one list."""

_SHOWN: Final = 8


def clamp(value: str) -> str:
    """Return `value` cut to what a search attribute safely holds."""
    return value.encode("ascii", "replace").decode()[:MAX_KEYWORD_CHARS]


def clamp_all(values: Iterable[str]) -> list[str]:
    """Return each of `values` once, clamped and sorted, at most forty."""
    return sorted({clamp(value) for value in values})[:MAX_KEYWORDS]


Values = dict[str, str | list[str] | int | datetime | None]
"""Search attributes by name; None where there is nothing to show."""


def values_of(case: EventLog, decided: FoldResult, law: Law, now: datetime) -> Values:
    """Return the search attributes of a sentence as they are at `now`."""
    s = decided.sentence
    ahead, late = running_clocks(s, now), overdue_clocks(s, now)
    first = next(iter(leading_clocks(s, now)), None)
    end: date | None = s.ended_on or s.ends_on
    keywords: Values = {
        "SentenceState": s.state.value,
        "SentencePhase": s.phase.value,
        "SentenceType": s.imposed.type.value if s.imposed is not None else None,
        "Provider": s.allocation.provider.value if s.allocation is not None else None,
        "ProviderCode": s.allocation.provider_code if s.allocation is not None else None,
        "Officer": s.officer,
        "Rosh": s.rosh.value if s.rosh is not None else None,
        "Edition": law.edition.name,
        "NextTimescale": first.timescale.id if first is not None else None,
    }
    clamped: Values = {
        name: clamp(value) if isinstance(value, str) else value for name, value in keywords.items()
    }
    return clamped | {
        "RunningTimescales": clamp_all(clock.timescale.id for clock in ahead) or None,
        "OverdueTimescales": clamp_all(clock.timescale.id for clock in late) or None,
        "NextDeadline": first.due.due_at if first is not None else None,
        "SentenceEnd": end_of(end) if end is not None else None,
        "CountedFailures": len(counted_days(s, day_of(now))),
        "Overdue": len(late),
        "Unapplied": unapplied_total(case, decided),
    }


def inherited_values(known: TypedSearchAttributes) -> Values:
    """Return the search attributes with which a run began: from the run before, or a caller."""
    found = {key.name: known.get(key) for key in search_attributes.SEARCH_ATTRIBUTES}
    return {
        name: value if value is None or isinstance(value, str | int | datetime) else list(value)
        for name, value in found.items()
    }


def attribute_updates(before: Values, after: Values) -> list[SearchAttributeUpdate[Any]]:
    """Return what has to be told to the server, in the order of the register."""
    return [
        _update(key, after[key.name])
        for key in search_attributes.SEARCH_ATTRIBUTES
        if before.get(key.name) != after.get(key.name)
    ]


def _update(key: SearchAttributeKey[Any], value: object) -> SearchAttributeUpdate[Any]:
    return key.value_unset() if value is None else key.value_set(value)


def _clock_row(clock: Clock) -> str:
    due = clock.due.due_on or f"{clock.due.due_at:%Y-%m-%d %H:%M} UTC"
    # As code: the UI would show 3(c) as 3 with a copyright sign.
    return f"| `{clock.id}` | {due} | `{clock.timescale.standard}` | {clock.timescale.rule} |"


def _clock_table(title: str, clocks: list[Clock]) -> list[str]:
    if not clocks:
        return []
    head = [
        "",
        f"**{title}**",
        "",
        "| clock | due | standard | rule |",
        "| --- | --- | --- | --- |",
    ]
    more = [f"| and {len(clocks) - _SHOWN} more | | | |"] if len(clocks) > _SHOWN else []
    return [*head, *(_clock_row(clock) for clock in clocks[:_SHOWN]), *more]


def _prompts_and_duties(s: Sentence, now: datetime) -> list[str]:
    prompts = len(running_clocks(s, now)) - len(leading_clocks(s, now))
    duties = sum(1 for duty in s.duties.values() if duty.settled_at is None)
    if not (prompts or duties):
        return []
    return ["", f"Behind them: {prompts} prompts run and {duties} duties are open; see `show`."]


def _unsent_notices(case: EventLog, s: Sentence) -> list[str]:
    """Return the notices that need somebody, then those that do not get through for now."""
    stuck = blocked_notices(case.outbox, s.acknowledged)
    late = outbox_summary(case.outbox)["not_getting_through"]
    if not (stuck or late):
        return []
    found = [
        *(f"- ops: `{item['key']}` to {item['recipient']}: {item['what']}" for item in stuck),
        *(
            f"- `{item['key']}` to {item['recipient']}: tried again, {item['error']}"
            for item in late
        ),
    ]
    more = [f"- and {len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
    return ["", "**Notices not sent**", "", *found[:_SHOWN], *more]


def summary(decided: FoldResult, now: datetime) -> str:
    """Return the sentence in one line: state, and what is due or overdue first."""
    s = decided.sentence
    late, ahead = overdue_clocks(s, now), leading_clocks(s, now)
    if late:
        return f"{s.state.value}, {len(late)} overdue, first {late[0].id}"
    if ahead:
        return f"{s.state.value}, next {ahead[0].id} due {ahead[0].due.due_on}"
    return s.state.value


def _latest_change(s: Sentence) -> str:
    """Return by which transition the sentence came to its state, and on which day."""
    if not s.state_changes:
        return ""
    last = s.state_changes[-1]
    return f" by {last.transition.name} on {day_of(last.at)}"


def details(
    identity: SentenceRef, case: EventLog, decided: FoldResult, law: Law, now: datetime
) -> str:
    """Return the current details of a sentence as Markdown, for whoever is on duty."""
    s = decided.sentence
    provider = s.allocation.provider_code if s.allocation is not None else "none yet"
    kind = s.imposed.type.value if s.imposed is not None else "not imposed yet"
    until = law.edition.in_force_until
    standing = f", historic: replaced after {until}" if until is not None else ""
    lines = [
        f"**{summary(decided, now)}**",
        "",
        f"- Sentence {identity.crn} event {identity.event_number}, {kind}",
        f"- State {s.state.value}{_latest_change(s)}, phase {s.phase.value}",
        f"- Provider {provider}, officer {s.officer or 'none yet'}",
        f"- Edition {law.edition.name}{standing}; calendar {law.calendar.name}",
        f"- Outcome {s.outcome.value} on {s.ended_on}" if s.outcome is not None else "",
        *_clock_table("Overdue", overdue_clocks(s, now)),
        *_clock_table("Running", leading_clocks(s, now)),
        *_prompts_and_duties(s, now),
        *_unsent_notices(case, s),
        "",
    ]
    open_messages = [item for item in unapplied(case, decided) if not item["resolved"]]
    if open_messages:
        lines += ["**Not applied**", ""]
        lines += [
            f"- {item['disposition']} `{item['kind']}`: {item['reason']}"
            for item in open_messages[:_SHOWN]
        ]
    decisions = ", ".join(kind for kind in allowed_kinds(s) if is_decision(kind))
    lines += ["", f"Decisions allowed now: {decisions or 'none'}; a fact is always taken."]
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def after_transfer(values: Values, text: str, holder: Holder) -> tuple[Values, str]:
    """Return what is shown of a sentence that goes on elsewhere: its state, and no clock."""
    at_rest: Values = {
        "NextTimescale": None,
        "RunningTimescales": None,
        "OverdueTimescales": None,
        "NextDeadline": None,
        "Overdue": 0,
        "Unapplied": 0,
    }
    return {**values, **at_rest}, f"**Moved: it goes on as {holder}**\n\nAs it was then:\n\n{text}"


def show(before: Values, after: Values, text: str) -> None:
    """Tell the server what has changed, and set the details: these cost no history."""
    changed = attribute_updates(before, after)
    if changed:
        workflow.upsert_search_attributes(changed)
    workflow.set_current_details(text)

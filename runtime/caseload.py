"""Caseload: sentences found by their search attributes."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from temporalio.client import Client, WorkflowExecution

from activities.errors import UserFacingError
from states.sentence_ref import SentenceRef
from states.time.calendar import shift
from states.time.london import end_of, start_of
from states.vocabulary import Provider, State
from workflows import search_attributes
from workflows.ids import WORKFLOW_TYPE

_MORE_DAYS_OF_A_WEEK: Final = 6
_CODES_NAMED: Final = 20
"""Codes of providers or officers that an error names."""

_RUNNING: Final = 'ExecutionStatus = "Running"'

RUNNING_SENTENCES: Final = f'WorkflowType = "{WORKFLOW_TYPE}" AND {_RUNNING}'
"""Visibility query of every running sentence."""

LATE_AFTER: Final = timedelta(hours=1)
"""Time after a deadline from which a clock that has not fired counts as stuck. The wake-ups of one
midnight are spread over a quarter of it."""


class UnknownCodeError(UserFacingError):
    """A filter names a provider or an officer that no sentence has."""

    def __init__(self, what: str, code: str, known: Iterable[str]) -> None:
        codes = sorted(known)
        near = get_close_matches(code, codes, n=1)
        suggestion = f"; did you mean {near[0]}?" if near else ""
        more = f" and {len(codes) - _CODES_NAMED} more" if len(codes) > _CODES_NAMED else ""
        there_are = ", ".join(codes[:_CODES_NAMED]) or "none yet"
        super().__init__(
            f"no sentence has the {what} {code}{suggestion}; there are: {there_are}{more}"
        )


class DueSpan(StrEnum):
    """Span of days in which the next deadline lies; what is overdue belongs to each."""

    TODAY = "today"
    WEEK = "week"
    """Today and the next six days."""


@dataclass(frozen=True, slots=True)
class CaseloadFilter:
    """Filter of the caseload; None means any."""

    state: State | None = None
    overdue: bool = False
    provider: str | None = None
    """CRC, NPS or the code of one provider."""
    officer: str | None = None
    due: DueSpan | None = None
    stuck: bool = False
    """Only those whose task fails again and again, or whose clock did not fire."""
    closed: bool = False
    """Include closed sentences, for as long as the server keeps them."""


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """Sentence as its search attributes show it."""

    crn: str
    event_number: str
    state: str | None
    """None while the sentence is starting."""
    phase: str | None
    provider: str | None
    provider_code: str | None
    officer: str | None
    edition: str | None
    next_timescale: str | None
    next_deadline: datetime | None
    """Instant at which the next clock runs out."""
    overdue: int
    overdue_timescales: tuple[str, ...]
    counted_failures: int
    unapplied: int


def query_of(chosen: CaseloadFilter, today: date) -> str:
    """Return the visibility query for `chosen`; days are London days.

    The values were validated as codes, so none can end its quotes.
    """
    terms = [f'WorkflowType = "{WORKFLOW_TYPE}"']
    terms.append('ExecutionStatus IN ("Running", "Completed")' if chosen.closed else _RUNNING)
    if chosen.state is not None:
        terms.append(f'SentenceState = "{chosen.state.value}"')
    if chosen.overdue:
        terms.append("Overdue > 0")
    if chosen.stuck:
        terms.append(f"({' OR '.join(stuck_terms(datetime.now(UTC)))})")
    if chosen.provider is not None:
        name = "Provider" if chosen.provider in set(Provider) else "ProviderCode"
        terms.append(f'{name} = "{chosen.provider}"')
    if chosen.officer is not None:
        terms.append(f'Officer = "{chosen.officer}"')
    if chosen.due is not None:
        terms.append(f"({_due(chosen.due, today)} OR Overdue > 0)")
    return " AND ".join(terms)


def stuck_terms(now: datetime) -> tuple[str, str]:
    """Return two terms of a query: the task fails again and again; a clock did not fire."""
    return (
        "TemporalReportedProblems IS NOT NULL",
        f'NextDeadline < "{now.astimezone(UTC) - LATE_AFTER:%Y-%m-%dT%H:%M:%SZ}"',
    )


def _due(span: DueSpan, today: date) -> str:
    # The deadline of a day is the midnight that ends it, so today begins just after the first
    # midnight and the span ends just after the last. The bounds lie beside the midnights, because
    # the development server compares texts, in which midnight is not equal to itself.
    last = today if span is DueSpan.TODAY else shift(today, _MORE_DAYS_OF_A_WEEK)
    first = _just_after(start_of(today))
    end = _just_after(end_of(last))
    return f'(NextDeadline >= "{first}" AND NextDeadline < "{end}")'


def _just_after(midnight: datetime) -> str:
    return f"{midnight:%Y-%m-%dT%H:%M:%S}.001Z"


async def find(client: Client, chosen: CaseloadFilter, today: date) -> AsyncIterator[CaseloadRow]:
    """Yield the sentences that match, in the server's order.

    Raises:
        RPCError: If the server refuses the query.
    """
    async for execution in client.list_workflows(query_of(chosen, today)):
        row = row_of(execution)
        if row is not None:
            yield row


async def refuse_unknown_codes(client: Client, chosen: CaseloadFilter, today: date) -> None:
    """Refuse a provider or an officer that no sentence has; for a filter that found nothing.

    Raises:
        UnknownCodeError: With the nearest code, and those that exist.
        RPCError: If the server refuses the query.
    """
    if chosen.officer is None and chosen.provider in {None, *Provider}:
        return
    providers: set[str] = set(Provider)
    officers: set[str] = set()
    async for row in find(client, CaseloadFilter(closed=chosen.closed), today):
        providers |= {row.provider_code} if row.provider_code else set()
        officers |= {row.officer} if row.officer else set()
    for what, code, known in (
        ("provider", chosen.provider, providers),
        ("officer", chosen.officer, officers),
    ):
        if code is not None and code not in known:
            raise UnknownCodeError(what, code, known)


def row_of(execution: WorkflowExecution) -> CaseloadRow | None:
    """Return the row of an execution; None if its id is not that of a sentence."""
    ref = SentenceRef.parse(execution.id)
    if ref is None:
        return None
    known = execution.typed_search_attributes
    return CaseloadRow(
        crn=ref.crn,
        event_number=ref.event_number,
        state=known.get(search_attributes.SENTENCE_STATE),
        phase=known.get(search_attributes.SENTENCE_PHASE),
        provider=known.get(search_attributes.PROVIDER),
        provider_code=known.get(search_attributes.PROVIDER_CODE),
        officer=known.get(search_attributes.OFFICER),
        edition=known.get(search_attributes.EDITION),
        next_timescale=known.get(search_attributes.NEXT_TIMESCALE),
        next_deadline=known.get(search_attributes.NEXT_DEADLINE),
        overdue=known.get(search_attributes.OVERDUE) or 0,
        overdue_timescales=tuple(known.get(search_attributes.OVERDUE_TIMESCALES) or ()),
        counted_failures=known.get(search_attributes.COUNTED_FAILURES) or 0,
        unapplied=known.get(search_attributes.UNAPPLIED) or 0,
    )

"""Find sentences by their search attributes: codes, counts and the next deadline."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from temporalio.client import Client, WorkflowExecution

from states.time.calendar import shift
from states.time.london import end_of, start_of
from states.vocabulary import Provider, State
from workflows import search_attributes
from workflows.ids import WORKFLOW_TYPE, parse_workflow_id

_MORE_DAYS_OF_A_WEEK: Final = 6


class DueSpan(StrEnum):
    """Days in which something may be due."""

    TODAY = "today"
    WEEK = "week"
    """Today and the six days after it."""


@dataclass(frozen=True, slots=True)
class CaseloadFilter:
    """Which sentences are looked for; None for whichever."""

    state: State | None = None
    overdue: bool = False
    provider: str | None = None
    """CRC or NPS, or the code of one provider."""
    officer: str | None = None
    due: DueSpan | None = None
    closed: bool = False
    """With the sentences whose file is closed, as long as the server keeps them."""


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One sentence as its search attributes tell it."""

    crn: str
    event_number: str
    state: str | None
    """None while the sentence is only opening."""
    phase: str | None
    provider: str | None
    provider_code: str | None
    officer: str | None
    edition: str | None
    next_timescale: str | None
    next_deadline: datetime | None
    """The instant at which the time for the next duty is over."""
    overdue: int
    overdue_timescales: tuple[str, ...]
    counted_failures: int
    unapplied: int


def query_of(wanted: CaseloadFilter, today: date) -> str:
    """Return the visibility query for `wanted`; days are London's.

    The values were checked to be codes, so none can end its quotes.
    """
    terms = [f'WorkflowType = "{WORKFLOW_TYPE}"']
    terms.append('ExecutionStatus IN ("Running", "Completed")' if wanted.closed else _RUNNING)
    if wanted.state is not None:
        terms.append(f'SentenceState = "{wanted.state.value}"')
    if wanted.overdue:
        terms.append("Overdue > 0")
    if wanted.provider is not None:
        name = "Provider" if wanted.provider in set(Provider) else "ProviderCode"
        terms.append(f'{name} = "{wanted.provider}"')
    if wanted.officer is not None:
        terms.append(f'Officer = "{wanted.officer}"')
    if wanted.due is not None:
        terms.append(_due(wanted.due, today))
    return " AND ".join(terms)


_RUNNING: Final = 'ExecutionStatus = "Running"'


def _due(span: DueSpan, today: date) -> str:
    last = today if span is DueSpan.TODAY else shift(today, _MORE_DAYS_OF_A_WEEK)
    # The deadline of a day is the midnight after it, so the first midnight is yesterday's.
    first, end = _utc(start_of(today)), _utc(end_of(last))
    return f'NextDeadline > "{first}" AND NextDeadline <= "{end}"'


def _utc(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


async def find(client: Client, wanted: CaseloadFilter, today: date) -> AsyncIterator[CaseloadRow]:
    """Yield the sentences that are wanted, in the server's order.

    Raises:
        RPCError: If the server turns the query down.
    """
    async for execution in client.list_workflows(query_of(wanted, today)):
        row = row_of(execution)
        if row is not None:
            yield row


def row_of(execution: WorkflowExecution) -> CaseloadRow | None:
    """Return what the search attributes tell; None where the id is not that of a sentence."""
    identity = parse_workflow_id(execution.id)
    if identity is None:
        return None
    known = execution.typed_search_attributes
    return CaseloadRow(
        crn=identity.crn,
        event_number=identity.event_number,
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

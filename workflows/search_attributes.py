"""Search attributes by which people find sentences: codes only, because they are plain text.

Their number fits the limits of SQL visibility: 10 keywords, 3 of each other type. The values are
made in `workflows.visibility`.
"""

from temporalio.common import SearchAttributeKey

SENTENCE_STATE = SearchAttributeKey.for_keyword("SentenceState")
SENTENCE_PHASE = SearchAttributeKey.for_keyword("SentencePhase")
SENTENCE_TYPE = SearchAttributeKey.for_keyword("SentenceType")
PROVIDER = SearchAttributeKey.for_keyword("Provider")
"""The sort of provider, as the view and the event name it: CRC or NPS."""
PROVIDER_CODE = SearchAttributeKey.for_keyword("ProviderCode")
"""Which provider of that sort, by its code."""
OFFICER = SearchAttributeKey.for_keyword("Officer")
ROSH = SearchAttributeKey.for_keyword("Rosh")
EDITION = SearchAttributeKey.for_keyword("Edition")
NEXT_TIMESCALE = SearchAttributeKey.for_keyword("NextTimescale")
RUNNING_TIMESCALES = SearchAttributeKey.for_keyword_list("RunningTimescales")
OVERDUE_TIMESCALES = SearchAttributeKey.for_keyword_list("OverdueTimescales")
NEXT_DEADLINE = SearchAttributeKey.for_datetime("NextDeadline")
SENTENCE_END = SearchAttributeKey.for_datetime("SentenceEnd")
COUNTED_FAILURES = SearchAttributeKey.for_int("CountedFailures")
OVERDUE = SearchAttributeKey.for_int("Overdue")
"""Clocks past their due date, of hardness standard, minimum or law only."""
UNAPPLIED = SearchAttributeKey.for_int("Unapplied")
"""Messages held, refused and quarantined, less the resolved ones."""

SEARCH_ATTRIBUTES = (
    SENTENCE_STATE,
    SENTENCE_PHASE,
    SENTENCE_TYPE,
    PROVIDER,
    PROVIDER_CODE,
    OFFICER,
    ROSH,
    EDITION,
    NEXT_TIMESCALE,
    RUNNING_TIMESCALES,
    OVERDUE_TIMESCALES,
    NEXT_DEADLINE,
    SENTENCE_END,
    COUNTED_FAILURES,
    OVERDUE,
    UNAPPLIED,
)
"""All of them. An upsert of one that a server does not know wedges the sentence."""

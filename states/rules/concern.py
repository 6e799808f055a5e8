"""A concern for the public comes to light: it hurries everything (D6.6, inv-protect-first)."""

from dataclasses import replace

from states.events.enforcement import PublicProtectionConcernRaised
from states.rules.failure_counts import record_failure
from states.rules.failure_days import refresh_days_of
from states.rules.failures import known_failures, missing_failure
from states.rules.handler import REGULAR, EventHandler, HandlerOutcome
from states.rules.notifications import LINE_MANAGER, notify
from states.sentence import Sentence
from states.standards.law import Law


def _raise(s: Sentence, e: PublicProtectionConcernRaised, law: Law) -> HandlerOutcome:
    failure_ids = known_failures(s, e.failure_ids)
    for failure_id in failure_ids:
        failure = s.failures[failure_id]
        since = min(failure.concern_at or e.occurred_at, e.occurred_at)
        record_failure(s, replace(failure, concern_at=since))
    refresh_days_of(s, law, failure_ids)
    notify(s, "public-protection", ".".join(e.failure_ids[:3]), LINE_MANAGER, e)
    return REGULAR


RULES = (
    EventHandler(
        PublicProtectionConcernRaised,
        _raise,
        depends_on=lambda s, e: missing_failure(s, e.failure_ids),
        # Where the public is to be protected, breach waits for no judgement (G15).
        satisfies=lambda e: tuple(f"judgement of {f}" for f in e.failure_ids),
    ),
)

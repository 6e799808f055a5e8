"""A concern for the public comes to light: it hurries everything (D6.6, inv-protect-first)."""

from dataclasses import replace

from states.events.enforcement import PublicProtectionConcernRaised
from states.law import Law
from states.rules.counting import keep
from states.rules.failure_day import refresh_days_of
from states.rules.failures import known, unknown_failure
from states.rules.rule import REGULAR, Applied, Rule
from states.rules.telling import LINE_MANAGER, tell
from states.sentence import Sentence


def _raise(s: Sentence, e: PublicProtectionConcernRaised, law: Law) -> Applied:
    failure_ids = known(s, e.failure_ids)
    for failure_id in failure_ids:
        failure = s.failures[failure_id]
        since = min(failure.concern_at or e.occurred_at, e.occurred_at)
        keep(s, replace(failure, concern_at=since))
    refresh_days_of(s, law, failure_ids)
    tell(s, "public-protection", ".".join(e.failure_ids[:3]), LINE_MANAGER, e)
    return REGULAR


RULES = (
    Rule(
        PublicProtectionConcernRaised,
        _raise,
        depends_on=lambda s, e: unknown_failure(s, e.failure_ids),
        # Where the public is to be protected, breach waits for no judgement (G15).
        satisfies=lambda e: tuple(f"judgement of {f}" for f in e.failure_ids),
    ),
)

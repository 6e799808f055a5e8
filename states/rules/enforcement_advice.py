"""Enforcement advice: a warning, or more than a warning, by count and danger (D7).

An officer may depart from the advice with recorded reasons: downwards, with a warning where breach
is advised (D7.11), and upwards, with breach at the first serious failure (D7.14). Taking no step
yet is not a departure: the advice stays until a step is taken (inv-judgement-bounded).
"""

from collections.abc import Mapping
from typing import Final

from states.rules.failure_counts import (
    breach_threshold,
    countable_days,
    counted_days,
    highest_count,
    statutory_warning,
)
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.terms import AppliesTo
from states.time.london import day_of

BREACH_ROWS: Final[Mapping[AppliesTo, str]] = {
    AppliesTo.COMMUNITY_ORDER: "D7.2",
    AppliesTo.SUSPENDED_SENTENCE_ORDER: "D7.4",
    AppliesTo.POST_SENTENCE_SUPERVISION: "D7.7",
}
"""Row that advises breach, by regime; the count is that of the edition."""

WARNING_ROWS: Final[Mapping[AppliesTo, tuple[str, ...]]] = {
    AppliesTo.COMMUNITY_ORDER: ("D7.1",),
    AppliesTo.SUSPENDED_SENTENCE_ORDER: ("D7.3",),
    AppliesTo.POST_SENTENCE_SUPERVISION: ("D7.5", "D7.6"),
}
"""Rows that advise a warning, by regime: for the first failure that counts, the second."""


def warning_row(regime: AppliesTo, count: int) -> str:
    """Return the row that advises a warning at that count."""
    rows = WARNING_ROWS[regime]
    return rows[min(count, len(rows)) - 1]


def endangers_public(s: Sentence, failure_ids: tuple[str, ...]) -> bool:
    """Return whether one of these failures raised a public protection concern."""
    return any(s.failures[f].concern_at is not None for f in failure_ids)


def advised_above_warning(s: Sentence, law: Law, failure_ids: tuple[str, ...]) -> str | None:
    """Return the advice for these failures where it is more than a warning; otherwise None.

    It is breach by the count (D7.2, D7.4, D7.7), which is the highest that includes the newest of
    them, or immediate enforcement (D7.8) or an emergency recall (D7.10) where the public is
    endangered.
    """
    newest = max((s.failures[f] for f in failure_ids), key=lambda failure: failure.failed_on)
    if endangers_public(s, failure_ids):
        if newest.regime is AppliesTo.LICENCE:
            return "emergency recall, for there are public protection concerns"
        return "immediate enforcement, for there are public protection concerns"
    count = len(highest_count(s, newest.failed_on, newest.regime))
    limit = breach_threshold(s, law, newest.regime)
    earlier = statutory_warning(s, law, newest.failed_on, newest.regime)
    if earlier is not None and count < (limit or 0):
        given = day_of(earlier.issued_at)
        return f"breach, for the law asks it within 12 months of the warning of {given}"
    if newest.regime in BREACH_ROWS and limit is not None and count >= limit:
        return f"breach, at {count} unacceptable failures within 12 months"
    return None


def advised_below_breach(s: Sentence, law: Law, failure_ids: tuple[str, ...]) -> str | None:
    """Return the advice for these failures where it is less than breach; otherwise None.

    Failures that are not named count as well: an older one may be taken to court for a newer.
    """
    regime = s.regime
    limit = breach_threshold(s, law)
    if endangers_public(s, failure_ids) or regime is None or limit is None:
        return None
    if any(statutory_warning(s, law, s.failures[f].failed_on, regime) for f in failure_ids):
        return None
    days = [*countable_days(s)[-1:], *(s.failures[f].failed_on for f in failure_ids)]
    count = max(len(counted_days(s, day)) for day in days)
    if count >= limit:
        return None
    failures = "failure" if count == 1 else "failures"
    return f"a warning, at {count} unacceptable {failures} within 12 months"

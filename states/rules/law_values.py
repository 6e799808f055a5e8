"""Values of the law pack for one sentence: the day that chooses each, and the facts of the case.

A sentence without a pack keeps the numbers of its edition, so what was decided before there were
packs is decided the same way again. Only `law_revised` gives such a sentence a pack.
"""

from datetime import date, datetime
from typing import Final

from states.events.agencies import Agency
from states.events.imposition import SentenceGroup
from states.law.pack import Basis, LawFacts, Reach, Resolution, Term
from states.sentence import Sentence
from states.standards.law import Law
from states.standards.provisions import Timescale
from states.time.calendar import shift
from states.time.clock import ClockOutcome
from states.time.london import day_of, start_of
from states.vocabulary import SentenceType

ACTIVE_LEVEL: Final = 2
"""Level of MAPPA from which the law on recall treats a case otherwise."""

_BY_AGE: Final = (SentenceGroup.ADULT, SentenceGroup.YOUTH)

SUPERVISION: Final = "pss.exists"
"""Parameter: whether there is supervision after sentence."""


def facts_of(s: Sentence) -> LawFacts:
    """Return what is known of the sentence; an absent fact is unknown."""
    imposed = s.imposed
    if imposed is None:
        return LawFacts()
    length = None if imposed.length_days is None else Term(days=imposed.length_days)
    if (passed := imposed.term) is not None:
        length = Term(years=passed.years, months=passed.months, days=passed.days)
    group = imposed.sentence_group
    mappa = s.agencies.get(Agency.MAPPA)
    level = None if mappa is None else mappa.level
    return LawFacts(
        serving=length,
        relevant_young_offender=None if group is None else group is SentenceGroup.YOUTH,
        adult=None if group not in _BY_AGE else group is SentenceGroup.ADULT,
        extended=True if group is SentenceGroup.EXTENDED else imposed.extended,
        recalled_on_charge=s.recall.recalled_on_charge if s.recall is not None else None,
        mappa_2_or_3=None if level is None else level >= ACTIVE_LEVEL,
        suspended=imposed.type is SentenceType.SUSPENDED_SENTENCE_ORDER,
    )


def basis_day(s: Sentence, by: Basis, at: datetime, on: date | None) -> date:
    """Return the day by which a value is chosen: the day of the basis, or else that of the act."""
    imposed = s.imposed
    recall = s.recalls[-1] if s.recalls else None
    found: date | None = None
    match by:
        case Basis.SENTENCE:
            found = None if imposed is None else imposed.sentenced_on
        case Basis.CONVICTION:
            # A conviction that is not reported is taken to be of the day of sentence.
            found = None if imposed is None else imposed.convicted_on or imposed.sentenced_on
        case Basis.OFFENCE:
            found = None if imposed is None else imposed.offence.committed_on
        case Basis.RECALL:
            found = None if recall is None else day_of(recall.decided_at)
        case Basis.RELEASE:
            found = s.released_on
        case Basis.RETURN_DATE:
            found = None if recall is None else recall.returned_on
        case Basis.FAILURE | Basis.DAY:
            found = on
    return found or on or day_of(at)


def law_value(
    s: Sentence, law: Law, parameter: str, at: datetime, on: date | None = None
) -> Resolution | None:
    """Return the value of `parameter` for the sentence; None without a pack or a value."""
    if law.pack is None:
        return None
    by = law.pack.parameters[parameter].by if parameter in law.pack.parameters else Basis.DAY
    return law.pack.resolve(parameter, basis_day(s, by, at, on), facts_of(s))


def legal_timescale(
    s: Sentence, law: Law, timescale: Timescale, at: datetime, on: date | None
) -> Timescale | None:
    """Return the timescale with its number in law, and the law that gives it as its rule.

    None where the law sets no such limit. Without a pack it has the number of the edition, and does
    not exist where the edition gives none.
    """
    parameter = timescale.law or timescale.only_while
    if parameter is None:
        return timescale
    if law.pack is None:
        return timescale if timescale.amount is not None else None
    found = law_value(s, law, parameter, at, on)
    if found is None or found.value is None or found.value is False:
        return None
    if timescale.law is None or type(found.value) is not int:
        return timescale
    return timescale.model_copy(update={"amount": found.value, "rule": found.in_words()})


def next_repeal(s: Sentence) -> date | None:
    """Return the next day on which the limit of a running clock ceases to be law."""
    if s.law is None or s.law.pack is None:
        return None
    found: date | None = None
    for clock in s.clocks.values():
        parameter = clock.timescale.only_while or clock.timescale.law
        if parameter is None or not clock.is_open:
            continue
        ends_on = _ends_on(s.law, parameter, day_of(clock.started_at))
        if ends_on is not None and (found is None or ends_on < found):
            found = ends_on
    return found


def end_repealed(s: Sentence, law: Law, at: datetime) -> None:
    """Cancel the clocks whose limit has ceased to be law by `at`; a missed one stays missed."""
    for key, clock in s.clocks.items():
        parameter = clock.timescale.only_while or clock.timescale.law
        if parameter is None or not clock.is_open or law.pack is None:
            continue
        ends_on = _ends_on(law, parameter, day_of(clock.started_at))
        if ends_on is not None and ends_on <= day_of(at):
            s.clocks[key] = clock.settle(ClockOutcome.FELL_AWAY, start_of(ends_on), None)


def _ends_on(law: Law, parameter: str, after: date) -> date | None:
    """Return the first day after `after` from which there is no such limit, for what is running."""
    if law.pack is None:
        return None
    for value in law.pack.parameters[parameter].values:
        none_left = all(case.then is None or case.then is False for case in value.cases)
        if value.since > after and value.reaches is Reach.RUNNING and none_left:
            return value.since
    return None


def supervision_within_law(s: Sentence, law: Law, pss_ends_on: date | None) -> date | None:
    """Return the last day of supervision after sentence that the law leaves of `pss_ends_on`.

    None where no day is left of it after the licence. A breach that is before the court holds up
    the end, so that a failure which began before keeps its consequence.
    """
    if pss_ends_on is None or law.pack is None or SUPERVISION not in law.pack.parameters:
        return pss_ends_on
    repealed_on = _ends_on(law, SUPERVISION, date.min)
    if repealed_on is None or pss_ends_on < repealed_on:
        return pss_ends_on
    last = shift(repealed_on, -1)
    before = s.licence_ends_on or s.released_on or s.expected_release_on
    return None if before is not None and before >= last else last

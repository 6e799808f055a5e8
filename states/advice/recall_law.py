"""Law on type and term of a recall, as advice (CJA 2003 ss.255A to 255C).

The type of a recall is recorded and never refused, and the date of the prison governs. What the law
pack says stands beside both, with its reason, its evidence and the facts that it lacks.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from states.entities import Recall
from states.events.custody import ReleaseReason
from states.events.recall import RecallType
from states.law.fixed_term import DAYS, FixedTermReturn, ServedSentence, fixed_term
from states.law.pack import LawPack, Resolution
from states.rules.law_values import facts_of
from states.rules.recall_term import last_day_in_custody
from states.sentence import Sentence
from states.standards.law import Law
from states.time.london import day_of

MANDATORY: Final = "recall.fixed_term.mandatory"
EXCLUDED: Final = "recall.fixed_term.excluded"
HDC_FLOOR: Final = "recall.fixed_term.hdc_floor"

_FIXED: Final = "fixed_term"
_STANDARD: Final = "standard"
_WORDS: Final = {
    _FIXED: "by law the recall is for a fixed term",
    _STANDARD: "by law a fixed term is not open",
    "risk_test": "by law the type follows from the test of risk",
    "open": "by law the type is open",
}


def type_by_law(s: Sentence, law: Law, at: datetime) -> str | None:
    """Return in words what the law says of the type of a recall; None where no pack says it.

    A recall under way goes by the day of its decision, another by the day of `at`.
    """
    found = _type(s, law, at)
    if found is None:
        return None
    value, by = found
    if by.assumed and value not in (_FIXED, _STANDARD):
        facts = ", ".join(name.replace("_", " ") for name in by.assumed)
        return f"by law the type depends on facts that are not known: {facts} ({by.reason()})"
    return f"{_WORDS[value]} ({by.reason()})"


def _type(s: Sentence, law: Law, at: datetime) -> tuple[str, Resolution] | None:
    pack = law.pack
    if pack is None or not {MANDATORY, EXCLUDED} <= set(pack.parameters):
        return None
    day = day_of(at if s.recall is None else s.recall.decided_at)
    facts = facts_of(s)
    excluded = pack.resolve(EXCLUDED, day, facts)
    if excluded is not None and excluded.value is True:
        return _STANDARD, excluded
    found = pack.resolve(MANDATORY, day, facts)
    return None if found is None else (str(found.value), found)


def type_flags(s: Sentence, law: Law, recall: Recall) -> Iterator[tuple[str, str]]:
    """Yield the flag of a recall whose type is another than the law names."""
    found = _type(s, law, recall.decided_at)
    if found is None or recall.type is None:
        return
    value, by = found
    is_fixed = recall.type is RecallType.FIXED_TERM
    if value == (_STANDARD if is_fixed else _FIXED):
        text = f"the recall is of type {recall.type.value}; {_WORDS[value]} ({by.reason()})"
        yield "recall_type_by_law", text


def term_flags(s: Sentence, law: Law, recall: Recall, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield what the law says of the time in custody and our own count does not hold."""
    if law.pack is None or recall.returned_on is None or DAYS not in law.pack.parameters:
        return
    if recall.type is RecallType.FIXED_TERM:
        yield from _fixed_term_flags(s, law.pack, recall, recall.returned_on)
    elif (stepped := _stepped(s, law.pack, recall, day_of(now))) is not None:
        yield "stepped_release", stepped


def _fixed_term_flags(
    s: Sentence, pack: LawPack, recall: Recall, returned_on: date
) -> Iterator[tuple[str, str]]:
    days = pack.resolve(DAYS, returned_on, facts_of(s))
    if days is not None and recall.term_days not in (None, days.value):
        text = f"the prison service recorded a term of {recall.term_days} days; {days.in_words()}"
        yield "term_days_differ", text
    floor = pack.resolve(HDC_FLOOR, returned_on) if HDC_FLOOR in pack.parameters else None
    automatic, ours = s.automatic_release_on, recall.term_ends_on
    if s.release_reason is not ReleaseReason.HDC or floor is None or floor.value is not True:
        return
    if automatic is not None and ours is not None and automatic > ours:
        text = (
            f"after home detention curfew the term lasts until {automatic}, which is later than "
            f"{ours} ({floor.reason()}); the date of the prison governs"
        )
        yield "hdc_floor", text


def _stepped(s: Sentence, pack: LawPack, recall: Recall, today: date) -> str | None:
    """Return the advice on a person who was in custody when a new length commenced."""
    facts = facts_of(s)
    change = next((v for v in pack.parameters[DAYS].values if v.in_custody_on_the_day), None)
    back = recall.returned_on
    if change is None or facts.serving is None or back is None or back > change.since:
        return None
    barred = (EXCLUDED, True), (MANDATORY, _STANDARD)
    if today < change.since or any(_is(pack, key, change.since, s, word) for key, word in barred):
        return None
    served = ServedSentence(facts.serving, last_day_in_custody(s))
    returned = FixedTermReturn(back, recall.revoked_on, held_at_change=True)
    term = fixed_term(pack, [served], returned, facts)
    if term is None:
        return None
    by = term.step or term.days
    return (
        f"who was in custody on recall on {change.since} is released on {term.ends_on} unless the "
        f"case is excluded (advice only; {by.reason()}); the date of the prison governs"
    )


def _is(pack: LawPack, parameter: str, on: date, s: Sentence, value: object) -> bool:
    if parameter not in pack.parameters:
        return False
    found = pack.resolve(parameter, on, facts_of(s))
    return found is not None and found.value == value

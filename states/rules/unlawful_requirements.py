"""Unlawful requirements: limits by law on their term, sentence, offence and consent (6.1).

The numbers are the edition's. Each fault says what was asked and what holds; a lawful requirement
has none. A decision of our own that goes beyond the limits is refused. What a court ordered holds
until the court itself corrects it, and so does the licence on which a person was released: it is
applied, and referred back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from states.events.envelope import Event
from states.events.imposition import Requirement, Safeguard
from states.rules import clocks
from states.rules.triggers import TriggerContext
from states.sentence import Sentence
from states.standards.edition import Edition
from states.standards.law import Law
from states.standards.terms import Trigger, Unit
from states.time.calendar import MONTHS_IN_A_YEAR, last_day_of_months
from states.vocabulary import RequirementKind as Kind
from states.vocabulary import SentenceType, State

LICENCE_ONLY: Final = frozenset({Kind.DRUG_TESTING, Kind.DRUG_APPOINTMENT})
"""Conditions of licence and post-sentence supervision that no order has (R.DTC, R.DAC)."""

ORDER_ONLY: Final = frozenset(
    {
        Kind.UNPAID_WORK,
        Kind.REHABILITATION_ACTIVITY,
        Kind.MENTAL_HEALTH_TREATMENT,
        Kind.DRUG_REHABILITATION,
        Kind.ALCOHOL_TREATMENT,
        Kind.ATTENDANCE_CENTRE,
        Kind.SUPERVISION,
        Kind.SPECIFIED_ACTIVITY,
        Kind.FOREIGN_TRAVEL_PROHIBITION,
    }
)
"""Requirements of a court's order only; all others may be licence conditions as well."""

SAFEGUARDS: Final = {
    Kind.DRUG_TESTING: (Safeguard.DRUGS_A_FACTOR, Safeguard.DEPENDENCE_OR_PROPENSITY),
    Kind.DRUG_APPOINTMENT: tuple(Safeguard),
}
"""Facts to establish before a drug condition is proposed (ev-drug-safeguards)."""

PROHIBITED: Final = {
    SentenceType.COMMUNITY_ORDER: "prohibited-max-co",
    SentenceType.SUSPENDED_SENTENCE_ORDER: "prohibited-max-sso",
}
"""Bound of a prohibited activity, by the order that it belongs to."""


@dataclass(frozen=True, slots=True)
class _RequirementCheck:
    requirement: Requirement
    sentence_type: SentenceType
    committed_on: date | None
    sentenced_on: date
    order_ends_on: date | None
    edition: Edition

    @property
    def begins_on(self) -> date:
        return self.requirement.starts_on or self.sentenced_on

    @property
    def ends_on(self) -> date | None:
        return self.requirement.ends_on or self.order_ends_on


def legal_faults(
    requirement: Requirement,
    *,
    sentence_type: SentenceType,
    committed_on: date | None,
    sentenced_on: date,
    edition: Edition,
    order_ends_on: date | None = None,
) -> tuple[str, ...]:
    """Return the faults that make `requirement` unlawful; empty where it is lawful.

    Custody means its licence and supervision, whose conditions have no terms in law (AMB-49).

    Args:
        requirement: The requirement or condition, as it was asked for.
        sentence_type: The type of the sentence that it belongs to.
        committed_on: The day of the offence; None where offences lie on both sides of a change of
            the law, and people decide (AMB-27).
        sentenced_on: The first day of a requirement that has no start of its own.
        edition: The edition that holds the numbers.
        order_ends_on: The last day of the order, and of a requirement without an end of its own.
    """
    asked = _RequirementCheck(
        requirement,
        sentence_type,
        committed_on,
        sentenced_on=sentenced_on,
        order_ends_on=order_ends_on,
        edition=edition,
    )
    of_kind = _BY_KIND.get(requirement.kind)
    checks = (_of_its_sentence,) if of_kind is None else (_of_its_sentence, of_kind)
    return tuple(f"{requirement.requirement_id}: {fault}" for c in checks for fault in c(asked))


def start_fault(requirement: Requirement, *, consent: bool | None) -> str | None:
    """Return why `requirement` cannot start; None where it can (R.DRR, ev-drr-consent).

    `consent` is what is known at the start; when None, the requirement's own field counts.
    """
    given = requirement.consent if consent is None else consent
    if requirement.kind is not Kind.DRUG_REHABILITATION or given:
        return None
    return (
        f"{requirement.requirement_id}: drug rehabilitation starts only with consent to the "
        "treatment; record it as consent"
    )


def _of_its_sentence(asked: _RequirementCheck) -> Iterator[str]:
    kind = asked.requirement.kind
    custody = asked.sentence_type is SentenceType.CUSTODY
    if kind in LICENCE_ONLY and not custody:
        yield f"{kind.value} is a condition of licence or supervision; an order has none"
    if kind in ORDER_ONLY and custody:
        yield f"{kind.value} is a requirement of an order; a licence or supervision has none"


def _exclusion(asked: _RequirementCheck) -> Iterator[str]:
    """Check an exclusion against its shortest and longest term (R.EXC)."""
    if asked.sentence_type is SentenceType.CUSTODY or asked.ends_on is None:
        return
    term, earliest = _term(asked, "exclusion-min")
    if asked.ends_on < earliest:
        yield f"an exclusion lasts {term} at least: to {earliest}, not {asked.ends_on}"
    yield from _at_most(asked, "an exclusion", "exclusion-max")


def _prohibition(asked: _RequirementCheck) -> Iterator[str]:
    """Check a prohibited activity against its longest term, which the order sets (R.PAR)."""
    bound = PROHIBITED.get(asked.sentence_type)
    if bound is not None:
        yield from _at_most(asked, "a prohibited activity", bound)


def _at_most(asked: _RequirementCheck, what: str, bound: str) -> Iterator[str]:
    term, latest = _term(asked, bound)
    if asked.ends_on is not None and asked.ends_on > latest:
        yield f"{what} lasts {term} at most: to {latest}, not {asked.ends_on}"


def _term(asked: _RequirementCheck, bound: str) -> tuple[str, date]:
    """Return a term of law in words, and its last day if it begins with the requirement."""
    found = asked.edition.bound(bound)
    amount = found.amount or 0
    months = amount * MONTHS_IN_A_YEAR if found.unit is Unit.YEARS else amount
    return f"{amount} {found.unit.value}", last_day_of_months(asked.begins_on, months)


def _unpaid_work(asked: _RequirementCheck) -> Iterator[str]:
    """Keep unpaid work inside a suspended sentence order (R.UPW, upw-sso-no-extension)."""
    end = asked.requirement.ends_on
    last = asked.order_ends_on
    suspended = asked.sentence_type is SentenceType.SUSPENDED_SENTENCE_ORDER
    if suspended and end is not None and last is not None and end > last:
        yield f"unpaid work ends with the operational period: by {last}, not {end}"


def _newer_offence(asked: _RequirementCheck) -> Iterator[str]:
    """Refuse the newer requirement for an older offence (R.RAR, ora-cutover, AMB-27)."""
    cutover = asked.edition.bound("ora-cutover").day
    if cutover is not None and asked.committed_on is not None and asked.committed_on < cutover:
        yield (
            f"{asked.requirement.kind.value} is for offences from {cutover} on; this one is of "
            f"{asked.committed_on}: supervision or specified_activity"
        )


def _older_offence(asked: _RequirementCheck) -> Iterator[str]:
    """Refuse an older requirement for a newer offence (R.SUP, R.SAR, ora-cutover, AMB-27)."""
    cutover = asked.edition.bound("ora-cutover").day
    if cutover is not None and asked.committed_on is not None and asked.committed_on >= cutover:
        yield (
            f"{asked.requirement.kind.value} is for offences before {cutover}; this one is of "
            f"{asked.committed_on}: rehabilitation_activity"
        )


def _attendance_centre(asked: _RequirementCheck) -> Iterator[str]:
    """Check that an attendance centre is for a young person (R.ACR, AMB-48)."""
    age = asked.edition.bound("attendance-centre-under-25").amount
    when = f"under {age} on the day of the sentence"
    if asked.requirement.under_25 is None:
        yield f"it is not known whether the person was {when}: under_25"
    elif not asked.requirement.under_25:
        yield f"an attendance centre is for those {when}: under_25"


def _drug_rehabilitation(asked: _RequirementCheck) -> Iterator[str]:
    """Check that consent was not refused (R.DRR); `start_fault` asks for it."""
    if asked.requirement.consent is False:
        yield "drug rehabilitation needs consent to the treatment, which was refused"


def _drug_condition(asked: _RequirementCheck) -> Iterator[str]:
    """Check the safeguards of a drug condition (R.DTC, R.DAC)."""
    requirement = asked.requirement
    missing = [
        item.value for item in SAFEGUARDS[requirement.kind] if item not in requirement.safeguards
    ]
    if missing:
        yield f"{requirement.kind.value} needs these safeguards first: {', '.join(missing)}"


# R.CUR, R.PRG, R.MHTR, R.ATR, R.RES and R.FTP (AMB-19) have no check: the documents state no bound.
_BY_KIND: Final[dict[Kind, Callable[[_RequirementCheck], Iterator[str]]]] = {
    Kind.EXCLUSION: _exclusion,
    Kind.PROHIBITED_ACTIVITY: _prohibition,
    Kind.UNPAID_WORK: _unpaid_work,
    Kind.REHABILITATION_ACTIVITY: _newer_offence,
    Kind.SUPERVISION: _older_offence,
    Kind.SPECIFIED_ACTIVITY: _older_offence,
    Kind.ATTENDANCE_CENTRE: _attendance_centre,
    Kind.DRUG_REHABILITATION: _drug_rehabilitation,
    Kind.DRUG_TESTING: _drug_condition,
    Kind.DRUG_APPOINTMENT: _drug_condition,
}


REFER_BACK = "refer_back"
"""Prefix of the flag, followed by the id of the requirement, or of the event of the act."""


def _flag(s: Sentence, law: Law, subject: str, reason: str) -> None:
    """Flag what is to be referred back, and open the duty to do so."""
    s.flags[f"{REFER_BACK}.{subject}"] = f"refer back: {reason}"
    if s.at is not None and s.state is not State.COMPLETED:
        doubted = TriggerContext(s.at, reason)
        clocks.start(s, law, Trigger.ACT_IN_DOUBT, context=doubted, subject=subject)


def refer_act_back(s: Sentence, law: Law, e: Event, reason: str) -> None:
    """Refer an act of a court, a prison, the Parole Board or the police back to whoever did it."""
    _flag(s, law, e.event_id, reason)


def legal_faults_in(s: Sentence, law: Law, requirement: Requirement) -> tuple[str, ...]:
    """Return the faults that make a requirement of this sentence unlawful; empty where none.

    Where offences lie on both sides of a change of the law, people decide (AMB-27).
    """
    imposed = s.imposed
    if imposed is None:
        return ()
    offence = imposed.offence
    return legal_faults(
        requirement,
        sentence_type=imposed.type,
        committed_on=None if offence.mixed else offence.committed_on,
        sentenced_on=imposed.sentenced_on,
        edition=law.edition,
        order_ends_on=s.ends_on,
    )


def refer_back(s: Sentence, law: Law, requirements: tuple[Requirement, ...]) -> str | None:
    """Flag those of `requirements` that are unlawful; return the note on them, or None.

    The flag of a requirement is removed once it is lawful.
    """
    found = list[str]()
    for requirement in requirements:
        wrong = legal_faults_in(s, law, requirement)
        flag = f"{REFER_BACK}.{requirement.requirement_id}"
        if wrong:
            _flag(s, law, requirement.requirement_id, "; ".join(wrong))
            found += wrong
        elif s.flags.pop(flag, None) is not None and s.at is not None:
            subject = requirement.requirement_id
            trigger = Trigger.ACT_IN_DOUBT
            clocks.cancel_triggered(s, law, trigger, at=s.at, by=None, subject=subject)
    return f"refer back: {'; '.join(found)}" if found else None

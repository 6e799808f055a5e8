"""What a court or a prison set beyond the bounds of law: applied, and to be referred back (6.1).

A decision of ours is refused where it goes beyond them. What a court ordered holds until the court
itself corrects it, and so does the licence on which somebody was released.
"""

from states.events.parts import Requirement
from states.law import Law
from states.rules.bounds import faults
from states.sentence import Sentence

REFER_BACK = "refer_back"
"""Prefix of the flag, which the id of the requirement follows."""


def faults_in(s: Sentence, law: Law, requirement: Requirement) -> tuple[str, ...]:
    """Return what keeps a requirement of this sentence from being lawful; nothing where nothing.

    Where offences lie on both sides of a change of the law, people decide (AMB-27).
    """
    imposed = s.imposed
    if imposed is None:
        return ()
    offence = imposed.offence
    return faults(
        requirement,
        sentence_type=imposed.type,
        committed_on=None if offence.mixed else offence.committed_on,
        sentenced_on=imposed.sentenced_on,
        edition=law.edition,
        order_ends_on=s.ends_on,
    )


def refer_back(s: Sentence, law: Law, requirements: tuple[Requirement, ...]) -> str | None:
    """Flag those of `requirements` that go beyond the law; return that they do, or None.

    A flag falls once the requirement is lawful.
    """
    found = list[str]()
    for requirement in requirements:
        wrong = faults_in(s, law, requirement)
        flag = f"{REFER_BACK}.{requirement.requirement_id}"
        if wrong:
            s.flags[flag] = f"refer back: {'; '.join(wrong)}"
            found += wrong
        else:
            s.flags.pop(flag, None)
    return f"refer back: {'; '.join(found)}" if found else None

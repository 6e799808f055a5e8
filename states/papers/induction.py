"""The sheet that a person is given at the start: commitments, rights, consequences (NS 2015 3(c)).

What is said in plain words stands in the template; here is what is this person's own.
"""

from states.papers.failures import standing
from states.papers.matter import Matter, Said, decision
from states.papers.next_steps import appointments_after
from states.papers.requirements import all_asked
from states.records import Spell
from states.regime import regime_of
from states.rules.conditions import STANDARD_CONDITIONS
from states.timescale import AppliesTo


def sheet(m: Matter) -> Said:
    """Return what the induction sheet says of this sentence."""
    began = next((s for s in m.s.phase_periods if str(s.since) == m.original_notice.subject), _first(m))
    regime = regime_of(m.s.kind, began.phase)
    on_licence = regime is AppliesTo.LICENCE
    return {
        "decision": decision(m.event, m.on, "start"),
        "regime": regime.value,
        "begins_on": str(began.since),
        "requirements": all_asked(m),
        "conditions": [item.code for item in STANDARD_CONDITIONS] if on_licence else [],
        "standing": standing(m, regime),
        "after_licence": regime is AppliesTo.POST_SENTENCE_SUPERVISION
        and m.s.licence_ends_on is not None,
        "next_appointments": appointments_after(m),
        "electronic_only": m.s.electronic_only or m.s.monitored_only,
    }


def _first(m: Matter) -> Spell:
    return m.s.phase_periods[-1]

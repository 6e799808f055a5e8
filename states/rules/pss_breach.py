"""Breach of post-sentence supervision: the court may commit to custody (T22, D16).

The first two failures are warned of (D16.1), the third goes to court (D16.2), and where the public
is to be protected any does, at once (D16.3): the counter of the edition says so, and the modules
that serve orders serve supervision as well. What other powers the court has is not stated (D16.8);
of them none is guessed (AMB-14).
"""

from states.calendar import shift
from states.events.court import CourtDecided
from states.events.enforcement import BreachReason
from states.law import Law
from states.london import day_of, end_of
from states.records import Breach
from states.rules import clocks
from states.rules.breach import amend
from states.rules.clocks import told
from states.rules.failure_day import refresh_days
from states.rules.moving import move
from states.rules.phases import leave_liberty
from states.rules.rule import REGULAR, Applied
from states.sentence import Sentence
from states.timescale import Trigger
from states.vocabulary import Phase, State


def commit(s: Sentence, e: CourtDecided, law: Law) -> Applied:
    """Commit the person to custody: still breached, and the plan is to be reviewed (D16.4, D16.5).

    The release from it is the prison's to tell (T23), and supervision that ends first ends the
    sentence (D16.7).
    """
    on = e.decided_on or day_of(e.occurred_at)
    unknown = s.breach is None
    if unknown:
        proceedings = Breach((), e.occurred_at, e.uid, s.state, e.event_id, BreachReason.OTHER)
        s.breaches.append(proceedings)
    amend(s, committed_on=on)
    if e.committed_until is not None:
        amend(s, committed_until=e.committed_until)
    if s.phase is Phase.PSS_COMMITTAL:
        # The prison told of it first; the review is owed already.
        return REGULAR
    irregular = move(s, "T22", State.BREACHED, e.occurred_at, e.uid, since=shift(on, 1))
    committed = told(e, f"committed on {on}", on=on)
    clocks.start(s, law, Trigger.COMMITTAL, committed, subject=str(on))
    leave_liberty(s, law, at=max(e.occurred_at, end_of(on)), by=e.uid)
    refresh_days(s, law)
    note = "committed, and no breach was before the court" if unknown else ""
    return Applied(irregular, note)

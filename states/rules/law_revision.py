"""Revision of the law pack in mid-sentence: what was learned about the law since the imposition.

A pack holds all values of all dates, so another pack changes only what it corrects or adds. Running
clocks whose number is of law are dated again by it; a clock that the law no longer has falls away,
and what is settled stays as it was. A sentence that began before there were packs takes its first
one by this event alone.
"""

from dataclasses import replace

from states.events.administration import LawRevised
from states.rules.clocks import recompute_due
from states.rules.edition_history import LAW_KEEPERS, missing_lookup, unknown_reference
from states.rules.handler import IMPOSED, REGULAR, EventHandler, HandlerOutcome, Nature
from states.rules.law_values import legal_timescale, supervision_within_law
from states.rules.recalculation import computed_clocks
from states.rules.recall_term import date_term
from states.rules.sentence_end import move_end
from states.sentence import Sentence
from states.standards.law import Law, ReferenceKind
from states.standards.provisions import Timescale
from states.time.clock import Clock, ClockOutcome


def _refuse(_s: Sentence, e: LawRevised, law: Law) -> str | None:
    result = law.lookup_results[e.uid]
    if result.pack is None:
        return unknown_reference(ReferenceKind.LAW, e.pack, result)
    return None


def _revise(s: Sentence, e: LawRevised, law: Law) -> HandlerOutcome:
    pack = law.lookup_results[e.uid].pack
    if pack is None or (law.pack is not None and pack.name == law.pack.name):
        return HandlerOutcome(note=f"{e.pack} was in force already")
    former = "the numbers of the edition" if law.pack is None else law.pack.name
    reason = f"{former} gave way to law pack {pack.name}"
    computed = computed_clocks(s, law)
    s.law = revised = replace(law, pack=pack)
    for key, clock in s.clocks.items():
        row = _row_of_law(clock, law)
        if row is None or not clock.is_open:
            continue
        numbered = legal_timescale(s, revised, row, clock.started_at, clock.counted_from)
        if numbered is None:
            s.clocks[key] = clock.settle(ClockOutcome.FELL_AWAY, e.occurred_at, e.uid)
            continue
        by_law = replace(clock, timescale=numbered)
        if key in computed:
            by_law = by_law.moved_to(recompute_due(s, revised, by_law), reason)
        s.clocks[key] = by_law
    date_term(s, revised)
    _end_supervision(s, revised)
    return REGULAR


def _row_of_law(clock: Clock, law: Law) -> Timescale | None:
    """Return the row of a clock as its edition has it; None where no number of it is of law."""
    row = (clock.edition or law.edition).timescales.get(clock.timescale.id)
    return row if row is not None and (row.law or row.only_while) else None


def _end_supervision(s: Sentence, law: Law) -> None:
    """End supervision after sentence where the law ends it; the whole sentence ends with it."""
    given = s.pss_ends_on
    if given is None or (left := supervision_within_law(s, law, given)) == given:
        return
    s.pss_ends_on = left
    whole = left or s.licence_ends_on
    if whole is not None:
        move_end(s, law, whole)


HANDLERS = (
    EventHandler(
        LawRevised,
        _revise,
        nature=Nature.FACT,
        roles=LAW_KEEPERS,
        requires=IMPOSED,
        depends_on=missing_lookup,
        guard=_refuse,
    ),
)

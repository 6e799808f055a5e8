"""The induction sheet: in the person's hands as soon as there is somebody to explain it (3(c)).

Commitments, rights and consequences are explained at the start. Of an order that is when its first
officer is known: before that nobody could be named to turn to, and a booking, which an
electronic-only order never has, would come too late or not at all. A licence starts with each
release, supervision on its own first day, and each has other consequences than what went before.
"""

from typing import Final

from states.records import Effect
from states.regime import IN_THE_COMMUNITY
from states.rules.telling import PERSON
from states.sentence import Sentence
from states.vocabulary import Phase, State

INDUCTION_SHEET: Final = "induction-sheet"


def give_sheet(s: Sentence, cause: str) -> None:
    """Let the person have the sheet of what now begins, once for each start.

    Supervision starts once: who comes back from a committal knows it (T23). `cause` is the uid of
    the event that brought it about, or the name of the date.
    """
    begins = s.phase_periods and s.phase in IN_THE_COMMUNITY and s.state is not State.COMPLETED
    if s.officer is None or not begins:
        return
    begun = s.phase_periods[-1].since
    if s.phase is Phase.PSS:
        begun = next(spell.since for spell in s.phase_periods if spell.phase is Phase.PSS)
    about = f"{INDUCTION_SHEET}/{begun}/"
    if any(key.startswith(about) for key in s.effects):
        return
    key = f"{about}{cause}/{PERSON}"
    s.effects[key] = Effect(key, INDUCTION_SHEET, PERSON, str(begun))

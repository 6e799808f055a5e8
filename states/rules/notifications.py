"""Say what the world is to be told; the ledger sees to it that it is told once."""

from typing import Final

from states.entities import Effect
from states.events.envelope import Event
from states.regime import IN_THE_COMMUNITY
from states.sentence import Sentence
from states.vocabulary import Phase, State

PERSON = "person"
OFFICER = "officer"
LINE_MANAGER = "line_manager"
PROVIDER = "provider"
NPS = "nps_enforcement"
COURT = "court"
CASEWORK_SECTION = "casework_section"
POLICE = "police"
PRISON = "prison"
AGENCIES = "agencies"
CONTRIBUTORS = "contributors"
"""All who work on the plan (ev-tell-contributors)."""
REPORTER = "reporting_provider"
"""Whoever delivers part of the sentence and reported a failure (ev-feedback-provider)."""
OPS = "ops"


def notify(
    s: Sentence,
    template: str,
    subject: str,
    recipient: str,
    event: Event,
    *,
    liberty: bool = False,
    **facts: object,
) -> None:
    """Desire one notice, under the key template / subject / cause / recipient.

    `facts` hold codes and dates only: the text of a document comes from the record. They come
    from `event` itself: one key must never stand for two contents, whatever else is known.
    """
    key = f"{template}/{subject}/{event.uid}/{recipient}"
    written = tuple(sorted((name, str(value)) for name, value in facts.items()))
    s.effects[key] = Effect(key, template, recipient, subject, written, liberty)


INDUCTION_SHEET: Final = "induction-sheet"


def notify_induction(s: Sentence, cause: str) -> None:
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

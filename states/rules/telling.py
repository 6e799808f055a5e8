"""Say what the world is to be told; the ledger sees to it that it is told once."""

from states.events.event import Event
from states.records import Effect
from states.sentence import Sentence

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


def tell(
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

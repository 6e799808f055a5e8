"""The desk of a sentence: its mail, its case file, the law it is decided by, and the decision.

All of it is synchronous. The workflow waits around it; an update may use it at any time, for it is
whole between any two of its calls.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from activities.names import ShelfNames
from states.casefile import CaseFile, Decided
from states.identity import Identity
from states.joining import join
from states.law import Law, Question
from states.messages import Incoming
from states.records import Effect
from states.vocabulary import ClockStatus
from workflows.inbox import Letter, is_nudge, open_letter
from workflows.log import note, warn
from workflows.mail import Mail, is_part
from workflows.parcels import BadParcelError, Brought, Parcels
from workflows.pins import Pins, holds, is_held

_STILL_LATE: Final = (ClockStatus.MISSED.value, ClockStatus.MET_LATE.value)


class Desk:
    """Everything that one sentence decides with."""

    def __init__(self, identity: Identity | None) -> None:
        self.mail = Mail()
        self.parcels = Parcels()
        self._identity = identity
        self.texts: dict[str, str] = {}
        self.case = CaseFile()
        self.pins: Pins | None = None
        self.law: Law | None = None
        self.decided: Decided | None = None
        self.as_of: datetime | None = None
        self.news = 0
        """Messages taken in this run."""
        self.brought: Pins | None = None
        """The law of a file that was taken over, until it is known to be on the shelf."""
        self.extra: dict[str, Effect] = {}
        """Notices that no rule wants, such as what an upgrade decided otherwise."""
        self._nudged = False

    def drain(self, most: int | None = None) -> None:
        """Take the mail into the case file: all of it, or the oldest `most` letters."""
        for item in self.mail.take(most):
            if not self.mail.put_aside(item):
                self._sort(item)
        self.case.shut = self.mail.shut.listed()

    def leave(self, most: int | None = None) -> list[Letter]:
        """Take out of the mail what is sent on as it is, or as it was opened.

        What is shut waits: it was sealed for this sentence, and would be refused by any other. A
        caller who waits for a letter is answered first, and then it is sent on too.

        Args:
            most: Only of the oldest so many letters.
        """
        letters = self.mail.take(most, as_it_is=True)
        self.news += len(letters)
        self.case.shut = self.mail.shut.listed()
        return [item for item in letters if not (self.mail.put_aside(item) or is_nudge(item))]

    def _sort(self, item: Letter) -> None:
        self.news += 1
        if is_nudge(item):
            self._nudged = True
        elif is_part(item):
            self._take_parcel(item)
        else:
            self._take(item)

    def _take(self, item: Letter) -> None:
        texts: dict[str, str] = {}
        message = open_letter(item, texts)
        before = self.case.quarantine.tally.count
        if self.case.receive(message):
            # What a repeat or a quarantined message says is not filed: a flood could fill the run.
            self.texts.update(texts)
        if self.case.quarantine.tally.count > before:
            last = self.case.quarantine.kept[-1]
            warn("message_quarantined", reason_code=last.code, digest=message.digest)

    def take_parcels(self) -> bool:
        """Take only what is handed over here; return whether a whole file was."""
        parts = self.mail.take_parcels()
        self.news += len(parts)
        joined = [self._take_parcel(item) for item in parts]
        return any(joined)

    def _take_parcel(self, item: Letter) -> bool:
        # A part of a file that goes on here, which is joined once it is whole.
        if self._identity is None:
            return False
        try:
            brought = self.parcels.take(item, self._identity)
        except BadParcelError as error:
            message = replace(
                open_letter(item, {}), event=None, code="bad_hand_over", reason=str(error)
            )
            self.case.receive(message)
            warn("hand_over_refused", reason_code=message.code, digest=message.digest)
            return False
        if brought is not None:
            self._join(brought, item.received_at)
        return brought is not None

    def _join(self, brought: Brought, at: datetime) -> None:
        own = self._identity.workflow_id if self._identity is not None else ""
        join(self.case, brought.case, brought.source, own)
        self.extra |= {effect.key: effect for effect in brought.extra}
        self.brought = brought.pins
        self.case.trail.append(f"{at.isoformat()} the file of {brought.source} was taken over")
        note("file_taken_over", source=brought.source, digest=brought.digest)

    def pin(self, edition: str, calendar: str, sentenced_on: date | None) -> None:
        """Decide by this law from now on."""
        looked = () if self.pins is None else self.pins.looked
        self.go_by(Pins(edition, calendar, sentenced_on, looked))
        note("law_pinned", edition=edition, calendar=calendar)

    def go_by(self, pins: Pins) -> None:
        """Decide by the law that these names mean."""
        self.pins, self.law = pins, pins.law()

    def take_pins(self, held: ShelfNames) -> None:
        """Go by the law of the file that was taken over, as far as a shelf holds it."""
        brought, self.brought = self.brought, None
        if brought is None or self.pins is None or self.decided is None:
            return
        pins = self.pins.joined(item for item in brought.looked if is_held(item, held))
        told = self.decided.sentenced_on
        if told != pins.sentenced_on and told == brought.sentenced_on and holds(held, brought):
            pins = pins.chosen(brought.edition, brought.calendar, told)
        self.go_by(pins)
        note("law_pinned", edition=pins.edition, calendar=pins.calendar)

    @property
    def lacks_law(self) -> bool:
        """Whether something has to be looked up before its decisions stand."""
        return self.is_mispinned or bool(self.questions) or self.brought is not None

    @property
    def is_mispinned(self) -> bool:
        """Whether its law was chosen for another day of sentence than the log tells, or none."""
        if self.decided is None or self.pins is None:
            return False
        return self.decided.sentenced_on != self.pins.sentenced_on

    @property
    def questions(self) -> tuple[Question, ...]:
        """What events of the log need to be looked up."""
        return () if self.decided is None else self.decided.questions

    def learn(self, held: ShelfNames) -> None:
        """Answer the questions by what a shelf held."""
        if self.pins is not None:
            self.go_by(self.pins.learnt(self.questions, held))
            note("law_looked_up", count=len(self.questions))

    def decide(self, now: datetime) -> Decided | None:
        """Fold the log up to `now`; None before there is a law to fold it by."""
        if self.law is None:
            return None
        before, then = self.decided, self.as_of
        self.decided, self.as_of = self.case.decide(self.law, now), now
        if before is not None and then is not None:
            self._remember(before, then, self.decided, now)
        return self.decided

    def _remember(self, before: Decided, then: datetime, after: Decided, now: datetime) -> None:
        # The view will not say that people were shown a clock as missed which was met all along.
        for key, clock in sorted(before.sentence.clocks.items()):
            later = after.sentence.clocks.get(key)
            status = later.status(now).value if later is not None else "gone"
            if clock.status(then) is ClockStatus.MISSED and status not in _STILL_LATE:
                text = f"{key} had been shown missed and is {status}"
                self.case.trail.append(f"{now.isoformat()} {text}")

    def reconcile(self, now: datetime, quiet: timedelta) -> None:
        """Bring the ledger in line with the decision."""
        if self.decided is not None:
            self.decided.wanted.update(self.extra)
            if self._nudged:
                # Whoever nudges may have mended what kept a notice here.
                self.case.ledger.mended(self.decided.sentence.acknowledged)
                self._nudged = False
            self.case.reconcile(self.decided, now, quiet)

    def preview(self, message: Incoming, now: datetime) -> Decided | None:
        """Return what the mail and `message` would come to, changing nothing; None without law."""
        if self.law is None:
            return None
        waiting = [open_letter(item, {}) for item in self.mail.events()]
        return self.case.trial([*waiting, message]).decide(self.law, now)

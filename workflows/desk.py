"""The desk of a sentence: its mail, its case file, the law it is decided by, and the decision.

All of it is synchronous. The workflow waits around it; an update may use it at any time, for it is
whole between any two of its calls.
"""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final

from activities.names import OpenedLetter, ShelfNames
from states.casefile import CaseFile, Decided
from states.joining import join
from states.law import Law, Question
from states.messages import Incoming
from states.records import Effect
from states.shelving import decisions, differences, effect_of, shelve, unshelve
from states.view import Identity
from states.vocabulary import ClockStatus, Verdict
from workflows.inbox import Letter, is_nudge, open_letter
from workflows.log import note, warn
from workflows.parcels import BadParcelError, Brought, Parcels, is_parcel
from workflows.pins import Pins, dumped, holds, is_held, loaded
from workflows.post import UNKNOWN_KEY, Shut, is_shut, judged, opened

_REDECIDED: Final = "redecided"
_STILL_LATE: Final = (ClockStatus.MISSED.value, ClockStatus.MET_LATE.value)


class Desk:
    """Everything that one sentence decides with."""

    def __init__(self, identity: Identity | None) -> None:
        self.mail: deque[Letter] = deque()
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
        self._extra: dict[str, Effect] = {}
        self._nudged = False
        self.plain = True
        """Whether messages are taken that came readable."""
        self.shut = Shut()
        self.opened: dict[int, Letter] = {}
        """Letters that a caller waits for, by ticket, once they are open."""

    def drain(self, most: int | None = None) -> None:
        """Take the mail into the case file: all of it, or the oldest `most` letters."""
        shut: list[Letter] = []
        for _ in range(len(self.mail) if most is None else min(most, len(self.mail))):
            item = judged(self.mail.popleft(), plain=self.plain)
            if is_shut(item):
                shut.append(item)
            elif item.ticket:
                self.opened[item.ticket] = replace(item, ticket=0)
            else:
                self._sort(item)
        self.mail.extendleft(reversed(shut))
        self.case.shut = self.shut.listed()

    def leave(self, most: int | None = None) -> list[Letter]:
        """Take out of the mail what is sent on as it is, or as it was opened.

        What came while letters were opened may be shut itself: it was sealed for this sentence,
        and would be refused by any other. It waits, as does that for which a key is not here yet.

        Args:
            most: Only of the oldest so many letters.
        """
        letters: list[Letter] = []
        shut: list[Letter] = []
        for _ in range(len(self.mail) if most is None else min(most, len(self.mail))):
            item = self.mail.popleft()
            if is_shut(item):
                shut.append(item)
                continue
            if self._stays_shut(item):
                continue
            self.news += 1
            if item.ticket:
                # A caller who waits for a letter is answered first, and then it is sent on too.
                self.opened[item.ticket] = replace(item, ticket=0)
            elif not is_nudge(item):
                letters.append(item)
        self.mail.extendleft(reversed(shut))
        self.case.shut = self.shut.listed()
        return letters

    def _sort(self, item: Letter) -> None:
        if self._stays_shut(item):
            return
        self.news += 1
        if is_nudge(item):
            self._nudged = True
        elif is_parcel(item) and item.fault is None:
            self.take_parcel(item)
        else:
            self._take(item)

    def _stays_shut(self, item: Letter) -> bool:
        """Keep a letter whose key is not here; it is no news, or it would end run after run."""
        unknown = item.fault is not None and item.fault[0] == UNKNOWN_KEY
        return unknown and not item.ticket and self.shut.keep(item)

    def put_opened(self, places: Sequence[int], found: Sequence[OpenedLetter]) -> None:
        """Put letters that were opened in their places in the mail."""
        for place, letter in zip(places, found, strict=True):
            self.mail[place] = opened(self.mail[place], letter)

    def readmit(self, now: datetime) -> None:
        """Put what stayed shut into the mail again, where it is time or somebody nudges."""
        asked = any(is_nudge(item) for item in self.mail)
        self.mail.extend(self.shut.take(now, asked=asked))

    def brings_file(self, most: int | None) -> bool:
        """Return whether one of the oldest `most` letters is part of a file of another sentence."""
        mail = (judged(item, plain=self.plain) for item in islice(self.mail, most))
        return any(is_parcel(item) and item.fault is None for item in mail)

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
        others, taken = deque[Letter](), False
        while self.mail:
            item = judged(self.mail.popleft(), plain=self.plain)
            if is_parcel(item) and item.fault is None:
                self.news += 1
                taken = self.take_parcel(item) or taken
            else:
                others.append(item)
        self.mail.extend(others)
        return taken

    def take_parcel(self, item: Letter) -> bool:
        """Take a part of a file that goes on here, and join the file once it is whole."""
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
        self._extra |= {effect.key: effect for effect in brought.extra}
        self.brought = brought.pins
        self.case.trail.append(f"{at.isoformat()} the file of {brought.source} was taken over")
        note("file_taken_over", source=brought.source, digest=brought.digest)

    def pin(self, edition: str, calendar: str, sentenced_on: date | None) -> None:
        """Decide by this law from now on."""
        looked = () if self.pins is None else self.pins.looked
        self._pin(Pins(edition, calendar, sentenced_on, looked))
        note("law_pinned", edition=edition, calendar=calendar)

    def _pin(self, pins: Pins) -> None:
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
        self._pin(pins)
        note("law_pinned", edition=pins.edition, calendar=pins.calendar)

    def file(self) -> dict[str, Any]:
        """Return what a sentence is given that goes on in place of this one."""
        return {name: self.dump()[name] for name in ("case", "extra", "pins")}

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
            self._pin(self.pins.learnt(self.questions, held))
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
            self.decided.wanted.update(self._extra)
            if self._nudged:
                # Whoever nudges may have mended what kept a notice here.
                self.case.ledger.mended(self.decided.sentence.acknowledged)
                self._nudged = False
            self.case.reconcile(self.decided, now, quiet)

    def preview(self, message: Incoming, now: datetime) -> Decided | None:
        """Return what the mail and `message` would come to, changing nothing; None without law."""
        if self.law is None:
            return None
        mail = (judged(item, plain=self.plain) for item in self.mail)
        events = [i for i in mail if not (is_nudge(i) or is_parcel(i) or is_shut(i))]
        waiting = [open_letter(item, {}) for item in events]
        return self.case.trial([*waiting, message]).decide(self.law, now)

    def receipts(self, event_id: str) -> list[dict[str, Any]]:
        """Return what became of each message under `event_id`: one for each organisation."""
        found = [
            {
                "event_id": event_id,
                "kind": entry.event.KIND,
                "organisation": entry.event.by.organisation,
                "received_at": entry.received_at.isoformat(),
                "digest": entry.digest,
                **self._verdict(entry.event.uid),
            }
            for entry in self.case.log
            if entry.event.event_id == event_id
        ]
        found += [
            {
                "event_id": event_id,
                "kind": item.kind,
                "received_at": item.at.isoformat(),
                "digest": item.digest,
                "disposition": Verdict.QUARANTINED.value,
                "reason": f"{item.code}: {item.reason}",
                "irregular": False,
            }
            for item in self.case.quarantine.kept
            if item.event_id == event_id
        ]
        return found + self._lying(event_id)

    def _lying(self, event_id: str) -> list[dict[str, Any]]:
        messages = [open_letter(item, {}) for item in self.mail]
        return [
            {
                "event_id": event_id,
                "kind": message.kind,
                "received_at": message.received_at.isoformat(),
                "digest": message.digest,
                "disposition": "queued",
                "reason": "it is taken as soon as the run has opened",
                "irregular": False,
            }
            for message in messages
            if message.event is not None and message.event.event_id == event_id
        ]

    def _verdict(self, uid: str) -> dict[str, Any]:
        known = self.decided.dispositions.get(uid) if self.decided is not None else None
        if known is None or self.is_mispinned:
            reason = "it is decided as soon as the law of its day has been chosen"
            return {"disposition": "queued", "reason": reason, "irregular": False}
        return {
            "disposition": known.verdict.value,
            "reason": known.reason,
            "irregular": known.irregular,
        }

    def dump(self) -> dict[str, Any]:
        """Return all that the next run needs, as plain data."""
        pins = self.pins
        return {
            "case": shelve(self.case),
            "texts": self.texts,
            "pins": None if pins is None else dumped(pins),
            "extra": [asdict(effect) for effect in self._extra.values()],
            "parcels": self.parcels.dump(),
            "shut": self.shut.dump(),
            "as_of": self.as_of.isoformat() if self.as_of is not None else None,
            "decisions": decisions(self.decided) if self.decided is not None else None,
        }

    def load(self, data: dict[str, Any]) -> None:
        """Take over from the run before, and look whether this build decides otherwise."""
        self.case = unshelve(data["case"])
        self.texts = dict(data["texts"])
        self.parcels = Parcels(data.get("parcels"))
        if data.get("shut"):
            self.shut.load(data["shut"])
            self.case.shut = self.shut.listed()
        self._extra = {item["key"]: effect_of(item) for item in data["extra"]}
        pins = data["pins"]
        if pins is None:
            return
        self._pin(loaded(pins))
        if data["as_of"] is not None and data["decisions"] is not None:
            self._compare(data["decisions"], datetime.fromisoformat(data["as_of"]))

    def _compare(self, before: dict[str, Any], as_of: datetime) -> None:
        decided = self.decide(as_of)
        if decided is None:
            return
        # Through JSON, as the other side came.
        changed = differences(before, json.loads(json.dumps(decisions(decided))))
        if not changed:
            return
        warn("sentence_redecided", count=len(changed))
        key = f"{_REDECIDED}/{len(changed)}/{as_of.isoformat()}"
        facts = tuple((f"change_{n:03}", name) for n, name in enumerate(changed[:50]))
        self._extra[key] = Effect(key, _REDECIDED, "ops", str(len(changed)), facts)
        self.case.trail.append(f"{as_of.isoformat()} decided again: {', '.join(changed[:5])}")
        self.case.reconcile(decided, as_of, timedelta(0), withhold=True)

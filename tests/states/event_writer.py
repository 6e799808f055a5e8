"""Random events of a community order, as wire data."""

import random
from datetime import datetime, timedelta
from typing import Any, Final

from states.time.london import day_of
from tests.states.stream import wire
from tests.states.wording import COURT_OFFICER, DEFAULTS, MANAGER, OFFICER, OPS

STRANGER: Final = {"id": "X1", "role": "officer", "organisation": "NPS"}
"""Somebody of another organisation, without authority over its events."""
OTHER_MANAGER: Final = {"id": "X2", "role": "line_manager", "organisation": "NPS"}
TAG: Final = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
NEW: Final = [{"requirement_id": "R3", "kind": "unpaid_work", "hours": 40}]
OUTCOMES: Final = (
    "continues",
    "requirements_changed",
    "not_proved",
    "unpaid_work_extended",
    "revoked_custody",
    "revoked_resentenced",
    "good_progress",
    "requirement_ended",
    "committed",
)
SOON: Final = timedelta(hours=1)


class Writer:
    """Writes one stream. Times are seconds from the start; ids count up."""

    def __init__(self, rnd: random.Random, start: datetime) -> None:
        self.acts: list[tuple[str, dict[str, Any]]] = []
        self._rnd, self._start = rnd, start

    def _often(self, chance: float) -> bool:
        return self._rnd.random() < chance

    def _after(self, moment: datetime, days: int) -> datetime:
        """Return up to so many days after `moment`; often on the hour, so that instants meet."""
        later = moment + timedelta(seconds=self._rnd.randrange(days * 86_400))
        return later.replace(minute=0, second=0) if self._often(0.4) else later

    def _day(self, days: int) -> datetime:
        return self._after(self._start, days)

    def add(self, kind: str, when: datetime, **fields: Any) -> str:
        """Write down one act, and return its id."""
        event_id = str(fields.pop("event_id", f"e{len(self.acts):03}"))
        minute = f"{when:%Y-%m-%d %H:%M}"
        given = {"occurred_at": when, "event_id": event_id, **fields}
        self.acts.append((kind, wire(kind, minute, **given)))
        return event_id

    def write(self) -> None:
        """Write down one order, from its imposition to whatever ends it."""
        self._begin()
        self._meet()
        for number in range(self._rnd.choice((0, 1, 2, 3, 3, 4, 6))):
            self._fail(f"F{number}")
        self._end()
        if not self._often(0.3):
            self._correct()
            self._withdraw()
        self._share_an_id()

    def _begin(self) -> None:
        rnd, start = self._rnd, self._start
        day = day_of(start)
        more: dict[str, Any] = {"requirements": TAG} if self._often(0.12) else {}
        length = timedelta(days=rnd.choice((40, 180, 364, 728)))
        # Some orders are heard of without what made them; then nearly everything waits.
        if not self._often(0.06):
            self.add("sentence_imposed", start, sentenced_on=day, ends_on=day + length, **more)
        if self._often(0.1):
            self.add("sentence_imposed", start + SOON, sentenced_on=day, ends_on=day + length)
        # A clock that is three seconds slow puts the effect before its cause.
        clock = timedelta(seconds=rnd.choice((-3, 0, 3, 86_400)))
        if not self._often(0.06):
            self.add("case_allocated", start + clock, provider=rnd.choice(("CRC", "NPS")))
        if self._often(0.2):
            self.add("case_allocated", self._day(9), provider="CRC")
        if self._often(0.2):
            self.add("provider_transferred", self._day(200))
        for _ in range(rnd.randrange(3)):
            self.add("officer_assigned", self._day(12), authorised=self._often(0.8))

    def _meet(self) -> None:
        for number in range(self._rnd.randrange(1, 4)):
            self._book(f"A{number}")
        self.add("induction_completed", self._day(9))
        if self._often(0.8):
            parts = DEFAULTS["plan_completed"]["parts"][: self._rnd.choice((2, 4, 4, 4))]
            self.add("plan_completed", self._day(25), parts=parts, interim=self._often(0.1))
        if self._often(0.4):
            self.add("plan_reviewed", self._day(200), rosh="high")
        if self._often(0.4):
            self.add("requirement_started", self._day(60), requirement_id="R1")
        for _ in range(self._rnd.randrange(4)):
            self.add("contact_recorded", self._day(300))

    def _book(self, key: str) -> None:
        rnd = self._rnd
        booked = self._day(9)
        meeting = self._after(booked, rnd.choice((4, 20)))
        named = {"appointment_id": key}
        if not self._often(0.1):
            personal = self._often(0.8)
            self.add("appointment_arranged", booked, at=meeting, face_to_face=personal, **named)
        if self._often(0.3):
            moved, side = self._after(booked, 30), rnd.choice(("person", "provider"))
            again = self._after(booked, 3)
            more = {"at": moved, "face_to_face": True, "rebooked_by": side}
            self.add("appointment_arranged", again, **named, **more)
        if self._often(0.2):
            side = rnd.choice(("person", "provider"))
            self.add("appointment_cancelled", self._after(booked, 3), by_whom=side, **named)
        if self._often(0.6):
            self.add("appointment_attended", meeting, at=meeting, **named)

    def _fail(self, key: str) -> None:
        failed = self._day(self._rnd.choice((60, 330)))
        heard = failed + timedelta(days=self._rnd.choice((0, 0, 1, 8)))
        named: dict[str, Any] = {"failure_id": key}
        more = {"appointment_id": "A0"} if self._often(0.2) else {}
        grave = self._often(0.15)
        facts = {"failed_on": day_of(failed), "public_protection": grave, **more}
        self.add("failure_reported", heard, **named, **facts)
        if self._often(0.4):
            self.add("explanation_received", self._after(heard, 8), **named)
        judged = self._after(heard, self._rnd.choice((1, 4, 12)))
        if self._often(0.95):
            self.add("failure_judged", judged, acceptable=self._often(0.25), **named)
        if self._often(0.2):
            again = self._after(judged, 20)
            self.add("failure_judged", again, acceptable=self._often(0.6), **named)
        if self._often(0.15):
            self.add("public_protection_concern_raised", self._after(heard, 6), failure_ids=[key])
        self._answer(key, judged)

    def _answer(self, key: str, judged: datetime) -> None:
        other = f"F{self._rnd.randrange(6)}"
        failure_ids = sorted({key, other}) if self._often(0.25) else [key]
        if self._often(0.75):
            reasons = {"departure_rationale": "Weighed."} if self._often(0.5) else {}
            when = self._after(judged, 5)
            self.add(
                "warning_issued", when, warning_id=f"W{key}", failure_ids=failure_ids, **reasons
            )
        if self._often(0.15):
            self.add("warning_withdrawn", self._after(judged, 30), warning_id=f"W{key}")
        if self._often(0.35):
            self._breach(self._after(judged, 5), failure_ids)

    def _breach(self, decided: datetime, failure_ids: list[str]) -> None:
        self.add("breach_decided", decided, failure_ids=failure_ids)
        if self._often(0.7):
            self.add("breach_referred", self._after(decided, 4))
        if self._often(0.6):
            self.add("breach_referral_received", self._after(decided, 9))
        if self._often(0.3):
            self.add("warrant_recorded", self._after(decided, 9))
        if self._often(0.3):
            self.add("hearing_listed", self._after(decided, 9), listed_on=day_of(decided))
        if self._often(0.2):
            self.add("breach_withdrawn", self._after(decided, 20))
        if self._often(0.7):
            self._court(self._after(decided, 40))

    def _court(self, when: datetime) -> None:
        outcome = self._rnd.choice((*OUTCOMES[:4], *OUTCOMES))
        more: dict[str, Any] = {"requirements": NEW} if self._often(0.3) else {}
        if self._often(0.3):
            more["ends_on"] = day_of(when) + timedelta(days=self._rnd.randrange(1, 200))
        self.add("court_decided", when, outcome=outcome, **more)

    def _end(self) -> None:
        rnd = self._rnd
        for _ in range(rnd.choice((0, 0, 1, 2))):
            ends_on = day_of(self._day(800))
            self.add("end_date_changed", self._day(300), ends_on=ends_on, by=COURT_OFFICER)
        if self._often(0.5):
            self.add("evaluation_completed", self._day(400))
        if self._often(0.12):
            reason = rnd.choice(("death", "appeal", "other", "never_imposed"))
            self.add("sentence_ended", self._day(380), reason=reason, by=OPS)
        if self._often(0.2):
            self.add("court_decided", self._day(380), outcome=rnd.choice(OUTCOMES))
        if self._often(0.2):
            self.add("message_resolved", self._day(300), resolved_event_id="e003")

    def _correct(self) -> None:
        for kind, data in self._rnd.sample(self.acts, 3):
            known = data["event_id"]
            length = self._rnd.choice((1, 1, 2, 3))
            for _ in range(length):
                known = self._correction(kind, data, known)
        if self._often(0.3):
            kind, data = self._rnd.choice(self.acts)
            ring = [f"{data['event_id']}.ring.{n}" for n in range(self._rnd.choice((1, 2, 3)))]
            for name, target in zip(ring, (*ring[1:], ring[0]), strict=True):
                self._correction(kind, data, target, event_id=name)

    def _correction(self, kind: str, data: dict[str, Any], target: str, **more: Any) -> str:
        at = datetime.fromisoformat(data["occurred_at"])
        moved = at + timedelta(minutes=self._rnd.choice((0, 0, 90, -90, 2880)))
        event_id = str(more.get("event_id", f"{target}.new"))
        body = data | {"event_id": event_id, "replaces": target, "occurred_at": moved.isoformat()}
        if self._often(0.2):
            body["by"] = self._rnd.choice((STRANGER, OTHER_MANAGER))
        self.acts.append((kind, body))
        return event_id

    def _withdraw(self) -> None:
        for _ in range(self._rnd.randrange(4)):
            _, data = self._rnd.choice(self.acts)
            at = datetime.fromisoformat(data["occurred_at"])
            # A withdrawal is an act of its own time; nothing keeps it from lying first.
            when = at + timedelta(days=self._rnd.choice((-2, 0, 1, 30)))
            by = self._rnd.choice((data["by"], data["by"], MANAGER, OFFICER, STRANGER))
            gone = self.add("event_withdrawn", when, withdrawn_event_id=data["event_id"], by=by)
            if self._often(0.2):
                again = self.add("event_withdrawn", when + SOON, withdrawn_event_id=gone, by=by)
                if self._often(0.3):
                    more = {"withdrawn_event_id": again, "by": by}
                    self.add("event_withdrawn", when + 2 * SOON, **more)
        if self._often(0.2):
            self.add("event_withdrawn", self._day(30), withdrawn_event_id="never-sent")

    def _share_an_id(self) -> None:
        _, data = self._rnd.choice(self.acts)
        shared = data["event_id"]
        by = {"id": "E1", "role": "em_provider", "organisation": "EMS"}
        self.add("contact_recorded", self._day(200), event_id=shared, by=by)
        if self._often(0.5):
            by = {"id": "M9", "role": "line_manager", "organisation": "THIRD"}
            self.add("event_withdrawn", self._day(200), withdrawn_event_id=shared, by=by)

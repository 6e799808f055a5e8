"""Random caseloads from a seed: the messages that integrators would have sent for each sentence.

All three types of sentence, from a day to three years old, with failures, breaches, recalls,
re-releases, transfers and requirements, many entered late and some never. The raw messages are
kept, so that a figure can be counted again from them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from multiprocessing import get_context
from typing import Any, Final

from activities.standards import load_catalogue
from states.event_log import EventLog, FoldResult, decide_with_lookups
from states.events.free_text import extract_free_text
from states.events.parsing import canonical_json, content_digest, parse_event
from states.messages import ParsedMessage
from states.record import RecordRow, record_rows
from states.sentence_ref import SentenceRef
from states.standards.law import Law, StandardsCatalogue
from states.time.london import LONDON
from states.view.sentence import law_view
from tests.states.stream import wire
from tests.states.wording import BOARD, CASEWORK, COURT, COURT_OFFICER, LIAISON, POLICE, PRISON

NOW: Final = datetime(2026, 11, 20, 18, tzinfo=UTC)
"""Time until which everything is known: a Friday evening."""

QUIET: Final = timedelta(minutes=15)
CODES: Final = {"N02": "NPS", "N03": "NPS", "C05": "CRC", "N07": "CRC", "S12": "CRC"}
KINDS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("rehabilitation_activity", {"days": 20}),
    ("unpaid_work", {"hours": 120}),
    ("programme", {"days": 30}),
    ("curfew", {"electronically_monitored": True}),
    ("drug_rehabilitation", {"consent": True}),
)


@dataclass(frozen=True, slots=True)
class Message:
    """Message as it was received."""

    kind: str
    data: dict[str, Any]
    received_at: datetime


@dataclass(slots=True)
class GeneratedSentence:
    """Sentence with its messages in the order in which they were received."""

    identity: SentenceRef
    messages: list[Message] = field(default_factory=list)

    def folded(self, now: datetime = NOW) -> tuple[EventLog, FoldResult]:
        """Return its event log, and the log's fold at `now`."""
        case = EventLog()
        for item in self.messages:
            event = extract_free_text(parse_event(item.kind, item.data), {})
            digest, size = content_digest(item.kind, item.data), len(canonical_json(item.data))
            case.receive(ParsedMessage(item.kind, digest, item.received_at, size, event))
        decided = decide_with_lookups(case, law(), now, catalogue().look_up)
        case.reconcile(decided, now, QUIET)
        return case, decided

    def record(self, now: datetime = NOW) -> tuple[RecordRow, ...]:
        """Return every row of its record at `now`."""
        return record_rows(self.identity, *self.folded(now), now)


@cache
def catalogue() -> StandardsCatalogue:
    """Return the released standards of this checkout."""
    return load_catalogue()


@cache
def law() -> Law:
    """Return the law under which every sentence of these caseloads begins."""
    return Law(catalogue().editions["ns-2015"], catalogue().calendar())


def caseload(seed: int, size: int) -> Iterator[GeneratedSentence]:
    """Yield that many sentences; one in ten is the second of the person before it."""
    for number in range(size):
        yield life(seed, number)


def recorded(
    seed: int, size: int, workers: int = 1
) -> Iterator[tuple[GeneratedSentence, tuple[RecordRow, ...], Any]]:
    """Yield sentences with their records and views, made by so many processes."""
    jobs = ((seed, number) for number in range(size))
    if workers == 1:
        yield from map(_recorded, jobs)
        return
    with get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(_recorded, jobs, chunksize=100)


def _recorded(
    job: tuple[int, int],
) -> tuple[GeneratedSentence, tuple[RecordRow, ...], dict[str, Any]]:
    one = life(*job)
    case, decided = one.folded()
    return one, record_rows(one.identity, case, decided, NOW), law_view(decided, decided.law, NOW)


def life(seed: int, number: int) -> GeneratedSentence:
    """Return one sentence of a caseload."""
    rnd = random.Random(f"caseload {seed} {number}")  # noqa: S311 - a test repeats itself
    person, event = (number - 1, "2") if number % 10 == 9 else (number, "1")
    crn = f"X{person:06}"
    writer = _MessageWriter(rnd)
    kinds = ("community_order",) * 5 + ("suspended_sentence_order",) * 2 + ("custody",) * 4
    if (kind := rnd.choice(kinds)) == "custody":
        writer.custody()
    else:
        writer.order(kind)
    return GeneratedSentence(SentenceRef(crn, event), writer.received())


class _MessageWriter:
    """Writer of the messages of one sentence. Nothing after `NOW` has happened."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd
        self.acts: list[Message] = []
        ages = (rnd.randrange(1, 30), rnd.randrange(1, 400), rnd.randrange(200, 1000))
        age = rnd.choice((*ages, ages[2]))
        self.start = (NOW - timedelta(days=age)).date()
        self.code = rnd.choice(tuple(CODES))
        self.officer_id = f"{self.code}A{rnd.randrange(1, 9):03}"
        self.failures = self.meetings = 0

    def received(self) -> list[Message]:
        known = [act for act in self.acts if act.received_at <= NOW]
        return sorted(known, key=lambda act: act.received_at)

    def often(self, chance: float) -> bool:
        return self.rnd.random() < chance

    def later(self, day: date, least: int, most: int) -> date:
        return day + timedelta(days=self.rnd.randint(least, most))

    @property
    def officer(self) -> dict[str, str]:
        return {"id": self.officer_id, "role": "officer", "organisation": CODES[self.code]}

    def manager(self, role: str = "line_manager") -> dict[str, str]:
        return {"id": f"{self.code}M001", "role": role, "organisation": CODES[self.code]}

    def add(
        self, kind: str, day: date, by: Any = None, hour: int | None = None, /, **more: Any
    ) -> None:
        """Add one act; one in twelve is entered some days late."""
        hour = self.rnd.randrange(9, 18) if hour is None else hour
        minute = self.rnd.randrange(0, 60, 5)
        when = datetime.combine(day, time(hour, minute), LONDON).astimezone(UTC)
        event_id = f"e{len(self.acts)}"
        by = by or self.officer
        data = wire(kind, f"{day} {hour:02}:{minute:02}", event_id=event_id, by=by, **more)
        delay = timedelta(days=self.rnd.randrange(1, 6)) if self.often(0.08) else timedelta()
        self.acts.append(Message(kind, data, when + delay))

    def order(self, kind: str) -> None:
        """Add a community or suspended sentence order."""
        length = self.rnd.choice((180, 364, 364, 545, 728))
        ends = self.start + timedelta(days=length)
        suspended = kind == "suspended_sentence_order"
        span = (
            {"ends_on": None, "operational_period_ends_on": ends}
            if suspended
            else {"ends_on": ends}
        )
        tagged, asked = self.often(0.08), self._requirements()
        if tagged:
            asked = [{"requirement_id": "R1", "kind": "curfew", "electronically_monitored": True}]
        self._begin(type=kind, requirements=asked, **span)
        if self.often(0.04):
            return
        self._allocate()
        if not tagged:
            self._meet(self.start, 9)
        self._serve(self.start, asked)
        self._continue(self.start, ends)
        day = self.start
        for _ in range(self.rnd.choice((0, 0, 1, 1, 2, 3, 4))):
            day = self.later(day, 5, 90)
            if day < ends and self._fail(day, "order"):
                break
        self._finish(ends)

    def _begin(self, **more: Any) -> None:
        statutory = more.pop("victims", False)
        self.add(
            "sentence_imposed",
            self.start,
            COURT_OFFICER,
            9,
            sentenced_on=self.start,
            victims={"statutory_contact": statutory},
            **more,
        )

    def _requirements(self) -> list[dict[str, Any]]:
        chosen = self.rnd.sample(KINDS, self.rnd.choice((1, 1, 2, 3)))
        return [
            {"requirement_id": f"R{n}", "kind": kind, **more}
            for n, (kind, more) in enumerate(chosen, start=1)
        ]

    def _allocate(self) -> None:
        day = self.later(self.start, 0, 2)
        hour = 11 if day == self.start else None
        provider = {"provider": CODES[self.code], "provider_code": self.code}
        self.add("case_allocated", day, COURT_OFFICER, hour, **provider)
        if self.often(0.95):
            named = {"officer_id": self.officer_id, "authorised": True}
            self.add("officer_assigned", self.later(day, 1, 4), self.manager(), **named)
        if self.often(0.15):
            self.officer_id = f"{self.code}A{self.rnd.randrange(1, 9):03}"
            named = {"officer_id": self.officer_id, "authorised": True}
            self.add("officer_assigned", self.later(day, 40, 200), self.manager(), **named)
        if self.often(0.2):
            self._transfer(self.later(day, 30, 300))

    def _transfer(self, day: date) -> None:
        code = self.rnd.choice([code for code in CODES if code != self.code])
        taker = {"id": f"{code}M001", "role": "line_manager", "organisation": CODES[code]}
        more = {"provider": CODES[code], "provider_code": code, "officer_id": f"{code}A001"}
        self.add("provider_transferred", day, taker, authorised=True, **more)
        if self.often(0.7):
            self.code, self.officer_id = code, f"{code}A001"
            later = self.later(day, 1, 12)
            self.add("plan_reviewed", later, plan_version="T", why="other", rosh="medium")

    def _meet(self, day: date, most: int) -> None:
        """Add a first appointment, the induction and the plan."""
        if self.often(0.05):
            return
        booked = self.later(day, 1, most)
        meeting = self.later(booked, 0, 5)
        self._attend(booked, meeting, missed=self.often(0.15))
        if self.often(0.9):
            self.add("induction_completed", self.later(meeting, 0, 6))
        if self.often(0.85):
            parts = ["rosh_level", "rosh_management", "needs", "activity"]
            kept = parts if self.often(0.9) else parts[:2]
            rosh = self.rnd.choice(("low", "medium", "medium", "high"))
            self.add(
                "plan_completed",
                self.later(meeting, 3, 40),
                plan_version="1",
                rosh=rosh,
                parts=kept,
            )

    def _attend(self, booked: date, meeting: date, *, missed: bool = False) -> None:
        self.meetings += 1
        key = {"appointment_id": f"A{self.meetings}"}
        at = datetime.combine(meeting, time(18, 30), LONDON)
        self.add("appointment_arranged", booked, at=at, face_to_face=True, **key)
        if not missed:
            minutes = self.rnd.choice((None, 8, 15, 25, 40, 60, 75))
            self.add("appointment_attended", meeting, None, 19, at=at, minutes=minutes, **key)
            if self.meetings % 5 == 0:
                # Another system sends the same appointment.
                self.add("appointment_attended", meeting, None, 20, at=at, minutes=minutes, **key)

    def _continue(self, day: date, ends: date) -> None:
        pace = self.rnd.choice((7, 10, 14, 21, 28, 40))
        for _ in range(self.rnd.randrange(6)):
            day = self.later(day, pace, pace + 7)
            if day < ends:
                self._attend(day - timedelta(days=3), day)
        if self.often(0.3):
            self.add("contact_recorded", day, kind="office", minutes=20)

    def _serve(self, day: date, asked: list[dict[str, Any]]) -> None:
        for item in asked:
            named = {"requirement_id": item["requirement_id"]}
            if self.often(0.25):
                continue
            started = self.later(day, 3, 30)
            self.add("requirement_started", started, **named)
            if "hours" in item:
                for _ in range(self.rnd.randrange(4)):
                    done = self.later(started, 5, 200)
                    self.add("requirement_progressed", done, hours=35, on=done, **named)
            if self.often(0.5):
                done = self.later(started, 40, 300)
                self.add("requirement_completed", done, **named)
                if self.often(0.7):
                    self.add("requirement_evaluated", self.later(done, 1, 20), **named)

    def _fail(self, day: date, where: str) -> bool:
        """Add a failure and its response; return whether supervision stops with it."""
        self.failures += 1
        named = {"failure_id": f"F{self.failures}"}
        heard = self.later(day, 0, 2)
        what = self.rnd.choice(("missed_appointment", "missed_appointment", "behaviour", "curfew"))
        danger = self.often(0.1)
        self.add(
            "failure_reported", heard, failed_on=day, what=what, public_protection=danger, **named
        )
        if self.failures % 3 == 0 and what == "missed_appointment":
            missed = {"failed_on": day, "public_protection": danger, "appointment_id": "missed"}
            for other in ("X", "Y"):
                # Two systems report one missed appointment, each under an id of its own.
                twice = {**missed, "failure_id": f"F{self.failures}{other}"}
                self.add("failure_reported", heard, what=what, **twice)
        if self.often(0.5):
            self.add("explanation_received", self.later(heard, 0, 4), **named)
        if self.often(0.1):
            return False
        judged, excused = self.later(heard, 1, 9), self.often(0.25)
        considered = ["Another appointment."] if self.often(0.85) else []
        self.add(
            "failure_judged",
            judged,
            None,
            9,
            acceptable=excused,
            alternatives_considered=considered,
            **named,
        )
        if self.often(0.6):
            informed = {"kind": "contributors_told", "fact": "All who work on the plan know of it."}
            self.add("contact_recorded", self.later(judged, 0, 3), **informed)
        if excused:
            return False
        return self._answer(judged, named["failure_id"], where)

    def _answer(self, day: date, failure: str, where: str) -> bool:
        limit = {"order": 2, "licence": 2, "pss": 3}[where]
        if self.failures < limit or self.often(0.2):
            more: dict[str, Any] = {"warning_id": f"W{failure}", "failure_ids": [failure]}
            more["level"] = "first" if self.failures == 1 or where != "licence" else "final"
            by = self.manager("senior_manager") if more["level"] == "final" else None
            self.add("warning_issued", self.later(day, 0, 4), by, 12, **more)
            return False
        if where == "licence":
            return self._recall(day, failure)
        return self._breach(day, failure, where)

    def _breach(self, day: date, failure: str, where: str) -> bool:
        reason = self.rnd.choice((None, None, None, "further_offence", "other"))
        considered = ["A warning."] if self.often(0.9) else []
        more = {"failure_ids": [failure], "reason": reason, "alternatives_considered": considered}
        self.add("breach_decided", day, None, 13, **more)
        sent = self.later(day, 1, 4)
        self.add("breach_referred", sent)
        if self.often(0.9):
            self.add("breach_referral_received", self.later(sent, 1, 3), COURT_OFFICER)
        heard = self.later(sent, 10, 40)
        if self.often(0.1):
            return True
        ended = ("revoked_custody", "revoked_resentenced")
        outcomes = ("continues", "requirements_changed", "not_proved", *ended)
        outcome = self.rnd.choice(("committed", "continues") if where == "pss" else outcomes)
        decision: dict[str, Any] = {"outcome": outcome, "decided_on": heard}
        if outcome == "committed":
            decision["committed_until"] = heard + timedelta(days=14)
        self.add("court_decided", heard, COURT, 11, **decision)
        if outcome == "committed":
            self.add("returned_to_custody", heard, PRISON, 15, why="committal")
            self.add("released", heard + timedelta(days=14), PRISON, 9, reason="committal_end")
        return outcome in ended

    def custody(self) -> None:
        """Add a custodial sentence, from prison to licence and supervision."""
        length = self.rnd.choice((120, 200, 300, 400, 600, 900))
        out = self.start + timedelta(days=length // 2)
        ends = self.start + timedelta(days=length)
        over = max(ends, out + timedelta(days=365))
        victims = self.often(0.3)
        self._begin(
            type="custody",
            requirements=None,
            ends_on=None,
            length_days=length,
            extended=False,
            expected_release_on=out,
            automatic_release_on=out,
            licence_ends_on=ends,
            pss_ends_on=over,
            victims=victims,
        )
        self._allocate()
        if victims and self.often(0.8):
            self.add("victim_contact_offered", self.later(self.start, 5, 90), LIAISON)
        if self.often(0.8):
            self.add(
                "plan_completed", out - timedelta(days=self.rnd.randrange(1, 110)), plan_version="0"
            )
        if self.often(0.1):
            self._stay(out)
        day = self._release(out, "conditional_release")
        for _ in range(self.rnd.choice((0, 1, 2, 3, 4))):
            day = self.later(day, 5, 40)
            if day < ends and self._fail(day, "licence"):
                day = self._again(day, ends)
        day = max(day, ends)
        for _ in range(self.rnd.choice((0, 0, 0, 2, 3))):
            day = self.later(day, 10, 60)
            if day < over and self._fail(day, "pss"):
                break
        if self.often(0.03):
            self.add("serious_further_offence_charged", self.later(out, 5, 200), POLICE)
        self._finish(over)

    def _stay(self, out: date) -> None:
        named = {"stay_id": "AP1"}
        self.add("ap_referred", out - timedelta(days=120), suitable=True, expected_on=out, **named)
        ready = out - timedelta(days=self.rnd.randrange(60, 118))
        self.add("ap_placement_prepared", ready, **named)

    def _release(self, day: date, reason: str) -> date:
        self.add("released", day, PRISON, 9, reason=reason)
        if self.often(0.9):
            self._attend(day - timedelta(days=1), self.later(day, 0, 4), missed=self.often(0.2))
        if self.often(0.85):
            self.add("induction_completed", self.later(day, 0, 6), None, 20)
        self._continue(day, day + timedelta(days=60))
        return day

    def _recall(self, day: date, failure: str) -> bool:
        sort = self.rnd.choice(("fixed_term", "fixed_term", "standard", "emergency"))
        considered = ["A warning."] if self.often(0.9) else []
        more = {
            "recall_type": sort,
            "failure_ids": [failure],
            "alternatives_considered": considered,
        }
        more["departure_rationale"] = "Weighed."
        self.add("recall_decided", day, None, 10, **more)
        self.add("recall_report_sent", day, None, 11)
        received = self.later(day, 0, 3)
        self.add("recall_report_received", received, CASEWORK, 12)
        if self.often(0.1):
            self.add("revocation_refused", self.later(received, 0, 2), CASEWORK, 15)
            return False
        revoked = self.later(received, 0, 1)
        self.add("licence_revoked", revoked, CASEWORK, 16)
        back = self.later(revoked, 0, 20)
        self.add("arrested", back, POLICE, 17)
        self.add("returned_to_custody", back, PRISON, 19)
        self.back, self.sort = back, sort
        return True

    def _again(self, day: date, ends: date) -> date:
        """Add the re-release after a recall, on the 28th day or by decision of the Parole Board."""
        if self.sort == "fixed_term":
            out = self.back + timedelta(days=27 + self.rnd.choice((0, 0, 0, 0, 1, -1)))
            return self._release(out, "fixed_term_recall_end")
        out = self.later(self.back, 40, 150)
        if out >= ends or self.often(0.3):
            return max(day, ends)
        decided = out - timedelta(days=7)
        self.add("parole_board_decided", decided, BOARD, 11, decided_on=decided, release_on=out)
        return self._release(out, "parole")

    def _finish(self, ends: date) -> None:
        if self.often(0.7):
            done = ends - timedelta(days=self.rnd.randrange(1, 80))
            self.add("evaluation_completed", done)

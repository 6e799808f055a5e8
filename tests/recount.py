"""Second count of a report by brute force: plain Python over messages and folded views, no SQL.

It shares only the ids of measures, parts, lines and columns with the queries.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any, Final

from states.standards.provisions import Timescale
from states.standards.terms import Direction
from states.time.london import day_of
from tests.caseloads import GeneratedSentence, law

Key = tuple[str, str, str, str]
"""Measure, part, line, column."""

ORDERS: Final = ("community_order", "suspended_sentence_order")
PARTS: Final = {"rosh_level", "rosh_management", "needs", "activity"}
UNCOUNTED: Final = ("event_withdrawn", "message_resolved", "notice_acknowledged")
SIMPLE: Final = {
    "t-first-community": ("first-appt-community", "first-appt-community-held"),
    "t-recall-2h": ("recall-emergency-2h",),
    "t-recall-24h": ("recall-nonemergency-24h",),
    "t-victim": ("victim-offer-8w",),
    "t-evaluation": ("evaluation-by-end",),
    "t-upw": ("upw-start-7wd", "upw-finish-12-months"),
    "t-ap": ("ap-prep-3-months",),
}


def instant(text: str | None) -> datetime | None:
    """Return an instant of the view."""
    return None if text is None else datetime.fromisoformat(text)


def day(text: str | None) -> date | None:
    """Return the London day of a date or an instant of the view."""
    if text is None:
        return None
    return day_of(datetime.fromisoformat(text)) if "T" in text else date.fromisoformat(text)


@dataclass(slots=True)
class Recount:
    """Figures of a whole caseload."""

    as_of: datetime
    provider: str | None = None
    first: date | None = None
    last: date | None = None
    counts: Counter[Key] = field(default_factory=Counter)
    days: defaultdict[tuple[str, str, str], list[int]] = field(
        default_factory=lambda: defaultdict(list)
    )
    persons: defaultdict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    returns: Counter[str] = field(default_factory=Counter)

    def add(self, life: GeneratedSentence, view: dict[str, Any]) -> None:
        """Count one sentence, if it belongs to the selected provider."""
        if self.provider in (None, view["provider"], view["provider_code"]):
            for measure, part, line, column, weight in _One(self, life, view).counted():
                self.counts[measure, part, line, column] += weight

    def finished(self) -> dict[Key, int]:
        """Return every figure that is not 0."""
        whole = Counter(self.counts)
        for key, persons in self.persons.items():
            whole[key] += len(persons)
        for times in self.returns.values():
            column = ("none", "one", "two")[times] if times < 3 else "more"
            whole["c-revolving-door", "persons", "persons with custody", column] += 1
        return {key: number for key, number in whole.items() if number}

    def medians(self) -> dict[tuple[str, str, str], float]:
        """Return every median of days."""
        return {key: float(median(days)) for key, days in self.days.items()}

    def holds(self, text: str | None) -> bool:
        """Return whether a day or an instant of the view is in the period."""
        found = day(text)
        if found is None:
            return False
        return (self.first is None or self.first <= found) and (
            self.last is None or found <= self.last
        )


Found = tuple[str, str, str, str, int]


class _One:
    def __init__(self, whole: Recount, life: GeneratedSentence, view: dict[str, Any]) -> None:
        self.whole, self.life, self.view = whole, life, view
        self.kind = view["type"]
        self.holder = view["provider"] or "not assigned"
        self.until = min(whole.last or date.max, day_of(whole.as_of))
        self.deeds = [
            (f"{item.data['by']['organisation']}/{item.data['event_id']}", item)
            for item in life.messages
            if self._was_applied(item.data)
        ]

    def _was_applied(self, data: dict[str, Any]) -> bool:
        uid = f"{data['by']['organisation']}/{data['event_id']}"
        return bool(self.view["dispositions"][uid][0] == "applied")

    def events(self, *kinds: str) -> list[tuple[str, dict[str, Any]]]:
        """Return the applied events of these kinds, in the order of their acts."""
        found = [(uid, item.data) for uid, item in self.deeds if item.kind in kinds]
        return sorted(found, key=lambda each: (instant(each[1]["occurred_at"]), each[0]))

    def counted(self) -> Iterator[Found]:
        for clock in self.view["clocks"]:
            yield from self.clock(clock)
        for duty in self.view["duties"]:
            if duty["status"] == "open":
                yield "w-duties", "owner", duty["owner"], "open", 1
        if self.kind is not None:
            yield from self.of_type()
            yield from self.enforcement()
            yield from self.meetings()
        yield from self.caseload()
        yield from self.entries()
        yield from self.changes()
        yield from self.questions()

    def timescale(self, clock: dict[str, Any]) -> Timescale:
        return law().edition.timescales[clock["timescale"]]

    def status(self, clock: dict[str, Any]) -> str:
        status = str(clock["status"])
        if status == "missed":
            return "missed" if clock["settled_at"] else "overdue"
        due_at = instant(clock["due_at"])
        if status != "running" or due_at is None:
            return status
        over = self.whole.as_of >= due_at if clock["due_on"] else self.whole.as_of > due_at
        ways = {Direction.UNTIL: "ended", Direction.EARLIEST_BEFORE: "opened"}
        return ways.get(self.timescale(clock).direction, "overdue") if over else "running"

    def clock(self, clock: dict[str, Any]) -> Iterator[Found]:
        key, now = clock["timescale"], self.status(clock)
        yield from self.due(clock, now)
        backward = self.timescale(clock).direction in (
            Direction.LATEST_BEFORE,
            Direction.EARLIEST_BEFORE,
        )
        whole = self.whole.first is None and self.whole.last is None
        dated = clock["due_on"] if backward and not whole else clock["started_at"]
        if not self.whole.holds(dated):
            return
        yield "t-all", "status", key, now, 1
        for measure, ids in SIMPLE.items():
            if key in ids:
                yield measure, "clocks", key, now, 1
        if key == "plan-custody-prepared":
            yield "t-plan", "window", key, now, 1
        if key in ("first-contact-release", "first-contact-release-day"):
            again = any(
                move["arrow"] in ("T12", "T22") and move["at"] <= clock["started_at"]
                for move in self.view["transitions"]
            )
            sort = "re-release" if again else "first release"
            yield "t-first-release", "clocks", f"{key} · {sort}", now, 1
        yield from self.enforcing(clock, now)

    def enforcing(self, clock: dict[str, Any], now: str) -> Iterator[Found]:
        key = clock["timescale"]
        orders = self.kind in ORDERS
        if key in ("enforce-6wd", "enforce-immediate"):
            yield "t-enforce-6wd", "clocks", f"{key} · {self.verdict(clock['subject'])}", now, 1
            if orders:
                yield "q-enf-absences", "time", self.holder, now, 1
        if not orders and key in ("enforce-6wd", "recall-10-day-timescale"):
            yield "q-rec-absences", "time", self.holder, now, 1
        names = {"recall-decision-9wd": "t-9wd", "recall-10-day-timescale": "t-10day"}
        if key in names:
            by = {uid: item.kind for uid, item in self.deeds}.get(clock["settled_by"], "")
            recall = by in ("recall_decided", "recall_report_sent", "recall_report_received")
            answer = "other answer" if clock["settled_at"] else "open"
            line = f"{key} · {'recall' if recall else answer}"
            yield names[key], "clocks", line, now, 1
        if orders and key in ("breach-co-2-in-12m", "breach-sso-unstated", "breach-pss-3-in-12m"):
            yield "q-enf-court", "threshold", self.holder, now, 1
        if key == "ftr-28-days":
            yield "t-ftr", "release", self.kind, self.fixed_term(clock, now), 1

    def verdict(self, failed_on: str | None) -> str:
        said = [f["acceptable"] for f in self.view["failures"] if f["failed_on"] == failed_on]
        if not said or (None in said and False not in said):
            return "not judged"
        return "unacceptable" if False in said else "acceptable"

    def fixed_term(self, clock: dict[str, Any], now: str) -> str:
        for uid, data in self.events("released"):
            if uid == clock["settled_by"]:
                out, due = data["released_on"], clock["due_on"]
                return "on_the_day" if out == due else "before" if out < due else "after"
        if clock["settled_at"]:
            return "otherwise"
        return "overdue" if now == "ended" else "running"

    def due(self, clock: dict[str, Any], now: str) -> Iterator[Found]:
        row, today = self.timescale(clock), day_of(self.whole.as_of)
        column = None
        if now == "overdue":
            column = "overdue" if row.binds else "overdue_prompt"
        elif now == "running" and row.direction not in (
            Direction.UNTIL,
            Direction.EARLIEST_BEFORE,
        ):
            last = day(clock["due_on"]) or day(clock["due_at"])
            if last == today:
                column = "today"
            elif last is not None and today < last <= today + timedelta(days=6):
                column = "week"
        if column is not None:
            yield "w-due", "officer", self.view["officer"] or "not assigned", column, 1
            yield "w-due", "timescale", clock["timescale"], column, 1

    def of_type(self) -> Iterator[Found]:
        view, held = self.view, self.whole.holds(self.view["sentenced_on"])
        flags = {flag["code"] for flag in view["flags"]}
        if held and self.kind in ORDERS:
            apart = "exempt" if "electronic_only" in flags else "owed"
            yield "t-first-community", "apart", self.kind, apart, 1
        if held:
            yield from self.first_plan()
            numbers = {o["officer"] for o in view["officers"] if not o["temporary"]}
            column = ("none", "same")[len(numbers)] if len(numbers) < 2 else "changed"
            yield "c-officer", "officers", self.kind, column, 1
            for item in view["requirements"]:
                yield from self.requirement(item)
        over = view["state"] == "completed" and self.whole.holds(view["ended_on"])
        if over and self.kind in ORDERS:
            yield "m-completed", "outcomes", self.kind, view["outcome"], 1
            revoked = ("revoked_resentenced", "revoked_custody", "activated_custody")
            if view["outcome"] in revoked and view["breaches"]:
                yield "m-returned-court", "returns", self.kind, "ended", 1
        if day(view["sentenced_on"]) <= self.until:  # type: ignore[operator] # it has a type
            charged = self.events("serious_further_offence_charged")
            hit = any(self.whole.holds(data["charged_on"]) for _, data in charged)
            yield "c-sfo", "charged", self.kind, "with" if hit else "without", 1

    def first_plan(self) -> Iterator[Found]:
        whole = [data for _, data in self.events("plan_completed") if not data.get("interim")]
        yield "t-plan", "age", self.kind, "completed" if whole else "none", 1
        if whole:
            took = day(whole[0]["occurred_at"]) - day(self.view["sentenced_on"])  # type: ignore[operator] # both are days
            self.whole.days["t-plan", "age", self.kind].append(took.days)

    def requirement(self, item: dict[str, Any]) -> Iterator[Found]:
        done, ends = item["completed_on"], self.view["ends_on"]
        counted = {
            "made": True,
            "started": item["started_on"] is not None,
            "completed": done is not None and ends is not None and done <= ends,
            "evaluated": item["evaluated_on"] is not None,
        }
        for column, counts in counted.items():
            if counts:
                yield "c-requirements", "kinds", item["code"], column, 1
        if item["kind"] != "unpaid_work":
            return
        for column in ("made", "started"):
            if counted[column]:
                yield "t-upw", "counts", self.kind, column, 1
        if done is not None:
            yield "t-upw", "counts", self.kind, "finished", 1
        left = (item["hours"] or 0) - (item["hours_done"] or 0)
        if item["terminated_on"] is None and left > 0:
            yield "t-upw", "counts", self.kind, "outstanding", left
        yield from self.at_court(item["requirement_id"])

    def at_court(self, key: str) -> Iterator[Found]:
        for _, data in self.events("court_decided"):
            if data["outcome"] == "unpaid_work_extended" and data.get("requirement_id", key) == key:
                yield "t-upw", "counts", self.kind, "extended", 1
        for _, data in self.events("requirement_changed"):
            if data["why"] == "court" and data["requirement"]["requirement_id"] == key:
                yield "t-upw", "counts", self.kind, "varied", 1

    def enforcement(self) -> Iterator[Found]:
        view, funnel = self.view, ("c-funnel", "funnel", self.kind)
        names = {True: "acceptable", False: "unacceptable", None: "unjudged"}
        for failure in view["failures"]:
            if self.whole.holds(failure["failed_on"]):
                yield *funnel, "apparent", 1
                yield *funnel, names[failure["acceptable"]], 1
                yield from self.missed(failure)
                yield from self.reasoned(failure)
        for warning in view["warnings"]:
            if warning["withdrawn_at"] is None and self.whole.holds(warning["issued_at"]):
                yield *funnel, "warned", 1
        for breach in view["breaches"]:
            if self.whole.holds(breach["decided_at"]):
                yield *funnel, "breached", 1
                if self.kind in ORDERS:
                    yield "m-returned-court", "returns", self.kind, breach["reason"], 1
        for recall in view["recalls"]:
            if self.whole.holds(recall["decided_at"]):
                yield from self.recall(recall)

    def missed(self, failure: dict[str, Any]) -> Iterator[Found]:
        if failure["what"] != "missed_appointment":
            return
        reports = {
            d["failure_id"]: d.get("appointment_id") for _, d in self.events("failure_reported")
        }
        booked = reports.get(failure["failure_id"])
        same = [key for key, appointment in reports.items() if booked and appointment == booked]
        if same and failure["failure_id"] != min(same):
            return
        began = self.view["sentenced_on"]
        if self.kind == "custody":
            began = min((d["released_on"] for _, d in self.events("released")), default=None)
        early = began is not None and (day(failure["failed_on"]) - day(began)).days < 56  # type: ignore[operator] # both are days
        yield "c-first-weeks", "missed", self.kind, "early" if early else "later", 1

    def reasoned(self, failure: dict[str, Any]) -> Iterator[Found]:
        measure = "q-enf-absences" if self.kind in ORDERS else "q-rec-absences"
        judged = [
            d for _, d in self.events("failure_judged") if d["failure_id"] == failure["failure_id"]
        ]
        whole = bool(judged) and not failure["record_lacks"]
        column = "open" if failure["judged_at"] is None else "yes" if whole else "no"
        yield measure, "reason", self.holder, column, 1

    def recall(self, recall: dict[str, Any]) -> Iterator[Found]:
        sort, length = recall["recall_type"] or "unknown", self.length()
        if recall["undone_at"] is None:
            yield "c-funnel", "funnel", self.kind, "recalled", 1
        yield "m-recalls", "recalls", self.holder, sort, 1
        short = "unknown" if length is None else "short" if length < 365 else "longer"
        yield "m-recall-under-12m", "length", self.holder, short, 1
        planned = self.planned(instant(recall["decided_at"]))
        yield "q-rec-assessment", "yes", self.holder, "yes" if planned else "no", 1
        no = recall["refused_at"] or recall["undone_at"]
        upheld = "yes" if recall["revoked_on"] else "no" if no else "open"
        yield "q-rec-prison", "yes", self.holder, upheld, 1

    def length(self) -> int | None:
        (data,) = (data for _, data in self.events("sentence_imposed"))
        found: int | None = data.get("length_days")
        return found

    def planned(self, by: datetime | None) -> bool:
        return by is not None and any(
            not data.get("interim")
            and data.get("rosh") is not None
            and set(data["parts"]) >= PARTS
            and datetime.fromisoformat(data["occurred_at"]) <= by
            for _, data in self.events("plan_completed")
        )

    def meetings(self) -> Iterator[Found]:
        attended = dict(sorted(self.events("appointment_attended"), reverse=True))
        firsts = {data["appointment_id"]: uid for uid, data in attended.items()}
        held = sorted(
            (datetime.fromisoformat(attended[uid]["at"]), uid, attended[uid].get("minutes"))
            for uid in firsts.values()
        )
        before: datetime | None = None
        for at, _, minutes in held:
            if self.whole.holds(at.isoformat()):
                yield "c-contact", "length", self.kind, _band(minutes), 1
                if before is not None:
                    gap = (at - before) / timedelta(hours=1)
                    column = "weekly" if gap <= 252 else "sometimes" if gap <= 588 else "rarer"
                    yield "c-contact", "frequency", self.kind, column, 1
            before = at

    def caseload(self) -> Iterator[Found]:
        view, crn = self.view, self.life.identity.crn
        if self.kind == "custody":
            self.whole.returns[crn] += sum(
                move["arrow"] in ("T12", "T22") and self.whole.holds(move["at"])
                for move in view["transitions"]
            )
        began = day(view["sentenced_on"]) or self.until
        ended = day(view["ended_on"])
        live = view["state"] != "completed" if ended is None else ended > self.until
        if not (live and began <= self.until):
            return
        lines = {"all": "all", "type": self.kind, "phase": view["phase"]}
        lines |= {"provider-code": view["provider_code"], "state": view["state"]}
        for part, line in lines.items():
            yield "m-caseload", part, line or "not assigned", "sentences", 1
            self.whole.persons["m-caseload", part, line or "not assigned", "persons"].add(crn)

    def entries(self) -> Iterator[Found]:
        if self.kind is None or not self.whole.holds(self.view["sentenced_on"]):
            return
        for _, item in self.deeds:
            if item.kind not in UNCOUNTED:
                happened = day_of(datetime.fromisoformat(item.data["occurred_at"]))
                late = max(0, (day_of(item.received_at) - happened).days)
                yield "t-record", "entries", self.holder, "late" if late else "same_day", 1
                yield "t-record", "entries", self.holder, "delay_days", late

    def changes(self) -> Iterator[Found]:
        arrows = {
            "T07": [("c-spent", "continued", "continued"), ("c-funnel", "funnel", "continued")],
            "T14": [("c-restart", "released", "licence")],
            "T21": [("c-restart", "released", "supervision")],
            "T23": [("c-restart", "released", "committal")],
            "T32": [("c-funnel", "funnel", "ended")],
            "T33": [("c-funnel", "funnel", "ended")],
        }
        for move in self.view["transitions"]:
            if self.whole.holds(move["at"]):
                for measure, part, column in arrows.get(move["arrow"], ()):
                    yield measure, part, self.kind, column, 1
        for uid, data in self.events("provider_transferred"):
            if self.whole.holds(data["occurred_at"]):
                since = {instant(item["since"]) for item in self.view["officers"]}
                named = instant(data["occurred_at"]) in since
                line = data["provider"]
                yield "c-transfers", "manager", line, "named" if named else "gap", 1
                for clock in self.view["clocks"]:
                    if clock["timescale"] == "plan-after-transfer" and clock["subject"] == uid:
                        yield "c-transfers", "plan", line, self.status(clock), 1

    def questions(self) -> Iterator[Found]:
        if self.kind in ORDERS:
            yield from self.of_orders()
        for _, data in self.events("recall_decided"):
            if self.whole.holds(data["occurred_at"]):
                yield "q-rec-alternatives", "yes", self.holder, _considered(data), 1

    def of_orders(self) -> Iterator[Found]:
        judged = [
            f["judged_at"]
            for f in self.view["failures"]
            if f["acceptable"] is False and self.whole.holds(f["judged_at"])
        ]
        if judged:
            planned = self.planned(min(datetime.fromisoformat(at) for at in judged))
            yield "q-enf-assessment", "yes", self.holder, "yes" if planned else "no", 1
        for _, data in self.events("failure_judged", "breach_decided"):
            if self.whole.holds(data["occurred_at"]):
                yield "q-enf-alternatives", "yes", self.holder, _considered(data), 1
        for _, data in self.events("breach_decided"):
            if self.whole.holds(data["occurred_at"]):
                at = datetime.fromisoformat(data["occurred_at"])
                met = [d["at"] for _, d in self.events("appointment_attended")]
                seen = any(datetime.fromisoformat(when) <= at for when in met)
                column = "no_plan" if not self.planned(at) else "yes" if seen else "no_contact"
                yield "q-case-management", "managed", self.holder, column, 1


def _considered(data: dict[str, Any]) -> str:
    return "yes" if data["alternatives_considered"] else "no"


def _band(minutes: int | None) -> str:
    if minutes is None:
        return "unknown"
    bands = ((10, "under_10"), (20, "from_10"), (60, "from_20"))
    return next((name for limit, name in bands if minutes < limit), "from_60")

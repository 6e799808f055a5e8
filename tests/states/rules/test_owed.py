"""Requirements, victims and death: what is owed, and when (PF 2015, Requirements and Victims)."""

import random
from datetime import timedelta
from typing import Any

import pytest

from states.events.envelope import Event
from states.outbox import DeliveryStatus
from tests.states.custody import MONITORED, NPS, contact, of_row
from tests.states.requirements import duties, licence_with, order_with
from tests.states.stream import allocated, at, event, failed, law, played, serving, warned
from tests.states.wording import MANAGER
from tests.states.worlds import World, message

BANNED = {"starts_on": "2026-11-02", "ends_on": "2027-03-01"}


@pytest.mark.parametrize(
    ("kind", "row", "template"),
    [
        ("exclusion", "ev-exc-notify-police", "exclusion-notice"),
        ("prohibited_activity", "ev-par-notify-police", "prohibited-activity-notice"),
    ],
)
def test_the_police_are_told_of_a_ban_when_it_is_made(kind: str, row: str, template: str) -> None:
    """The person is prepared for it: nobody has to say first that it began."""
    seen = played(order_with(kind, area="High Street", **BANNED), "2026-11-10")

    assert "open" == duties(seen)[row]
    assert (template, "police") in seen.told()


def test_a_ban_that_begins_tells_the_police_once() -> None:
    """The notice of the making is that of the beginning."""
    began = event("requirement_started", "2026-11-12", requirement_id="R1")
    stream = order_with("exclusion", area="High Street", **BANNED)

    seen = played([*stream, began], "2026-11-20")

    notices = [n for n in seen.decided.effects.values() if n.template == "exclusion-notice"]
    assert ["police"] == [n.recipient for n in notices]


def test_a_ban_on_licence_is_told_when_the_licence_makes_it() -> None:
    """An exclusion that is a condition of the licence is prepared for like one of an order."""
    seen = played(licence_with("exclusion", area="High Street"), "2015-03-10")

    assert "open" == duties(seen)["ev-exc-notify-police"]


@pytest.mark.parametrize(
    "kind", ["drug_rehabilitation", "alcohol_treatment", "mental_health_treatment"]
)
def test_treatment_that_is_refused_under_a_requirement_of_treatment_is_judged(kind: str) -> None:
    """That it may be refused is the rule of the drug appointment alone."""
    report = event(
        "failure_reported", "2026-11-23", failure_id="F1", what="requirement",
        requirement_id="R1", treatment_refused=True,
    )  # fmt: skip

    seen = played([*order_with(kind), report], "2026-11-24")

    assert "running" == seen.clock("enforce-6wd/2026-11-23")[0]


def test_treatment_that_is_refused_at_a_drug_appointment_is_no_failure() -> None:
    """A person who keeps the appointment may refuse the treatment, here on licence."""
    report = event(
        "failure_reported", "2015-03-23", failure_id="F1", what="condition",
        requirement_id="R1", treatment_refused=True,
    )  # fmt: skip

    seen = played([*licence_with("drug_appointment"), report], "2015-03-24")

    reason = "no failure to comply: a person who keeps the appointment may refuse the treatment"
    assert ("applied", reason) == seen.verdict(report)


def test_electronic_monitoring_alone_misses_no_clock_of_standards_4_to_7() -> None:
    """The footnote leaves them out, so 5(c) and 6(b) are not missed beside a flag that says so."""
    sign = event("rosh_assessed", "2026-11-10", level="high")

    seen = played([*allocated(requirements=MONITORED), sign], "2027-01-11")

    rests_on = {c["standard"] for c in seen.view["clocks"]}
    assert {"5(c)", "6(b)"}.isdisjoint(rests_on)


def test_danger_is_acted_on_also_where_monitoring_is_all() -> None:
    """6(c) is never suppressed."""
    sign = event("rosh_assessed", "2026-11-10", level="high", immediate=True)

    seen = played([*allocated(requirements=MONITORED), sign], "2026-11-11")

    assert f"immediate-risk-action/{sign.uid}" in seen.clocks


class Post:
    """A case whose notices go out at once."""

    def __init__(self, *events: Event, now: str) -> None:
        self.world = World(random.Random(1))  # noqa: S311 - a test repeats itself
        self.receive(*events, now=now)

    def receive(self, *events: Event, now: str) -> None:
        """Receive events, decide at `now`, and send what is wanted."""
        acts = [(e.KIND, e.model_dump(mode="json", exclude_unset=True)) for e in events]
        moment = at(now)
        for act in acts:
            self.world.case.receive(message(act, moment))
        decided = self.world.case.decide(law(), moment)
        self.world.case.reconcile(decided, moment, timedelta(0))
        for key in self.world.case.outbox.queued(moment):
            self.world.case.outbox.start(key, moment)
            self.world.case.outbox.mark_sent(key, moment)

    def sent(self) -> set[tuple[str, str]]:
        """Return template and recipient of all that was sent."""
        return {
            (entry.effect.template, entry.effect.recipient)
            for entry in self.world.case.outbox.entries.values()
            if entry.status in (DeliveryStatus.SENT, DeliveryStatus.COMPENSATED)
        }


DIED = event("sentence_ended", "2026-11-30", reason="death", by=MANAGER)


def withdrawn(item: Event, when: str, **more: Any) -> Event:
    """Return the withdrawal of an event."""
    return event("event_withdrawn", when, event_id="undo", withdrawn_event_id=item.event_id, **more)


LATE = warned("W1", "2026-11-27", "F1")


def test_nothing_is_written_to_a_person_who_has_died() -> None:
    """A warning and an officer that are entered late go into the record and to nobody's door."""
    case = Post(*serving(), *failed("F1", "2026-11-23"), DIED, now="2026-11-30")
    before = case.sent()

    officer = event("officer_assigned", "2026-11-26", officer_id="N07A044", by=MANAGER)
    case.receive(LATE, officer, now="2026-12-01")

    assert {to for _, to in case.sent() - before}.isdisjoint({"person"})
    shown = played([*serving(), *failed("F1", "2026-11-23"), LATE, DIED], "2026-12-01")
    assert ["W1"] == [w["warning_id"] for w in shown.view["warnings"]]


def test_nothing_that_was_written_is_taken_back_from_a_person_who_has_died() -> None:
    """A warning that is withdrawn after the death is withdrawn on the record alone."""
    case = Post(*serving(), *failed("F1", "2026-11-23"), LATE, now="2026-11-28")
    before = case.sent()

    undone = event(
        "event_withdrawn", "2026-12-01", event_id="undo", withdrawn_event_id=LATE.event_id
    )
    case.receive(DIED, undone, now="2026-12-01")

    assert ("warning-letter", "person") in before
    assert {to for _, to in case.sent() - before}.isdisjoint({"person"})


def test_a_death_that_was_entered_in_error_sends_what_waited() -> None:
    """The notices are sent once the death is withdrawn."""
    case = Post(*serving(), *failed("F1", "2026-11-23"), DIED, now="2026-11-30")
    undone = event(
        "event_withdrawn",
        "2026-12-02",
        event_id="undo",
        withdrawn_event_id=DIED.event_id,
        by=MANAGER,
    )

    case.receive(LATE, undone, now="2026-12-02")

    assert ("warning-letter", "person") in case.sent()


@pytest.mark.parametrize(
    ("kind", "row", "settled_by"),
    [
        ("mental_health_treatment", "ev-mhtr-assessment", "treatment_assessed"),
        ("mental_health_treatment", "ev-mhtr-assessment", "treatment_offered"),
        ("mental_health_treatment", "ev-mhtr-offer", "treatment_offered"),
        ("mental_health_treatment", "ev-mhtr-link", "treatment_link_considered"),
        ("residence", "ev-res-suitability", "residence_suitable"),
        ("residence", "ev-res-suitability", "residence_unsuitable"),
        ("attendance_centre", "ev-acr-explained", "requirement_explained"),
        ("supervision", "ev-sup-explained", "requirement_explained"),
        ("alcohol_treatment", "ev-atr-willingness", "willingness_assessed"),
        ("curfew", "ev-cur-equipment", "equipment_explained"),
    ],
)
def test_what_prepares_a_requirement_is_owed_until_it_is_done(
    kind: str, row: str, settled_by: str
) -> None:
    """P.MHTR, P.RES, P.ACR, P.SUP, P.ATR, P.CUR: open from the making, settled by a contact."""
    stream = order_with(kind)
    done = contact(settled_by, "2026-11-12", requirement_id="R1")

    assert "open" == duties(played(stream, "2026-11-13"))[row]
    assert "done" == duties(played([*stream, done], "2026-11-13"))[row]


def test_an_assessment_is_no_offer_of_treatment_and_treatment_that_begins_was_offered() -> None:
    """P.MHTR: the provider still has to arrange it."""
    stream = order_with("mental_health_treatment")
    assessed = contact("treatment_assessed", "2026-11-12", requirement_id="R1")
    begun = event("requirement_started", "2026-11-20", requirement_id="R1", consent=True)

    seen = duties(played([*stream, assessed], "2026-11-21"))
    assert ("done", "open") == (seen["ev-mhtr-assessment"], seen["ev-mhtr-offer"])
    assert "done" == duties(played([*stream, assessed, begun], "2026-11-21"))["ev-mhtr-offer"]


def test_a_residence_that_is_found_unsuitable_is_acted_on() -> None:
    """P.RES: weighed, and not left at that; a place that was found to be suitable ends it."""
    stream = order_with("residence")
    unsuitable = contact("residence_unsuitable", "2026-11-12", requirement_id="R1")
    acted = contact("residence_action", "2026-11-13", requirement_id="R1")
    other = contact("residence_suitable", "2026-11-13", requirement_id="R1")

    seen = played([*stream, unsuitable], "2026-11-14")
    assert ["open"] == of_row(seen, "ev-res-unsuitable")
    for answer in (acted, other):
        answered = played([*stream, unsuitable, answer], "2026-11-14")
        assert ["done"] == of_row(answered, "ev-res-unsuitable")


@pytest.mark.parametrize(
    ("now", "status"), [("2026-12-01 23:59", "running"), ("2026-12-02 00:00", "missed")]
)
def test_mental_health_treatment_that_does_not_begin_as_planned_is_seen(
    now: str, status: str
) -> None:
    """A planned start has its clock, as for every other treatment."""
    stream = order_with("mental_health_treatment", starts_on="2026-12-01")

    assert (status, "2026-12-01") == played(stream, now).clock("mhtr-starts-as-planned/R1")


@pytest.mark.parametrize(
    "item",
    [
        event("hearing_listed", "2026-11-20", purpose="review", listed_on="2026-12-10"),
        event("report_requested", "2026-11-20", due_on="2026-12-01"),
    ],
)
def test_a_crc_whose_order_is_before_a_court_informs_the_nps(item: Event) -> None:
    """As for the Parole Board; the NPS informs itself of nothing."""
    of_nps = [serving()[0], event("case_allocated", "2026-11-02", **NPS), *serving()[2:]]

    assert ["open"] == of_row(played([*serving(), item], "2026-11-21"), "ev-crc-info-court")
    assert [] == of_row(played([*of_nps, item], "2026-11-21"), "ev-crc-info-court")


def test_what_touches_a_victims_safety_is_shared_under_an_order_too() -> None:
    """As on licence, until the victim unit is told."""
    changed = contact("victim_safety_changed", "2026-11-20")
    told = contact("victim_unit_told", "2026-11-21")

    before = played([*serving(), changed], "2026-11-22")
    done = played([*serving(), changed, told], "2026-11-22")

    row = "ev-victim-safety-community"
    assert (["open"], ["done"]) == (of_row(before, row), of_row(done, row))


def test_a_victim_is_told_of_the_end_of_an_order() -> None:
    """A key stage, within two working days of it."""
    victims = {"statutory_contact": True}
    ended = event("sentence_ended", "2026-11-30", reason="other", by=MANAGER)

    seen = played([*serving(victims=victims), ended], "2026-12-01")

    found = [c for c in seen.view["clocks"] if c["timescale"] == "victim-timely-info-community"]
    assert [("running", "2026-12-02")] == [(c["status"], c["due_on"]) for c in found]

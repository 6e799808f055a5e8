"""Each message is translated or waits for data; no value is invented."""

from typing import Any

import pytest

from activities.standards import STANDARDS
from runtime.ingest.mapping import Mappings, load_mappings
from runtime.ingest.outcomes import DeadLetterReason, IgnoredMessageError, UnmappableError
from runtime.ingest.translate import SentenceEvent, enrich, translate
from runtime.ingest.wire import parse_message
from states.time.london import day_of
from tests.runtime.ingest.fakes import Answers
from tests.runtime.ingest.messages import (
    ADJUSTMENT,
    ALLOCATED,
    ALLOCATION,
    BREACH,
    CREATED,
    CRN,
    MERGED,
    NOMS,
    ORDER,
    OTHER_CRN,
    OVERSIGHT,
    PAYBACK,
    RECALL,
    SESSION,
    TERMINATED,
    bare,
    message,
    received,
    released,
)

HELD = {f"probation/prisoners/{NOMS}/sentences": {"sentences": [{"crn": CRN, "event_number": "2"}]}}
SENTENCE = f"probation/people/{CRN}/sentences/1"
FOUND = {f"probation/people/{CRN}/sentences": {"event_number": "1"}}


@pytest.fixture(scope="module")
def mappings() -> Mappings:
    """The released mappings."""
    return load_mappings(STANDARDS)


async def became(mappings: Mappings, body: dict[str, Any], said: Any = None) -> list[SentenceEvent]:
    """The events that a message becomes, with these answers of look-ups."""
    arrival = parse_message(bare(body))
    rule = mappings.rule(arrival.type, day_of(arrival.occurred_at))
    known = await enrich(mappings, rule, arrival, Answers(said or {}))
    return translate(mappings, rule, arrival, known)


async def fields(
    mappings: Mappings, body: dict[str, Any], said: Any = None
) -> list[tuple[str, dict[str, Any]]]:
    """Kind and own fields of each event that a message becomes."""
    envelope = {"event_id", "occurred_at", "by"}
    return [
        (event.kind, {name: event.data[name] for name in event.data.keys() - envelope})
        for event in await became(mappings, body, said)
    ]


async def test_a_release_is_one_for_each_sentence_that_is_served(mappings: Mappings) -> None:
    """The look-up says whose number it is; the sender is the prison; the day is London's."""
    answers = {
        f"probation/prisoners/{NOMS}/sentences": {
            "sentences": [
                {"crn": CRN, "event_number": "1", "licence_ends_on": "2027-09-13"},
                {"crn": CRN, "event_number": "2"},
            ]
        }
    }
    first, second = await became(mappings, released(), answers)

    assert (CRN, "1", "released") == (first.crn, first.event_number, first.kind)
    assert "2" == second.event_number
    assert first.data["event_id"] == second.data["event_id"]
    assert {
        "occurred_at": "2026-09-14T14:09:54+00:00",
        "by": {"id": "SWI", "role": "prison", "organisation": "HMPS"},
        "released_on": "2026-09-14",
        "reason": "conditional_release",
        "licence_ends_on": "2027-09-13",
    } == {name: value for name, value in first.data.items() if name != "event_id"}


async def test_the_day_of_a_movement_is_londons(mappings: Mappings) -> None:
    """Half past eleven at night in UTC is the next day in a British summer."""
    (event,) = await became(mappings, received("2026-07-14T23:30:00Z"), HELD)

    assert "2026-07-15" == event.data["returned_on"]
    assert "2026-07-14T23:30:00+00:00" == event.data["occurred_at"]


@pytest.mark.parametrize(
    "body",
    [
        *(released(reason=reason) for reason in ("TRANSFERRED", "SENT_TO_COURT")),
        *(released(reason=f"{what}") for what in ("TEMPORARY_ABSENCE_RELEASE",)),
        released(reason="RELEASED_TO_HOSPITAL"),
        *(received(reason=reason) for reason in ("TRANSFERRED", "RETURN_FROM_COURT")),
        received(reason="TEMPORARY_ABSENCE_RETURN"),
    ],
    ids=lambda body: body["additionalInformation"]["reason"],
)
async def test_movements_that_do_not_count_mean_nothing(
    mappings: Mappings, body: dict[str, Any]
) -> None:
    """One type of message covers court, transfer, hospital and absence; nothing is asked then."""
    with pytest.raises(IgnoredMessageError):
        await became(mappings, body)


@pytest.mark.parametrize(
    ("body", "why", "said"),
    [
        (received(probableCause=None), DeadLetterReason.MISSING, "probableCause"),
        (received(probableCause="UNKNOWN"), DeadLetterReason.FOR_A_PERSON, "by hand"),
        (received(reason="UNKNOWN"), DeadLetterReason.UNKNOWN_CODE, "'UNKNOWN'"),
        (released(nomisMovementReasonCode="NCS"), DeadLetterReason.UNKNOWN_CODE, "'NCS'"),
        (
            released(nomsNumber="../../x"),
            DeadLetterReason.INVALID,
            "not an id that can be looked up",
        ),
    ],
    ids=["no cause", "unknown cause", "unknown reason", "unknown ground", "hostile number"],
)
async def test_a_movement_that_says_too_little_is_a_dead_letter(
    mappings: Mappings, body: dict[str, Any], why: DeadLetterReason, said: str
) -> None:
    """Why somebody is back, or on what ground released, is never guessed."""
    with pytest.raises(UnmappableError, match=said) as found:
        await became(mappings, body, HELD)

    assert why == found.value.why


async def test_an_allocation_gives_a_provider_and_an_officer(mappings: Mappings) -> None:
    """It has no event number: the look-up has it. A later one gives another officer alone."""
    body = message(ALLOCATED, allocationId="aaaa-1")
    path = "workload/allocation/event/aaaa-1"
    first = await became(mappings, body, {path: ALLOCATION})
    later = await became(mappings, body, {path: {**ALLOCATION, "initial": False}})

    assert ["case_allocated", "officer_assigned"] == [event.kind for event in first]
    assert ["officer_assigned"] == [event.kind for event in later]
    assert ("1", "CRC") == (later[0].event_number, later[0].data["by"]["organisation"])
    with pytest.raises(UnmappableError, match=r"no value at allocation\.authorised"):
        await became(mappings, body, {path: {**ALLOCATION, "authorised": None}})


async def test_a_sentence_is_looked_up_whole(mappings: Mappings) -> None:
    """Types and requirements are translated; what an imposition does not need is left behind."""
    ((kind, said),) = await fields(mappings, message(CREATED), {**FOUND, SENTENCE: ORDER})

    assert ("sentence_imposed", "community_order") == (kind, said["type"])
    assert ["rehabilitation_activity", "unpaid_work"] == [r["kind"] for r in said["requirements"]]
    assert "name" not in said


async def test_a_number_in_the_message_is_not_looked_up(mappings: Mappings) -> None:
    """Where a message has it, the first question falls away."""
    body = message(CREATED, eventNumber="1")

    assert "1" == (await became(mappings, body, {SENTENCE: ORDER}))[0].event_number


@pytest.mark.parametrize(
    ("change", "why", "said"),
    [
        ({"type": "999"}, DeadLetterReason.UNKNOWN_CODE, "sentence-types does not know code '999'"),
        ({"victims": None}, DeadLetterReason.MISSING, "statutory_contact"),
        ({"ends_on": None}, DeadLetterReason.INVALID, "a community order states ends_on"),
        ({"requirements": None}, DeadLetterReason.INVALID, "at least one requirement"),
        ({"sentenced_on": "14 September"}, DeadLetterReason.INVALID, r"sentence\.sentenced_on"),
    ],
    ids=["type", "victims", "end", "requirements", "day"],
)
async def test_a_sentence_of_which_too_little_is_known_is_a_dead_letter(
    mappings: Mappings, change: dict[str, Any], why: DeadLetterReason, said: str
) -> None:
    """The reason names what is missing, and no value."""
    with pytest.raises(UnmappableError, match=said) as found:
        await became(mappings, message(CREATED), {**FOUND, SENTENCE: {**ORDER, **change}})

    assert why == found.value.why


async def test_a_youth_order_means_nothing(mappings: Mappings) -> None:
    """These standards are those of adults."""
    with pytest.raises(IgnoredMessageError, match="youth rehabilitation order"):
        await became(mappings, message(CREATED), {**FOUND, SENTENCE: {**ORDER, "type": "342"}})


@pytest.mark.parametrize(
    ("reason", "kind", "said"),
    [
        ("death", "sentence_ended", {"ended_on": "2026-09-14", "reason": "death"}),
        (
            "good_progress",
            "court_decided",
            {"decided_on": "2026-09-14", "outcome": "good_progress"},
        ),
    ],
)
async def test_an_end_is_a_courts_or_another(
    mappings: Mappings, reason: str, kind: str, said: dict[str, str]
) -> None:
    """Death is no court's decision; good progress is."""
    ended = {SENTENCE: {"ended": {"on": "2026-09-14", "reason": reason}}}
    body = message(TERMINATED, eventNumber="1")

    assert [(kind, said)] == await fields(mappings, body, ended)


async def test_an_expired_sentence_ends_by_itself(mappings: Mappings) -> None:
    """Its own last day ends it; a reason that nobody knows is a dead letter."""
    body = message(TERMINATED, eventNumber="1")
    for reason, error in (("expired", IgnoredMessageError), ("0123", UnmappableError)):
        ended = {SENTENCE: {"ended": {"on": "2026-09-14", "reason": reason}}}
        with pytest.raises(error):
            await became(mappings, body, ended)


async def test_an_amended_sentence_ends_on_another_day(mappings: Mappings) -> None:
    """For custody, the last day of all, and of the licence."""
    ends = {"licence_ends_on": "2027-03-01", "pss_ends_on": "2027-09-01"}
    body = message("probation-case.sentence.amended", eventNumber="1")

    assert [("end_date_changed", {"ends_on": "2027-09-01", **ends})] == await fields(
        mappings, body, {SENTENCE: ends}
    )


@pytest.mark.parametrize(
    ("kind", "names", "why"),
    [
        (MERGED, ("sourceCRN", "targetCRN"), "merge"),
        ("probation-case.unmerge.completed", ("unmergedCRN", "reactivatedCRN"), "unmerge"),
        ("probation-case.sentence.moved", ("sourceCRN", "targetCRN"), "renumbering"),
    ],
)
async def test_sentences_go_on_under_another_crn(
    mappings: Mappings, kind: str, names: tuple[str, str], why: str
) -> None:
    """Each sentence that moves is sent its new reference; the look-up knows the numbers."""
    body = message(kind, crn=OTHER_CRN, **dict(zip(names, (CRN, OTHER_CRN), strict=True)))
    moved = [{"from_event_number": str(n), "to_event_number": str(n + 2)} for n in (1, 2)]
    events = await became(mappings, body, {"probation/moves": {"sentences": moved}})

    assert [(CRN, "1"), (CRN, "2")] == [(event.crn, event.event_number) for event in events]
    assert (why, OTHER_CRN, "4") == tuple(
        events[1].data[name] for name in ("why", "to_crn", "to_event_number")
    )


async def test_a_message_that_concerns_no_sentence_is_not_asked_about_again(
    mappings: Mappings,
) -> None:
    """An empty list is an answer; nothing waits for another."""
    with pytest.raises(IgnoredMessageError, match="concerns no sentence"):
        await became(mappings, received(), {path: {"sentences": []} for path in HELD})


async def test_a_conviction_is_no_recall(mappings: Mappings) -> None:
    """The person is in custody about another matter."""
    with pytest.raises(IgnoredMessageError, match="a conviction is no recall"):
        await became(mappings, received(probableCause="CONVICTED"), HELD)


@pytest.mark.parametrize(
    ("codes", "ground"),
    [
        (("HD", "HE", "HR", "HU"), "hdc"),
        (("PX",), "parole"),
        (("CR", "AR", "CE", "FR1", "FR2"), "conditional_release"),
        (("ECSL", "PD"), "other"),
    ],
)
async def test_every_common_release_has_its_ground(
    mappings: Mappings, codes: tuple[str, ...], ground: str
) -> None:
    """Home detention curfew and parole are releases too, and start the first contact."""
    for code in codes:
        ((_, said),) = await fields(mappings, released(nomisMovementReasonCode=code), HELD)
        assert ground == said["reason"], code


@pytest.mark.parametrize("day", ["2027-09-13", "2027-09-13T00:00:00+01:00"])
async def test_an_end_with_a_time_is_its_day(mappings: Mappings, day: str) -> None:
    """A new sentence and an amended one are read alike."""
    path = f"probation/people/{CRN}/sentences/1"
    said = {path: {**ORDER, "ends_on": day, "licence_ends_on": "", "court": " "}}
    for kind in (CREATED, "probation-case.sentence.amended"):
        ((_, sent),) = await fields(mappings, message(kind, eventNumber="1"), said)
        assert "2027-09-13" == sent["ends_on"]
        assert sent.keys().isdisjoint({"licence_ends_on", "court"})


async def test_an_empty_optional_text_does_not_hold_up_a_recall(mappings: Mappings) -> None:
    """`departure_rationale` is left out where the case system sends it empty."""
    path = f"probation/people/{CRN}/recalls"
    said = {path: {"recalls": [{**RECALL, "departure_rationale": ""}]}}
    body = message(OVERSIGHT, contactOutcome="DECISION_TO_RECALL")
    ((_, sent),) = await fields(mappings, body, said)

    assert "departure_rationale" not in sent


async def test_a_breach_is_the_officers(mappings: Mappings) -> None:
    """Who decided, on which failures and why comes from the look-up, or nothing is sent."""
    body = message("enforcement.breach.raised")
    path = f"probation/people/{CRN}/breaches"
    (event,) = await became(mappings, body, {path: {"breaches": [BREACH]}})

    assert ("breach_decided", "officer") == (event.kind, event.data["by"]["role"])
    for missing in ("by", "failure_ids", "rationale", "alternatives_considered"):
        less = {name: value for name, value in BREACH.items() if name != missing}
        with pytest.raises(UnmappableError, match=missing):
            await became(mappings, body, {path: {"breaches": [less]}})


@pytest.mark.parametrize(
    ("outcome", "kind"), [("continues", "court_decided"), ("withdrawn", "breach_withdrawn")]
)
async def test_a_breach_is_concluded(mappings: Mappings, outcome: str, kind: str) -> None:
    """By a court, or by taking it back; a code without a published meaning is a dead letter."""
    body = message("enforcement.breach.concluded")
    path = f"probation/people/{CRN}/breaches"
    said = {**BREACH, "outcome": outcome, "decided_on": "2026-09-14"}

    assert [kind] == [e.kind for e in await became(mappings, body, {path: {"breaches": [said]}})]
    with pytest.raises(UnmappableError, match="does not know code 'BRE01'"):
        await became(mappings, body, {path: {"breaches": [{**said, "outcome": "BRE01"}]}})


async def test_a_recall_is_decided_once(mappings: Mappings) -> None:
    """By the oversight of a recommendation, whose minute counts, or where there was none."""
    path = f"probation/people/{CRN}/recalls"
    oversight = message(OVERSIGHT, contactOutcome="DECISION_TO_RECALL")
    raised = message("enforcement.recall.raised")
    for body in (oversight, raised):
        ((kind, said),) = await fields(mappings, body, {path: {"recalls": [RECALL]}})
        assert ("recall_decided", "fixed_term") == (kind, said["recall_type"])
        assert 28 == said["term_days"]
    for code in ("LR", "fixed_term"):
        found = {path: {"recalls": [{**RECALL, "recall_type": code, "recalled_on_charge": "no"}]}}
        ((_, said),) = await fields(mappings, raised, found)
        assert "no" == said["recalled_on_charge"]
        assert "term_days" not in said

    recommended = {path: {"recalls": [{**RECALL, "recommended": True}]}}
    with pytest.raises(IgnoredMessageError, match="the oversight of the recommendation"):
        await became(mappings, raised, recommended)


async def test_a_decision_not_to_recall_is_a_contact(mappings: Mappings) -> None:
    """It goes on the record and starts no clock."""
    body = message(OVERSIGHT, contactOutcome="DECISION_NOT_TO_RECALL")
    ((kind, said),) = await fields(
        mappings, body, {f"probation/people/{CRN}/recalls": {"recalls": [{"event_number": "1"}]}}
    )

    assert ("contact_recorded", "recall_oversight") == (kind, said["kind"])


@pytest.mark.parametrize(
    ("outcome", "more", "kind"),
    [
        ("revoked", {"revoked_on": "2026-09-14"}, "licence_revoked"),
        ("refused", {}, "revocation_refused"),
        ("withdrawn", {}, "recall_withdrawn"),
    ],
)
async def test_a_recall_is_concluded(
    mappings: Mappings, outcome: str, more: dict[str, str], kind: str
) -> None:
    """The licence was revoked, or was not, or the officer took the recall back."""
    answer = {"recalls": [{**RECALL, "outcome": outcome, **more}]}
    body = message("enforcement.recall.concluded")

    events = await became(mappings, body, {f"probation/people/{CRN}/recalls": answer})
    assert [kind] == [event.kind for event in events]


async def test_requirements_are_added_and_ended(mappings: Mappings) -> None:
    """One that came with the sentence is reported by that message, and not twice."""
    path = f"probation/people/{CRN}/requirements"
    item = {
        "event_number": "1",
        "requirement_id": "R3",
        "kind": "F",
        "days": 10,
        "with_sentence": False,
        "changed_by": "court",
        "ended_on": "2026-09-14",
        "ended_by": "terminated",
    }
    created = message("probation-case.requirement.created")
    ended = message("probation-case.requirement.terminated")
    ((kind, added),) = await fields(mappings, created, {path: {"requirements": [item]}})
    ((other, gone),) = await fields(mappings, ended, {path: {"requirements": [item]}})

    assert ("requirement_changed", "requirement_completed") == (kind, other)
    wanted = {"requirement_id": "R3", "kind": "rehabilitation_activity", "days": 10}
    assert wanted == added["requirement"]
    assert "terminated" == gone["ended_by"]
    imposed = {**item, "with_sentence": True}
    with pytest.raises(IgnoredMessageError, match="imposed with the sentence"):
        await became(mappings, created, {path: {"requirements": [imposed]}})


@pytest.mark.parametrize(
    ("outcome", "kinds"),
    [
        ("ATTC", ["appointment_attended", "requirement_progressed"]),
        ("AFTC", ["appointment_attended", "failure_reported"]),
        ("UACP", ["failure_reported"]),
        ("AAME", ["contact_recorded"]),
        ("RSOF", ["appointment_cancelled"]),
    ],
)
async def test_a_session_of_unpaid_work_has_an_outcome(
    mappings: Mappings, outcome: str, kinds: list[str]
) -> None:
    """Attended with its hours, failed, missed, excused or moved."""
    session = {"unpaid-work/appointments/7": {**SESSION, "outcome": outcome}}
    events = await became(mappings, message(PAYBACK, appointmentId=7), session)

    assert kinds == [event.kind for event in events]
    assert {"UPW-7"} == {event.subject for event in events}


@pytest.mark.parametrize("key", ["APPOINTMENT_ID", "DELIUS_APPOINTMENT_ID", "EVENT_ID"])
async def test_the_publishers_own_keys_name_a_session(mappings: Mappings, key: str) -> None:
    """Unpaid work messages name their ids in capitals."""
    said = {"unpaid-work/appointments/7": SESSION, "unpaid-work/adjustments/7": ADJUSTMENT}

    assert 2 == len(
        await became(mappings, {**message(PAYBACK), "additionalInformation": {key: 7}}, said)
    )
    adjusted = message("community-payback.adjustment.created", EVENT_ID=7)
    assert 1 == len(await became(mappings, adjusted, said))


@pytest.mark.parametrize(
    ("worked", "minutes"),
    [
        ({"hours": 5.5}, 330),
        ({"hours": "7.25"}, 435),
        ({"hours": None, "minutes": 390}, 390),
        ({"hours": 0}, 0),
    ],
    ids=["half an hour", "a text", "minutes alone", "none"],
)
async def test_a_session_credits_its_minutes(
    mappings: Mappings, worked: dict[str, Any], minutes: int
) -> None:
    """Parts of an hour count, and minutes where no hours are given."""
    session = {"unpaid-work/appointments/7": {**SESSION, **worked}}
    _, (kind, sent) = await fields(mappings, message(PAYBACK, appointmentId=7), session)

    assert ("requirement_progressed", minutes) == (kind, sent["minutes"])


@pytest.mark.parametrize(
    ("amount", "minutes"), [({"hours": -2}, -120), ({"minutes": -45}, -45), ({"hours": 1.5}, 90)]
)
async def test_an_adjustment_credits_or_takes_back(
    mappings: Mappings, amount: dict[str, Any], minutes: int
) -> None:
    """An adjustment of minus two hours takes 120 minutes back."""
    adjusted = message("community-payback.adjustment.created", adjustmentId="8")
    said = {"unpaid-work/adjustments/8": {**ADJUSTMENT, "hours": None, **amount}}
    ((kind, sent),) = await fields(mappings, adjusted, said)

    assert ("requirement_progressed", minutes) == (kind, sent["minutes"])


@pytest.mark.parametrize("hours", ["many", True, float("inf"), []])
async def test_hours_that_are_no_number_are_a_dead_letter(mappings: Mappings, hours: Any) -> None:
    """Nothing is guessed."""
    session = {"unpaid-work/appointments/7": {**SESSION, "hours": hours}}
    with pytest.raises(UnmappableError, match=r"appointment\.hours is not a number of hours"):
        await became(mappings, message(PAYBACK, appointmentId=7), session)


async def test_a_renamed_outcome_is_the_same_failure(mappings: Mappings) -> None:
    """UAAB before 1 May 2026 and UACP from then on; either out of its time needs a person."""
    before, after = "2026-04-30T22:59:59Z", "2026-04-30T23:00:00Z"
    for at, code in ((before, "UAAB"), (after, "UACP")):
        session = {"unpaid-work/appointments/7": {**SESSION, "outcome": code}}
        ((_, said),) = await fields(mappings, message(PAYBACK, at, appointmentId=7), session)
        assert "missed_appointment" == said["what"]
    for at, code in ((before, "UACP"), (after, "UAAB")):
        session = {"unpaid-work/appointments/7": {**SESSION, "outcome": code}}
        with pytest.raises(UnmappableError, match="only on other days"):
            await became(mappings, message(PAYBACK, at, appointmentId=7), session)


async def test_work_is_booked_assessed_and_credited(mappings: Mappings) -> None:
    """The other messages of unpaid work."""
    said = {
        "unpaid-work/appointments/7": SESSION,
        "unpaid-work/adjustments/8": {**SESSION, "on": "2026-09-14"},
        f"probation/people/{CRN}/events/1509323237": {"event_number": "3"},
    }
    booked = message("community-payback.appointment.created", appointmentId=7)
    credited = message("community-payback.adjustment.created", adjustmentId="8")
    assessed = message("unpaid-work.assessment.completed", eventId="1509323237", episodeId="e")

    events = [event for body in (booked, credited, assessed)
              for event in await became(mappings, body, said)]  # fmt: skip
    assert ["appointment_arranged", "requirement_progressed", "contact_recorded"] == [
        event.kind for event in events
    ]
    assert "3" == events[2].event_number


async def test_an_event_has_one_id_whenever_it_is_derived(mappings: Mappings) -> None:
    """From what the message says alone, so that the sentence knows a repeat."""
    (one,) = await became(mappings, received(), HELD)
    (again,) = await became(mappings, {**received(), "publishedAt": "later"}, HELD)
    (other,) = await became(mappings, received("2026-09-14T15:09:55+01:00"), HELD)

    assert one.data["event_id"] == again.data["event_id"] != other.data["event_id"]
    assert one.data["event_id"].startswith("hmpps-")

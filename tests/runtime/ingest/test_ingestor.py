"""Ingestion of one message after the other: repeats, dead letters, retries and retractions."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.records.ingest_log import IngestLog
from runtime.ingest.ingestor import dismiss
from runtime.ingest.mapping import MappingFile, Mappings
from runtime.ingest.outcomes import DeadLetterReason, IngestOutcome, IngestStatus, UnmappableError
from tests.postgres import Postgres
from tests.runtime.ingest.bench import ENDED, HELD, NOW, Bench
from tests.runtime.ingest.messages import (
    CRN,
    NOMS,
    PAYBACK,
    SESSION,
    TERMINATED,
    UNTERMINATED,
    bare,
    from_topic,
    message,
    received,
    released,
)
from tests.stores import open_files, open_pair


async def test_a_message_is_carried_out_once(bench: Bench) -> None:
    """Not by its id nor by its content a second time, nor in another envelope."""
    first = await bench.take(from_topic(released(), "m-1"))
    again = [
        await bench.take(from_topic(released(), "m-1")),
        await bench.take(from_topic(released(), "m-2")),
        await bench.take(bare({**released(), "publishedAt": "2026-09-14T17:00:00Z"})),
    ]

    assert (IngestOutcome.SENT, 1) == (first.outcome, first.events)
    assert [f"sentence-{CRN}-1"] == list(first.sentences)
    assert [IngestOutcome.REPEATED] * 3 == [result.outcome for result in again]
    assert ["released"] == bench.sentences.kinds


async def test_an_id_with_another_content_is_a_dead_letter(bench: Bench) -> None:
    """Nothing is sent of it; whoever looked at it may replay it."""
    await bench.take(from_topic(released(), "m-1"))
    other = await bench.take(from_topic(received(), "m-1"))

    assert (IngestOutcome.DEAD_LETTER, DeadLetterReason.ID_CONFLICT) == (other.outcome, other.why)
    (dead,) = bench.messages.with_status(IngestStatus.DEAD_LETTER)
    assert IngestOutcome.SENT == (await bench.ingestor.retry(dead)).outcome


async def test_what_is_sent_or_means_nothing_is_not_kept(bench: Bench) -> None:
    """The content of a message is deleted; its digest stays, so that a repeat is detected."""
    for body in (released(), released(reason="TRANSFERRED")):
        digest = (await bench.take(bare(body))).digest
        found = bench.messages.find(digest)
        assert found is not None
        assert (None, None) == (found.body, found.events)
        assert IngestOutcome.REPEATED == (await bench.take(bare(body))).outcome
    assert [("prison-offender-events.prisoner.released", None)] == bench.listed(
        IngestStatus.IGNORED
    )


async def test_an_unknown_type_is_a_dead_letter_until_a_mapping_is_added(bench: Bench) -> None:
    """It is kept as it came, seen, and replayed by the mappings of then."""
    text = bare(message("probation-case.registration.added", registerTypeCode="RHRH"))
    dead = await bench.take(text)
    assert (IngestOutcome.DEAD_LETTER, DeadLetterReason.UNKNOWN_TYPE) == (
        dead.outcome,
        dead.why,
    )
    (kept,) = bench.messages.with_status(IngestStatus.DEAD_LETTER)
    assert text == kept.body

    assert IngestOutcome.DEAD_LETTER == (await bench.ingestor.retry(kept)).outcome
    row = {"type": kept.type, "means": "A register.", "source": "Ours.", "ignored": "Not yet."}
    bench.mappings = Mappings.of([MappingFile.model_validate({"name": "b", "messages": [row]},
                                                             strict=False)])  # fmt: skip
    assert IngestOutcome.IGNORED == (await bench.ingestor.retry(kept)).outcome
    assert [] == bench.listed()


@pytest.mark.parametrize("text", ["{", "\x00", "[]", '{"eventType": "x\\u0000", "occurredAt": 1}'])
async def test_what_cannot_be_read_is_a_dead_letter_as_it_came(bench: Bench, text: str) -> None:
    """Poison does not come twice, and a database takes it whatever it is."""
    first, again = await bench.take(text, "m-1"), await bench.take(text, "m-2")

    assert (IngestOutcome.DEAD_LETTER, DeadLetterReason.UNREADABLE) == (first.outcome, first.why)
    assert IngestOutcome.REPEATED == again.outcome
    (kept,) = bench.messages.with_status(IngestStatus.DEAD_LETTER)
    assert IngestOutcome.DEAD_LETTER == (await bench.ingestor.retry(kept)).outcome


async def test_a_look_up_that_fails_is_tried_again_by_itself(bench: Bench) -> None:
    """After a minute, then ever later, and at last it is sent, as of when it occurred."""
    path = f"probation/prisoners/{NOMS}/sentences"
    failed = UnmappableError(DeadLetterReason.LOOK_UP_FAILED, "no answer")
    bench.answers.said[path] = failed
    assert DeadLetterReason.LOOK_UP_FAILED == (await bench.take(bare(received()))).why

    assert [] == await bench.ingestor.retry_due()
    bench.now += timedelta(minutes=1)
    assert [IngestOutcome.DEAD_LETTER] == [
        result.outcome for result in await bench.ingestor.retry_due()
    ]
    bench.answers.said |= HELD
    bench.now += timedelta(minutes=1)
    assert [] == await bench.ingestor.retry_due()
    bench.now += timedelta(minutes=1)
    assert [IngestOutcome.SENT] == [result.outcome for result in await bench.ingestor.retry_due()]
    assert [] == await bench.ingestor.retry_due()
    assert "2026-09-14T14:09:54+00:00" == bench.sentences.sent[0].data["occurred_at"]


async def test_what_is_cut_short_goes_on_with_the_same_events(bench: Bench) -> None:
    """Temporal is down: the message comes again, and no look-up is asked a second time."""
    bench.sentences.fault = RPCError("down", RPCStatusCode.UNAVAILABLE, b"")
    with pytest.raises(RPCError):
        await bench.take(from_topic(released(), "m-1"))
    assert 1 == len(bench.messages.with_status(IngestStatus.UNDER_WAY))

    bench.sentences.fault = None
    bench.answers.said.clear()
    again = await bench.take(from_topic(released(), "m-1"))

    assert (IngestOutcome.SENT, ["released"]) == (again.outcome, bench.sentences.kinds)


async def test_a_closed_file_makes_a_dead_letter(bench: Bench) -> None:
    """A person has to see a message that arrived too late."""
    bench.sentences.fault = WorkflowAlreadyStartedError("sentence", "SentenceWorkflow")

    assert DeadLetterReason.CLOSED == (await bench.take(bare(released()))).why


STORY: Final = [
    (kind, f"2026-09-0{day}T10:00:00Z")
    for day, kind in enumerate((TERMINATED, UNTERMINATED, TERMINATED, UNTERMINATED), start=1)
]
ORDERS: Final = ((0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 3, 0, 1))


async def test_an_end_that_did_not_stand_is_taken_back_in_any_order(
    tmp_path: Path, released_mappings: Mappings
) -> None:
    """Two ends, each taken back: whichever of the four comes first, the same is withdrawn."""
    outcomes = set()
    for number, order in enumerate(ORDERS):
        with open_files(tmp_path / str(number)) as store:
            bench = Bench(IngestLog(store.main), released_mappings)
            bench.answers.said |= ENDED
            for kind, at in (STORY[place] for place in order):
                await bench.take(bare(message(kind, at, eventNumber="1")))
            assert [] == bench.listed()
        outcomes.add(bench.sentences.targets)

    (sent,) = outcomes
    # The first end lies before both retractions, the second before one: three withdrawals.
    assert (5, 3) == (len(sent), len([1 for _, target in sent if target is not None]))
    ends = {event_id for event_id, target in sent if target is None}
    assert ends == {target for _, target in sent if target is not None}


async def test_an_undoing_waits_for_what_it_undoes(bench: Bench) -> None:
    """It is a dead letter until then, and it withdraws only earlier events."""
    bench.answers.said |= ENDED
    undone = bare(message(UNTERMINATED, "2026-09-02T10:00:00Z", eventNumber="1"))
    after = bare(message(TERMINATED, "2026-09-03T10:00:00Z", eventNumber="1"))
    before = bare(message(TERMINATED, "2026-09-01T10:00:00Z", eventNumber="1"))

    assert DeadLetterReason.NOTHING_TO_UNDO == (await bench.take(undone)).why
    await bench.take(after)
    assert [(UNTERMINATED, DeadLetterReason.NOTHING_TO_UNDO)] == bench.listed()
    await bench.take(before)

    assert [] == bench.listed()
    assert ["sentence_ended", "sentence_ended", "event_withdrawn"] == bench.sentences.kinds
    by = bench.sentences.sent[-1].data["by"]
    assert bench.sentences.sent[1].data["by"]["organisation"] == by["organisation"]


async def test_a_later_word_on_a_session_takes_back_the_earlier(bench: Bench) -> None:
    """First attended, then found to be missed: the attendance and its hours do not stand."""
    path = "unpaid-work/appointments/7"
    bench.answers.said[path] = SESSION
    await bench.take(bare(message(PAYBACK, "2026-09-14T17:00:00Z", appointmentId=7)))
    bench.answers.said[path] = {**SESSION, "outcome": "UACP"}
    await bench.take(bare(message(PAYBACK, "2026-09-15T09:00:00Z", appointmentId=7)))

    first, second = bench.sentences.sent[:2], bench.sentences.sent[3:]
    assert ["appointment_attended", "requirement_progressed"] == [event.kind for event in first]
    assert {event.data["event_id"] for event in first} == {
        event.data["withdrawn_event_id"] for event in second
    }


async def test_an_outcome_that_is_taken_off_takes_its_failure_with_it(bench: Bench) -> None:
    """Missed, then no outcome at all: the failure is withdrawn, and nothing takes its place."""
    path = "unpaid-work/appointments/7"
    bench.answers.said[path] = {**SESSION, "outcome": "UACP"}
    await bench.take(bare(message(PAYBACK, "2026-09-14T17:00:00Z", appointmentId=7)))
    bench.answers.said[path] = {**SESSION, "outcome": None}
    gone = bare(message(PAYBACK, "2026-09-15T09:00:00Z", appointmentId=7))

    assert IngestOutcome.SENT == (await bench.take(gone)).outcome

    failure, withdrawal = bench.sentences.sent
    assert ("failure_reported", "event_withdrawn") == (failure.kind, withdrawal.kind)
    assert failure.data["event_id"] == withdrawal.data["withdrawn_event_id"]


async def test_a_session_without_an_outcome_is_no_event(bench: Bench) -> None:
    """There was nothing to take off, and no dead letter is left."""
    bench.answers.said["unpaid-work/appointments/7"] = {**SESSION, "outcome": None}

    taken = await bench.take(bare(message(PAYBACK, appointmentId=7)))

    assert (IngestOutcome.IGNORED, []) == (taken.outcome, bench.sentences.sent)
    assert "no outcome" in (taken.reason or "")


async def test_an_erased_person_is_forgotten(bench: Bench) -> None:
    """The stored messages of the person are erased; a person has to erase the record too."""
    kept = await bench.take(bare(message("unheard-of")))
    erased = await bench.take(bare(message("probation-case.deleted.gdpr")))

    assert DeadLetterReason.FOR_A_PERSON == erased.why
    forgotten = bench.messages.find(kept.digest)
    assert forgotten is not None
    assert (None, None) == (forgotten.body, forgotten.crn)
    assert DeadLetterReason.UNREADABLE == (await bench.ingestor.retry(forgotten)).why
    dead = bench.messages.find(erased.digest)
    assert dead is not None
    dismiss(bench.messages, dead, "Erased the case record.", NOW)
    done = bench.messages.find(erased.digest)
    assert done is not None
    assert (IngestStatus.DISMISSED, None, None) == (done.status, done.body, done.crn)


async def test_another_database_does_the_same(
    postgres: Postgres, tmp_path: Path, released_mappings: Mappings
) -> None:
    """PostgreSQL keeps, finds, tries again, undoes and forgets like SQLite."""
    with open_pair(postgres, tmp_path) as store:
        bench = Bench(IngestLog(store.main), released_mappings)
        became = [(await bench.take(text, "m-1")).outcome for text in (bare(released()), "\x00")]
        bench.answers.said |= ENDED
        for kind, at in (STORY[1], STORY[0]):
            await bench.take(bare(message(kind, at, eventNumber="1")))
        bench.answers.said.clear()
        await bench.take(bare(received()))
        bench.now += timedelta(hours=1)
        again = [result.why for result in await bench.ingestor.retry_due()]

        assert [IngestOutcome.SENT, IngestOutcome.DEAD_LETTER] == became
        assert ["released", "sentence_ended", "event_withdrawn"] == bench.sentences.kinds
        assert [DeadLetterReason.NO_SENTENCE] == again
        assert 2 == bench.messages.erase_person(CRN)


def test_statuses_are_the_words_of_the_database() -> None:
    """They are kept for years: none may change."""
    words: Any = ["under_way", "sent", "ignored", "dead_letter", "dismissed"]

    assert words == [status.value for status in IngestStatus]

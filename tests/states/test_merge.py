"""One case file takes over another: nothing is lost, overwritten or counted twice."""

from datetime import timedelta

from states.entities import Effect
from states.event_log import LOG_BUDGET, EventLog
from states.merge import merge
from states.messages import ParsedMessage
from states.outbox import DeliveryStatus, OutboxEntry
from tests.states.stream import allocated, at, case_of, event, incoming, law, serving

NOW = at("2026-11-23")
QUIET = timedelta(minutes=15)
HERE, THERE = "sentence-X320999-2", "sentence-X320741-1"


def _junk(number: int) -> ParsedMessage:
    return ParsedMessage("junk", f"{number:032x}", NOW, 1, None, "unknown_kind", "no")


def _told(case: EventLog) -> EventLog:
    """Return the case file with all its desired notices marked as sent."""
    case.reconcile(case.decide(law(), NOW), NOW, QUIET)
    for key in case.outbox.queued(NOW):
        case.outbox.start(key, NOW)
        case.outbox.mark_sent(key, NOW)
    return case


def test_a_file_that_held_nothing_becomes_the_other() -> None:
    """The same log, the same outbox, and nothing is sent again."""
    case, other = EventLog(), _told(case_of(serving()))
    merge(case, other, THERE, HERE)
    assert other.log == case.log
    case.reconcile(case.decide(law(), NOW), NOW, QUIET)
    assert other.outbox.entries == case.outbox.entries
    assert [THERE] == case.origins


def test_what_both_files_hold_is_one_event_and_its_notice_went_out_once() -> None:
    """A notice that either of them sent counts as sent."""
    case, other = case_of(allocated()), _told(case_of(allocated()))
    case.reconcile(case.decide(law(), NOW), NOW, QUIET)
    assert {DeliveryStatus.QUEUED} == {line.status for line in case.outbox.entries.values()}
    merge(case, other, THERE, HERE)
    assert (2, 0) == (len(case.log), case.repeats.count)
    assert {DeliveryStatus.SENT} == {line.status for line in case.outbox.entries.values()}


def test_the_notes_of_both_files_are_kept_each_once() -> None:
    """However often the other file comes."""
    case, other = EventLog(), EventLog()
    case.audit_notes.append("ours")
    other.audit_notes.extend(["ours", "theirs"])
    for _ in range(2):
        merge(case, other, THERE, HERE)
    assert ["ours", "theirs"] == list(case.audit_notes)


def test_what_this_file_told_is_not_made_untold() -> None:
    """Nor is a line that has come further elsewhere taken for an earlier one."""
    case, other = _told(case_of(allocated())), case_of(allocated())
    other.reconcile(other.decide(law(), NOW), NOW, QUIET)
    merge(case, other, THERE, HERE)
    assert {DeliveryStatus.SENT} == {line.status for line in case.outbox.entries.values()}


def test_every_way_of_standing_has_its_place_when_two_files_are_joined() -> None:
    """A notice that the other sentence sent is sent, even if it is blocked here."""
    for sending in DeliveryStatus:
        case, other = EventLog(), EventLog()
        effect = Effect("letter/W1/CRC/e1/person", "letter", "person", "W1")
        case.outbox.put(effect.key, OutboxEntry(effect, sending, NOW))
        other.outbox.put(effect.key, OutboxEntry(effect, DeliveryStatus.SENT, NOW + QUIET))
        merge(case, other, THERE, HERE)
        assert DeliveryStatus.SENT is case.outbox.entries[effect.key].status


def test_the_same_id_with_other_content_stands_as_it_was() -> None:
    """The other one is listed, once, however often the file comes."""
    mine = event("contact_recorded", "2026-11-20", event_id="c", fact="Here.")
    theirs = event("contact_recorded", "2026-11-21", event_id="c", fact="There.")
    case, other = case_of([*serving(), mine]), case_of([*serving(), theirs])
    for _ in range(2):
        merge(case, other, THERE, HERE)
    assert {"id_conflict": 1} == case.quarantine.by_code
    assert mine.occurred_at in [entry.event.occurred_at for entry in case.log]
    assert theirs.occurred_at not in [entry.event.occurred_at for entry in case.log]


def test_the_account_of_what_could_not_be_read_stays_exact_there_and_back() -> None:
    """Each file counts its own; whoever takes another over knows both, also after a return."""
    old, new = EventLog(), EventLog()
    for number in range(3):
        old.receive(_junk(number))
    for number in range(10, 15):
        new.receive(_junk(number))
    old.receive(incoming(serving()[0]))
    old.receive(incoming(serving()[0]))
    for _ in range(2):
        merge(new, old, THERE, HERE)
    assert (8, 1, 8) == (new.quarantine.tally.count, new.repeats.count, len(new.quarantine.listed))
    new.receive(_junk(20))
    merge(old, new, HERE, THERE)
    merge(new, old, THERE, HERE)
    for case in (old, new):
        assert (9, 1) == (case.quarantine.tally.count, case.repeats.count)
    checksum = sum(number for number in (0, 1, 2, 10, 11, 12, 13, 14, 20))
    assert checksum == old.quarantine.tally.checksum


def test_a_file_that_is_full_lists_what_it_could_not_take() -> None:
    """It is visible, as for any message."""
    case, other = case_of(serving()), case_of([event("contact_recorded", "2026-11-20")])
    case.size = LOG_BUDGET
    merge(case, other, THERE, HERE)
    assert {"log_full": 1} == case.quarantine.by_code

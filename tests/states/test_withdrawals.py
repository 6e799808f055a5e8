"""Events that remain in effect after withdrawals and corrections."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from states.events.envelope import Event
from states.withdrawals import effective_log
from tests.states.stream import allocated, event, played
from tests.states.wording import COURT_OFFICER, MANAGER, OFFICER

OTHER_MANAGER = {**COURT_OFFICER, "role": "line_manager"}


def _contact(event_id: str, **more: Any) -> Event:
    return event("contact_recorded", "2026-11-10", event_id=event_id, **more)


def _withdrawal(event_id: str, target: str, **more: Any) -> Event:
    fields = {"event_id": event_id, "withdrawn_event_id": target, **more}
    return event("event_withdrawn", "2026-11-10", **fields)


def _report(event_id: str, failure_id: str) -> Event:
    return event("failure_reported", "2026-11-10", event_id=event_id, failure_id=failure_id)


def _live(*log: Event) -> list[str]:
    found = effective_log(sorted(log, key=lambda item: item.sort_key))
    return sorted(item.event_id for item in found.live)


def _verdict(item: Event, *log: Event) -> tuple[str, str]:
    found = effective_log(sorted((item, *log), key=lambda entry: entry.sort_key)).verdicts[item.uid]
    return found.verdict.value, found.reason


def test_a_withdrawal_works_wherever_it_lies() -> None:
    """Its own time does not matter: also one dated before its target takes it back."""
    target = _contact("a")
    for day in ("2026-11-01", "2026-11-10", "2027-01-01"):
        early = event("event_withdrawn", day, event_id="w", withdrawn_event_id="a")
        assert ["w"] == _live(target, early)
        assert ("withdrawn", "by event w") == _verdict(target, early)


def test_a_failure_is_withdrawn_when_none_of_its_reports_stands() -> None:
    """A warning or breach that named it named a failure that did not happen."""
    reports = [_report("a", "F1"), _report("b", "F1"), _report("c", "F2")]
    first, second = _withdrawal("w1", "a"), _withdrawal("w2", "b")

    assert frozenset() == effective_log([*reports, first]).withdrawn_failures
    assert {"F1"} == effective_log([*reports, first, second]).withdrawn_failures


def test_a_withdrawal_without_its_target_waits() -> None:
    """The target may still come, and is then left out."""
    alone = _withdrawal("w", "a")
    assert ("held", "waits for event a") == _verdict(alone)


def test_a_correction_stands_before_its_original_has_come() -> None:
    """The act that it describes happened; the original is left out when it comes."""
    new = _contact("b", replaces="a")
    assert ["b"] == _live(new)
    assert ["b"] == _live(new, _contact("a"))
    assert ("replaced", "by event b") == _verdict(_contact("a"), new)


def test_of_two_corrections_of_one_event_the_last_word_stands() -> None:
    """Seven hours, corrected to five and then to six, are six."""
    log = [_contact("a"), _contact("b", replaces="a"), _contact("c", replaces="a")]
    assert ["c"] == _live(*log)
    assert ("replaced", "by event c") == _verdict(log[0], *log[1:])
    assert ("replaced", "by event c") == _verdict(log[1], log[0], log[2])
    assert ["b", "w"] == _live(*log, _withdrawal("w", "c"))
    assert ["c"] == _live(*log[1:])


def test_a_correction_of_a_correction_leaves_the_original_out() -> None:
    """Also a correction of the original that is told before it: one word stands, the last."""
    log = [_contact("a"), _contact("b", replaces="a"), _contact("c", replaces="b")]
    early = event("contact_recorded", "2026-11-09", event_id="e", replaces="a")
    assert ["c"] == _live(*log)
    assert ["c"] == _live(*log, early)
    assert ["b", "w"] == _live(*log, early, _withdrawal("w", "c"))
    assert ["early"] == _live(
        *log[:2], event("contact_recorded", "2026-11-09", event_id="early", replaces="b")
    )


def test_a_withdrawn_withdrawal_lets_its_target_stand() -> None:
    """Chains are read from their free end."""
    log = [_contact("a"), _withdrawal("w1", "a"), _withdrawal("w2", "w1")]
    assert ["a", "w2"] == _live(*log)
    assert ["w1", "w3"] == _live(*log, _withdrawal("w3", "w2"))


def test_only_its_own_organisation_or_a_line_manager_takes_an_event_back() -> None:
    """Anyone else is refused, and the event stands."""
    target, stranger = _contact("a"), _withdrawal("w", "a", by=COURT_OFFICER)
    reason = "only the organisation that sent an event, or a line manager, takes it back"
    assert ["a"] == _live(target, stranger)
    assert ("refused", reason) == _verdict(stranger, target)
    assert ["w"] == _live(target, _withdrawal("w", "a", by=OTHER_MANAGER))


def test_an_id_that_two_organisations_use_means_the_one_of_the_sender() -> None:
    """A manager of a third organisation cannot say which is meant."""
    ours, theirs = _contact("a", by=OFFICER), _contact("a", by=COURT_OFFICER)
    third = {**MANAGER, "organisation": "THIRD"}
    left = effective_log([ours, theirs, _withdrawal("w", "a")]).live
    assert theirs in left
    assert ours not in left
    verdict, reason = _verdict(_withdrawal("w", "a", by=third), ours, theirs)
    assert ("refused", True) == (verdict, reason.startswith("2 organisations sent an event a"))


def test_an_event_cannot_take_itself_back() -> None:
    """A correction of itself is refused: it says nothing about any other event."""
    assert ("refused", "an event cannot take itself back") == _verdict(_contact("a", replaces="a"))


def test_a_ring_withdraws_nothing_and_a_ring_broken_from_outside_is_a_chain() -> None:
    """Two that take back one another are both refused, until a third takes back one of them."""
    ring = [_contact("a", replaces="b"), _contact("b", replaces="a")]
    reason = "these events take back one another"
    assert [] == _live(*ring)
    assert ("refused", reason) == _verdict(ring[0], ring[1])
    assert ["b", "w"] == _live(*ring, _withdrawal("w", "a"))


def _grounded(names: set[str], attacks: set[tuple[str, str]]) -> tuple[set[str], set[str]]:
    """Return what stands and what is gone, by asking all again until no answer changes."""
    stands: set[str] = set()
    gone: set[str] = set()
    while True:
        fresh_stands = {n for n in names if all(a in gone for a, target in attacks if target == n)}
        fresh_gone = {n for n in names if any(a in stands for a, target in attacks if target == n)}
        if (fresh_stands, fresh_gone) == (stands, gone):
            return stands, gone
        stands, gone = fresh_stands, fresh_gone


def _way(name: str, corrects: dict[str, str]) -> list[str]:
    """Return an event, what it corrects, and so on; nothing where that comes round again."""
    way = [name]
    while way[-1] in corrects:
        way.append(corrects[way[-1]])
        if way[-1] in way[:-1]:
            return []
    return way


def _attacks(
    targets: dict[str, str], withdrawing: set[str], order: list[str]
) -> set[tuple[str, str]]:
    """Return who takes back whom: its target, and what is a lesser word on the same original."""
    corrects = {sender: t for sender, t in targets.items() if sender not in withdrawing}
    found = set(targets.items())
    ways = [way for way in (_way(name, corrects) for name in order) if way]
    for upper in ways:
        for lower in ways:
            words = [
                (max(map(order.index, way)), len(way), order.index(way[0]))
                for way in (upper, lower)
            ]
            if upper[-1] == lower[-1] and words[0] > words[1]:
                found.add((upper[0], lower[0]))
    return found


NAMES = "abcdefgh"


@given(
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(NAMES), max_size=8),
    st.sets(st.sampled_from(NAMES)),
)
@example({"a": "b", "b": "c", "c": "b"}, {"a", "b", "c"})
@example({"b": "a", "c": "a", "d": "b", "e": "d"}, {"e"})
@example({"a": "b", "b": "c", "c": "a", "d": "a"}, set())
def test_what_stands_is_the_least_answer_that_all_references_agree_on(
    references: dict[str, str], withdrawing: set[str]
) -> None:
    """Chains, forks, rings and tails into rings, of withdrawals and of corrections."""
    targets = {sender: target for sender, target in references.items() if sender != target}
    log = [_contact(name) for name in NAMES if name not in targets]
    for sender, target in targets.items():
        withdraws = sender in withdrawing
        log.append(_withdrawal(sender, target) if withdraws else _contact(sender, replaces=target))
    log.sort(key=lambda item: item.sort_key)
    attacks = _attacks(targets, withdrawing, [item.event_id for item in log])
    stands, gone = _grounded({*targets, *targets.values()}, attacks)
    found = effective_log(log)
    untouched = {name for name in NAMES if name not in stands | gone | set(targets)}
    untouched -= set(targets.values())
    assert stands | untouched == {item.event_id for item in found.live}
    verdicts = {uid.partition("/")[2]: d.verdict.value for uid, d in found.verdicts.items()}
    assert gone == {n for n, verdict in verdicts.items() if verdict in {"withdrawn", "replaced"}}
    assert {*targets} - stands - gone == {n for n, v in verdicts.items() if v == "refused"}


def test_a_withdrawal_that_would_correct_another_is_refused() -> None:
    """Both would stand; the way is to withdraw the wrong one, and then the right event."""
    wrong = event("event_withdrawn", "2026-11-03", event_id="w1", withdrawn_event_id="other")
    again = event(
        "event_withdrawn",
        "2026-11-04",
        event_id="w2",
        withdrawn_event_id="case_allocated.2026-11-02T12:00",
        replaces="w1",
    )

    seen = played([*allocated(), wrong, again], "2026-11-06")

    reason = "a withdrawal cannot be corrected: withdraw it, and withdraw the right event"
    assert ("refused", reason) == seen.verdict(again)
    assert "allocated" == seen.state

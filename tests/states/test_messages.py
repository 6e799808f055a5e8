"""Messages are bounded, and every one that ever came is accounted for."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.events.parsing import (
    UnreadableError,
    content_digest,
    parse_event,
    parse_json,
    raw_digest,
)
from states.messages import LISTED_DEAD_LETTERS, DeadLetter, DigestCounter, Quarantine, resolved_by
from tests.states.stream import at, wire

NOW = at("2026-11-23")
DIGESTS = st.lists(st.integers(0, 2**128 - 1).map("{:032x}".format), max_size=20)


def _tally(digests: list[str]) -> DigestCounter:
    found = DigestCounter()
    for digest in digests:
        found.add(digest)
    return found


def test_a_tally_is_the_sum_of_the_digests_in_128_bits() -> None:
    """Anybody can compute it: hexadecimal numbers, added up, and cut to the length of one."""
    assert DigestCounter(2, 0x11) == _tally([f"{0xF:032x}", f"{2:032x}"])
    assert DigestCounter(2, 1) == _tally(["f" * 32, f"{2:032x}"])


@given(DIGESTS, st.randoms())
def test_a_tally_does_not_depend_on_order(digests: list[str], rnd: random.Random) -> None:
    """The same multiset has the same count and checksum."""
    shuffled = rnd.sample(digests, len(digests))
    assert _tally(digests) == _tally(shuffled)


@given(DIGESTS, st.data())
def test_a_tally_tells_how_often_each_message_came(digests: list[str], data: st.DataObject) -> None:
    """One lost, one counted twice, or one taken for another: each changes the account."""
    sums = {_tally([*digests, *["1" * 32] * times]).checksum for times in range(4)}
    assert 4 == len(sums)
    other = data.draw(st.sampled_from("023456789abcdef")) * 32
    assert _tally([*digests, "1" * 32]) != _tally([*digests, other])


def _item(number: int) -> DeadLetter:
    return DeadLetter(f"{number:032x}", "nonsense", "unknown_kind", "no such kind", NOW)


def test_the_quarantine_keeps_the_last_and_counts_all_for_ever() -> None:
    """200 lines stay; counts, by code too, and the sum of the digests cover every message."""
    quarantine = Quarantine()
    for number in range(1000):
        quarantine.add(_item(number))
    assert [f"{n:032x}" for n in range(1000 - LISTED_DEAD_LETTERS, 1000)] == [
        i.digest for i in quarantine.listed
    ]
    assert (1000, {"unknown_kind": 1000}) == (quarantine.tally.count, quarantine.by_code)
    assert _tally([f"{n:032x}" for n in range(1000)]) == quarantine.tally


def test_the_same_message_again_is_one_line_with_its_number_of_times() -> None:
    """A sender in a loop cannot push the others out of sight."""
    quarantine = Quarantine()
    quarantine.add(_item(1))
    for _ in range(500):
        quarantine.add(_item(2))
    assert [1, 500] == [item.times for item in quarantine.listed]
    assert 501 == quarantine.tally.count


def test_a_message_that_was_dealt_with_stays_so_when_it_is_listed_no_more() -> None:
    """Two hundred newer ones push it out of the list, and the count of open ones is exact."""
    quarantine = Quarantine()
    resolved = {f"{1:032x}"}
    for _ in range(3):
        quarantine.add(_item(1))
    for number in range(2, 502):
        quarantine.add(_item(number), resolved)
    assert f"{1:032x}" not in [item.digest for item in quarantine.listed]
    assert (503, 3) == (quarantine.tally.count, quarantine.dealt_with(resolved))
    assert 0 == quarantine.dealt_with(frozenset())


def test_a_message_is_dealt_with_by_its_digest_or_by_its_event() -> None:
    """A dead letter is resolved by its digest or its event id: it may have no event."""
    unreadable, clash = _item(1), replace(_item(2), event_id="e-2")
    found = [resolved_by(item, {f"{1:032x}", "e-2"}) for item in (unreadable, clash, _item(3))]
    assert [f"{1:032x}", "e-2", None] == found


def test_what_was_dealt_with_makes_room_first() -> None:
    """Of what is listed, somebody has still to look at the rest."""
    quarantine = Quarantine()
    for number in range(LISTED_DEAD_LETTERS):
        quarantine.add(_item(number))
    quarantine.add(_item(LISTED_DEAD_LETTERS), {f"{100:032x}"})
    digests = [item.digest for item in quarantine.listed]
    assert (True, False) == (f"{0:032x}" in digests, f"{100:032x}" in digests)


def _padded(length: int) -> bytes:
    body = json.dumps({"event_id": ""}).encode()
    return body[:-2] + b"x" * (length - len(body)) + b'"}'


def test_an_event_has_at_most_16_kilobytes() -> None:
    """One byte more is quarantined as it is, unread."""
    assert {"event_id"} == set(parse_json(_padded(16_384)))
    with pytest.raises(UnreadableError, match="over_size: the event has 16,385 bytes"):
        parse_json(_padded(16_385))


@pytest.mark.parametrize(
    ("kind", "field", "most"),
    [
        ("contact_recorded", "fact", 4_000),
        ("contact_recorded", "event_id", 128),
        ("contact_recorded", "kind", 64),
        ("officer_assigned", "officer_id", 64),
        ("event_withdrawn", "withdrawn_event_id", 128),
        ("contact_recorded", "replaces", 128),
    ],
)
def test_every_field_has_its_length(kind: str, field: str, most: int) -> None:
    """A text of the greatest length is read; one character more makes the message unreadable."""
    fits = wire(kind, "2026-11-23") | {field: "x" * most}
    assert "x" * most == getattr(parse_event(kind, fits), field)
    with pytest.raises(UnreadableError, match=f"invalid: {field}: "):
        parse_event(kind, fits | {field: "x" * (most + 1)})


@pytest.mark.parametrize("text", ["", "a b", "a/b", "é", "a#2", "a\n"])
def test_an_id_has_no_other_characters_than_its_own(text: str) -> None:
    """Keys, paths and attributes are built from ids, so nothing in one may part them."""
    for field in ("event_id", "officer_id"):
        with pytest.raises(UnreadableError, match=f"invalid: {field}"):
            parse_event("officer_assigned", wire("officer_assigned", "2026-11-23", **{field: text}))


def test_a_digest_tells_kind_and_content_and_nothing_else() -> None:
    """The order of fields is no content; the kind is."""
    one, other = {"a": 1, "b": [2]}, {"b": [2], "a": 1}
    assert content_digest("k", one) == content_digest("k", other)
    assert content_digest("k", one) != content_digest("l", one)
    assert raw_digest("k", [b"ab", b"c"]) != raw_digest("k", [b"a", b"bc"])

"""Any input, over the wire or from a look-up, is processed, ignored or becomes a dead letter."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.standards import STANDARDS
from runtime.ingest.mapping import load_mappings
from runtime.ingest.outcomes import IgnoredMessageError, UnmappableError
from runtime.ingest.translate import affected_sentences, enrich, translate
from runtime.ingest.wire import parse_message, parse_object
from states.time.london import day_of
from tests.runtime.ingest.fakes import Answers
from tests.runtime.ingest.messages import (
    ALLOCATION,
    BREACH,
    CRN,
    NOMS,
    ORDER,
    RECALL,
    SESSION,
    message,
)

MAPPINGS = load_mappings(STANDARDS)
SHAPES: dict[str, Any] = {
    **ALLOCATION,
    **RECALL,
    **BREACH,
    **SESSION,
    **ORDER,
    "crn": CRN,
    "from_event_number": "1",
    "to_event_number": "2",
    "outcome": "ATTC",
    "ended": {"on": "2026-09-14", "reason": "death"},
    "with_sentence": False,
}
INFORMATION: dict[str, Any] = {
    "nomsNumber": NOMS,
    "reason": "RELEASED",
    "nomisMovementReasonCode": "CR",
    "probableCause": "RECALL",
    "prisonId": "SWI",
    "eventNumber": "1",
    "eventId": "1",
    "sourceCRN": CRN,
    "targetCRN": "X901002",
    "unmergedCRN": CRN,
    "reactivatedCRN": "X901002",
    "allocationId": "a",
    "appointmentId": 7,
    "contactOutcome": "DECISION_TO_RECALL",
}
LISTS = ("sentences", "breaches", "recalls", "requirements")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@st.composite
def changed(draw: st.DrawFn, shape: dict[str, Any]) -> dict[str, Any]:
    """A known shape of which some fields are missing, and some are anything."""
    found = dict(shape)
    for name in draw(st.sets(st.sampled_from(sorted(shape)), max_size=3)):
        if draw(st.booleans()):
            del found[name]
        else:
            found[name] = draw(anything)
    return found


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """An answer that fits any question, or none."""
    item = draw(changed(SHAPES))
    listed = {name: draw(st.lists(changed(SHAPES), max_size=2) | anything) for name in LISTS}
    return {**item, **listed}


class Same(Answers):
    """Look-ups that say one thing to every question."""

    async def get(self, service: str, path: str, since: Any) -> Any:
        """Answer, as JSON that came over the wire."""
        del service, path, since
        return parse_object(json.dumps(self.said))


async def carried(body: dict[str, Any], said: dict[str, Any]) -> None:
    """Read, look up and derive; what cannot be done is said by one of two errors."""
    try:
        arrival = parse_message(json.dumps(body))
        rule = MAPPINGS.rule(arrival.type, day_of(arrival.occurred_at))
        if rule.ignored is None and rule.for_a_person is None:
            known = await enrich(MAPPINGS, rule, arrival, Same(said))
            translate(MAPPINGS, rule, arrival, known)
            affected_sentences(rule, known)
    except (UnmappableError, IgnoredMessageError) as error:
        assert "\n" not in error.reason  # noqa: PT017 - any other error fails the test


BODIES = st.builds(
    lambda kind, more, change: {**message(kind, noms=NOMS), "additionalInformation": more} | change,
    st.sampled_from(sorted(MAPPINGS.messages)),
    changed(INFORMATION),
    st.dictionaries(st.sampled_from(["occurredAt", "personReference", "eventType"]), anything),
)
CASES = given(body=BODIES, said=answers())
SLOW = [HealthCheck.too_slow]


@settings(max_examples=30, deadline=None, suppress_health_check=SLOW)
@CASES
async def test_no_input_breaks_the_ingestion(body: dict[str, Any], said: dict[str, Any]) -> None:
    """Each is accounted for, with one sentence."""
    await carried(body, said)


@pytest.mark.prove
@settings(max_examples=2_000, deadline=None, suppress_health_check=SLOW)
@CASES
async def test_a_great_deal_of_input_does_not_break_it_either(
    body: dict[str, Any], said: dict[str, Any]
) -> None:
    """The same for longer."""
    await carried(body, said)


@settings(max_examples=100, deadline=None)
@given(text=st.text() | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape")))
def test_no_text_breaks_the_reading(text: str) -> None:
    """It is a message, or it is said to be none."""
    try:
        parse_message(text)
    except UnmappableError as error:
        assert error.reason  # noqa: PT017 - any other error fails the test

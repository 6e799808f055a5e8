"""Messages that were not applied are listed with their reason, newest first."""

from datetime import timedelta

from states.messages import ParsedMessage
from states.view.unapplied import unapplied
from tests.states.stream import at, case_of, event, incoming, law, serving

NOW = at("2026-11-25")


def test_a_quarantined_message_is_listed_with_its_kind_and_its_fault() -> None:
    """Code and reason are those with which the inbox set it aside."""
    case = case_of(serving())
    case.receive(
        ParsedMessage("nonsense", "0" * 32, NOW, 10, code="unknown_kind", reason="no such")
    )

    (item,) = unapplied(case, case.decide(law(), NOW))
    assert ("nonsense", "quarantined", "unknown_kind", "no such") == tuple(
        item[name] for name in ("kind", "disposition", "code", "reason")
    )


def test_the_newest_comes_first_whatever_became_of_it() -> None:
    """Held and quarantined stand in one list, by their receipt."""
    case = case_of(serving())
    late = event("appointment_attended", "2026-11-24", appointment_id="A9")
    case.receive(incoming(late, NOW))
    for hours, digest in ((2, "1" * 32), (1, "2" * 32)):
        received = NOW - timedelta(hours=hours)
        case.receive(ParsedMessage("nonsense", digest, received, 10, code="unknown_kind"))

    found = unapplied(case, case.decide(law(), NOW + timedelta(hours=1)))
    assert ["appointment_attended", "2" * 32, "1" * 32] == [
        item["kind"] if item["disposition"] == "held" else item["digest"] for item in found
    ]

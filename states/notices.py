"""How the telling goes: what is under way, what does not get through, what needs a person."""

from collections.abc import Container
from typing import Any, Final

from states.ledger import Ledger
from states.lines import COUNTER, Line, Sending

SHOWN: Final = 50
"""Entries of each list that the view shows."""

_DUTIES: Final = {
    Sending.WITHHELD: "a new build would send it; decide whether it goes",
    Sending.LEFT: "sent, and a new build would take it back; decide whether it stands",
}


_CONFLICT: Final = (
    "other content was told under this key, so it cannot be sent; "
    "tell the recipient by other means, and say so by notice_acknowledged"
)


def _duty(key: str, line: Line) -> dict[str, Any] | None:
    if key.startswith(COUNTER) and line.effect.liberty and line.sending is not Sending.CANCELLED:
        what = "what was sent no longer stands and touches liberty; draft its withdrawal"
        return {"key": key, "owner": line.effect.recipient, "what": what}
    if line.sending in _DUTIES:
        return {"key": key, "owner": "ops", "what": _DUTIES[line.sending]}
    return None


def duties(ledger: Ledger, acknowledged: Container[str] = ()) -> list[dict[str, Any]]:
    """Return what the ledger leaves to a named person, by key.

    A notice whose key says something else out there keeps the file open until it is acknowledged.
    """
    found = (_duty(key, line) for key, line in sorted(ledger.lines.items()))
    conflicts = [
        {"key": key, "owner": "ops", "what": _CONFLICT} for key in ledger.conflicts(acknowledged)
    ]
    return [*conflicts, *(duty for duty in found if duty is not None)][:SHOWN]


def notices(ledger: Ledger) -> dict[str, Any]:
    """Return how many effects stand where, and those that do not get through, with the reason."""
    counts: dict[str, int] = {}
    for line in ledger.lines.values():
        counts[line.sending.value] = counts.get(line.sending.value, 0) + 1
    stuck = [
        {
            "key": key,
            "recipient": line.effect.recipient,
            "rounds": line.attempts,
            "error": line.error,
            "next_try_at": line.next_try_at.isoformat() if line.next_try_at is not None else None,
        }
        for key, line in sorted(ledger.lines.items())
        if line.attempts and line.sending in (Sending.QUEUED, Sending.IN_FLIGHT)
    ]
    return {"counts": dict(sorted(counts.items())), "not_getting_through": stuck[:SHOWN]}

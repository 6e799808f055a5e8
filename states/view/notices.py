"""How the telling goes: what is under way, what does not get through, what needs a person."""

from collections.abc import Container
from typing import Any, Final

from states.outbox import COMPENSATION_PREFIX, DeliveryStatus, OutboxEntry, OutboxLedger

SHOWN: Final = 50
"""Entries of each list that the view shows."""

_DUTIES: Final = {
    DeliveryStatus.WITHHELD: "a new build would send it; decide whether it goes",
    DeliveryStatus.SUPERSEDED: "sent, and a new build would take it back; decide whether it stands",
}

_OTHERWISE: Final = "tell the recipient by other means, and say so by notice_acknowledged"

_WHAT_TO_DO: Final = {
    DeliveryStatus.CONFLICTING: (
        f"other content was told under this key, so it cannot be sent; {_OTHERWISE}"
    ),
    DeliveryStatus.NO_RECIPIENT: (
        "the directory names nobody to whom it goes; enter the recipient there and nudge the "
        f"sentence, which also tries every day, or {_OTHERWISE}"
    ),
    DeliveryStatus.REFUSED: (
        "it was refused for good; mend its address or the receiver and nudge the sentence, "
        f"or {_OTHERWISE}"
    ),
    DeliveryStatus.DOCUMENT_FAILED: (
        "its document cannot be made; mend the template, or bring back the texts that it quotes, "
        f"and nudge the sentence, or {_OTHERWISE}"
    ),
}
"""What ops can do about a notice that cannot be sent."""


def _duty(key: str, line: OutboxEntry) -> dict[str, Any] | None:
    if (
        key.startswith(COMPENSATION_PREFIX)
        and line.effect.liberty
        and line.status is not DeliveryStatus.CANCELLED
    ):
        what = "what was sent no longer stands and touches liberty; draft its withdrawal"
        return {"key": key, "owner": line.effect.recipient, "what": what}
    if line.status in _DUTIES:
        return {"key": key, "owner": "ops", "what": _DUTIES[line.status]}
    return None


def blocked_notices(ledger: OutboxLedger, acknowledged: Container[str]) -> list[dict[str, Any]]:
    """Return the notices that cannot be sent, each a duty of ops until it is acknowledged.

    They keep the file open.
    """
    return [
        {
            "key": key,
            "owner": "ops",
            "what": _WHAT_TO_DO[line.status],
            "recipient": line.effect.recipient,
            "sending": line.status.value,
            "since": line.since.isoformat(),
            "error": line.error,
        }
        for key, line in ((key, ledger.entries[key]) for key in ledger.blocked(acknowledged))
    ]


def outbox_duties(ledger: OutboxLedger, acknowledged: Container[str] = ()) -> list[dict[str, Any]]:
    """Return what the ledger leaves to a named person, by key."""
    found = (_duty(key, line) for key, line in sorted(ledger.entries.items()))
    stuck = blocked_notices(ledger, acknowledged)
    return [*stuck, *(duty for duty in found if duty is not None)][:SHOWN]


def outbox_flags(ledger: OutboxLedger, acknowledged: Container[str]) -> list[dict[str, str]]:
    """Return the flag that says why a file stays open, where notices wait for a person."""
    count = len(ledger.blocked(acknowledged))
    if not count:
        return []
    text = f"{count} that cannot be sent: the file stays open until each is sent or acknowledged"
    return [{"code": "notices_stuck", "text": text}]


def outbox_summary(ledger: OutboxLedger) -> dict[str, Any]:
    """Return how many effects stand where, and those that do not get through, with the reason."""
    counts: dict[str, int] = {}
    for line in ledger.entries.values():
        counts[line.status.value] = counts.get(line.status.value, 0) + 1
    stuck = [
        {
            "key": key,
            "recipient": line.effect.recipient,
            "rounds": line.attempts,
            "error": line.error,
            "next_try_at": line.next_try_at.isoformat() if line.next_try_at is not None else None,
        }
        for key, line in sorted(ledger.entries.items())
        if line.attempts and line.status in (DeliveryStatus.QUEUED, DeliveryStatus.IN_FLIGHT)
    ]
    return {"counts": dict(sorted(counts.items())), "not_getting_through": stuck[:SHOWN]}

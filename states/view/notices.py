"""Notices in the view: their delivery status, and those that need a person."""

from collections.abc import Container
from typing import Any, Final

from states.outbox import COMPENSATION_PREFIX, DeliveryStatus, OutboxEntry, OutboxLedger

SHOWN: Final = 50
"""Most entries of each list."""

_DUTIES: Final = {
    DeliveryStatus.WITHHELD: "a new build would send it; decide whether it goes",
    DeliveryStatus.SUPERSEDED: "sent, and a new build would take it back; decide whether it stays",
}

_OTHERWISE: Final = "inform the recipient by other means and send notice_acknowledged"

_WHAT_TO_DO: Final = {
    DeliveryStatus.CONFLICTING: (
        f"the receiver has other content under this key, so it cannot be sent; {_OTHERWISE}"
    ),
    DeliveryStatus.NO_RECIPIENT: (
        "the directory has no recipient for it; enter the recipient there and nudge the "
        f"sentence, which also tries every day, or {_OTHERWISE}"
    ),
    DeliveryStatus.REFUSED: (
        "it was refused for good; correct its address or the receiver and nudge the sentence, "
        f"or {_OTHERWISE}"
    ),
    DeliveryStatus.DOCUMENT_FAILED: (
        "its document cannot be rendered; correct the template, or restore the texts it quotes, "
        f"and nudge the sentence, or {_OTHERWISE}"
    ),
}
"""Instructions to ops for each kind of blocked notice."""


def _duty(key: str, entry: OutboxEntry) -> dict[str, Any] | None:
    if (
        key.startswith(COMPENSATION_PREFIX)
        and entry.effect.liberty
        and entry.status is not DeliveryStatus.CANCELLED
    ):
        what = "the notice sent is no longer true and concerns liberty; draft its withdrawal"
        return {"key": key, "owner": entry.effect.recipient, "what": what}
    if entry.status in _DUTIES:
        return {"key": key, "owner": "ops", "what": _DUTIES[entry.status]}
    return None


def blocked_notices(outbox: OutboxLedger, acknowledged: Container[str]) -> list[dict[str, Any]]:
    """Return the blocked notices, each a duty of ops until it is acknowledged.

    They keep the sentence open.
    """
    return [
        {
            "key": key,
            "owner": "ops",
            "what": _WHAT_TO_DO[entry.status],
            "recipient": entry.effect.recipient,
            "sending": entry.status.value,
            "since": entry.since.isoformat(),
            "error": entry.error,
        }
        for key, entry in ((key, outbox.entries[key]) for key in outbox.blocked(acknowledged))
    ]


def outbox_duties(outbox: OutboxLedger, acknowledged: Container[str] = ()) -> list[dict[str, Any]]:
    """Return the duties that notices leave to a person, by key."""
    found = (_duty(key, entry) for key, entry in sorted(outbox.entries.items()))
    blocked = blocked_notices(outbox, acknowledged)
    return [*blocked, *(duty for duty in found if duty is not None)][:SHOWN]


def outbox_flags(outbox: OutboxLedger, acknowledged: Container[str]) -> list[dict[str, str]]:
    """Return the flag that the sentence stays open, where notices are blocked."""
    count = len(outbox.blocked(acknowledged))
    if not count:
        return []
    text = (
        f"{count} that cannot be sent: the sentence stays open until each is sent or acknowledged"
    )
    return [{"code": "notices_stuck", "text": text}]


def outbox_summary(outbox: OutboxLedger) -> dict[str, Any]:
    """Return the number of effects by status, and the failing ones with their error."""
    counts: dict[str, int] = {}
    for entry in outbox.entries.values():
        counts[entry.status.value] = counts.get(entry.status.value, 0) + 1
    blocked = [
        {
            "key": key,
            "recipient": entry.effect.recipient,
            "rounds": entry.attempts,
            "error": entry.error,
            "next_try_at": entry.next_try_at.isoformat() if entry.next_try_at is not None else None,
        }
        for key, entry in sorted(outbox.entries.items())
        if entry.attempts and entry.status in (DeliveryStatus.QUEUED, DeliveryStatus.IN_FLIGHT)
    ]
    return {"counts": dict(sorted(counts.items())), "not_getting_through": blocked[:SHOWN]}

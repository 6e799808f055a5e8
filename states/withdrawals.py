"""Which events of a log stand, once withdrawals and corrections are taken at their word.

An event is left out where another one that itself stands withdraws or replaces it. Each names one
target, so the references form chains, and at worst a ring: a ring withdraws nothing. The result
depends on the set of events alone, never on which came first.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from states.events.admin import EventWithdrawn
from states.events.enforcement import FailureReported
from states.events.event import Event
from states.records import Disposition
from states.vocabulary import Role, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left of a log, and what became of the rest."""

    live: list[Event]
    verdicts: dict[str, Disposition]
    """For each event left out, and each withdrawal that does not work, the reason; by uid."""
    withdrawn_failures: frozenset[str]


def target_id(event: Event) -> str | None:
    """Return the id of the event that `event` takes back, if it takes one back."""
    return event.withdrawn_event_id if isinstance(event, EventWithdrawn) else event.replaces


def _resolve(event: Event, by_id: dict[str, list[Event]]) -> Event | Disposition:
    wanted = target_id(event) or ""
    others = [item for item in by_id.get(wanted, ()) if item.uid != event.uid]
    own = [item for item in others if item.by.organisation == event.by.organisation]
    if own:
        return own[0]
    if not others:
        if wanted == event.event_id:
            return Disposition(Verdict.REFUSED, "an event cannot take itself back")
        return Disposition(Verdict.HELD, f"waits for event {wanted}")
    if event.by.role is not Role.LINE_MANAGER:
        reason = "only the organisation that sent an event, or a line manager, takes it back"
        return Disposition(Verdict.REFUSED, reason)
    if len(others) > 1:
        reason = (
            f"{len(others)} organisations sent an event {wanted}; let the right one withdraw it"
        )
        return Disposition(Verdict.REFUSED, reason)
    return others[0]


def _unlinked(targets: dict[str, Event]) -> list[str]:
    """Return the uids in an order that settles whoever is taken back before whom it takes back."""
    incoming: dict[str, int] = {}
    for event in targets.values():
        incoming[event.uid] = incoming.get(event.uid, 0) + 1
    ready = deque(uid for uid in targets if uid not in incoming)
    order = []
    while ready:
        uid = ready.popleft()
        order.append(uid)
        if uid not in targets:
            continue
        target = targets[uid].uid
        incoming[target] -= 1
        if incoming[target] == 0:
            ready.append(target)
    return order


def standing(log: Sequence[Event]) -> Standing:
    """Return which events of `log`, sorted, stand; the order of what stands is kept."""
    senders = [event for event in log if target_id(event) is not None]
    if not senders:
        return Standing(list(log), {}, frozenset())
    by_id: dict[str, list[Event]] = {}
    for event in log:
        by_id.setdefault(event.event_id, []).append(event)
    verdicts: dict[str, Disposition] = {}
    targets: dict[str, Event] = {}
    for event in senders:
        found = _resolve(event, by_id)
        if isinstance(found, Event):
            targets[event.uid] = found
        elif found.verdict is Verdict.REFUSED or isinstance(event, EventWithdrawn):
            # A correction whose original has not come yet stands: the act it describes happened.
            verdicts[event.uid] = found
    gone = _gone(targets, {event.uid: event for event in senders}, verdicts)
    live = [event for event in log if event.uid not in gone and event.uid not in verdicts]
    return Standing(live, verdicts, _failures(log, gone, live))


def _gone(
    targets: dict[str, Event], senders: dict[str, Event], verdicts: dict[str, Disposition]
) -> set[str]:
    gone: set[str] = set()
    order = _unlinked(targets)
    for uid in order:
        if uid not in targets or uid in gone:
            continue
        target, sender = targets[uid], senders[uid]
        replaced = not isinstance(sender, EventWithdrawn)
        verdict = Verdict.REPLACED if replaced else Verdict.WITHDRAWN
        gone.add(target.uid)
        verdicts[target.uid] = Disposition(verdict, f"by event {sender.event_id}")
    for uid in sorted(set(targets) - set(order)):
        verdicts[uid] = Disposition(Verdict.REFUSED, "these events take back one another")
    return gone


def _failures(log: Sequence[Event], gone: set[str], live: list[Event]) -> frozenset[str]:
    left = {event.failure_id for event in live if isinstance(event, FailureReported)}
    out = {e.failure_id for e in log if isinstance(e, FailureReported) and e.uid in gone}
    return frozenset(out - left)

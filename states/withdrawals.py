"""Withdrawals and corrections: the events of a log that remain in effect.

An event is left out where another event that is itself in effect withdraws or replaces it. Each
names one target, so the references form chains, and at worst a ring: a ring that no event outside
breaks withdraws nothing. The result depends on the set of events alone, never on their order.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from states.entities import Disposition
from states.events.administration import EventWithdrawn
from states.events.enforcement import FailureReported
from states.events.envelope import Event
from states.vocabulary import DispositionKind, Role


@dataclass(frozen=True, slots=True)
class EffectiveLog:
    """Events of a log that are in effect, and the dispositions of the others."""

    live: list[Event]
    verdicts: dict[str, Disposition]
    """The disposition of each event left out and of each failed withdrawal, by uid."""
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
            return Disposition(DispositionKind.REFUSED, "an event cannot take itself back")
        return Disposition(DispositionKind.HELD, f"waits for event {wanted}")
    if event.by.role is not Role.LINE_MANAGER:
        reason = "only the organisation that sent an event, or a line manager, takes it back"
        return Disposition(DispositionKind.REFUSED, reason)
    if len(others) > 1:
        reason = (
            f"{len(others)} organisations sent an event {wanted}; let the right one withdraw it"
        )
        return Disposition(DispositionKind.REFUSED, reason)
    return others[0]


def effective_log(log: Sequence[Event]) -> EffectiveLog:
    """Return the events of `log`, which is sorted, that are in effect, in the same order."""
    senders = [event for event in log if target_id(event) is not None]
    if not senders:
        return EffectiveLog(list(log), {}, frozenset())
    by_id: dict[str, list[Event]] = {}
    for event in log:
        by_id.setdefault(event.event_id, []).append(event)
    verdicts: dict[str, Disposition] = {}
    targets: dict[str, Event] = {}
    for event in senders:
        found = _resolve(event, by_id)
        if isinstance(found, Event):
            targets[event.uid] = found
        elif found.verdict is DispositionKind.REFUSED or isinstance(event, EventWithdrawn):
            # A correction whose original is not here yet is in effect: the act happened.
            verdicts[event.uid] = found
    gone = _gone(targets, {event.uid: event for event in senders}, verdicts)
    live = [event for event in log if event.uid not in gone and event.uid not in verdicts]
    return EffectiveLog(live, verdicts, _failures(log, gone, live))


def _gone(
    targets: dict[str, Event], senders: dict[str, Event], verdicts: dict[str, Disposition]
) -> set[str]:
    """Return the uids of the withdrawn events, and put their dispositions into `verdicts`.

    An event that no other targets is in effect. Its target is withdrawn, and the target of that one
    has one adversary less. Events that this never reaches form rings.
    """
    gone: set[str] = set()
    adversaries = Counter(event.uid for event in targets.values())
    settled = [uid for uid in targets if uid not in adversaries]
    # The list grows during the loop: each uid enters it once, when its outcome is known.
    for uid in settled:
        if uid not in targets:
            continue
        target = targets[uid].uid
        if uid in gone:
            adversaries[target] -= 1
            if adversaries[target] == 0:
                settled.append(target)
        elif target not in gone:
            gone.add(target)
            verdicts[target] = _taken_back(senders[uid])
            settled.append(target)
    for uid in sorted(set(targets).difference(settled)):
        verdicts[uid] = Disposition(DispositionKind.REFUSED, "these events take back one another")
    return gone


def _taken_back(by: Event) -> Disposition:
    verdict = (
        DispositionKind.WITHDRAWN if isinstance(by, EventWithdrawn) else DispositionKind.REPLACED
    )
    return Disposition(verdict, f"by event {by.event_id}")


def _failures(log: Sequence[Event], gone: set[str], live: list[Event]) -> frozenset[str]:
    left = {event.failure_id for event in live if isinstance(event, FailureReported)}
    out = {e.failure_id for e in log if isinstance(e, FailureReported) and e.uid in gone}
    return frozenset(out - left)

"""Withdrawals and corrections: the events of a log that remain in effect.

An event is left out where another event that is itself in effect withdraws or replaces it. Each
names one target, so the references form chains, and at worst a ring: a ring that no event outside
breaks withdraws nothing. An original and all its corrections are one lineage, of which one event is
in effect. The result depends on the set of events alone, never on the order of their arrival.
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


def _refused_correction(event: Event) -> Disposition | None:
    """Return the refusal of a withdrawal that would correct another: both would stand."""
    if not isinstance(event, EventWithdrawn) or event.replaces is None:
        return None
    reason = "a withdrawal cannot be corrected: withdraw it, and withdraw the right event"
    return Disposition(DispositionKind.REFUSED, reason)


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
    parents: dict[str, str] = {}
    for event in senders:
        found = _refused_correction(event) or _resolve(event, by_id)
        if isinstance(found, Event):
            targets[event.uid] = found
        elif found.verdict is DispositionKind.REFUSED or isinstance(event, EventWithdrawn):
            # A correction whose original is not here yet is in effect: the act happened.
            verdicts[event.uid] = found
        if not isinstance(event, EventWithdrawn) and event.uid not in verdicts:
            missing = f"{event.by.organisation}/{target_id(event)}"
            parents[event.uid] = found.uid if isinstance(found, Event) else missing
    lineages = _lineages(parents, {event.uid: number for number, event in enumerate(log)})
    gone = _gone(targets, {event.uid: event for event in senders}, lineages, verdicts)
    live = [event for event in log if event.uid not in gone and event.uid not in verdicts]
    return EffectiveLog(live, verdicts, _failures(log, gone, live))


def _lineages(parents: dict[str, str], positions: dict[str, int]) -> list[list[str]]:
    """Return each original with all its corrections, as uids, the word that stands last.

    A correction stands above what it corrects, wherever its own time puts it in the log. Of two
    corrections of one event, the last word in the order of the log stands. Corrections that form a
    ring, or correct a member of one, are in no lineage.
    """
    ranks: dict[str, tuple[str, int, int]] = {}
    """The original, the latest position on the way from it, and the number of corrections."""
    rings: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        at = start
        while at in parents and at not in ranks and at not in rings and at not in path:
            path[at] = None
            at = parents[at]
        if at in rings or at in path:
            rings.update(path)
            continue
        original, latest, depth = ranks.get(at, (at, positions.get(at, -1), 0))
        for uid in reversed(path):
            latest = max(latest, positions[uid])
            depth += 1
            ranks[uid] = (original, latest, depth)
    members: dict[str, list[str]] = {}
    for uid in sorted(ranks, key=lambda item: (*ranks[item][1:], positions[item])):
        original = ranks[uid][0]
        first = [original] if original in positions else []
        members.setdefault(original, first).append(uid)
    return list(members.values())


class _Lineage:
    """An original and its corrections, of which the highest that is not withdrawn stands."""

    def __init__(self, members: list[str]) -> None:
        self.members = members
        self.highest = len(members) - 1
        """Index of the highest member that may stand."""

    def stands(self, uid: str) -> list[str]:
        """Return the members below `uid`, which stands, and forget them."""
        if self.highest < 0 or self.members[self.highest] != uid:
            return []
        below = self.members[: self.highest]
        self.highest = -1
        return below

    def falls(self, uid: str, gone: set[str]) -> str | None:
        """Return the next member that may stand after `uid`, the highest so far, is gone."""
        if self.highest < 0 or self.members[self.highest] != uid:
            return None
        while self.highest >= 0 and self.members[self.highest] in gone:
            self.highest -= 1
        return self.members[self.highest] if self.highest >= 0 else None


def _gone(
    targets: dict[str, Event],
    senders: dict[str, Event],
    lineages: list[list[str]],
    verdicts: dict[str, Disposition],
) -> set[str]:
    """Return the uids of the withdrawn events, and put their dispositions into `verdicts`.

    An event that no other targets is in effect. Its target is withdrawn, and the target of that one
    has one adversary less. A correction also targets everything below it in its lineage. Events
    that this never reaches form rings.
    """
    gone: set[str] = set()
    lines = {uid: line for line in map(_Lineage, lineages) for uid in line.members}
    single = {
        uid: event.uid
        for uid, event in targets.items()
        if isinstance(senders[uid], EventWithdrawn) or uid not in lines
    }
    adversaries = Counter(single.values())
    adversaries.update(uid for members in lineages for uid in members[:-1])
    involved = dict.fromkeys((*targets, *lines))
    settled = [uid for uid in involved if not adversaries[uid]]
    # The list grows during the loop: each uid enters it once, when its outcome is known.
    for uid in settled:
        line = lines.get(uid)
        freed: list[str | None] = []
        if uid in gone:
            freed = [single.get(uid), line.falls(uid, gone) if line is not None else None]
        else:
            below = line.stands(uid) if line is not None else []
            for target in (*below, *([single[uid]] if uid in single else [])):
                if target not in gone:
                    gone.add(target)
                    verdicts[target] = _taken_back(senders[uid])
                    settled.append(target)
        for released in freed:
            if released is not None and released not in gone:
                adversaries[released] -= 1
                if adversaries[released] == 0:
                    settled.append(released)
    for uid in sorted(set(senders).intersection(involved).difference(settled)):
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

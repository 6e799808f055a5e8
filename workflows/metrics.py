"""Metrics that a sentence measures: silent in replay, and without influence on any decision.

They go to the SDK's meter, beside its own metrics, and hold codes only: kinds, dispositions, codes
of refusals.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import Final

from temporalio import workflow
from temporalio.common import MetricCounter, MetricHistogramTimedelta

from activities.contracts import EVENTS_METRIC, FOLD_METRIC, QUARANTINED_METRIC
from states.event_log import EventLog, FoldResult
from states.messages import LogEntry
from states.vocabulary import DispositionKind

REPEAT: Final = "repeat"
"""Disposition of a message that arrived before, and changes nothing."""

_stopwatch: Callable[[], float] | None = None


def install_stopwatch(read: Callable[[], float]) -> None:
    """Measure folds by a clock of this process that gives seconds.

    The runtime gives it, because workflow code reads no clock. The sentence never sees it: a time
    goes to the meter, or nowhere.
    """
    global _stopwatch  # noqa: PLW0603 - one for the process, like the installed standards
    _stopwatch = read


class SentenceMetrics:
    """Metrics of one sentence: its events by disposition, and the time of its folds."""

    def __init__(self) -> None:
        self._known: dict[str, DispositionKind] = {}
        """Disposition of each counted event, by uid."""
        self._unapplied: dict[str, None] = {}
        """The events of `_known` that were not applied: the others change only if they are notable
        now, so that an event of a long log costs no look at all of it."""
        self._adopted: dict[str, None] = {}
        """Events that another run counted, whose disposition is the next decision's."""
        self._events: MetricCounter | None = None
        self._quarantined: MetricCounter | None = None
        self._folds: MetricHistogramTimedelta | None = None

    def adopt(self, entries: Iterable[LogEntry]) -> None:
        """Take over events that another run has counted."""
        for entry in entries:
            if entry.event.uid not in self._known:
                self._adopted[entry.event.uid] = None

    @contextmanager
    def fold(self) -> Iterator[None]:
        """Measure the fold that happens inside."""
        before = _stopwatch() if _stopwatch is not None else None
        yield
        if before is not None and _stopwatch is not None and workflow.in_workflow():
            if self._folds is None:
                meter = workflow.metric_meter()
                self._folds = meter.create_histogram_timedelta(FOLD_METRIC, "Time of one fold.")
            self._folds.record(timedelta(seconds=_stopwatch() - before))

    def count_decision(self, event_log: EventLog, decision: FoldResult) -> None:
        """Count each event whose disposition is new, or another than before."""
        log, known = event_log.by_uid, self._known
        for uid in self._adopted:
            self._note(uid, decision)
        self._adopted = {}
        # From the end, where the new ones are: the search ends there.
        unknown = (uid for uid in reversed(log) if uid not in known)
        new = list(islice(unknown, len(log) - len(known)))[::-1]
        notable = (entry.event.uid for entry in decision.notable)
        for uid in dict.fromkeys((*new, *self._unapplied, *notable)):
            verdict = decision.dispositions[uid].verdict
            if known.get(uid) is not verdict:
                self._count(log[uid].event.KIND, verdict.value)
                self._note(uid, decision)

    def _note(self, uid: str, decision: FoldResult) -> None:
        verdict = decision.dispositions[uid].verdict
        self._known[uid] = verdict
        if verdict is DispositionKind.APPLIED:
            self._unapplied.pop(uid, None)
        else:
            self._unapplied[uid] = None

    def count_repeat(self, kind: str) -> None:
        """Count a message that arrived before."""
        self._count(kind, REPEAT)

    def count_quarantined(self, code: str) -> None:
        """Count a message that is no event."""
        if not workflow.in_workflow():
            return
        if self._quarantined is None:
            self._quarantined = workflow.metric_meter().create_counter(
                QUARANTINED_METRIC, "Messages that could not be read, by the code of the fault."
            )
        self._quarantined.add(1, {"code": code})

    def _count(self, kind: str, disposition: str) -> None:
        if not workflow.in_workflow():
            return
        if self._events is None:
            self._events = workflow.metric_meter().create_counter(
                EVENTS_METRIC, "Events that got a disposition, by kind and disposition."
            )
        self._events.add(1, {"kind": kind, "disposition": disposition})

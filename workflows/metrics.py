"""Metrics that a sentence measures: silent in replay, and without influence on any decision.

They go to the SDK's meter, beside its own metrics, and hold codes only: kinds, dispositions, codes
of refusals.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
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
        self._known: dict[str, DispositionKind | None] = {}
        """Disposition of each counted event, by uid; None for one that an earlier run counted."""
        self._events: MetricCounter | None = None
        self._quarantined: MetricCounter | None = None
        self._folds: MetricHistogramTimedelta | None = None

    def adopt(self, entries: Iterable[LogEntry]) -> None:
        """Take over events that another run has counted."""
        for entry in entries:
            self._known.setdefault(entry.event.uid, None)

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
        for entry in event_log.log:
            uid = entry.event.uid
            verdict = decision.dispositions[uid].verdict
            before = self._known.get(uid, verdict)
            if uid not in self._known or before not in (verdict, None):
                self._count(entry.event.KIND, verdict.value)
            self._known[uid] = verdict

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

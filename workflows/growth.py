"""When a run has grown enough to go on in a new one, and how it does."""

from typing import Any

from temporalio import workflow
from temporalio.workflow import ContinueAsNewVersioningBehavior

from workflows.log import warn
from workflows.snapshot import BUDGET, FLAGGED, pack


class Growth:
    """How much the history of a run has grown since its first timers were armed."""

    def __init__(self) -> None:
        self._from = 0
        self._deferred = False

    def start(self) -> None:
        """Reckon from here, once: what the first turn armed is no growth."""
        self._from = self._from or workflow.info().get_current_history_length()

    def is_due(self, news: int, after_events: int) -> bool:
        """Return whether the run, which took `news` messages, is to continue as new.

        It never is before its first message, but for the server's own suggestion: a run that
        begins with a reason to continue would do nothing else.
        """
        if not self._from:
            return False
        info = workflow.info()
        grown = info.get_current_history_length() - self._from >= after_events
        suggested = info.is_continue_as_new_suggested()
        if not (news or suggested) or (self._deferred and not grown):
            return False
        return grown or suggested or info.is_target_worker_deployment_version_changed()

    def continue_as_new(self, data: dict[str, Any]) -> None:
        """Go on in a new run with `data`; return only where that is too much for an input."""
        packed = pack(data)
        size = len(packed["packed"])
        if size > FLAGGED:
            warn("snapshot_grows_large", bytes=size)
        if size > BUDGET:
            # It may have shrunk, by texts that were filed, when as much again has happened.
            self._from, self._deferred = workflow.info().get_current_history_length(), True
            return
        workflow.continue_as_new(
            args=[packed],
            initial_versioning_behavior=ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
        )

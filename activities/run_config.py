"""Configuration of a run: the edition in force, the calendar, and the settings of the worker."""

from dataclasses import dataclass

from temporalio import activity

from activities.contracts import (
    END_WORKFLOW_TASK,
    LIST_STANDARDS,
    LOAD_RUN_CONFIG,
    RunConfig,
    RunConfigRequest,
    StandardsNames,
)
from activities.records.activities import RecordActivities
from states.standards.law import NotInForceError, ReferenceKind, StandardsCatalogue


@dataclass(frozen=True)
class RunSettings:
    """Settings of the worker that a run records when it starts; see `RunConfig`."""

    continue_after_events: int
    closing_days: int
    quiet_minutes: int
    io_queue: str
    plain: bool = True


@activity.defn(name=END_WORKFLOW_TASK)
def end_workflow_task() -> None:
    """Do nothing: the run that waits for this goes on in a workflow task of its own."""


class RunConfigActivities:
    """Local activities about the standards; each answer is recorded once in the history."""

    def __init__(
        self, catalogue: StandardsCatalogue, defaults: RunSettings, records: RecordActivities
    ) -> None:
        self._catalogue = catalogue
        self._defaults = defaults
        self._records = records

    @activity.defn(name=LOAD_RUN_CONFIG)
    def load_run_config(self, ask: RunConfigRequest) -> RunConfig:
        """Return the configuration for the day of sentence, or for the day of the run without one.

        Before the commencement of every edition it has the earliest one: the rules refuse such
        an imposition themselves, and need an edition for that.
        """
        edition = self._catalogue.editions[self._edition_name(ask)]
        pack = self._catalogue.pack()
        return RunConfig(
            edition=edition.name,
            calendar=self._catalogue.calendar().name,
            pack=None if pack is None else pack.name,
            # A continued run was open: a database that is down must not delay its clocks.
            is_closed=not ask.continued and self._records.is_closed(ask.workflow_id),
            continue_after_events=self._defaults.continue_after_events,
            grace_days=self._defaults.closing_days,
            quiet_minutes=self._defaults.quiet_minutes,
            io_queue=self._defaults.io_queue,
            accept_plaintext=self._defaults.plain,
            recorded=None if ask.continued else self._records.head(ask.workflow_id),
        )

    @activity.defn(name=LIST_STANDARDS)
    def list_standards(self) -> StandardsNames:
        """Return the names of all standards of this worker: an event may refer to any of them."""
        return StandardsNames(
            editions=list(self._catalogue.names(ReferenceKind.EDITION)),
            calendars=list(self._catalogue.names(ReferenceKind.CALENDAR)),
            packs=list(self._catalogue.names(ReferenceKind.LAW)),
        )

    def _edition_name(self, ask: RunConfigRequest) -> str:
        try:
            return self._catalogue.edition_on(ask.sentenced_on or ask.day)
        except NotInForceError as error:
            return error.earliest

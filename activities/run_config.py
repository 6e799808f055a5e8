"""Look up what holds for a run: the edition in force, the calendar, and the settings of the day."""

from dataclasses import dataclass

from temporalio import activity

from activities.contracts import (
    LIST_STANDARDS,
    LOAD_RUN_CONFIG,
    RunConfig,
    RunConfigRequest,
    StandardsNames,
)
from activities.records.activities import RecordActivities
from states.standards.law import NotInForceError, ReferenceKind, StandardsCatalogue


@dataclass(frozen=True)
class RunDefaults:
    """The settings that a run takes down when it opens; `RunTerms` says what each means."""

    continue_after_events: int
    closing_days: int
    quiet_minutes: int
    io_queue: str
    plain: bool = True


class StandardsActivities:
    """Answer a run's first question. As a local activity, its answer is recorded once."""

    def __init__(
        self, shelf: StandardsCatalogue, limits: RunDefaults, records: RecordActivities
    ) -> None:
        self._shelf, self._limits, self._records = shelf, limits, records

    @activity.defn(name=LOAD_RUN_CONFIG)
    def load_run_config(self, ask: RunConfigRequest) -> RunConfig:
        """Return the terms for the day of sentence, or for the day of the run without one.

        Before the commencement of every edition it is the earliest one: the rules refuse such
        an imposition themselves, and need an edition to say so.
        """
        edition = self._shelf.editions[self._edition_name(ask)]
        return RunConfig(
            edition=edition.name,
            calendar=self._shelf.calendar().name,
            edition_in_force_from=edition.in_force_from,
            # A run that goes on was open: a database that is down must not keep its clocks waiting.
            closed=not ask.continued and self._records.is_closed(ask.workflow_id),
            continue_after_events=self._limits.continue_after_events,
            closing_days=self._limits.closing_days,
            quiet_minutes=self._limits.quiet_minutes,
            io_queue=self._limits.io_queue,
            plain=self._limits.plain,
        )

    @activity.defn(name=LIST_STANDARDS)
    def list_standards(self) -> StandardsNames:
        """Return the names of what this worker carries: an event may name any of it."""
        return StandardsNames(
            editions=list(self._shelf.names(ReferenceKind.EDITION)),
            calendars=list(self._shelf.names(ReferenceKind.CALENDAR)),
        )

    def _edition_name(self, ask: RunConfigRequest) -> str:
        try:
            return self._shelf.edition_on(ask.sentenced_on or ask.day)
        except NotInForceError as error:
            return error.earliest

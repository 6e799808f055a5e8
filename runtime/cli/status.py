"""`status` and `watch`: the fleet of sentences in numbers, now and every few minutes."""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.service import RPCError

from activities.contracts import FleetStatus, FleetWatchInput
from activities.standards import load_catalogue
from runtime.cli.console import make_console, make_table, print_result
from runtime.cli.errors import CommandError
from runtime.cli.options import Json
from runtime.cli.session import with_client
from runtime.databases import open_records
from runtime.event_sender import is_missing
from runtime.report.model import TimescaleKinds
from runtime.worker import fleet_counter
from settings import Settings, load_settings
from workflows.fleet_watch import WATCH_TYPE

EVERY_MINUTES: Final = 5
LONGEST_RUN: Final = timedelta(minutes=10)
"""Time after which a run ends that no worker takes up, so that the next one can begin."""


class StuckSentencesError(CommandError):
    """Sentences stand still, so their clocks do not run."""

    def __init__(self, status: FleetStatus) -> None:
        super().__init__(
            f"{status.failing} sentences fail and {status.late} have a clock that did not fire: "
            "list --stuck names them, and docs/operations.md says what to do"
        )


def status(*, as_json: Json = False) -> None:
    """Show the fleet in numbers, as the watch counts them. Exit status 1 if a sentence is stuck."""
    settings = load_settings()
    binding = TimescaleKinds.of(load_catalogue(settings.standards_dir)).binding

    async def work(client: Client) -> FleetStatus:
        with open_records() as store:
            counter = fleet_counter(client, settings, store, binding=binding)
            return await counter.count(datetime.now(UTC))

    found = with_client(work)
    if as_json:
        typer.echo(json.dumps(found.model_dump(mode="json"), indent=2))
    else:
        _print(found)
    if found.failing or found.late:
        raise StuckSentencesError(found)
    if found.records_behind is None:
        raise CommandError("the database of the records does not answer: its numbers are unknown")


def _print(found: FleetStatus) -> None:
    numbers = found.model_dump(exclude={"counted_at", "overdue_clocks"})
    table = make_table("Fleet", "number", "value")
    for name, number in numbers.items():
        table.add_row(name.replace("_", " "), "unknown" if number is None else f"{number:.0f}")
    console = make_console()
    console.print(table)
    if found.overdue_clocks:
        clocks = make_table("Overdue clocks", "timescale", "clocks")
        for timescale, count in sorted(found.overdue_clocks.items()):
            clocks.add_row(timescale, str(count))
        console.print(clocks)


def watch_id(settings: Settings) -> str:
    """Return the id of the schedule for a queue of sentences, and of its runs."""
    return f"{settings.task_queue}-watch"


def watch(
    *,
    every: Annotated[
        int, typer.Option("--every", min=1, max=60, help="Minutes from one look to the next.")
    ] = EVERY_MINUTES,
    stop: Annotated[bool, typer.Option("--stop", help="Delete the schedule.")] = False,
    as_json: Json = False,
) -> None:
    """Have the fleet looked after: start the schedule, or change it. Ops get the notices."""
    settings = load_settings()
    name = watch_id(settings)
    if stop:
        with_client(lambda client: _delete(client, name))
        text = f"{name} is deleted: nobody looks after the fleet"
        print_result(text, {"schedule": name, "every_minutes": None}, as_json=as_json)
        return
    with_client(lambda client: _start(client, _schedule(settings, every), name))
    text = f"{name} looks after the fleet every {every} minutes"
    print_result(text, {"schedule": name, "every_minutes": every}, as_json=as_json)


def _schedule(settings: Settings, minutes: int) -> Schedule:
    name = watch_id(settings)
    return Schedule(
        action=ScheduleActionStartWorkflow(
            WATCH_TYPE,
            FleetWatchInput(watch_id=name, io_queue=settings.io_queue),
            id=name,
            task_queue=settings.io_queue,
            execution_timeout=LONGEST_RUN,
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(minutes=minutes))]),
        policy=SchedulePolicy(
            overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=1)
        ),
    )


async def _start(client: Client, schedule: Schedule, name: str) -> None:
    try:
        await client.create_schedule(name, schedule, trigger_immediately=True)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(name)
        await handle.update(lambda _given: ScheduleUpdate(schedule=schedule))


async def _delete(client: Client, name: str) -> None:
    try:
        await client.get_schedule_handle(name).delete()
    except RPCError as error:
        if not is_missing(error):
            raise
        raise CommandError(f"there is no schedule {name}; `watch` starts it") from None

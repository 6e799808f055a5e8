"""`status`: the fleet of sentences in numbers, and whether something stands still."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import typer
from temporalio.client import Client

from runtime.caseload import RUNNING_SENTENCES, stuck_terms
from runtime.cli.console import make_console, make_table
from runtime.cli.errors import CommandError
from runtime.cli.options import Json
from runtime.cli.session import with_client
from settings import load_settings


@dataclass(frozen=True, slots=True)
class FleetStatus:
    """Numbers of running sentences of one queue.

    Attributes:
        sentences: All of them.
        overdue: Those with a missed standard.
        unapplied: Those with an event that is not applied.
        failing: Those whose workflow task fails again and again; a repaired worker heals them.
        late: Those with a clock that should have fired and did not: no worker serves them.
        unversioned: Those of workers without a build.
    """

    sentences: int
    overdue: int
    unapplied: int
    failing: int
    late: int
    unversioned: int


class StuckSentencesError(CommandError):
    """Sentences stand still, so their clocks do not run."""

    def __init__(self, status: FleetStatus) -> None:
        super().__init__(
            f"{status.failing} sentences fail and {status.late} have a clock that did not fire: "
            "list --stuck names them, and docs/operations.md says what to do"
        )


def status(*, as_json: Json = False) -> None:
    """Show the fleet in numbers. Exit status 1 if a sentence stands still."""
    queue = load_settings().task_queue

    async def work(client: Client) -> FleetStatus:
        return await fleet_status(client, queue, datetime.now(UTC))

    found = with_client(work)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
    else:
        table = make_table("Sentences", *asdict(found))
        table.add_row(*map(str, asdict(found).values()))
        make_console().print(table)
    if found.failing or found.late:
        raise StuckSentencesError(found)


async def fleet_status(client: Client, task_queue: str, now: datetime) -> FleetStatus:
    """Return the numbers of the running sentences of a queue, as visibility shows them."""
    all_of_them = f'{RUNNING_SENTENCES} AND TaskQueue = "{task_queue}"'
    failing, late = stuck_terms(now)

    async def count(*terms: str) -> int:
        return (await client.count_workflows(" AND ".join((all_of_them, *terms)))).count

    return FleetStatus(
        sentences=await count(),
        overdue=await count("Overdue > 0"),
        unapplied=await count("Unapplied > 0"),
        failing=await count(failing),
        late=await count(late),
        unversioned=await count("TemporalWorkerDeploymentVersion IS NULL"),
    )

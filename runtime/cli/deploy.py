"""`deploy`: builds of the workers, and the change of sentences from one to the next."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated, Final

import typer
from temporalio.client import Client

from activities.standards import load_catalogue
from runtime.cli.console import make_console, make_table, print_result, progress_bar
from runtime.cli.errors import CommandError
from runtime.cli.options import Json
from runtime.cli.session import stop_event, with_client
from runtime.databases import open_records
from runtime.deployment import (
    Build,
    Deployment,
    DeploymentError,
    RecordRehearsal,
    Rehearsal,
    rehearse,
)
from settings import PREFIX, load_settings
from workflows.law import install
from workflows.sentence import SentenceWorkflow

PER_SECOND: Final = 20.0
COLUMNS: Final = ("build", "status", "sentences", "without a clock", "oldest run", "may stop")

BuildArgument = Annotated[str, typer.Argument(metavar="BUILD", help="Build id of the workers.")]
NameOption = Annotated[
    str | None,
    typer.Option("--name", help=f"Name of the deployment; default: {PREFIX}DEPLOYMENT_NAME."),
]


def status(*, name: NameOption = None, as_json: Json = False) -> None:
    """Show the builds, how many sentences each holds, and which may stop."""
    deployment = _name_of(name)

    async def work(client: Client) -> list[Build]:
        return await Deployment(client, deployment).builds()

    builds = with_client(work)
    if as_json:
        rows = [asdict(build) | {"may_stop": build.may_stop} for build in builds]
        typer.echo(json.dumps(rows, indent=2, default=lambda at: at.isoformat()))
        return
    table = make_table(f"Deployment {deployment}", *COLUMNS)
    for build in builds:
        oldest = f"{build.oldest:%Y-%m-%d}" if build.oldest is not None else "-"
        counts = (str(build.sentences), str(build.without_clock))
        may_stop = "yes" if build.may_stop else "no"
        table.add_row(build.build_id or "-", build.status, *counts, oldest, may_stop)
    make_console().print(table)


def promote(
    build: BuildArgument,
    *,
    name: NameOption = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds to wait for its workers to poll.")
    ] = 0.0,
    as_json: Json = False,
) -> None:
    """Make a build current; sentences change to it when they wake next."""
    deployment = _name_of(name)

    async def work(client: Client) -> str | None:
        until = asyncio.get_running_loop().time() + wait
        while True:
            try:
                return await Deployment(client, deployment).promote(build)
            except DeploymentError:
                if asyncio.get_running_loop().time() >= until:
                    raise
            await asyncio.sleep(1)

    before = with_client(work)
    lines = [f"build {build} of {deployment} is current"]
    if before is not None and before != build:
        lines.append(
            f"build {before} keeps its sentences until they wake: keep its workers running, "
            f"and run deploy drain {before}"
        )
    print_result("\n".join(lines), {"current": build, "before": before}, as_json=as_json)


def drain(
    build: BuildArgument,
    *,
    name: NameOption = None,
    per_second: Annotated[
        float, typer.Option("--per-second", min=0.1, help="Sentences woken in a second.")
    ] = PER_SECOND,
    as_json: Json = False,
) -> None:
    """Wake the sentences of an old build until all have changed to the current one.

    Re-run the same command to resume.
    """
    deployment = _name_of(name)

    async def work(client: Client) -> int:
        stop: asyncio.Event = stop_event()
        with progress_bar() as bar:
            task = bar.add_task(f"draining {build}", total=None)
            return await Deployment(client, deployment).drain(
                build,
                per_second=per_second,
                moved=lambda done, total: bar.update(task, completed=done, total=total),
                stop=stop,
            )

    left = with_client(work)
    if left:
        raise CommandError(
            f"stopped: build {build} still holds {left} sentences; do not stop its workers, "
            "re-run the command to go on"
        )
    text = f"build {build} of {deployment} holds no sentence: its workers may stop"
    print_result(text, {"build": build, "sentences": 0}, as_json=as_json)


def rehearse_build(
    *,
    per_state: Annotated[
        int, typer.Option("--per-state", min=1, help="Sentences of each state, at most.")
    ] = 5,
    as_json: Json = False,
) -> None:
    """Replay running sentences of every state with the build of this program.

    It also decides their recorded events anew, and names the rows of the record that would differ.
    Run it in the image of the new build, before it is promoted. Nothing is changed or sent.
    """
    settings = load_settings()
    catalogue = load_catalogue(settings.standards_dir)
    install(catalogue)

    async def work(client: Client) -> Rehearsal:
        with open_records() as store:
            return await rehearse(
                client,
                [SentenceWorkflow],
                task_queue=settings.task_queue,
                per_state=per_state,
                decide=RecordRehearsal(store, catalogue).redecided,
            )

    found = with_client(work)
    if as_json:
        typer.echo(json.dumps(asdict(found), indent=2))
    else:
        states = ", ".join(f"{count} {state}" for state, count in sorted(found.replayed.items()))
        typer.echo(f"replayed {sum(found.replayed.values())} sentences: {states or 'none runs'}")
        if found.differing:
            typer.echo(
                f"{len(found.differing)} would go on differently in their present run: "
                "promote this build only with versioned workers"
            )
        for name, tables in found.redecided.items():
            rows = ", ".join(f"{count} {table}" for table, count in sorted(tables.items()))
            typer.echo(f"{name} would be decided otherwise: {rows}")
    if found.failed:
        first = ", ".join(f"{name} ({error})" for name, error in list(found.failed.items())[:10])
        raise CommandError(
            f"do not promote this build: it fails on {len(found.failed)} sentences: {first}"
        )


def _name_of(name: str | None) -> str:
    chosen = name or load_settings().deployment_name
    if chosen is None:
        raise CommandError(f"no deployment is named: set {PREFIX}DEPLOYMENT_NAME or give --name")
    return chosen

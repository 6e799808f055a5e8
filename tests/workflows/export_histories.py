"""Record the histories that later builds must replay.

Usage: `python -m tests.workflows.export_histories RELEASE`.

Run it once for a release, into a folder of its own name; the files of a release never change.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from pydantic import SecretStr
from temporalio.client import Client, WorkflowHistory

import tests.development  # noqa: F401 - before any settings are read
from activities.crypto.keys import parse_keys
from activities.standards import load_catalogue
from docs.journeys import load_journeys
from runtime.client import connect
from runtime.dev_server import run_dev_server
from runtime.event_sender import send_event
from runtime.ports import free_ports
from runtime.shutdown import exit_now
from runtime.worker import build_activities, io_worker, sentence_worker
from settings import Settings
from states.events.schema_examples import example
from states.sentence_ref import SentenceRef
from states.time.london import day_of
from tests.isolation import isolated
from tests.states.orders import Act
from tests.states.wording import OPS
from tests.workflows.replay import HISTORIES, replayed
from tests.workflows.scene import (
    Handle,
    act,
    allocated,
    begin,
    day,
    failed,
    new_crn,
    runs,
    serving,
    shows,
    tell,
    view_of,
    warned,
)
from workflows.sentence import SentenceWorkflow


def _recalled() -> list[Act]:
    """Return a life of prison, licence, a recall with a late report, and prison again."""
    dates = {"expected_release_on": day(-60), "automatic_release_on": day(-60)}
    custody = {"type": "custody", "length_days": 400, "extended": False, "requirements": []}
    ends = {"ends_on": None, "licence_ends_on": day(140), "pss_ends_on": day(300)}
    return [
        act("sentence_imposed", day(-200), sentenced_on=day(-200), **custody, **dates, **ends),
        act("case_allocated", f"{day(-200)} 13:00"),
        act("officer_assigned", f"{day(-200)} 14:00"),
        act("released", f"{day(-60)} 10:00"),
        act("induction_completed", day(-58)),
        act("plan_completed", day(-50)),
        act("supervision_suspended", day(-40), until=day(-36)),
        *failed("F1", -30),
        act("recall_decided", f"{day(-28)} 15:00"),
        act("recall_report_received", day(-25)),
        act("licence_revoked", f"{day(-25)} 15:00"),
        act("returned_to_custody", day(-24)),
        act("calendar_revised", day(-20), calendar="england-and-wales-2022a"),
    ]


def _custody(began: int = -200, **ends: str | None) -> list[Act]:
    """Return a custodial sentence begun on the day `began` from today, up to a release."""
    released = began + 140
    dates = {"expected_release_on": day(released), "automatic_release_on": day(released)}
    custody = {"type": "custody", "length_days": 400, "extended": False, "requirements": []}
    given = {"ends_on": None, "licence_ends_on": None, "pss_ends_on": day(began + 500), **ends}
    return [
        act("sentence_imposed", day(began), sentenced_on=day(began), **custody, **dates, **given),
        act("case_allocated", f"{day(began)} 13:00"),
        act("officer_assigned", f"{day(began)} 14:00"),
        act("released", f"{day(released)} 10:00"),
    ]


def _recalled_in_vain() -> list[Act]:
    """Return a licence on which one recall is refused and another withdrawn."""
    return [
        *_custody(licence_ends_on=day(140)),
        act("induction_completed", day(-58)),
        act("plan_completed", day(-50)),
        *failed("F1", -40),
        act("recall_decided", f"{day(-39)} 15:00"),
        act("recall_report_received", day(-38)),
        act("revocation_refused", day(-37)),
        *failed("F2", -20),
        act("recall_decided", f"{day(-19)} 15:00", failure_ids=["F2"]),
        act("recall_withdrawn", day(-18)),
    ]


def _released_after_licence() -> list[Act]:
    """Return a recall during which the licence ends, and a release to supervision.

    It is two years back, when the law still had supervision after sentence.
    """
    began = -930
    ends = {
        "ends_on": None,
        "licence_ends_on": day(began + 190),
        "pss_ends_on": day(began + 500),
        "expected_release_on": day(began + 140),
        "automatic_release_on": day(began + 140),
    }
    custody = {"type": "custody", "length_days": 400, "extended": False, "requirements": []}
    return [
        act("sentence_imposed", day(began), sentenced_on=day(began), **custody, **ends),
        act("case_allocated", f"{day(began)} 13:00"),
        act("officer_assigned", f"{day(began)} 14:00"),
        act("released", f"{day(began + 140)} 10:00"),
        act("induction_completed", day(began + 142)),
        act("plan_completed", day(began + 150)),
        *failed("F1", began + 160),
        act("recall_decided", f"{day(began + 161)} 15:00"),
        act("recall_report_received", day(began + 162)),
        act("licence_revoked", f"{day(began + 162)} 15:00"),
        act("returned_to_custody", day(began + 163)),
        act("released", f"{day(began + 191)} 10:00"),
    ]


def _breach_withdrawn() -> list[Act]:
    """Return a breach with a warrant that is withdrawn again."""
    return [
        *serving(-60),
        *failed("F1", -30),
        warned("W1", "F1", -30),
        *failed("F2", -20),
        act("breach_decided", day(-18), failure_ids=["F1", "F2"]),
        act("warrant_recorded", day(-16)),
        act("breach_withdrawn", day(-10)),
    ]


def _rarely_sent() -> list[Act]:
    """Return an order with an event of each kind that no other life and no journey has."""
    kinds = (
        "agency_flag_changed",
        "civil_order_changed",
        "edition_changed",
        "law_revised",
        "end_date_changed",
        "message_resolved",
        "notice_acknowledged",
        "public_protection_concern_raised",
        "report_requested",
        "report_delivered",
        "requirement_changed",
        "serious_further_offence_charged",
        "offence_charged",
        "supervision_requirements_set",
        "parole_board_referred",
        "significant_change_recorded",
        "team_member_changed",
    )
    sent = [
        (kind, {**example(kind), "occurred_at": f"{day(-10)}T09:{number:02}:00Z"})
        for number, kind in enumerate(kinds)
    ]
    return [
        *serving(-60),
        *failed("F1", -15),
        *sent,
        act("duty_discharged", day(-5), duty="ev-barriers"),
        act("event_withdrawn", day(-4), withdrawn_event_id="F1.judged"),
    ]


def _moved() -> list[Act]:
    """Return an order that continues under another number."""
    target = {"to_crn": new_crn(), "to_event_number": "1", "why": "merge", "by": OPS}
    return [*serving(-60), *failed("F1", -30), act("sentence_moved", day(-1), **target)]


def _journey(name: str) -> list[Act]:
    """Return a journey of the examples that began long enough ago for all of it to be past."""
    began = day_of(datetime.now(UTC)) - timedelta(days=JOURNEY_DAYS)
    return [(event.kind, event.data) for event in load_journeys()[name].events(began)]


JOURNEY_DAYS: Final = 600
CHUNK: Final = 6
"""Messages that a sentence gets at one time."""

CONCURRENT: Final = 6
"""Sentences that live at the same time."""

RING: Final = "2026-11 q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="
"""Key ring of the sealed life; it protects nothing else."""

JOURNEYS: Final = (
    "address_changed",
    "approved_premises",
    "bank_holiday_proclaimed",
    "committed_to_end",
    "death_during_order",
    "drug_rehabilitation",
    "expires_in_breach",
    "good_progress",
    "immediate_risk",
    "recall_endorsed",
    "served_to_end",
    "standard_recall_rereleased",
    "supervision_committed",
    "supervision_suspended",
    "suspended_sentence_activated",
    "two_failures",
    "victim_contact",
    "warning_withdrawn",
)
"""Journeys that have every transition and every kind of event between them, but for LIVES."""

LIVES: dict[str, list[Act]] = {
    "allocated": allocated(-3),
    "warned": [*serving(-60), *failed("F1", -30), warned("W1", "F1", -30), *failed("F2", -3)],
    "completed": [
        *serving(-60),
        act("sentence_ended", day(-2), ended_on=day(-2), reason="death"),
        act("contact_recorded", day(-5), fact="Recorded late."),
    ],
    "recalled": _recalled(),
    "out of order": [
        *reversed(serving(-20)),
        act("event_withdrawn", day(-1), withdrawn_event_id="never-sent"),
    ],
    "breach withdrawn": _breach_withdrawn(),
    "moved": _moved(),
    "rarely sent": _rarely_sent(),
    "recalled in vain": _recalled_in_vain(),
    "released after licence": _released_after_licence(),
    # Two years back, when the law still had supervision after sentence.
    "released to supervision": _custody(-930),
    "warning outlived": [
        *serving(-500, ends_on=day(200)),
        *failed("F1", -450),
        warned("W1", "F1", -450),
    ],
    **{name.replace("_", " "): _journey(name) for name in JOURNEYS},
}
"""Lives of sentences, by name; each that is long enough continues as new."""


async def _live(client: Client, settings: Settings, acts: list[Act]) -> Handle:
    handle = await begin(client, settings, acts[0])
    await handle.signal("nonsense", 1)
    for at in range(1, len(acts), CHUNK):
        await tell(handle, acts[at : at + CHUNK])
        await view_of(handle)
    await shows(handle, events_total=len(acts))
    await asyncio.sleep(2)
    return handle


async def _sealed(client: Client, settings: Settings, acts: list[Act]) -> Handle:
    crn = new_crn()
    queue = settings.task_queue
    for kind, data in acts:
        await send_event(client, crn, "1", kind=kind, arguments=[data], task_queue=queue)
    handle: Handle = client.get_workflow_handle(SentenceRef(crn, "1").workflow_id)
    await shows(handle, events_total=len(acts))
    await asyncio.sleep(2)
    return handle


def _anonymous(found: Any) -> Any:
    """Return a history as JSON without process, host and folder of the worker that made it."""
    if isinstance(found, list):
        return [_anonymous(item) for item in found]
    if not isinstance(found, dict):
        return found
    plain = {key: _anonymous(value) for key, value in found.items()}
    plain.pop("stackTrace", None)
    if "identity" in plain:
        plain["identity"] = "exported"
    if plain.get("kind") == "TASK_QUEUE_KIND_STICKY":
        plain["name"] = "sticky"
    return plain


async def _export(
    client: Client, name: str, handle: Handle, folder: Path, *, ring: str = ""
) -> None:
    for number, events in enumerate(await runs(client, handle), start=1):
        plain = _anonymous(json.loads(WorkflowHistory(handle.id, events).to_json()))
        history = WorkflowHistory.from_json(handle.id, plain)
        state = (await replayed(history, ring))._asdict()
        kept = {"workflow_id": handle.id, "history": plain, "ring": ring, "state": state}
        file = folder / f"{name.replace(' ', '-')}-{number}.json"
        file.write_text(json.dumps(kept, sort_keys=True) + "\n", "utf-8")
        sys.stdout.write(f"{file.name}: {len(events)} events\n")


async def export(folder: Path, scratch: Path) -> None:
    """Play each life on a server of its own, and write the history of every run to `folder`."""
    plain = isolated(
        scratch / "plain", continue_after_events=30, quiet_minutes=0, closing_days=3_650
    )
    sealed = plain.model_copy(
        update={
            "task_queue": "sealed",
            "io_queue": "sealed-io",
            "keys": SecretStr(RING),
            "plain_payloads": False,
        }
    )
    server = run_dev_server(
        scratch,
        headless=True,
        in_memory=True,
        choose_ports=free_ports,
        # Without it a run begins a second after the one before, and one that has not even begun
        # cannot be replayed.
        options=("--dynamic-config-value", 'history.workflowIdReuseMinimalInterval="0s"'),
    )
    async with server as running:
        client = await connect(address=running.address, namespace="default")
        turn = asyncio.Semaphore(CONCURRENT)

        async def played(name: str, acts: list[Act]) -> None:
            async with turn:
                handle = await _live(client, plain, acts)
                await _export(client, name, handle, folder=folder)

        async with _working(client, plain):
            await asyncio.gather(*(played(name, acts) for name, acts in LIVES.items()))
        keyed = await connect(address=running.address, namespace="default", keys=parse_keys(RING))
        async with _working(keyed, sealed):
            handle = await _sealed(keyed, sealed, LIVES["warned"])
            await _export(keyed, "sealed", handle, folder=folder, ring=RING)


@asynccontextmanager
async def _working(client: Client, settings: Settings) -> AsyncIterator[None]:
    activities = build_activities(settings, load_catalogue())
    sentences = sentence_worker(client, settings, activities, workflows=[SentenceWorkflow])
    async with io_worker(client, settings, activities), sentences:
        yield


if __name__ == "__main__":
    release = HISTORIES / sys.argv[1]
    release.mkdir(parents=True)
    with TemporaryDirectory() as place:
        asyncio.run(export(release, Path(place)))
    exit_now(0)

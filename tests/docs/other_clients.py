"""Two ways to send events without a Temporal client: the HTTP API, and a queue of messages."""

import asyncio
from typing import Any, Final

import boto3
import httpx
from temporalio.client import Client

from runtime.api.app import api_server
from runtime.http.settings import ApiSettings
from runtime.ingest.consumer import PollingTimes, QueueConsumer
from runtime.ingest.ingestor import open_ingestor
from settings import Settings
from tests.isolation import eventually
from tests.runtime.ingest.fakes import serving
from tests.runtime.ingest.messages import (
    ALLOCATED,
    ALLOCATION,
    CREATED,
    ORDER,
    PAYBACK,
    SESSION,
    from_topic,
    message,
)
from tests.runtime.ingest.queues import is_left
from tests.runtime.queues import running_sqs
from tests.states.orders import Act

COURT: Final = {"id": "C01", "role": "court_officer", "organisation": "NPS"}
OFFICER: Final = {"id": "N07A001", "role": "officer", "organisation": "CRC"}
FAILURE: Final = {
    "failure_id": "F1",
    "failed_on": "2026-11-10",
    "what": "missed_appointment",
    "public_protection": False,
}
JUDGED: Final = {
    "failure_id": "F1",
    "acceptable": True,
    "rationale": "Was ill.",
    "alternatives_considered": [],
}
SENTENCE: Final = {
    "sentenced_on": "2026-11-02",
    "ends_on": "2027-11-01",
    "offence": {"committed_on": "2026-06-01", "violent_or_sexual": False},
    "victims": {"statutory_contact": False},
}
RAR: Final = {"requirement_id": "R1", "kind": "rehabilitation_activity", "days": 20}
CREATED_AT, ALLOCATED_AT, BOOKED_AT, FAILED_AT = (
    f"2026-11-{moment}:00+00:00" for moment in ("02T10:30", "02T11:00", "03T12:00", "10T16:00")
)
BOOKED: Final = "community-payback.appointment.created"
QUICK: Final = PollingTimes(wait=0, pause=0.05)


def event_data(event_id: str, when: str, by: dict[str, str], **fields: Any) -> dict[str, Any]:
    """One event as the page spells it."""
    return {"event_id": event_id, "occurred_at": when, "by": by, **fields}


def story() -> list[Act]:
    """The events that every section of the page sends."""
    order = {"type": "community_order", **SENTENCE, "requirements": [RAR]}
    allocated = {"provider": "CRC", "provider_code": "N07", "risk_screening_completed": True}
    return [
        ("sentence_imposed", event_data("e-1", CREATED_AT, COURT, **order)),
        ("case_allocated", event_data("e-2", ALLOCATED_AT, COURT, **allocated)),
        ("failure_reported", event_data("e-3", FAILED_AT, OFFICER, **FAILURE)),
        judged("e-4"),
    ]


def judged(event_id: str) -> Act:
    """The officer accepts the explanation."""
    return "failure_judged", event_data(event_id, "2026-11-12T15:00:00+00:00", OFFICER, **JUDGED)


def beside() -> list[Act]:
    """The additional events of the queue: the officer's name, and the missed appointment."""
    named = {"officer_id": "N07A001", "authorised": True}
    session = {"appointment_id": "F1", "at": FAILED_AT, "face_to_face": True}
    return [
        ("officer_assigned", event_data("e-6", ALLOCATED_AT, OFFICER, **named)),
        ("appointment_arranged", event_data("e-7", BOOKED_AT, OFFICER, **session)),
    ]


async def send_through_api(client: Client, settings: Settings, crn: str) -> None:
    """Send the story to the API."""
    terms = ApiSettings(bind="127.0.0.1:0")
    async with (
        api_server(client, settings, terms, insecure_loopback=True) as url,
        httpx.AsyncClient(base_url=f"{url}/sentences/{crn}/1/events/", timeout=30) as http,
    ):
        for kind, data in story():
            answer = await http.post(kind, json=data)
            assert 202 == answer.status_code, answer.text


async def send_through_queue(client: Client, settings: Settings, crn: str) -> None:
    """Put messages of other systems into a real queue, which a consumer ingests."""
    with running_sqs() as address, serving() as known:
        known.said |= answers(crn)
        sqs = boto3.client(
            "sqs",
            endpoint_url=address,
            region_name="eu-west-2",
            aws_access_key_id="none",
            aws_secret_access_key="none",  # noqa: S106 - it opens nothing
        )
        url = sqs.create_queue(QueueName="domain")["QueueUrl"]
        for body in messages(crn):
            sqs.send_message(QueueUrl=url, MessageBody=from_topic(body, body["occurredAt"]))
        named = {"look_up_services": known.services("probation", "workload", "unpaid-work")}
        stop = asyncio.Event()
        async with open_ingestor(client, settings.model_copy(update=named)) as intake:
            running = asyncio.create_task(QueueConsumer(sqs, url, intake, QUICK).run(stop))
            await eventually(lambda: asyncio.to_thread(is_left, sqs, url, (0, 0)))
            stop.set()
            await running
        sqs.close()


def answers(crn: str) -> dict[str, Any]:
    """The responses of the neighbouring systems about these messages."""
    requirement = {"requirement_id": "R1", "kind": "F", "days": 20}
    session = {"appointment_id": "F1", "at": FAILED_AT, "outcome": "UACP", "requirement_id": None}
    return {
        f"probation/people/{crn}/sentences": {"event_number": "1"},
        f"probation/people/{crn}/sentences/1": {
            **ORDER,
            **SENTENCE,
            "requirements": [requirement],
        },
        f"workload/allocation/event/{crn}": ALLOCATION,
        f"unpaid-work/appointments/{crn}": {**SESSION, **session},
    }


def messages(crn: str) -> list[dict[str, Any]]:
    """An order, its allocation, a session that was missed; the judgement is an officer's own."""
    return [
        message(CREATED, CREATED_AT, crn=crn),
        message(ALLOCATED, ALLOCATED_AT, crn=crn, allocationId=crn),
        message(BOOKED, BOOKED_AT, crn=crn, appointmentId=crn),
        message(PAYBACK, FAILED_AT, crn=crn, appointmentId=crn),
    ]

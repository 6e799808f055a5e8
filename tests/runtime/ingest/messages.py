"""Messages in the forms that neighbouring systems publish, about people who do not exist."""

import json
from typing import Any, Final

CRN: Final = "X901001"
OTHER_CRN: Final = "X901002"
NOMS: Final = "A9001ZZ"
AT: Final = "2026-09-14T15:09:54+01:00"

RELEASED: Final = "prison-offender-events.prisoner.released"
RECEIVED: Final = "prison-offender-events.prisoner.received"
ALLOCATED: Final = "event.manager.allocated"
CREATED: Final = "probation-case.sentence.created"
TERMINATED: Final = "probation-case.sentence.terminated"
UNTERMINATED: Final = "probation-case.sentence.unterminated"
MERGED: Final = "probation-case.merge.completed"
OVERSIGHT: Final = "prison-recall.recommendation.management-oversight"
PAYBACK: Final = "community-payback.appointment.updated"


def message(
    kind: str, at: str = AT, *, crn: str | None = CRN, noms: str | None = None, **more: Any
) -> dict[str, Any]:
    """A domain event; further keywords are its additional information."""
    named = {"CRN": crn, "NOMS": noms}
    return {
        "eventType": kind,
        "version": 1,
        "occurredAt": at,
        "description": "Words of the publisher.",
        "additionalInformation": more,
        "personReference": {
            "identifiers": [
                {"type": name, "value": value} for name, value in named.items() if value
            ]
        },
    }


def released(at: str = AT, **more: Any) -> dict[str, Any]:
    """Somebody left a prison; by itself on licence."""
    said = {
        "nomsNumber": NOMS,
        "prisonId": "SWI",
        "reason": "RELEASED",
        "nomisMovementReasonCode": "CR",
        "currentLocation": "OUTSIDE_PRISON",
        "currentPrisonStatus": "NOT_UNDER_PRISON_CARE",
        "details": "Movement reason code CR",
    }
    return message(RELEASED, at, crn=None, noms=NOMS, **{**said, **more})


def received(at: str = AT, **more: Any) -> dict[str, Any]:
    """Somebody came into a prison; by itself on recall."""
    said = {
        "nomsNumber": NOMS,
        "prisonId": "SWI",
        "reason": "ADMISSION",
        "probableCause": "RECALL",
        "nomisMovementReasonCode": "24",
    }
    return message(RECEIVED, at, crn=None, noms=NOMS, **{**said, **more})


def from_topic(body: dict[str, Any], message_id: str = "m-1", **attributes: str) -> str:
    """An envelope of SNS: the event is a JSON string within it."""
    named = {"eventType": body.get("eventType", ""), **attributes}
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": message_id,
            "TopicArn": "arn:aws:sns:eu-west-2:000000000000:hmpps-domain",
            "Message": json.dumps(body),
            "Timestamp": "2026-09-14T14:54:54.487Z",
            "MessageAttributes": {
                name: {"Type": "String", "Value": value} for name, value in named.items()
            },
        }
    )


def bare(body: dict[str, Any]) -> str:
    """The event itself, as raw delivery gives it."""
    return json.dumps(body)


BY_OFFICER: Final = {"id": "N07A001", "role": "officer", "organisation": "CRC"}

ORDER: Final = {
    "type": "340",
    "sentenced_on": "2026-09-14",
    "ends_on": "2027-09-13",
    "offence": {"committed_on": "2026-06-01", "violent_or_sexual": False},
    "requirements": [
        {"requirement_id": "R1", "kind": "F", "days": 20},
        {"requirement_id": "R2", "kind": "W", "hours": 80},
    ],
    "victims": {"statutory_contact": False},
    "name": "A person whose name nobody needs",
}
"""A community order, as the look-up returns it."""

ALLOCATION: Final = {
    "event_number": "1",
    "initial": True,
    "provider": "CRC",
    "provider_code": "N07",
    "risk_screening_completed": True,
    "officer_id": "N07A001",
    "authorised": True,
}

BREACH: Final = {
    "event_number": "1",
    "by": BY_OFFICER,
    "failure_ids": ["F1"],
    "rationale": "Second failure.",
    "alternatives_considered": ["A warning."],
}

RECALL: Final = {
    "event_number": "1",
    "by": BY_OFFICER,
    "recommended": False,
    "recall_type": "FTR_28",
    "ground": "behaviour",
    "rationale": "Risk has risen.",
    "alternatives_considered": ["More reporting."],
}

SESSION: Final = {
    "event_number": "1",
    "appointment_id": "UPW-7",
    "organisation": "CRC",
    "at": "2026-09-14T09:00:00+01:00",
    "face_to_face": True,
    "requirement_id": "R2",
    "outcome": "ATTC",
    "minutes": 420,
    "hours": 7,
    "public_protection": False,
    "rescheduled_by": "person",
}

ADJUSTMENT: Final = {
    "event_number": "1",
    "organisation": "CRC",
    "requirement_id": "R2",
    "on": "2026-09-14",
    "hours": -2,
}
"""A correction of credited time, as the look-up returns it."""

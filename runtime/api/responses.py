"""Models of the API's successful responses, as its OpenAPI document shows them."""

from typing import Any

from pydantic import BaseModel, Field


class EventAccepted(BaseModel):
    """The event is durably queued for its sentence."""

    workflow_id: str
    event_id: str
    kind: str
    receipt: str = Field(description="Path to poll for the outcome.")


class ReceiptList(BaseModel):
    """Outcomes of the messages with one event id, one for each organisation that sent it."""

    receipts: list[dict[str, Any]]


class EventKindSummary(BaseModel):
    """One kind of event."""

    kind: str
    meaning: str
    schema_path: str = Field(description="Path of its JSON Schema.")


class EventKindList(BaseModel):
    """Every kind of event that the API accepts."""

    kinds: list[EventKindSummary]


class HealthStatus(BaseModel):
    """The API is up."""

    status: str

"""Published contract: one JSON Schema for each kind, and the AsyncAPI document that joins them."""

import json
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from docs.pages.markdown import first_line
from states.events.registry import KINDS, NUDGE
from states.events.schema import NUDGE_MEANING, schema_of, title_of
from states.events.schema_examples import example
from states.rules.handler import Nature
from states.rules.registry import HANDLERS
from states.vocabulary import DispositionKind

ASYNCAPI: Final = "contract/asyncapi.json"
SCHEMAS: Final = "contract/schemas"
FORMAT: Final = "application/schema+json;version=draft-2020-12"

_CHANNEL: Final = {"$ref": "#/channels/sentence"}
_ANSWERS: Final = {"$ref": "#/channels/answers"}
_PROJECT: Final = Path(__file__).parents[2] / "pyproject.toml"


def contract_pages() -> dict[str, Callable[[], str]]:
    """Return a function that makes each file of the contract, by its path in docs/."""
    found: dict[str, Callable[[], str]] = {ASYNCAPI: lambda: _text(asyncapi())}
    for kind in (*KINDS, NUDGE):
        found[f"{SCHEMAS}/{kind}.json"] = partial(_schema, kind)
    return found


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI document: one channel for a sentence, one message for each kind."""
    kinds = (*KINDS, NUDGE)
    return {
        "asyncapi": "3.0.0",
        "id": "urn:sentence-orchestrator:contract",
        "info": _info(),
        "defaultContentType": "application/json",
        "servers": _servers(),
        "channels": {"sentence": _channel(kinds), "answers": _answers()},
        "operations": {
            "signal": {
                "action": "receive",
                "title": "Signal, or signal with start",
                "description": "Accepts any message at any time and returns nothing. A signal with "
                "start starts a sentence that is not running yet. The query `receipt` returns the "
                "outcome.",
                "channel": _CHANNEL,
                "messages": [{"$ref": f"#/channels/sentence/messages/{kind}"} for kind in kinds],
            },
            "submit": {
                "action": "receive",
                "title": "Update",
                "description": "Accepts an event and returns its receipts. A refusal fails the "
                "update, with the reason and the kinds allowed now, and leaves nothing in the "
                "sentence.",
                "channel": _CHANNEL,
                "messages": [{"$ref": "#/channels/sentence/messages/submission"}],
                "reply": {
                    "channel": _ANSWERS,
                    "messages": [{"$ref": "#/channels/answers/messages/receipts"}],
                },
            },
        },
        "components": {
            "messages": {
                **{kind: _message(kind) for kind in kinds},
                "submission": _submission(),
                "receipts": _receipts(),
            }
        },
    }


def _schema(kind: str) -> str:
    return _text(schema_of(kind))


def _text(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _info() -> dict[str, Any]:
    version = tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["version"]
    return {
        "title": "Sentences: events of a court sentence",
        "version": version,
        "description": "Events that integrators send to a sentence: one Temporal signal for each "
        "kind, with one JSON object. A kind or a field may be added; none is renamed, removed or "
        "narrowed. The page `integrating.md` explains how to send, with working examples.",
        "license": {"name": "MIT"},
    }


def _servers() -> dict[str, Any]:
    return {
        "temporal": {
            "host": "localhost:7233",
            "protocol": "grpc",
            "description": "Temporal, with any client. Workflow type `SentenceWorkflow`, "
            'task queue `sentences`, input `{"crn": ..., "event_number": ...}`.',
        },
        "http": {
            "host": "localhost:7243",
            "pathname": "/api/v1/namespaces/default",
            "protocol": "http",
            "description": "Temporal's HTTP API, where the installation has one.",
        },
    }


def _channel(kinds: tuple[str, ...]) -> dict[str, Any]:
    names = (*kinds, "submission")
    return {
        "address": "sentence-{crn}-{event_number}",
        "title": "A sentence",
        "description": "The workflow id of one sentence of one person.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "parameters": {
            "crn": {
                "description": "Case reference number: one capital letter and six digits.",
                "examples": ["X320741"],
            },
            "event_number": {
                "description": "Number of the sentence within its case: one to four digits.",
                "examples": ["1"],
            },
        },
    }


def _answers() -> dict[str, Any]:
    return {
        "address": None,
        "title": "Result of an update",
        "messages": {"receipts": {"$ref": "#/components/messages/receipts"}},
    }


def _message(kind: str) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": kind,
        "title": title_of(kind),
        "payload": {"schemaFormat": FORMAT, "schema": {"$ref": f"./schemas/{kind}.json"}},
    }
    if kind == NUDGE:
        return said | {"summary": NUDGE_MEANING, "examples": [{"payload": {}}]}
    model, rule = KINDS[kind], HANDLERS[kind]
    return said | {
        "summary": first_line(model.__doc__),
        "tags": [{"name": model.__module__.rpartition(".")[2]}],
        "examples": [{"payload": example(kind)}],
        "x-nature": rule.nature.name.lower(),
        "x-counts-from": model.OWN_TIME or "occurred_at",
        "x-from": sorted(role.value for role in rule.roles) if rule.roles else "any sender",
        "x-allowed-in": [state.value for state in rule.allowed_states]
        if rule.nature is Nature.DECISION
        else "any state",
    }


def _submission() -> dict[str, Any]:
    shape = {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind"],
        "oneOf": [{"required": ["data"]}, {"required": ["encrypted"]}],
        "properties": {
            "kind": {"enum": list(KINDS), "description": "The kind of the event."},
            "data": {"type": "object", "description": "The event, by the schema of its kind."},
            "encrypted": {
                "type": "string",
                "description": "In place of `data`: the event encrypted for its sentence, as a "
                "compact JWE.",
            },
        },
    }
    payload = {"kind": "case_allocated", "data": example("case_allocated")}
    return {
        "name": "submit",
        "title": "An event, by update",
        "payload": {"schemaFormat": FORMAT, "schema": shape},
        "examples": [{"payload": payload}],
    }


RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["event_id", "kind", "received_at", "digest", "disposition", "reason"],
    "properties": {
        "event_id": {"type": "string"},
        "kind": {"type": "string"},
        "organisation": {
            "type": "string",
            "description": "Organisation of the sender; absent if quarantined.",
        },
        "received_at": {"type": "string", "format": "date-time"},
        "digest": {
            "type": "string",
            "description": "Digest of the content: 32 hexadecimal digits.",
        },
        "disposition": {"enum": ["queued", *(verdict.value for verdict in DispositionKind)]},
        "reason": {"type": "string", "description": "Reason why it is not applied, or empty."},
        "irregular": {
            "type": "boolean",
            "description": "A fact that the state graph did not expect.",
        },
    },
}
"""JSON Schema of a receipt; later releases may add fields."""


def _receipts() -> dict[str, Any]:
    return {
        "name": "receipts",
        "title": "Receipts of the messages with one event id",
        "payload": {"schemaFormat": FORMAT, "schema": {"type": "array", "items": RECEIPT}},
    }

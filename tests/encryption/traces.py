"""Search of every place in which our processes, and the server, may leave personal data."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, Final

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, SearchAttributes
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client

from activities.contracts import MESSAGE_ENCODING, OWN_ENCODING
from tests.encryption.installation import Installation
from tests.encryption.marking import spellings
from tests.workflows.scene import runs

ENCRYPTED: Final = frozenset([MESSAGE_ENCODING, OWN_ENCODING])


async def histories(client: Client) -> dict[str, list[HistoryEvent]]:
    """Every run that the server knows of, by workflow id and run id."""
    found: dict[str, list[HistoryEvent]] = {}
    async for listed in client.list_workflows(""):
        for events in await runs(client, client.get_workflow_handle(listed.id)):
            begun = events[0].workflow_execution_started_event_attributes
            found[f"{listed.id}/{begun.original_execution_run_id}"] = events
    return found


async def visibility(client: Client) -> AsyncIterator[Message]:
    """Return the list of sentences and the page of each."""
    async for listed in client.list_workflows(""):
        yield listed.raw_info
        handle = client.get_workflow_handle(listed.id, run_id=listed.run_id)
        yield (await handle.describe()).raw_description


async def everywhere(
    own: Installation, raw: Mapping[str, list[HistoryEvent]], more: Mapping[str, str]
) -> dict[str, bytes]:
    """Return all data that can be read without a key and without access to the case records."""
    found = {name: text.encode() for name, text in more.items()}
    for name, events in raw.items():
        found[f"history {name}"] = _export(events)
    found["visibility"] = _export([message async for message in visibility(own.bare)])
    found["metrics"] = (await own.metrics_text()).encode()
    found["command lines"] = own.command_lines().encode()
    for path in [*own.folder.glob("*.log"), *own.folder.glob("temporal.db*")]:
        found[path.name] = path.read_bytes()
    return found


def finds(words: Iterable[str | bytes], places: Mapping[str, bytes]) -> set[tuple[str, str]]:
    """Each place that holds one of the words, in any spelling, with what it holds."""
    wanted = [(word, word if isinstance(word, bytes) else word.encode()) for word in words]
    return {
        (name, str(word))
        for name, content in places.items()
        for lower in [content.lower()]
        for word, secret in wanted
        if any(form in content for form in spellings(secret)) or secret.lower() in lower
    }


def readable(message: Message) -> Iterator[tuple[str, Payload]]:
    """Yield every unencrypted payload of a message, with its place."""
    return (
        (where, found)
        for where, found in _payloads(message)
        if found.metadata.get("encoding") not in ENCRYPTED
    )


def encrypted(message: Message) -> Iterator[Payload]:
    """Yield every encrypted payload of a message."""
    found = (payload for _, payload in _payloads(message))
    return (payload for payload in found if payload.metadata.get("encoding") in ENCRYPTED)


def _payloads(message: Message, where: str = "") -> Iterator[tuple[str, Payload]]:
    if isinstance(message, Payload):
        yield where, message
    # Search attributes are readable codes, because Temporal cannot search encrypted values.
    elif not isinstance(message, SearchAttributes):
        for field, value in message.ListFields():
            if field.message_type is not None:
                for name, item in _items(field, value):
                    yield from _payloads(item, f"{where}.{name}" if where else name)


def _items(field: Any, value: Any) -> list[tuple[str, Message]]:
    name = field.name
    if field.message_type.GetOptions().map_entry:
        items = [(f"{name}[{key}]", item) for key, item in value.items()]
        return [(key, item) for key, item in items if isinstance(item, Message)]
    return [(name, item) for item in ([value] if isinstance(value, Message) else value)]


def _export(messages: Iterable[Message]) -> bytes:
    """Messages in both forms in which they may be exported."""
    listed = list(messages)
    raw = b"".join(message.SerializeToString() for message in listed)
    listing = json.dumps([json.loads(MessageToJson(message)) for message in listed])
    return raw + listing.encode()

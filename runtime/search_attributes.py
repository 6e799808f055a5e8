"""Register the search attributes with a server, and verify that it has them."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.dev_server import type_name
from workflows.search_attributes import SEARCH_ATTRIBUTES


class SearchAttributesError(Exception):
    """The server's search attributes differ from ours; the message is one sentence."""


async def register_search_attributes(client: Client) -> tuple[str, ...]:
    """Register what is missing in the client's namespace; return the names added, in order.

    A second call adds nothing.

    Raises:
        AttributesError: If a name is already taken for another type: that needs a person.
    """
    known = await _registered(client)
    missing = [key for key in SEARCH_ATTRIBUTES if key.name not in known]
    if missing:
        request = AddSearchAttributesRequest(namespace=client.namespace)
        for key in missing:
            request.search_attributes[key.name] = _type_of(key.indexed_value_type)
        await _add(client, request)
    if faults := _faults(await _registered(client)):
        raise SearchAttributesError(_sentence(client.namespace, faults))
    return tuple(key.name for key in missing)


async def search_attribute_faults(client: Client) -> tuple[str, ...]:
    """Return what is missing or of another type in the client's namespace; empty when all is well.

    Each reads "Officer is not registered" or "Rosh is a Text and must be a Keyword".
    """
    return _faults(await _registered(client))


async def verify_search_attributes(client: Client) -> None:
    """Return when the client's namespace has every search attribute under its type.

    Raises:
        AttributesError: If it has not; the sentence names each fault.
    """
    if faults := await search_attribute_faults(client):
        raise SearchAttributesError(_sentence(client.namespace, faults))


async def _add(client: Client, request: AddSearchAttributesRequest) -> None:
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        # Another process registered them in between; what is there is looked at afterwards.
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise


async def _registered(client: Client) -> dict[str, int]:
    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return dict(answer.custom_attributes)


def _faults(known: dict[str, int]) -> tuple[str, ...]:
    faults = []
    for key in SEARCH_ATTRIBUTES:
        wanted = _type_of(key.indexed_value_type)
        if key.name not in known:
            faults.append(f"{key.name} is not registered")
        elif known[key.name] != wanted:
            held = type_name(known[key.name])
            faults.append(f"{key.name} is a {held} and must be a {type_name(wanted)}")
    return tuple(faults)


def _type_of(value: int) -> "IndexedValueType.ValueType":
    return IndexedValueType.ValueType(value)


def _sentence(namespace: str, faults: tuple[str, ...]) -> str:
    return f"the search attributes of namespace {namespace!r} are not ours: {', '.join(faults)}"

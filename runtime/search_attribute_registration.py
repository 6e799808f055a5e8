"""Search attributes of a namespace: register them, and verify that they are registered."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from workflows.search_attributes import SEARCH_ATTRIBUTES


class SearchAttributesError(Exception):
    """Search attributes of a namespace are missing or of another type; one sentence."""


async def register_search_attributes(client: Client) -> tuple[str, ...]:
    """Register the missing attributes in the client's namespace; return their names in order.

    A second call registers nothing.

    Raises:
        SearchAttributesError: If a name is taken for another type: an operator has to decide.
    """
    known = await _registered(client)
    missing = [key for key in SEARCH_ATTRIBUTES if key.name not in known]
    if missing:
        request = AddSearchAttributesRequest(namespace=client.namespace)
        for key in missing:
            request.search_attributes[key.name] = _type_of(key.indexed_value_type)
        await _add(client, request)
    await verify_search_attributes(client)
    return tuple(key.name for key in missing)


async def search_attribute_faults(client: Client) -> tuple[str, ...]:
    """Return what is missing or of another type in the client's namespace; empty if nothing is.

    Examples: "Officer is not registered", "Rosh is a Text and must be a Keyword".
    """
    return _faults(await _registered(client))


async def verify_search_attributes(client: Client) -> None:
    """Check that the client's namespace has every search attribute under its type.

    Raises:
        SearchAttributesError: If it has not; the sentence names each fault.
    """
    if faults := await search_attribute_faults(client):
        message = f"namespace {client.namespace!r} lacks search attributes: {', '.join(faults)}"
        raise SearchAttributesError(message)


async def _add(client: Client, request: AddSearchAttributesRequest) -> None:
    try:
        await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        # Another process registered them meanwhile; the caller verifies the result.
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
        required = _type_of(key.indexed_value_type)
        if key.name not in known:
            faults.append(f"{key.name} is not registered")
        elif known[key.name] != required:
            found = _type_name(known[key.name])
            faults.append(f"{key.name} is a {found} and must be a {_type_name(required)}")
    return tuple(faults)


def _type_of(value: int) -> "IndexedValueType.ValueType":
    return IndexedValueType.ValueType(value)


def _type_name(value: int) -> str:
    """Return the name of a type as Temporal's CLI spells it."""
    name = IndexedValueType.Name(IndexedValueType.ValueType(value))
    return name.removeprefix("INDEXED_VALUE_TYPE_").title().replace("_", "")

"""The search attributes are registered once, and a server without them is found out."""

from collections import Counter
from uuid import uuid4

import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from runtime.client import connect
from runtime.dev_server import DevServer
from runtime.search_attribute_registration import (
    SearchAttributesError,
    register_search_attributes,
    search_attribute_faults,
    verify_search_attributes,
)
from tests.isolation import eventually
from workflows.search_attributes import SEARCH_ATTRIBUTES

LIMITS = {"Keyword": 10, "KeywordList": 3, "Datetime": 3, "Int": 3, "Bool": 3}
"""Number of search attributes of each type that SQL visibility can hold."""


@pytest.fixture
async def bare(server: DevServer, client: Client) -> Client:
    """A client of a namespace that has none of our search attributes."""
    namespace = f"bare-{uuid4().hex}"
    retention = Duration(seconds=86_400)
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=retention)
    )
    other = await connect(address=server.address, namespace=namespace)

    async def known() -> bool:
        try:
            await search_attribute_faults(other)
        except RPCError:
            return False
        return True

    await eventually(known)
    return other


async def test_the_embedded_server_has_them_all(client: Client) -> None:
    """A server that we start is ready for sentences."""
    await verify_search_attributes(client)

    assert () == await search_attribute_faults(client)
    assert () == await register_search_attributes(client)


async def test_registering_twice_adds_them_once(bare: Client) -> None:
    """The first call adds all that are missing, the second finds nothing to do."""
    names = tuple(key.name for key in SEARCH_ATTRIBUTES)

    assert tuple(f"{name} is not registered" for name in names) == await search_attribute_faults(
        bare
    )
    assert names == await register_search_attributes(bare)
    assert () == await register_search_attributes(bare)
    assert () == await search_attribute_faults(bare)


async def test_a_type_of_another_kind_is_named_and_not_replaced(bare: Client) -> None:
    """An attribute under another type needs a person: the refusal says which and why."""
    await bare.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=bare.namespace,
            search_attributes={"Rosh": IndexedValueType.INDEXED_VALUE_TYPE_TEXT},
        )
    )

    with pytest.raises(SearchAttributesError, match="Rosh is a Text and must be a Keyword"):
        await register_search_attributes(bare)
    with pytest.raises(SearchAttributesError, match="Rosh is a Text and must be a Keyword"):
        await verify_search_attributes(bare)


def test_they_fit_sql_visibility() -> None:
    """No type has more attributes than a SQL store has columns for."""
    counted = Counter(
        IndexedValueType.Name(IndexedValueType.ValueType(key.indexed_value_type))
        .removeprefix("INDEXED_VALUE_TYPE_")
        .title()
        .replace("_", "")
        for key in SEARCH_ATTRIBUTES
    )

    assert {} == {kind: count for kind, count in counted.items() if count > LIMITS[kind]}
    assert len(SEARCH_ATTRIBUTES) == len({key.name for key in SEARCH_ATTRIBUTES})

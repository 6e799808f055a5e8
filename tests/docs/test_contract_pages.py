"""The published schemas and the AsyncAPI document conform to their own standards."""

import json
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from docs.generate import DOCS, PAGES, left_over
from docs.pages.contract import ASYNCAPI, FORMAT, SCHEMAS, asyncapi
from runtime.cli.schema import ALL
from states.events.registry import KINDS
from tests.runtime.cli.terminal import run_command
from tests.states.events.validity import Judge

TYPESCRIPT = DOCS.parent / "examples" / "typescript"
OFFICIAL = TYPESCRIPT / "node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The AsyncAPI document as it is published."""
    found: dict[str, Any] = json.loads((DOCS / ASYNCAPI).read_text("utf-8"))
    return found


def published(kind: str) -> dict[str, Any]:
    """The schema of a kind as it is published."""
    found: dict[str, Any] = json.loads((DOCS / SCHEMAS / f"{kind}.json").read_text("utf-8"))
    return found


def references(data: Any) -> list[str]:
    """Every `$ref` in a document."""
    if isinstance(data, list):
        return [ref for item in data for ref in references(item)]
    if not isinstance(data, dict):
        return []
    own = [data["$ref"]] if isinstance(data.get("$ref"), str) else []
    return own + [ref for value in data.values() for ref in references(value)]


def pointed_at(document: Any, pointer: str) -> Any:
    """Return the part of the document at a pointer such as `#/channels/sentence`."""
    for step in pointer.removeprefix("#/").split("/"):
        document = document[step]
    return document


@pytest.mark.parametrize("kind", ALL)
def test_the_command_line_says_what_is_published(kind: str) -> None:
    """`starter.py schema KIND` and the file are one."""
    assert published(kind) == run_command("schema", kind).data


def test_no_schema_is_left_of_a_kind_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that no kind has is found stale."""
    monkeypatch.delitem(PAGES, f"{SCHEMAS}/nudge.json")

    assert [f"{SCHEMAS}/nudge.json"] == left_over()


def test_asyncapi_names_every_kind_once(document: dict[str, Any]) -> None:
    """One message a kind, which the channel of a sentence carries and the signal takes."""
    channel = document["channels"]["sentence"]["messages"]
    taken = [ref["$ref"] for ref in document["operations"]["signal"]["messages"]]

    assert [*ALL, "submission"] == list(channel)
    assert [f"#/channels/sentence/messages/{kind}" for kind in ALL] == taken
    assert [*ALL, "submission", "receipts"] == list(document["components"]["messages"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """Within the document, or to the file of a schema."""
    found = references(document)
    files = {ref for ref in found if not ref.startswith("#/")}

    assert [] == [ref for ref in found if ref.startswith("#/") and not pointed_at(document, ref)]
    assert {f"./schemas/{kind}.json" for kind in ALL} == files
    assert [] == [ref for ref in files if not (DOCS / ASYNCAPI).parent.joinpath(ref).is_file()]


def test_the_parameters_of_the_address_are_explained(document: dict[str, Any]) -> None:
    """Those in braces, each with an example that makes a workflow id."""
    channel = document["channels"]["sentence"]
    first = {name: one["examples"][0] for name, one in channel["parameters"].items()}

    assert "sentence-X320741-1" == channel["address"].format(**first)


@pytest.mark.parametrize("kind", ALL)
def test_the_example_of_a_message_holds_against_its_schema(kind: str) -> None:
    """An example copied from the document is valid."""
    message = asyncapi()["components"]["messages"][kind]

    assert FORMAT == message["payload"]["schemaFormat"]
    assert [[]] == [Judge(published(kind)).faults(one["payload"]) for one in message["examples"]]


@pytest.mark.parametrize("name", ["submission", "receipts"])
def test_what_surrounds_events_has_a_schema_too(name: str, document: dict[str, Any]) -> None:
    """Input and result of an update are published as schemas of the same standard."""
    message = document["components"]["messages"][name]
    schema = message["payload"]["schema"]
    Draft202012Validator.check_schema(schema)

    assert [] == [
        fault
        for one in message.get("examples", ())
        for fault in Judge(schema).faults(one["payload"])
    ]
    assert [] != Judge(schema).faults("neither")


@pytest.mark.skipif(
    not OFFICIAL.is_file(),
    reason="the meta-schema of AsyncAPI comes with the npm packages: `make typescript`",
)
def test_asyncapi_holds_against_its_official_meta_schema(document: dict[str, Any]) -> None:
    """The document is one by the standard's own schema, which finds a fault where there is one."""
    judge = Draft7Validator(json.loads(OFFICIAL.read_text("utf-8")))
    spoiled = {**document, "operations": {"signal": {"action": "shout"}}}

    assert [] == [error.message[:200] for error in judge.iter_errors(document)]
    assert [] != list(judge.iter_errors(spoiled))


def test_asyncapi_has_the_shape_that_the_standard_wants(document: dict[str, Any]) -> None:
    """The outer parts have their required fields, also where the meta-schema is not installed."""
    assert "3.0.0" == document["asyncapi"]
    assert {"title", "version"} <= set(document["info"])
    assert all({"host", "protocol"} <= set(server) for server in document["servers"].values())
    for operation in document["operations"].values():
        assert "receive" == operation["action"]
        channel = pointed_at(document, operation["channel"]["$ref"])
        assert all(
            ref["$ref"].rpartition("/")[2] in channel["messages"] for ref in operation["messages"]
        )


def test_a_message_says_who_may_send_it_and_when(document: dict[str, Any]) -> None:
    """Facts in any state, decisions where the state graph allows them; and the time that counts."""
    warned = document["components"]["messages"]["warning_issued"]
    failed = document["components"]["messages"]["failure_reported"]

    assert ("fact", "failed_on", "any state") == (
        failed["x-nature"],
        failed["x-counts-from"],
        failed["x-allowed-in"],
    )
    assert "decision" == warned["x-nature"]
    assert "active" in warned["x-allowed-in"]
    assert {"fact", "act", "decision"} == {
        document["components"]["messages"][kind]["x-nature"] for kind in KINDS
    }

"""`schema` gives programs the shape of every event, and people their meaning."""

from runtime.cli.schema import meaning, schema_of
from states.events.registry import KINDS
from tests.runtime.cli.terminal import run_command


def test_the_list_has_every_kind_with_its_meaning() -> None:
    """One line a kind, `nudge` included, each with what it says."""
    lines = run_command("schema").out.splitlines()

    assert sorted([*KINDS, "nudge"]) == sorted(line.split()[0] for line in lines)
    assert all(len(line.split()) > 2 for line in lines)


def test_a_schema_says_which_fields_there_are() -> None:
    """Required fields, and that no other is taken."""
    found = run_command("schema", "officer_assigned").data

    assert {"event_id", "occurred_at", "by", "officer_id", "authorised"} == set(found["required"])
    assert False is found["additionalProperties"]
    assert found["$schema"].endswith("2020-12/schema")


def test_all_schemas_come_as_one_document() -> None:
    """`--json` is an object by kind; with a kind it changes nothing."""
    found = run_command("schema", "--json").data

    assert found == {kind: schema_of(kind) for kind in [*KINDS, "nudge"]}
    assert schema_of("nudge") == run_command("schema", "nudge", "--json").data


def test_an_unknown_kind_is_one_sentence() -> None:
    """It says where the kinds are listed."""
    assert run_command("schema", "nonsense").refuses("there is no kind 'nonsense'")


def test_every_kind_has_a_meaning_of_one_line() -> None:
    """The meaning is the first line of the model's docstring."""
    assert [] == [kind for kind in KINDS if not meaning(kind).endswith(".")]

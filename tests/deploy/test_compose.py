"""docker-compose.yml is well formed and complete for an installation."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from temporalio.api.enums.v1 import IndexedValueType

from workflows.search_attributes import SEARCH_ATTRIBUTES

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
WORKERS = ("worker-1", "worker-2")
JOBS = ("databases", "namespace", "promote", "schema", "watch")
TOOLS = ("keys", "starter")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """The services, with anchors and merges resolved."""
    with COMPOSE.open(encoding="utf-8") as file:
        return dict(YAML(typ="safe").load(file)["services"])


def _conforms(path: Path) -> bool:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*check, path], check=False, capture_output=True).returncode == 0


def test_the_file_conforms_to_the_compose_specification() -> None:
    """The specification's own schema accepts the file."""
    assert _conforms(COMPOSE)


def test_the_specification_refuses_a_misspelt_key(tmp_path: Path) -> None:
    """The check above can fail: with one key misspelt the same file does not conform."""
    misspelt = tmp_path / "docker-compose.yml"
    misspelt.write_text(
        COMPOSE.read_text("utf-8").replace("healthcheck:", "healthcheque:"), "utf-8"
    )

    assert not _conforms(misspelt)


def test_what_a_service_waits_for_exists_and_can_come_true(services: dict[str, Any]) -> None:
    """A job is waited for until it is done, a server until it is healthy."""
    waits = {
        (name, target): wait["condition"]
        for name, service in services.items()
        for target, wait in service.get("depends_on", {}).items()
    }

    assert {target for _, target in waits} <= services.keys()
    expected = {
        (name, target): "service_completed_successfully" if target in JOBS else "service_healthy"
        for name, target in waits
    }
    assert expected == waits


def test_the_order_is_database_schema_server_namespace_workers(services: dict[str, Any]) -> None:
    """No worker starts before its search attributes, no server before its schema."""
    chain = ["worker-1"]
    while waits := services[chain[-1]].get("depends_on"):
        chain.append(next(iter(waits)))

    assert ["worker-1", "namespace", "temporal", "schema", "databases", "postgresql"] == chain


def test_the_cluster_begins_with_512_history_shards(services: dict[str, Any]) -> None:
    """The number can never change, so it is stated and not left to the default of 4."""
    assert "512" == services["temporal"]["environment"]["NUM_HISTORY_SHARDS"]


def test_two_workers_run_the_same_image(services: dict[str, Any]) -> None:
    """One worker may stop, for an upgrade or by a fault, and the clocks keep running."""
    assert services["worker-1"] == services["worker-2"]
    built = {name for name, service in services.items() if "build" in service}
    assert {*WORKERS, "keys"} == built


def test_an_old_build_can_run_beside_the_new_one(services: dict[str, Any]) -> None:
    """Its sentences keep their clocks until they have moved; only build and image differ."""
    old, new = services["worker-old"], services["worker-1"]
    build = "SENTENCES_BUILD_ID"

    assert "sentence-orchestrator:${OLD_BUILD_ID:-none}" == old["image"]
    assert "${OLD_BUILD_ID:-none}" == old["environment"][build]
    assert old["environment"] | {build: new["environment"][build]} == new["environment"]


def test_the_connections_of_all_fit_the_database(services: dict[str, Any]) -> None:
    """Temporal's four services, three workers and the API, with fifty left for people."""
    temporal = services["temporal"]["environment"]
    own = int(services["worker-1"]["environment"]["SENTENCES_DATABASE_CONNECTIONS"])
    (allowed,) = (
        int(option.partition("=")[2])
        for option in services["postgresql"]["command"]
        if option.startswith("max_connections=")
    )

    servers = 4 * (int(temporal["SQL_MAX_CONNS"]) + int(temporal["SQL_VIS_MAX_CONNS"]))
    assert servers + 4 * 2 * own + 50 <= allowed


def test_every_server_and_tool_has_a_memory_limit(services: dict[str, Any]) -> None:
    """One that grows is restarted, and takes no memory from the database."""
    limited = {name for name, service in services.items() if "mem_limit" in service}

    assert services.keys() - {"databases", "schema", "namespace"} == limited


def test_records_and_victims_are_in_postgresql_with_roles_of_their_own(
    services: dict[str, Any],
) -> None:
    """Every program that uses them has both, and neither password opens the other database."""
    for name in (*WORKERS, "worker-old", "api", "starter"):
        environment = services[name]["environment"]
        main, victims = (
            environment[f"SENTENCES_{database}DATABASE_URL"] for database in ("", "VICTIMS_")
        )
        assert main.startswith("postgresql://records:${RECORDS_DB_PASSWORD:?")
        assert victims.startswith("postgresql://victims:${VICTIMS_DB_PASSWORD:?")


def test_every_variable_is_in_the_example_file(services: dict[str, Any]) -> None:
    """A setting that nobody lists is a setting that nobody finds."""
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text("utf-8"))) - {"NOTICES_FOLDER"}
    listed = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text("utf-8"), re.MULTILINE))

    assert services
    assert used == listed


def test_every_server_has_a_health_check_and_comes_back(services: dict[str, Any]) -> None:
    """A server that stops is started again; a job is tried again only when it failed."""
    servers = services.keys() - {*JOBS, *TOOLS}

    assert servers == {name for name, service in services.items() if "healthcheck" in service}
    assert {"unless-stopped"} == {services[name]["restart"] for name in servers}
    assert {"on-failure:5"} == {services[name]["restart"] for name in JOBS}


def test_a_worker_is_given_longer_to_stop_than_it_takes(services: dict[str, Any]) -> None:
    """The grace of the container outlasts the worker's own, so that no activity is cut off."""
    worker = services["worker-1"]
    graceful = int(worker["environment"]["SENTENCES_GRACEFUL_SHUTDOWN_SECONDS"])

    assert int(worker["stop_grace_period"].removesuffix("s")) > graceful


def test_no_secret_has_a_default(services: dict[str, Any]) -> None:
    """A password is asked for by name, and the example file leaves it empty."""
    secrets = [
        value
        for service in services.values()
        for name, value in service.get("environment", {}).items()
        # The path of a secret, or its id, is not secret.
        if re.search("PASSWORD|PWD|SECRET|KEY", name)
        and not name.endswith(("_FILE", "_DIR", "_ID", "_TLS_KEY"))
    ]
    example = (ROOT / ".env.example").read_text("utf-8").splitlines()

    assert secrets
    for secret in secrets:
        variable = re.match(r"\$\{(\w+):(?:\?run sh deploy/env.sh|-\})", secret)
        assert variable, secret
        assert f"{variable[1]}=" in example


def test_ports_are_published_on_the_loopback_address_only(services: dict[str, Any]) -> None:
    """No port is offered to a network by default."""
    ports = [port for service in services.values() for port in service.get("ports", [])]

    assert 4 == len(ports)
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_mounted_files_exist(services: dict[str, Any]) -> None:
    """Docker would make a missing file's place into an empty folder and say nothing."""
    mounts = [
        mount.partition(":")[0]
        for service in services.values()
        for mount in service.get("volumes", [])
        if mount.startswith(".")
    ]

    assert {
        "./deploy/databases.sh",
        "./deploy/dynamicconfig.yaml",
        "./deploy/namespace.sh",
        "./deploy/schema.sh",
        "./examples",
    } == set(mounts)
    assert [] == [mount for mount in mounts if not (ROOT / mount).exists()]


def test_the_namespace_job_registers_the_attributes_that_the_worker_verifies() -> None:
    """The list in the script is the product's own, name by name and type by type."""
    script = (ROOT / "deploy" / "namespace.sh").read_text("utf-8")
    registered = {
        name: kind.upper()
        for kind, names in re.findall(r"^register (\w+) (.+)$", script, re.MULTILINE)
        for name in names.split()
    }

    assert {key.name: _type_name(key.indexed_value_type) for key in SEARCH_ATTRIBUTES} == registered


def _type_name(value: int) -> str:
    name = IndexedValueType.Name(IndexedValueType.ValueType(value))
    return name.removeprefix("INDEXED_VALUE_TYPE_").replace("_", "")

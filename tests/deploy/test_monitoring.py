"""Alerts, their tests, the dashboard and the runbook agree with each other and with the metrics."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML
from sqlalchemy import insert, text

from activities.records.schema import notices
from runtime.cli.app import COMMANDS, CommandGroup
from states.outbox import BLOCKED, DeliveryStatus
from tests.stores import open_files

ROOT: Final = Path(__file__).parents[2]
RULES: Final = ROOT / "deploy" / "prometheus"
DASHBOARD: Final = ROOT / "deploy" / "grafana" / "sentences.json"
RUNBOOK: Final = ROOT / "docs" / "runbook.md"


def rules() -> list[dict[str, Any]]:
    """The rules of `alerts.yml`."""
    with (RULES / "alerts.yml").open(encoding="utf-8") as file:
        return [rule for group in YAML(typ="safe").load(file)["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    """The alerts by name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard."""
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return found


def named_metrics() -> set[str]:
    """The metrics that a rule or a panel names, but for those of Prometheus itself."""
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    text = "\n".join([*shown, *(rule["expr"] for rule in rules())])
    return set(re.findall(r"\b(?:sentences|temporal)_[a-z_]+", text))


def promtool(*arguments: str, folder: Path = RULES) -> subprocess.CompletedProcess[str]:
    """Run `promtool`, of the Debian package `prometheus`; without it the test is skipped."""
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed: it comes with the package prometheus")
    return subprocess.run(
        [program, *arguments], cwd=folder, check=False, capture_output=True, text=True
    )


def test_prometheus_accepts_the_rules_and_the_configuration() -> None:
    """As Prometheus itself reads them."""
    for check in (("rules", "alerts.yml"), ("config", "prometheus.yml")):
        said = promtool("check", *check)
        assert 0 == said.returncode, said.stdout + said.stderr


def test_each_alert_fires_when_it_should_and_is_quiet_when_not() -> None:
    """By the rule tests beside the rules."""
    said = promtool("test", "rules", "alerts.test.yml")
    assert 0 == said.returncode, said.stdout + said.stderr


def test_the_rule_tests_find_an_alert_that_never_fires(tmp_path: Path) -> None:
    """The test above can fail: a threshold that nothing reaches is found."""
    for file in ("alerts.yml", "alerts.test.yml"):
        text = (RULES / file).read_text("utf-8")
        (tmp_path / file).write_text(text.replace("> 3600", "> 36000000"), "utf-8")

    said = promtool("test", "rules", "alerts.test.yml", folder=tmp_path)

    assert 1 == said.returncode
    assert "SentencesNoticesWaiting" in said.stdout + said.stderr


def test_each_alert_has_rule_tests_a_severity_and_steps_in_the_runbook() -> None:
    """The person on duty finds what to do under the name of the alert."""
    tested = (RULES / "alerts.test.yml").read_text("utf-8")
    sections = re.findall(r"^### (\w+)$", RUNBOOK.read_text("utf-8"), re.MULTILINE)

    assert sorted(alerts()) == sorted(sections)
    for name, alert in alerts().items():
        assert f"alertname: {name}\n" in tested
        assert alert["labels"]["severity"] in {"page", "ticket"}
        assert f"docs/runbook.md#{name.lower()}" == alert["annotations"]["runbook"]


def test_each_panel_says_what_it_shows_and_has_a_place() -> None:
    """Grafana takes the file as it is."""
    found = panels()

    assert len(found) == len({panel["id"] for panel in found})
    assert all(panel["description"] and panel["targets"] for panel in found)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in found}
    assert len(found) == len(places)


def test_the_query_of_the_runbook_names_the_notices_that_wait_for_a_person(tmp_path: Path) -> None:
    """As it stands on the page, over a database as a worker makes it."""
    (query,) = re.findall(r"`(select .*?)`", RUNBOOK.read_text("utf-8"), re.DOTALL)
    whose = {"workflow_id": "sentence-X000001-1", "crn": "X000001", "event_number": "1"}
    with open_files(tmp_path) as store:
        with store.main.writing() as connection:
            for number, status in enumerate(DeliveryStatus):
                row = {**whose, "key": str(number), "sending": status.value}
                connection.execute(insert(notices), [row])
        with store.main.reading() as connection:
            found = {row.sending for row in connection.execute(text(query))}

    assert {status.value for status in BLOCKED} == found


def test_the_runbook_names_commands_that_exist() -> None:
    """A command that was renamed would be found at the worst time."""
    named = re.findall(r"starter\.py ([a-z-]+)(?: ([a-z-]+))?", RUNBOOK.read_text("utf-8"))

    assert named
    for first, second in named:
        entry = COMMANDS[first]
        assert not isinstance(entry, CommandGroup) or second in entry.commands, (first, second)

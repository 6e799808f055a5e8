"""The files that hosts and editors look for are well-formed, and call what a developer calls."""

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]


def read_yaml(name: str) -> Any:
    """The content of a YAML file."""
    return YAML(typ="safe").load((ROOT / name).read_text("utf-8"))


def test_the_workflow_runs_the_script_of_the_repository() -> None:
    """It has no steps of its own that could differ from what a developer runs."""
    (job,) = read_yaml(".github/workflows/ci.yml")["jobs"].values()
    steps = [step["run"] for step in job["steps"] if "run" in step]

    assert [".ci/run"] == steps


def test_updates_are_looked_for_where_there_are_dependencies() -> None:
    """Each folder exists and holds what its ecosystem reads."""
    held = {"pip": "pyproject.toml", "npm": "package.json", "docker": "Dockerfile"}
    for update in read_yaml(".github/dependabot.yml")["updates"]:
        name = held.get(update["package-ecosystem"])
        if name is not None:
            assert (ROOT / update["directory"].strip("/") / name).is_file()


def test_hooks_and_container_use_the_targets_of_make() -> None:
    """`make check` before a commit, `make setup` in a new container."""
    (repo,) = read_yaml(".pre-commit-config.yaml")["repos"]
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for command in (repo["hooks"][0]["entry"], container["postCreateCommand"]):
        assert f"\n{command.removeprefix('make ')}:" in makefile


def test_the_owned_folders_and_the_cited_version_exist() -> None:
    """A folder that moved must move there too."""
    lines = (ROOT / ".github" / "CODEOWNERS").read_text("utf-8").splitlines()
    owned = [line.split()[0] for line in lines if line.startswith("/")]
    version = (ROOT / "pyproject.toml").read_text("utf-8").partition('version = "')[2]

    assert [] == [path for path in owned if not (ROOT / path.strip("/")).is_dir()]
    assert read_yaml("CITATION.cff")["version"] == version.partition('"')[0]

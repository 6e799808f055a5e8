"""The rooms keep to their arrows, states/ is pure, and the checker itself works."""

import shutil
from pathlib import Path

import pytest

from tests.rooms import complaints, judge

ROOT = Path(__file__).parents[1]


def test_every_room_keeps_to_the_arrows() -> None:
    """No module imports against the arrows, and nothing in states/ is impure."""
    assert [] == complaints(ROOT)


@pytest.mark.parametrize("script", ["worker.py", "starter.py"])
def test_the_two_scripts_only_compose(script: str) -> None:
    """A script of 60 lines or more contains more than composition."""
    assert len((ROOT / script).read_text("utf-8").splitlines()) < 60


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("states/time/due.py", "import os", "imports os, which is not on the list of pure modules"),
        ("states/time/due.py", "import temporalio.workflow", "imports temporalio, which is not on"),
        (
            "states/time/due.py",
            "from structlog import get_logger",
            "imports structlog, which is not",
        ),
        ("states/time/due.py", "from uuid import uuid4", "imports uuid, which is not on the list"),
        ("states/time/due.py", "import time", "imports time, which is not on the list"),
        (
            "states/time/due.py",
            "from activities import contracts",
            "imports activities.contracts; states may",
        ),
        (
            "states/deep/due.py",
            "from ...activities import contracts",
            "imports activities.contracts",
        ),
        ("states/time/due.py", "import transitions", "only states/transitions.py does"),
        ("states/time/due.py", "day = date.today()", "uses date.today, which reads the clock"),
        ("states/time/due.py", "now = datetime.datetime.now()", "uses datetime.now, which reads"),
        ("states/time/due.py", "now = datetime.utcnow()", "uses datetime.utcnow, which reads the"),
        (
            "states/time/due.py",
            "field(default_factory=datetime.now)",
            "uses datetime.now, which reads",
        ),
        ("states/time/due.py", "now = clock.now()", "calls .now(), which reads the clock"),
        ("states/time/due.py", "now = time.time()\nimport time", "imports time, which is not on"),
        ("states/time/due.py", "open('log')", "uses open, which is not pure"),
        ("states/time/due.py", "print('due')", "uses print, which is not pure"),
        ("states/time/due.py", "Path('log')", "uses Path, which is not pure"),
        (
            "states/time/due.py",
            "log.write_text('due')",
            "calls .write_text(), which touches a file",
        ),
        ("states/time/due.py", "hash('due')", "uses hash, which is not pure"),
        ("states/time/due.py", "at.astimezone()", "calls .astimezone() without a zone"),
        (
            "activities/run_config.py",
            "from workflows import law",
            "imports workflows.law; activities",
        ),
        (
            "activities/run_config.py",
            "from ruamel.yaml import YAML",
            "only activities/standards.py does",
        ),
        ("activities/run_config.py", "import yaml", "imports yaml; only no module does"),
        ("workflows/sentence.py", "import activities", "imports activities; workflows may"),
        (
            "workflows/sentence.py",
            "from activities import run_config",
            "imports activities.run_config; workflows",
        ),
        ("workflows/sentence.py", "from . import law\nimport pathlib", "imports pathlib, which"),
        ("workflows/sentence.py", "open('standards')", "opens a file, which replay would read"),
        ("workflows/sentence.py", "from runtime import logs", "imports runtime.logs; workflows"),
        ("runtime/client.py", "import worker", "imports worker; runtime may import of ours only"),
        ("settings.py", "from runtime import logs", "settings may import of ours only activities."),
        ("worker.py", "import starter", "imports starter; worker may import of ours only"),
    ],
)
def test_the_checker_finds_what_does_not_belong(path: str, source: str, complaint: str) -> None:
    """Each type of breach is found and named with its file and line."""
    found = judge(path, source)

    assert 1 == len(found)
    assert complaint in found[0]
    assert found[0].startswith(f"{path}:")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("states/transitions.py", "from transitions import Machine"),
        ("states/fold.py", "from states.time.due import compute\nfrom .law import Law"),
        (
            "states/fold.py",
            "import re\nwords = re.compile('a')\nnow = view.now\nat.astimezone(LONDON)",
        ),
        ("activities/standards.py", "from ruamel.yaml import YAML\nfrom pathlib import Path"),
        (
            "workflows/sentence.py",
            "from activities.contracts import OPEN_RUN\nfrom states import fold",
        ),
        (
            "workflows/sentence.py",
            "from activities import contracts\nfrom temporalio import workflow",
        ),
        (
            "runtime/worker.py",
            "from activities import law\nfrom workflows.sentence import Sentence",
        ),
    ],
)
def test_the_checker_leaves_alone_what_belongs(path: str, source: str) -> None:
    """An import along the arrows, and a word that only looks impure, raise no complaint."""
    assert [] == judge(path, source)


def test_a_clock_read_added_to_states_breaks_the_build(tmp_path: Path) -> None:
    """The real states/ with one `date.today()` more is refused, in the module that has it."""
    shutil.copytree(ROOT / "states", tmp_path / "states")
    module = tmp_path / "states" / "vocabulary.py"
    source = module.read_text("utf-8") if module.exists() else ""
    module.write_text(f"{source}\nfrom datetime import date\n\nTODAY = date.today()\n", "utf-8")

    found = complaints(tmp_path)

    assert ["states/vocabulary.py"] == [line.partition(":")[0] for line in found]
    assert found[0].endswith("uses date.today, which reads the clock")

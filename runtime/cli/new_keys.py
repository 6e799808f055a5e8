"""`keys`: key ring, signing key and integrators' file of a new installation."""

import os
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from activities.crypto.integrators import read_integrators
from activities.crypto.keys import new_key, parse_keys
from runtime.cli.console import print_result
from runtime.cli.errors import CommandError, OutputFileError
from runtime.cli.options import Json
from settings import PREFIX
from states.vocabulary import Role

RING: Final = "ring"
SIGNING_KEY: Final = "signing.pem"
INTEGRATORS: Final = "integrators.yaml"
SIGNING_KEY_ID: Final = "starter"

ORGANISATIONS: Final = ("CRC", "NPS", "COURT", "HMPS", "PPCS", "POLICE", "CP02", "EM1")
"""Organisations of the sample caseload."""


class KeysExistError(CommandError):
    """The folder has keys, and nothing may replace them."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} exists already, and nothing was changed: with another key no history could "
            "be read; docs/encryption.md describes rotation"
        )


def new(
    folder: Annotated[Path, typer.Argument(help="Folder for the files, as the workers see it.")],
    *,
    organisation: Annotated[
        list[str] | None,
        typer.Option(help="Organisation for which `starter.py` may speak; repeat for more."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key ring, a signing key of `starter.py`, and a file that trusts its signature."""
    files = [folder / name for name in (RING, SIGNING_KEY, INTEGRATORS)]
    for file in files:
        if file.exists():
            raise KeysExistError(file.name)
    signing = Ed25519PrivateKey.generate()
    private = signing.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = b64encode(signing.public_key().public_bytes_raw()).decode()
    ring = new_key(f"{datetime.now(UTC):%Y-%m}")
    texts = (f"{ring}\n", private.decode(), _integrators(public, organisation or ORGANISATIONS))
    for file, text in zip(files, texts, strict=True):
        _write(file, text)
    _check(files[0], files[2])
    settings = {
        f"{PREFIX}KEYS_FILE": str(files[0]),
        f"{PREFIX}INTEGRATORS_FILE": str(files[2]),
        f"{PREFIX}SIGNING_KEY_FILE": str(files[1]),
        f"{PREFIX}SIGNING_KEY_ID": SIGNING_KEY_ID,
    }
    print_result(
        f"made {', '.join(file.name for file in files)} in {folder}\n"
        f"keep a copy of {RING} elsewhere: without it no history can be read again\n"
        f"set {PREFIX}KEYS_FILE={files[0]} {PREFIX}INTEGRATORS_FILE={files[2]}\n"
        f"and for starter.py {PREFIX}SIGNING_KEY_FILE={files[1]} "
        f"{PREFIX}SIGNING_KEY_ID={SIGNING_KEY_ID}",
        {"files": [str(file) for file in files], "settings": settings},
        as_json=as_json,
    )


def _integrators(public: str, organisations: list[str] | tuple[str, ...]) -> str:
    roles = ", ".join(role.value for role in Role)
    return (
        "# Systems that send events, and for whom each may speak (docs/encryption.md).\n"
        "# This one is starter.py with every role: narrow it once other systems send.\n"
        "integrators:\n"
        "  - id: starter\n"
        f"    organisations: [{', '.join(organisations)}]\n"
        f"    roles: [{roles}]\n"
        "    keys:\n"
        f"      - id: {SIGNING_KEY_ID}\n"
        f"        public: {public}\n"
    )


def _write(file: Path, text: str) -> None:
    try:
        # Readable for its owner only, from the first byte on.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(text)
    except OSError as error:
        raise OutputFileError(file, error.strerror or "it is not a file") from error


def _check(ring: Path, integrators: Path) -> None:
    # By the parsers of the workers, which would refuse an organisation that is no code.
    read_integrators(integrators)
    parse_keys(ring.read_text("utf-8"))

"""Keys, signers and integrators that tests of encryption share."""

from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from activities.crypto.envelope import Signer
from activities.crypto.keys import Key, KeyRing, KeyUse

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
HERE = "sentence-X320741-1"
THERE = "sentence-X320741-2"
KIND = "warning_issued"

OLD = Key("2026-05", bytes(range(32)))
NEW = Key("2026-11", bytes(range(100, 132)))
SHARED = Key("delius-letters", bytes(range(200, 232)), KeyUse.MESSAGES)
RING = KeyRing(NEW, OLD, SHARED)

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = Signer("delius-2026", PRIVATE)
STRANGER = Signer("delius-2026", Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))

MARKER = "Bartholomew Marker"
EVENT = {
    "event_id": "e-1",
    "occurred_at": "2026-11-22T09:00:00+00:00",
    "by": {"id": "N07A001", "role": "officer", "organisation": "NPS"},
    "comment": MARKER,
}


def public_text(private: Ed25519PrivateKey = PRIVATE) -> str:
    """The public key as the integrators' file has it."""
    return b64encode(private.public_key().public_bytes_raw()).decode()


def integrators_text(**fields: str) -> str:
    """A file with one integrator, whose key may have further fields."""
    more = "".join(f"        {name}: {value}\n" for name, value in fields.items())
    return (
        "integrators:\n"
        "  - id: delius\n"
        "    organisations: [NPS, CRC]\n"
        "    roles: [officer, line_manager]\n"
        "    keys:\n"
        f"      - id: delius-2026\n        public: {public_text()}\n{more}"
    )


def integrators_file(folder: Path, **fields: str) -> Path:
    """That file, written into a folder."""
    path = folder / "integrators.yaml"
    path.write_text(integrators_text(**fields), "utf-8")
    return path

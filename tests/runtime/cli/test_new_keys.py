"""`keys new` makes what a new installation needs to encrypt and to trust its own command line."""

import stat
from pathlib import Path

from activities.crypto.envelope import Signer
from activities.crypto.integrators import read_integrators
from activities.crypto.keys import parse_keys
from runtime.cli.new_keys import INTEGRATORS, RING, SIGNING_KEY, SIGNING_KEY_ID
from tests.runtime.cli.terminal import run_command


def test_the_files_fit_together_and_are_readable_for_their_owner_only(tmp_path: Path) -> None:
    """The integrators' file trusts the signing key; the command says what to set and to keep."""
    said = run_command("keys", "new", str(tmp_path), "--organisation", "NPS")

    assert 0 == said.status, said.err
    assert f"SENTENCES_KEYS_FILE={tmp_path / RING}" in said.out
    assert parse_keys((tmp_path / RING).read_text("utf-8")).primary().secret
    Signer.read(SIGNING_KEY_ID, tmp_path / SIGNING_KEY)
    (integrator,) = read_integrators(tmp_path / INTEGRATORS).integrators
    assert (("NPS",), SIGNING_KEY_ID) == (integrator.organisations, integrator.keys[0].id)
    assert integrator.refusal_for("warning_issued", "officer", "NPS") == ""
    modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert {0o600} == modes


def test_no_key_is_ever_replaced(tmp_path: Path) -> None:
    """With another key no history could be read: the second run changes nothing."""
    assert 0 == run_command("keys", "new", str(tmp_path)).status
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    assert run_command("keys", "new", str(tmp_path)).refuses("ring exists already")
    assert before == {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert run_command("keys", "new", str(tmp_path / "none")).refuses("was not written")

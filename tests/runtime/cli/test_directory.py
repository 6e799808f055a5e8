"""`directory` checks the directory of recipients and finds the recipient for a role."""

from pathlib import Path

import pytest

from settings import PROJECT
from states.recipients import RECIPIENTS
from tests.runtime.cli.terminal import run_command

SAMPLE = PROJECT / "examples" / "directory.toml"
POLICE = """
[[recipient]]
role = "police"
provider_code = "N07"
channel = "smtp"
address = "desk@police.example"

[[recipient]]
role = "court"
channel = "webhook"
address = "https://court.example/notices"
"""


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DIRECTORY_FILE", "SMTP_HOST", "SMTP_SENDER", "WEBHOOK_SECRET"):
        monkeypatch.delenv(f"SENTENCES_{name}", raising=False)


@pytest.fixture
def partly(tmp_path: Path) -> Path:
    """A directory with everybody, but the police of one provider alone."""
    file = tmp_path / "directory.toml"
    others = [role for role in RECIPIENTS if role not in {"police", "court"}]
    rows = [f'[[recipient]]\nrole = "{role}"\nchannel = "folder"\n' for role in others]
    file.write_text("\n".join(rows) + POLICE)
    return file


def test_the_sample_is_in_order_and_knows_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what `make run` uses."""
    monkeypatch.setenv("SENTENCES_DIRECTORY_FILE", str(SAMPLE))
    said = run_command("directory", "check")
    assert (0, 1) == (said.status, len(said.out.splitlines()))
    assert f"has no faults: {len(RECIPIENTS) + 1} recipients" in said.out


def test_channels_without_settings_are_named(partly: Path) -> None:
    """Both of them, in one sentence."""
    said = run_command("directory", "check", "--file", str(partly))
    assert said.refuses("the channel smtp has no settings; the channel webhook has no settings")


def test_roles_without_a_default_are_listed_and_no_fault(
    partly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of other cases nobody would be meant; that may be meant."""
    monkeypatch.setenv("SENTENCES_SMTP_HOST", "mail.example")
    monkeypatch.setenv("SENTENCES_SMTP_SENDER", "notices@x.example")
    monkeypatch.setenv("SENTENCES_WEBHOOK_SECRET", "whsec_" + "YWxs" * 8)
    said = run_command("directory", "check", "--file", str(partly))
    assert 0 == said.status
    assert ["police"] == [line.split()[0] for line in said.out.splitlines()[1:]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[recipient", "it is not TOML"),
        ('[[recipient]]\nrole = "postman"\nchannel = "folder"', "'postman' is no role"),
        ('[[recipient]]\nrole = "police"\nchannel = "folder"', "no entry for officer"),
    ],
)
def test_what_is_not_in_order_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    """Syntax, words and roles that are missing altogether."""
    file = tmp_path / "directory.toml"
    file.write_text(text)
    assert run_command("directory", "check", "--file", str(file)).refuses(said)


def test_a_host_without_a_secret_is_named(
    partly: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each host has a secret of its own."""
    monkeypatch.setenv("SENTENCES_SMTP_HOST", "mail.example")
    monkeypatch.setenv("SENTENCES_SMTP_SENDER", "notices@x.example")
    monkeypatch.setenv("SENTENCES_WEBHOOK_SECRETS_DIR", str(tmp_path))
    said = run_command("directory", "check", "--file", str(partly))
    assert said.refuses("there is no secret for court.example")


def test_who_is_meant_depends_on_the_codes(partly: Path) -> None:
    """The entry, its channel and its address; where none fits, that is a refusal."""
    asked = ("directory", "find", "police", "--file", str(partly))
    found = run_command(*asked, "--provider-code", "N07", "--officer", "N07A001")
    assert "police of provider_code N07: smtp desk@police.example\n" == found.out
    assert run_command(*asked, "--provider-code", "N02").refuses("no recipient matches")
    assert run_command("directory", "find", "postman", "--file", str(partly)).refuses(
        "unknown role"
    )


def test_without_a_directory_it_says_where_everything_goes() -> None:
    """It is no fault, but there is nothing to check."""
    assert run_command("directory", "check").refuses("every notice goes to the folder")

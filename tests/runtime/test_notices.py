"""The settings make the channels that have what they need, and secrets stay where they are."""

from pathlib import Path

import pytest

from activities.notices.directory import FOLDER_ONLY, ChannelKind
from activities.notices.smtp import SmtpSecurity, SmtpServer
from runtime.notices import channels_of, directory_of, lookup_of, secrets_of, smtp_server_of
from runtime.readiness import Readiness
from settings import Settings, SettingsError

SECRET = {"webhook_secret": "whsec_" + "YWxs" * 8}
MAIL = {"smtp_host": "mail.example", "smtp_sender": "notices@x.example"}


def settings(**given: object) -> Settings:
    """Return settings that have these and the defaults."""
    return Settings.model_validate(given)


def test_without_settings_there_is_the_folder() -> None:
    """And everybody is reached by it."""
    assert {ChannelKind.FOLDER} == channels_of(settings()).keys()
    assert FOLDER_ONLY is lookup_of(directory_of(settings()))()


def test_a_directory_that_is_not_in_order_is_a_note_and_no_fault(tmp_path: Path) -> None:
    """A worker goes on with its clocks, whatever somebody wrote into a file."""
    readiness = Readiness("it starts")
    assert () == readiness.notes()
    readiness.watch_directory(directory_of(settings(directory_file=tmp_path / "none.toml")))
    assert 1 == len(readiness.notes())
    readiness.watch_directory(None)
    assert () == readiness.notes()


def test_each_channel_is_there_with_its_settings() -> None:
    """A channel without them could send nothing."""
    found = channels_of(settings(**MAIL, **SECRET))
    assert {ChannelKind.FOLDER, ChannelKind.SMTP, ChannelKind.WEBHOOK} == found.keys()


def test_a_password_comes_from_a_file_or_a_variable(tmp_path: Path) -> None:
    """The file has its say, without the end of its line."""
    file = tmp_path / "password"
    file.write_text("of-the-file\n")
    named = SmtpServer(
        "mail.example", 587, "notices@x.example", SmtpSecurity.STARTTLS, "me", "of-the-file"
    )
    given = {**MAIL, "smtp_user": "me", "smtp_password": "of-the-variable"}
    assert named == smtp_server_of(settings(**given, smtp_password_file=file))
    plain = smtp_server_of(settings(**given))
    assert plain is not None
    assert "of-the-variable" == plain.password
    file.unlink()
    with pytest.raises(SettingsError, match="SENTENCES_SMTP_PASSWORD_FILE cannot be read"):
        smtp_server_of(settings(**given, smtp_password_file=file))


def test_a_host_has_a_secret_of_its_own_or_the_one_for_all(tmp_path: Path) -> None:
    """It is read when it is needed, so that it can be changed while we run."""
    (tmp_path / "police.example").write_text("of-the-police\n")
    secret = secrets_of(settings(**SECRET, webhook_secrets_dir=tmp_path))
    assert ("of-the-police", SECRET["webhook_secret"]) == (
        secret("police.example"),
        secret("court.example"),
    )
    (tmp_path / "police.example").write_text("another\n")
    assert "another" == secret("police.example")
    alone = secrets_of(settings(webhook_secrets_dir=tmp_path))
    assert alone("court.example") is None


@pytest.mark.parametrize("host", ["../police.example", "a/b", "", "..", "police.example\x00"])
def test_a_host_chooses_no_other_file(tmp_path: Path, host: str) -> None:
    """The directory is edited by many, and files lie beside the secrets."""
    (tmp_path / "police.example").write_text("of-the-police")
    inner = tmp_path / "secrets"
    inner.mkdir()
    assert secrets_of(settings(webhook_secrets_dir=inner))(host) is None

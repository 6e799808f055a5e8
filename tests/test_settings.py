"""Settings come from the environment, and an invalid one gives one clear sentence."""

import pytest
from pydantic import ValidationError

from activities.contracts import IO_QUEUE, TASK_QUEUE
from runtime.http.settings import (
    ApiSettings,
    CodecServerSettings,
    load_api_settings,
    load_codec_server_settings,
)
from settings import Address, Settings, SettingsError, address, load_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the settings of the person who runs the tests."""
    for field in Settings.model_fields:
        monkeypatch.delenv(f"SENTENCES_{field.upper()}", raising=False)


def test_the_queues_are_those_that_integrators_name() -> None:
    """Without a setting they are the fixed names of the wire contract."""
    settings = load_settings()

    assert (TASK_QUEUE, IO_QUEUE) == (settings.task_queue, settings.io_queue)
    assert (250, 90, 15) == (
        settings.continue_after_events,
        settings.closing_days,
        settings.quiet_minutes,
    )


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field has a variable of its name."""
    monkeypatch.setenv("SENTENCES_CLOSING_DAYS", "30")
    monkeypatch.setenv("SENTENCES_METRICS_BIND", "none")

    assert (30, "none") == (load_settings().closing_days, load_settings().metrics_bind)


def test_an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation passes on every setting, also those that nobody filled in."""
    expected = (load_settings(), load_api_settings(), load_codec_server_settings())
    for kind in (Settings, ApiSettings, CodecServerSettings):
        for field in kind.model_fields:
            monkeypatch.setenv(f"{kind.model_config.get('env_prefix')}{field.upper()}", "")

    assert expected == (load_settings(), load_api_settings(), load_codec_server_settings())


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("CLOSING_DAYS", "many-s3cret", "SENTENCES_CLOSING_DAYS is refused: .*valid integer"),
        ("CONTINUE_AFTER_EVENTS", "1", "SENTENCES_CONTINUE_AFTER_EVENTS .*than or equal to 10"),
        ("HTTP_BIND", "8086", "SENTENCES_HTTP_BIND is refused"),
        ("TASK_QUEUE", "two words", "SENTENCES_TASK_QUEUE is refused"),
        ("LOOK_UP_SERVICES", "probation=ftp://s3cret", "SENTENCES_LOOK_UP_SERVICES is refused"),
        ("LOG_LEVEL", "loud", "SENTENCES_LOG_LEVEL is refused: Input should be 'DEBUG'"),
        (
            "DATABASE_URL",
            "mysql://s3cret@host/name",
            "SENTENCES_DATABASE_URL is refused: .*postgres",
        ),
        ("DATABASE_URL", "postgresql://s3cret@host/name", "VICTIMS_DATABASE_URL go together"),
        ("BUILD_ID", "1", "SENTENCES_DEPLOYMENT_NAME and SENTENCES_BUILD_ID go together"),
        ("SMTP_HOST", "mail.s3cret", "SENTENCES_SMTP_HOST and SENTENCES_SMTP_SENDER go together"),
        ("SMTP_SENDER", "s3cret", "SENTENCES_SMTP_SENDER is refused"),
        ("SMTP_SECURITY", "s3cret", "SENTENCES_SMTP_SECURITY is refused: Input should be"),
    ],
)
def test_a_bad_value_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    """The sentence names the variable and the rule, and does not repeat the value."""
    monkeypatch.setenv(f"SENTENCES_{variable}", value)

    with pytest.raises(SettingsError, match=said) as refusal:
        load_settings()
    assert "\n" not in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_email_is_unencrypted_only_to_this_machine() -> None:
    """The attachment is personal data, and the login has a password."""
    smtp = {"smtp_sender": "notices@x.example", "smtp_security": "none"}
    assert "localhost" == Settings.model_validate({**smtp, "smtp_host": "localhost"}).smtp_host
    with pytest.raises(ValidationError, match="SMTP_SECURITY may be none only for a server"):
        Settings.model_validate({**smtp, "smtp_host": "mail.example"})


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings shows no secret."""
    secret = "whsec_" + "YWxs" * 8
    monkeypatch.setenv("SENTENCES_WEBHOOK_SECRET", secret)
    monkeypatch.setenv("SENTENCES_SMTP_PASSWORD", "s3cret")
    assert "s3cret" not in repr(load_settings())
    assert secret not in repr(load_settings())
    monkeypatch.setenv("SENTENCES_WEBHOOK_SECRET", "s3cret")
    with pytest.raises(SettingsError, match="whsec_ and 24 to 64 random bytes") as refusal:
        load_settings()
    assert "s3cret" not in str(refusal.value)


def test_records_and_victims_are_in_two_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    """One database for both is refused, two are accepted, and no password is shown (NS 2015 7)."""
    url = "postgresql://officer:s3cret@host/records"
    monkeypatch.setenv("SENTENCES_DATABASE_URL", url)
    monkeypatch.setenv("SENTENCES_VICTIMS_DATABASE_URL", url)
    with pytest.raises(SettingsError, match="name two databases") as refusal:
        load_settings()
    assert "s3cret" not in str(refusal.value)

    monkeypatch.setenv("SENTENCES_VICTIMS_DATABASE_URL", url.replace("records", "victims"))
    settings = load_settings()
    assert settings.database_url is not None
    assert url == settings.database_url.get_secret_value()
    assert "s3cret" not in repr(settings)


def test_settings_do_not_change_under_a_running_process() -> None:
    """Settings are read once."""
    with pytest.raises(ValidationError):
        load_settings().closing_days = 1


@pytest.mark.parametrize(
    ("bind", "expected"),
    [("127.0.0.1:8086", Address("127.0.0.1", 8086)), ("[::1]:0", Address("::1", 0))],
)
def test_a_bind_is_a_host_and_a_port(bind: str, expected: Address) -> None:
    """An IPv6 host stands in brackets in the setting and without them for the socket."""
    assert expected == address(bind)

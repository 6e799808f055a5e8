"""Codec server and API have the same settings, and refuse the same mistakes."""

from pathlib import Path
from typing import Any

import pytest

from runtime.http.serving import TlsFiles
from runtime.http.settings import ApiSettings, CodecServerSettings, HttpSettings
from runtime.http.settings import load_api_settings as load_api
from runtime.http.settings import load_codec_server_settings as load_codec
from settings import SettingsError

KINDS = pytest.mark.parametrize(
    ("kind", "prefix"),
    [(CodecServerSettings, "SENTENCES_CODEC_"), (ApiSettings, "SENTENCES_API_")],
)


def fault(kind: type[HttpSettings], *, insecure: bool = False, **terms: Any) -> str:
    """Why a server of these terms does not run."""
    return kind.model_validate(terms).find_fault(insecure_loopback=insecure)


@KINDS
@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"issuer": "http://issuer.example"}, "{}ISSUER must be https"),
        ({"issuer": "http://127.0.0.2.example"}, "{}ISSUER must be https"),
        ({"tls_key": "k"}, "TLS_KEY must be set together"),
        ({"tls_certificate": "c"}, "TLS_KEY must be set together"),
        ({"insecure": True, "bind": "0.0.0.0:1"}, "{}BIND must be 127.0.0.1"),
        ({"insecure": True, "bind": "[::1]:1"}, "{}BIND must be 127.0.0.1"),
        (
            {"insecure": True, "tls_key": "k"},
            "TLS_KEY must be set together",
        ),
    ],
    ids=str,
)
def test_an_unsafe_setting_is_refused_by_name(
    kind: type[HttpSettings], prefix: str, terms: dict[str, Any], said: str
) -> None:
    """The sentence says which variable to set."""
    assert said.format(prefix) in fault(kind, **terms)


@KINDS
@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"issuer": "https://issuer.example"},
        {"issuer": "http://localhost:8080"},
        {"issuer": "http://[::1]:8080/realm"},
        {"issuer": "https://issuer.example", "bind": "0.0.0.0:443"},
        {"tls_certificate": "c", "tls_key": "k"},
        {"insecure": True, "bind": "127.0.0.1:0"},
    ],
    ids=str,
)
def test_safe_settings_are_accepted(
    kind: type[HttpSettings], prefix: str, terms: dict[str, Any]
) -> None:
    """An issuer on this machine needs no TLS, because there is no network between."""
    del prefix
    assert "" == fault(kind, **terms)


@KINDS
def test_a_certificate_is_both_its_files_or_none(kind: type[HttpSettings], prefix: str) -> None:
    """Without them a proxy speaks TLS."""
    del prefix
    both = kind.model_validate({"tls_certificate": "c.pem", "tls_key": "k.pem"})

    assert TlsFiles(Path("c.pem"), Path("k.pem")) == both.tls
    assert None is kind().tls


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REQUESTS_A_MINUTE", "0"),
        ("REQUESTS_A_MINUTE", "many"),
        ("ISSUER", "issuer.example/x"),
        ("AUDIENCE", "two words"),
        ("BIND", "everywhere"),
    ],
)
def test_a_setting_that_is_refused_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A value may be a secret in the wrong place."""
    for prefix, load in (("SENTENCES_CODEC_", load_codec), ("SENTENCES_API_", load_api)):
        monkeypatch.setenv(f"{prefix}{name}", value)
        with pytest.raises(SettingsError) as found:
            load()
        assert str(found.value).startswith(f"{prefix}{name} is refused: ")
        assert value not in str(found.value)


def test_every_setting_that_is_refused_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """So they need not be corrected one start at a time."""
    monkeypatch.setenv("SENTENCES_API_ANSWER_SECONDS", "301")
    monkeypatch.setenv("SENTENCES_API_SUBJECT_CLAIM", "two words")

    with pytest.raises(SettingsError, match=r"SUBJECT_CLAIM is refused: .*; .*ANSWER_SECONDS is"):
        load_api()

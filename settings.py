"""Settings from the environment: `SENTENCES_CLOSING_DAYS=30` sets `closing_days`.

An empty variable is unset: the setting keeps its default.
The connection to Temporal is not among them: it is Temporal's own environment configuration.
"""

import re
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent
PREFIX = "SENTENCES_"
NO_METRICS: Final = "none"
"""Value of `metrics_bind` that serves no metrics."""
SMTP_RULE = f"{PREFIX}SMTP_HOST and {PREFIX}SMTP_SENDER go together: set both or neither"
PLAIN_SMTP_RULE = f"{PREFIX}SMTP_SECURITY may be none only for a server on this machine"
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
VERSION_RULE = f"{PREFIX}DEPLOYMENT_NAME and {PREFIX}BUILD_ID go together: set both or neither"
ENCRYPTION_RULE = (
    f"keys come from {PREFIX}KEYS_FILE or {PREFIX}KEYS, not from both; "
    f"{PREFIX}SIGNING_KEY_FILE and {PREFIX}SIGNING_KEY_ID go together"
)
DATABASE_RULE = (
    f"{PREFIX}DATABASE_URL and {PREFIX}VICTIMS_DATABASE_URL go together and name two databases"
)

_WEBHOOK_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}")
_POSTGRES = re.compile(r"postgres(ql)?(\+psycopg)?://\S+")


def _is_postgres(url: SecretStr) -> SecretStr:
    if not _POSTGRES.fullmatch(url.get_secret_value()):
        message = "a database is given as postgresql://user:password@host/name"
        raise ValueError(message)
    return url


def _is_webhook_secret(secret: SecretStr) -> SecretStr:
    if not _WEBHOOK_SECRET.fullmatch(secret.get_secret_value()):
        message = "a secret of web hooks is whsec_ and 24 to 64 random bytes in base64"
        raise ValueError(message)
    return secret


Queue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,200}$")]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_is_postgres)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_is_webhook_secret)]
EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s<>]{1,64}@[A-Za-z0-9.-]{1,255}$")]
Services = Annotated[
    str, StringConstraints(pattern=r"^([a-z-]{1,32}=https?://[^\s@=]{1,255}( +|$))*$")
]
Bind = Annotated[str, StringConstraints(pattern=r"^([^\s:]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}$")]


class SettingsError(Exception):
    """A setting is invalid; the message is one sentence."""


class Address(NamedTuple):
    """Address of a server; port 0 selects a free one."""

    host: str
    port: int


class Settings(BaseSettings):
    """Settings of an operator. Bounds keep a typing error from blocking a caseload."""

    # An installation passes on what it did not set as an empty variable.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    task_queue: Queue = "sentences"
    """Queue of the sentences; another name isolates a test or a demonstration."""
    io_queue: Queue = "sentences-io"
    """Queue of slow activities; each run records it."""
    data_dir: Path = PROJECT / "var"
    """Folder of the outbox and the records. It holds personal data."""
    database_url: DatabaseUrl | None = None
    """Database of the records, as `postgresql://user:password@host/name`; default: an SQLite file
    in `data_dir`. It may hold a password, which is never shown in logs, errors or commands."""
    victims_database_url: DatabaseUrl | None = None
    """Database of victims' data, with credentials of its own; default: another SQLite file."""
    database_connections: int = Field(default=10, ge=1, le=1_000)
    """Connections to each PostgreSQL database that this process opens, at most."""
    standards_dir: Path = PROJECT / "standards"
    directory_file: Path | None = None
    """TOML file with the address of each recipient of notices, reloaded when it changes; without it
    every notice goes into the folder `outbox/`."""
    templates_dir: Path | None = None
    """Folder of custom document templates; default: the built-in templates."""
    smtp_host: str | None = Field(default=None, min_length=1)
    """SMTP server for notices; without it the directory cannot use e-mail."""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """Protection of that connection; `none` is only for a server on this machine."""
    smtp_sender: EmailAddress | None = None
    """E-mail address of the sender of notices."""
    smtp_user: str | None = Field(default=None, min_length=1)
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    """File with the password, in place of the variable."""
    webhook_secret: WebhookSecret | None = None
    """Secret that signs requests to web hooks whose host has no secret of its own."""
    webhook_secrets_dir: Path | None = None
    """Folder of secrets: one file for each host, with the name of the host."""
    keys_file: Path | None = None
    """File of the keys that encrypt payloads, reloaded when it changes; default: `keys` in
    `data_dir` if `make run` created it. With keys, everything handed to Temporal is encrypted."""
    keys: SecretStr | None = None
    """The same lines separated by commas, for installations without a file."""
    plain_payloads: bool = False
    """Accept plaintext messages. For development; `make run` sets it."""
    unsigned_senders: bool = False
    """Accept unsigned messages; the record marks each of them."""
    integrators_file: Path | None = None
    """YAML file of the integrators, their keys and roles, reloaded when it changes."""
    signing_key_file: Path | None = None
    """PEM file of the Ed25519 key that signs events sent by `starter.py`."""
    signing_key_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._:-]{1,64}$")
    """Id of that key in the file of integrators."""
    look_up_services: Services = ""
    """Services for the lookups of ingested messages: `probation=https://... workload=https://...`.
    A message whose lookup has no address becomes a dead letter."""
    look_up_token_file: Path | None = None
    """File with the bearer token of lookups, read for each lookup."""
    look_up_seconds: float = Field(default=5.0, gt=0, le=60)
    """Timeout of one lookup, in seconds."""
    http_bind: Bind = "127.0.0.1:8086"
    """Address of `/healthz` and `/readyz`."""
    metrics_bind: Bind | Literal["none"] = "127.0.0.1:9464"
    """Address of the Prometheus metrics; `none` serves none."""
    report_bind: Bind = "127.0.0.1:8087"
    """Address of the caseload report, which requires no login."""
    ui_url: str | None = Field(default=None, pattern=r"^https?://[^\s]+$")
    """URL at which the Temporal UI lists workflows, for links from records; default: no links."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    continue_after_events: int = Field(default=250, ge=10, le=10_000)
    """History events after which a run continues as new; each costs replay time."""
    closing_days: int = Field(default=90, ge=0, le=3_650)
    """Days for which an ended sentence still accepts events."""
    quiet_minutes: int = Field(default=15, ge=0, le=1_440)
    """Minutes without new events before notices about overdue clocks go out."""
    max_cached_workflows: int = Field(default=1_000, ge=0)
    """Sentences cached in memory, about 0.3 MB each; 0 replays every workflow task."""
    workflow_sandbox: bool = False
    """Run sentences in the SDK's sandbox, which finds what would not replay; tests do."""
    max_concurrent_workflow_tasks: int = Field(default=10, ge=2, le=1_000)
    """Workflow tasks at the same time in this process. They share one processor, and each may take
    two seconds: ten cold replays of 100 events take 0.8 s together (docs/performance.md), the
    SDK's 100 would take 8 s."""
    max_concurrent_activities: int = Field(default=20, ge=1, le=1_000)
    """Slow activities at the same time in this process."""
    graceful_shutdown_seconds: int = Field(default=30, ge=0, le=3_600)
    """Seconds that running activities have after SIGTERM."""
    deployment_name: str | None = Field(default=None, min_length=1)
    build_id: str | None = Field(default=None, min_length=1)
    """With `deployment_name`: version of the worker to which runs stay pinned."""

    @model_validator(mode="after")
    def _version_is_whole(self) -> Self:
        if (self.deployment_name is None) != (self.build_id is None):
            raise ValueError(VERSION_RULE)
        return self

    @model_validator(mode="after")
    def _encryption_is_whole(self) -> Self:
        one_source = self.keys_file is None or self.keys is None
        signer_is_whole = (self.signing_key_file is None) == (self.signing_key_id is None)
        if not one_source or not signer_is_whole:
            raise ValueError(ENCRYPTION_RULE)
        return self

    @model_validator(mode="after")
    def _smtp_is_whole(self) -> Self:
        if (self.smtp_host is None) != (self.smtp_sender is None):
            raise ValueError(SMTP_RULE)
        # The document of a notice is personal, and so are a name and a password.
        if self.smtp_security == "none" and self.smtp_host not in (None, *LOOPBACK_HOSTS):
            raise ValueError(PLAIN_SMTP_RULE)
        return self

    @model_validator(mode="after")
    def _victims_lie_apart(self) -> Self:
        main = self.database_url
        victims = self.victims_database_url
        # One of them alone would leave the other in a file that no second worker sees.
        if (main is None) != (victims is None) or (main is not None and main == victims):
            raise ValueError(DATABASE_RULE)
        return self


def load_settings() -> Settings:
    """Return the settings of this process's environment.

    Raises:
        SettingsError: If a value is refused; the value itself is not repeated.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{_variable(fault['loc'])} is refused: {fault['msg']}" for fault in error.errors()
        )
        raise SettingsError(faults) from None


def address(bind: str) -> Address:
    """Return the host and the port of a `host:port` setting, an IPv6 host without brackets."""
    host, _, port = bind.rpartition(":")
    return Address(host.strip("[]"), int(port))


def _variable(location: tuple[int | str, ...]) -> str:
    # A rule about two settings has no location of its own.
    return f"{PREFIX}{str(location[0]).upper()}" if location else "the environment"

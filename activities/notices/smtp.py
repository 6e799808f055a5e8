"""SMTP channel: one e-mail for each notice.

A server that rejects our connection or login is not a server that refuses a notice.

E-mail is forwarded and archived, so its text only refers to the case and the matter, and gives the
lines of a digest, which name duties and dates. The rest is in the document, and in the record.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from enum import StrEnum
from typing import Final

from activities.notices.channel import NoticeMessage
from activities.notices.circuit_breaker import ATTEMPT_SECONDS, AttemptLimit, CircuitBreaker
from activities.notices.errors import ChannelUnavailableError, NoticeRefusedError

NOTICE_KEY: Final = "X-Notice-Key"
_WIRE: Final = SMTP.clone(max_line_length=900)
"""Folded at 78, a key, which is one word of up to 512 characters, would be encoded."""


def mime_message(message: NoticeMessage, sender: str) -> bytes:
    """Return the e-mail of a message; its id and its key are the same at every attempt.

    Raises:
        ValueError: If a header cannot have its value.
    """
    notice = message.notice
    document = message.document
    mail = EmailMessage()
    mail["Message-ID"] = f"<{message.reference}@{sender.rpartition('@')[2]}>"
    mail["Date"] = formatdate()
    mail["From"] = sender
    mail["To"] = message.address
    # A notice about the fleet belongs to no sentence.
    about = f"{notice.crn} event {notice.event_number}" if notice.crn else "none"
    mail["Subject"] = f"{notice.template}: {notice.crn} {notice.event_number}".rstrip(": ")
    mail[NOTICE_KEY] = notice.key
    mail["Auto-Submitted"] = "auto-generated"
    text = notice.facts.get("text", "")
    attached = "The document is attached." if document is not None else ""
    mail.set_content(
        f"Notice: {notice.template}\n"
        f"Sentence: {about}\n"
        f"About: {notice.subject}\n"
        f"Reference: {message.reference}\n"
        f"{attached}\n"
        f"{text}\n"
    )
    if document is not None:
        mail.add_attachment(document.pdf, "application", "pdf", filename=document.filename)
    return mail.as_bytes(policy=_WIRE)


DOWN: Final = "MailServerDown"
BUSY: Final = "MailServerBusy"
UNTRUSTED: Final = "MailServerUntrusted"
TURNED_AWAY: Final = "MailServerTurnedAway"

TIMEOUT_SECONDS: Final = 10.0

_PERMANENT: Final = 500


class SmtpSecurity(StrEnum):
    """Protection of the connection to the SMTP server."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a relay on this machine only."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """SMTP server and credentials for our messages."""

    host: str
    port: int
    sender: str
    """Address of the sender; message ids have its domain."""
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str | None = None
    password: str = field(default="", repr=False)


class _LimitedSmtp(smtplib.SMTP):
    def __init__(self, server: SmtpServer, limit: AttemptLimit) -> None:
        # TLS replaces the socket on the way.
        limit.watch(lambda: self.sock)
        super().__init__(server.host, server.port, timeout=TIMEOUT_SECONDS)


class _LimitedSmtpTls(smtplib.SMTP_SSL):
    def __init__(self, server: SmtpServer, limit: AttemptLimit) -> None:
        limit.watch(lambda: self.sock)
        context = ssl.create_default_context()
        super().__init__(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)


class SmtpChannel:
    """Channel that submits each message on a connection of its own."""

    def __init__(
        self,
        server: SmtpServer,
        breaker: CircuitBreaker,
        attempt_seconds: float = ATTEMPT_SECONDS,
    ) -> None:
        self._server = server
        self._breaker = breaker
        self._attempt_seconds = attempt_seconds

    def send(self, message: NoticeMessage) -> bool:
        """Submit the message; it is delivered once the server accepted it."""
        server = self._server
        try:
            data = mime_message(message, server.sender)
        except ValueError:
            raise NoticeRefusedError(
                who="no mail", answer="it cannot be written to this address"
            ) from None
        receiver = f"{server.host}:{server.port}"
        with (
            self._breaker.guard(receiver, DOWN),
            AttemptLimit(self._attempt_seconds) as limit,
            self._connected(limit) as connection,
        ):
            refusal = _submit(connection, server.sender, message.address, data=data)
        if refusal is None:
            return False
        if refusal < _PERMANENT:
            raise ChannelUnavailableError(BUSY, f"the mail server answered {refusal}")
        raise NoticeRefusedError(who="the mail server", answer=refusal)

    @contextmanager
    def _connected(self, limit: AttemptLimit) -> Iterator[smtplib.SMTP]:
        """Yield a connection after login; convert every error of it."""
        try:
            connection = self._open(limit)
            try:
                self._log_in(connection)
                yield connection
            finally:
                # An accepted message stays accepted, whatever happens to QUIT.
                with suppress(OSError, smtplib.SMTPException):
                    connection.quit()
                connection.close()
        except ssl.SSLError:
            raise ChannelUnavailableError(UNTRUSTED, "the mail server cannot be trusted") from None
        except smtplib.SMTPNotSupportedError:
            raise ChannelUnavailableError(
                UNTRUSTED, "the mail server offers no protection"
            ) from None
        except smtplib.SMTPResponseException as error:
            # It rejects us, not a notice: every notice is sent by itself once that is corrected.
            why = f"the mail server rejected us with {error.smtp_code}"
            raise ChannelUnavailableError(TURNED_AWAY, why) from None
        except (OSError, smtplib.SMTPException):
            raise ChannelUnavailableError(DOWN, "the mail server did not answer") from None

    def _open(self, limit: AttemptLimit) -> smtplib.SMTP:
        if self._server.security is SmtpSecurity.TLS:
            return _LimitedSmtpTls(self._server, limit)
        return _LimitedSmtp(self._server, limit)

    def _log_in(self, connection: smtplib.SMTP) -> None:
        if self._server.security is SmtpSecurity.STARTTLS:
            connection.starttls(context=ssl.create_default_context())
        if self._server.user is not None:
            connection.login(self._server.user, self._server.password)


def _submit(connection: smtplib.SMTP, sender: str, address: str, *, data: bytes) -> int | None:
    """Return the code with which the server refused the message, or None if it accepted it."""
    try:
        connection.sendmail(sender, [address], data)
    except smtplib.SMTPRecipientsRefused as error:
        return next(code for code, _ in error.recipients.values())
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return error.smtp_code
    return None

"""The mail channel: one message a notice, handed to a mail server by SMTP.

A refusal of the message is told from a server that turns us away, which is nobody's notice.
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
from activities.notices.circuit_breaker import CircuitBreaker
from activities.notices.errors import ChannelUnavailableError, NoticeRefusedError

NOTICE_KEY: Final = "X-Notice-Key"
_WIRE: Final = SMTP.clone(max_line_length=900)
"""A key is one word of up to 512 characters: folded at 78 it would be encoded beyond reading."""


def mime_message(message: NoticeMessage, sender: str) -> bytes:
    """Return the message as mail: its id and its key are the same at every attempt.

    Raises:
        ValueError: If a header cannot hold what it is to say.
    """
    notice, mail = message.notice, EmailMessage()
    mail["Message-ID"] = f"<{message.reference}@{sender.rpartition('@')[2]}>"
    mail["Date"] = formatdate()
    mail["From"], mail["To"] = sender, message.address
    mail["Subject"] = f"{notice.template}: {notice.crn} {notice.event_number}"
    mail[NOTICE_KEY] = notice.key
    mail["Auto-Submitted"] = "auto-generated"
    attached = "The document is attached." if message.document is not None else ""
    mail.set_content(
        f"Notice: {notice.template}\n"
        f"Sentence: {notice.crn} event {notice.event_number}\n"
        f"About: {notice.subject}\n"
        f"Reference: {message.reference}\n"
        f"{attached}\n"
    )
    if message.document is not None:
        document = message.document
        mail.add_attachment(document.pdf, "application", "pdf", filename=document.filename)
    return mail.as_bytes(policy=_WIRE)


DOWN: Final = "MailServerDown"
BUSY: Final = "MailServerBusy"
UNTRUSTED: Final = "MailServerUntrusted"
TURNED_AWAY: Final = "MailServerTurnedAway"

TIMEOUT_SECONDS: Final = 10.0

_PERMANENT: Final = 500


class SmtpSecurity(StrEnum):
    """How a connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a relay on this machine alone."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The mail server that takes our messages, and as whom we speak to it."""

    host: str
    port: int
    sender: str
    """Address that the messages come from; its domain is that of their ids."""
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str | None = None
    password: str = field(default="", repr=False)


class SmtpChannel:
    """Hand each message to the mail server, one connection a message."""

    def __init__(self, relay: SmtpServer, rests: CircuitBreaker) -> None:
        self._relay, self._rests = relay, rests

    def send(self, message: NoticeMessage) -> bool:
        """Hand the message over; what the server took is delivered as far as we can know."""
        relay = self._relay
        try:
            data = mime_message(message, relay.sender)
        except ValueError:
            raise NoticeRefusedError(
                who="no mail", answer="it cannot be written to this address"
            ) from None
        with self._rests.guard(f"{relay.host}:{relay.port}", DOWN), self._connected() as server:
            refusal = _submit(server, relay.sender, message.address, data)
        if refusal is None:
            return False
        if refusal < _PERMANENT:
            raise ChannelUnavailableError(BUSY, f"the mail server answered {refusal}")
        raise NoticeRefusedError(who="the mail server", answer=refusal)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Give a connection on which we are known; nothing it breaks off with gets through."""
        try:
            server = self._open()
            try:
                self._introduce(server)
                yield server
            finally:
                # What was taken is taken, however the farewell goes.
                with suppress(OSError, smtplib.SMTPException):
                    server.quit()
                server.close()
        except ssl.SSLError:
            raise ChannelUnavailableError(UNTRUSTED, "the mail server cannot be trusted") from None
        except smtplib.SMTPNotSupportedError:
            raise ChannelUnavailableError(
                UNTRUSTED, "the mail server offers no protection"
            ) from None
        except smtplib.SMTPResponseException as error:
            # It turned us away, not a notice: once mended, every notice goes by itself.
            said = f"the mail server turned us away with {error.smtp_code}"
            raise ChannelUnavailableError(TURNED_AWAY, said) from None
        except (OSError, smtplib.SMTPException):
            raise ChannelUnavailableError(DOWN, "the mail server did not answer") from None

    def _open(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.security is SmtpSecurity.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                relay.host, relay.port, timeout=TIMEOUT_SECONDS, context=context
            )
        return smtplib.SMTP(relay.host, relay.port, timeout=TIMEOUT_SECONDS)

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self._relay.security is SmtpSecurity.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if self._relay.user is not None:
            server.login(self._relay.user, self._relay.password)


def _submit(server: smtplib.SMTP, sender: str, address: str, data: bytes) -> int | None:
    """Return the code with which the server refused this message; None where it took it."""
    try:
        server.sendmail(sender, [address], data)
    except smtplib.SMTPRecipientsRefused as error:
        return next(code for code, _ in error.recipients.values())
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return error.smtp_code
    return None

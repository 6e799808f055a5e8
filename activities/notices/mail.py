"""The mail channel: one message a notice, handed to a mail server by SMTP.

A refusal of the message is told from a server that turns us away, which is nobody's notice.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from activities.notices.channel import Message
from activities.notices.faults import RefusedError, UnreachableError
from activities.notices.mailing import mail_of
from activities.notices.resting import Rests

DOWN: Final = "MailServerDown"
BUSY: Final = "MailServerBusy"
UNTRUSTED: Final = "MailServerUntrusted"
TURNED_AWAY: Final = "MailServerTurnedAway"

PATIENCE_SECONDS: Final = 10.0

_PERMANENT: Final = 500


class Security(StrEnum):
    """How a connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"
    """For a relay on this machine alone."""


@dataclass(frozen=True, slots=True)
class Relay:
    """The mail server that takes our messages, and as whom we speak to it."""

    host: str
    port: int
    sender: str
    """Address that the messages come from; its domain is that of their ids."""
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str = field(default="", repr=False)


class Mail:
    """Hand each message to the mail server, one connection a message."""

    def __init__(self, relay: Relay, rests: Rests) -> None:
        self._relay, self._rests = relay, rests

    def send(self, message: Message) -> bool:
        """Hand the message over; what the server took is delivered as far as we can know."""
        relay = self._relay
        try:
            data = mail_of(message, relay.sender)
        except ValueError:
            raise RefusedError(
                who="no mail", answer="it cannot be written to this address"
            ) from None
        with self._rests.guard(f"{relay.host}:{relay.port}", DOWN), self._connected() as server:
            refusal = _handed(server, relay.sender, message.address, data)
        if refusal is None:
            return False
        if refusal < _PERMANENT:
            raise UnreachableError(BUSY, f"the mail server answered {refusal}")
        raise RefusedError(who="the mail server", answer=refusal)

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
            raise UnreachableError(UNTRUSTED, "the mail server cannot be trusted") from None
        except smtplib.SMTPNotSupportedError:
            raise UnreachableError(UNTRUSTED, "the mail server offers no protection") from None
        except smtplib.SMTPResponseException as error:
            # It turned us away, not a notice: once mended, every notice goes by itself.
            said = f"the mail server turned us away with {error.smtp_code}"
            raise UnreachableError(TURNED_AWAY, said) from None
        except (OSError, smtplib.SMTPException):
            raise UnreachableError(DOWN, "the mail server did not answer") from None

    def _open(self) -> smtplib.SMTP:
        relay = self._relay
        if relay.security is Security.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                relay.host, relay.port, timeout=PATIENCE_SECONDS, context=context
            )
        return smtplib.SMTP(relay.host, relay.port, timeout=PATIENCE_SECONDS)

    def _introduce(self, server: smtplib.SMTP) -> None:
        if self._relay.security is Security.STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if self._relay.user is not None:
            server.login(self._relay.user, self._relay.password)


def _handed(server: smtplib.SMTP, sender: str, address: str, data: bytes) -> int | None:
    """Return the code with which the server refused this message; None where it took it."""
    try:
        server.sendmail(sender, [address], data)
    except smtplib.SMTPRecipientsRefused as error:
        return next(code for code, _ in error.recipients.values())
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        return error.smtp_code
    return None

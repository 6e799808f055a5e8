"""A notice goes by e-mail over a real connection, and each failure has an error of its own."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from activities.notices.circuit_breaker import CircuitBreaker
from activities.notices.smtp import NOTICE_KEY, SmtpChannel, SmtpSecurity, SmtpServer, mime_message
from tests.activities.notices.messages import NOTICE, PAPER, message
from tests.activities.notices.servers import (
    CERTIFICATE,
    PASSWORD,
    USER,
    dripping_server,
    free_port,
    mail_server,
)

TO = "n07a001@probation.example"
FROM = "notices@sentences.example"


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the certificate of the tests."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def relay(port: int, security: str = "none", **more: str) -> SmtpChannel:
    """The channel to a server of the tests."""
    return SmtpChannel(
        SmtpServer("localhost", port, FROM, SmtpSecurity(security), **more), CircuitBreaker()
    )


def fails(channel: SmtpChannel) -> tuple[str | None, bool]:
    """Return the type of the error with which a notice fails, and whether it is for good."""
    with pytest.raises(ApplicationError) as refusal:
        channel.send(message(address=TO, document=PAPER))
    shown = f"{refusal.value} {refusal.value.__cause__}"
    assert TO not in shown
    assert PASSWORD not in shown
    return refusal.value.type, refusal.value.non_retryable


def parts(mail: EmailMessage) -> tuple[str, bytes | None, str | None]:
    """Return the text of an e-mail, and its attachment with its name."""
    body = mail.get_body()
    assert body is not None
    attached = next(iter(mail.iter_attachments()), None)
    if attached is None:
        return body.get_content(), None, None
    return body.get_content(), attached.get_content(), attached.get_filename()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_notice_arrives_over_a_protected_connection_with_its_document(security: str) -> None:
    """The text holds references alone; what there is to say stands in the document."""
    with mail_server(security=security, needs_login=security == "starttls") as (port, box):
        login = {"user": USER, "password": PASSWORD} if security == "starttls" else {}
        assert not relay(port, security, **login).send(message(address=TO, document=PAPER))
    (mail,) = box.mails
    assert [FROM, TO, "overdue: X320741 1"] == [mail[name] for name in ("From", "To", "Subject")]
    text, pdf, name = parts(mail)
    assert (PAPER.pdf, PAPER.filename) == (pdf, name)
    assert "Sentence: X320741 event 1" in text
    assert "2026-12-01" not in text


def test_every_attempt_is_one_message_by_its_id_and_its_key() -> None:
    """A mailbox can tell a repeat, and another sentence's notice of the same key is none."""
    long = NOTICE.model_copy(update={"key": f"overdue/{'x' * 400}"})
    other = NOTICE.model_copy(update={"workflow_id": "sentence-X320741-2"})
    with mail_server() as (port, box):
        for notice in (NOTICE, NOTICE, other, long):
            relay(port).send(message(notice, TO))
    first, again, another, lengthy = box.mails
    assert first["Message-ID"] == again["Message-ID"] != another["Message-ID"]
    assert first["Message-ID"].endswith("@sentences.example>")
    assert [NOTICE.key, long.key] == [first["X-Notice-Key"], lengthy["X-Notice-Key"]]


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ({"refuse_recipient": "550 no such mailbox"}, ("NoticeRefused", True)),
        ({"refuse_recipient": "451 come again"}, ("MailServerBusy", False)),
        ({"refuse_data": "554 not here"}, ("NoticeRefused", True)),
        ({"refuse_data": "452 no room"}, ("MailServerBusy", False)),
        ({"dies_after_data": 1}, ("MailServerDown", False)),
    ],
)
def test_a_server_says_whether_it_is_worth_another_attempt(
    box: dict[str, str | int], expected: tuple[str, bool]
) -> None:
    """A code of 5xx is for good; 4xx, and a server that dies, are not."""
    with mail_server() as (port, taken):
        for name, value in box.items():
            setattr(taken, name, value)
        assert expected == fails(relay(port))


def test_a_server_that_died_with_the_message_gets_it_again_under_the_same_id() -> None:
    """It may have kept it: a reader can tell that it is one notice."""
    with mail_server() as (port, box):
        box.dies_after_data = 1
        fails(relay(port))
        relay(port).send(message(address=TO))
    assert 1 == len({mail["Message-ID"] for mail in box.mails})
    assert 2 == len(box.mails)


def test_a_port_where_nobody_listens_is_worth_another_attempt() -> None:
    """And the connection is not tried for every notice that comes meanwhile."""
    channel = relay(free_port())
    assert [("MailServerDown", False)] * 2 == [fails(channel), fails(channel)]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_nothing_is_said_to_a_server_that_cannot_be_trusted(
    security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine does not know the authority of its certificate."""
    monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(security=security) as (port, box):
        assert ("MailServerUntrusted", False) == fails(relay(port, security))
    assert [] == box.mails


def test_a_server_without_protection_gets_neither_password_nor_notice() -> None:
    """There is no falling back."""
    with mail_server() as (port, box):
        channel = relay(port, "starttls", user=USER, password=PASSWORD)
        assert ("MailServerUntrusted", False) == fails(channel)
    assert [] == box.mails


def test_a_login_that_is_turned_away_refuses_no_notice() -> None:
    """It is ours to mend, once, and every notice then goes by itself."""
    with mail_server(security="starttls", needs_login=True) as (port, _):
        channel = relay(port, "starttls", user=USER, password=PASSWORD[1:])
        assert ("MailServerTurnedAway", False) == fails(channel)


def test_a_relay_shows_its_password_to_nobody() -> None:
    """Not even when it is printed."""
    assert PASSWORD not in repr(SmtpServer("h", 25, FROM, password=PASSWORD))


SENDER, ADDRESS = "notices@orchestrator.example", "officer@probation.example"


def read(**of: Any) -> Any:
    """The e-mail as its receiver reads it."""
    return message_from_bytes(mime_message(message(address=ADDRESS, **of), SENDER), policy=default)


def test_the_text_holds_references_alone() -> None:
    """E-mail is forwarded and archived: it contains no fact of the notice."""
    notice = NOTICE.model_copy(update={"facts": {"due_on": "2026-12-01", "outcome": "recalled"}})
    mail = read(notice=notice)

    assert (SENDER, ADDRESS, "overdue: X320741 1") == (mail["From"], mail["To"], mail["Subject"])
    text = mail.get_content()
    assert ["Notice: overdue", "Sentence: X320741 event 1"] == text.splitlines()[:2]
    assert [] == [fact for fact in ("2026-12-01", "recalled") if fact in mail.as_string()]
    assert "attached" not in text


def test_the_lines_of_a_digest_are_the_text() -> None:
    """They name duties and dates, and are what the officer is to read."""
    line = "Induction: due on 2026-11-30, 1 day late. Rule: at the start (NS 2015 3(c))."
    notice = NOTICE.model_copy(update={"template": "overdue-digest", "facts": {"text": line}})

    assert line in read(notice=notice).get_content().splitlines()


def test_a_document_is_attached_and_the_text_says_so() -> None:
    """As it was made, under its name."""
    mail = read(document=PAPER)

    (attached,) = mail.iter_attachments()
    assert (PAPER.pdf, PAPER.filename) == (attached.get_content(), attached.get_filename())
    assert "application/pdf" == attached.get_content_type()
    assert "The document is attached." in mail.get_body().get_content()


def test_a_long_key_stays_one_word() -> None:
    """Receivers tell repeats by it; folded it would be encoded beyond reading."""
    key = "overdue/" + "k" * 504
    raw = mime_message(message(NOTICE.model_copy(update={"key": key}), ADDRESS), SENDER)

    assert f"{NOTICE_KEY}: {key}\r\n".encode() in raw
    assert [] == [line for line in raw.split(b"\r\n") if len(line) > 998]


@pytest.mark.parametrize("field", ["template", "crn", "event_number", "key"])
def test_a_word_with_a_line_in_it_makes_no_header(field: str) -> None:
    """No content of a notice adds a receiver."""
    notice = NOTICE.model_copy(update={field: "x\r\nBcc: somebody@elsewhere.example"})

    with pytest.raises(ValueError, match=r"linefeed|newline|header"):
        mime_message(message(notice, ADDRESS), SENDER)


def test_an_id_is_of_the_senders_own_host() -> None:
    """The same at every attempt, and no answer by machines is asked for."""
    first, again = read(), read()

    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@orchestrator.example>")
    assert "auto-generated" == first["Auto-Submitted"]


@pytest.mark.timeout(20)
def test_a_mail_server_that_drips_its_greeting_is_cut_off() -> None:
    """Each byte comes in time and the line never ends: the attempt has a limit of its own."""
    with dripping_server(b"220 ") as port:
        server = SmtpServer("127.0.0.1", port, FROM, SmtpSecurity.NONE)
        sender = SmtpChannel(server, CircuitBreaker(), attempt_seconds=0.5)
        assert ("MailServerDown", False) == fails(sender)

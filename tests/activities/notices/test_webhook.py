"""A web hook gets one signed request a notice, and its status says what becomes of it."""

import socket
from base64 import b64decode, b64encode
from email.utils import formatdate
from threading import Thread
from time import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from temporalio.exceptions import ApplicationError

from activities.notices.circuit_breaker import CircuitBreaker
from activities.notices.directory import web_address_problem
from activities.notices.webhook import WebhookChannel, retry_delay
from tests.activities.notices.messages import NOTICE, PAPER, message
from tests.activities.notices.servers import CERTIFICATE, dripping_server, free_port, hook_server

SECRET = "whsec_" + b64encode(b"s3cret-of-this-receiver-alone").decode()
OTHER_SECRET = "whsec_" + b64encode(bytes(32)).decode()
NOW = float(int(time()))


def channel() -> WebhookChannel:
    """The channel, with one secret for every host."""
    return WebhookChannel(lambda _host: SECRET, CircuitBreaker(), lambda: NOW)


def fails(address: str, sender: WebhookChannel | None = None) -> ApplicationError:
    """Return the error with which a notice to `address` fails; it shows no secret."""
    with pytest.raises(ApplicationError) as refusal:
        (sender or channel()).send(message(address=address))
    assert SECRET not in str(refusal.value)
    assert address not in str(refusal.value)
    return refusal.value


def test_a_receiver_verifies_a_notice_and_tells_it_from_others() -> None:
    """By any library of Standard Webhooks; the id is the reference, the same at every attempt."""
    with hook_server() as (address, hook):
        channel().send(message(address=address, document=PAPER))
    (got,) = hook.posted
    assert ("/notices", "application/json") == (got.path, got.headers["Content-Type"])
    body = Webhook(SECRET).verify(got.body, dict(got.headers))
    assert body["reference"] == got.headers["webhook-id"]
    assert (NOTICE.key, NOTICE.template) == (body["key"], body["template"])
    assert {"due_on": "2026-12-01", "crn": "X320741"}.items() <= body["personalisation"].items()
    assert PAPER.pdf == b64decode(body["document"]["content"])
    assert PAPER.sha256 == body["document"]["sha256"]


@pytest.mark.parametrize(
    ("secret", "change", "more"),
    [
        (OTHER_SECRET, {}, b""),
        (SECRET, {}, b" "),
        (SECRET, {"webhook-id": "another"}, b""),
        (SECRET, {"webhook-timestamp": str(int(NOW) + 1)}, b""),
        (SECRET, {"webhook-timestamp": "now"}, b""),
        (SECRET, {"webhook-signature": ""}, b""),
    ],
    ids=["secret", "body", "id", "timestamp", "no timestamp", "no signature"],
)
def test_a_receiver_refuses_what_was_changed(
    secret: str, change: dict[str, str], more: bytes
) -> None:
    """Every part of a request is signed."""
    with hook_server() as (address, hook):
        channel().send(message(address=address))
    (got,) = hook.posted
    headers = {name.lower(): value for name, value in got.headers.items()} | change

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(got.body + more, headers)


def test_a_receiver_refuses_what_is_old() -> None:
    """Five minutes, as the specification has it."""
    with hook_server() as (address, hook):
        WebhookChannel(lambda _host: SECRET, CircuitBreaker(), lambda: NOW - 301).send(
            message(address=address)
        )
    (got,) = hook.posted

    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(SECRET).verify(got.body, dict(got.headers))


@pytest.mark.parametrize(
    "secret",
    ["s3cret", "whsec_", "whsec_?", "whsec_" + "YWxs" * 7, "whsec_" + "YWxs" * 22, "YWxs" * 8],
)
def test_a_secret_of_another_form_signs_nothing(secret: str) -> None:
    """It could be guessed, or the receiver could not use it; the error does not quote it."""
    sender = WebhookChannel(lambda _host: secret, CircuitBreaker())

    assert ("ChannelNotSet", False) == _told(fails("https://police.example/", sender))


def test_a_repeat_is_the_same_request_under_the_same_key() -> None:
    """The receiver hung up on the first, and may have taken it."""
    with hook_server() as (address, hook):
        hook.dies = 1
        sender = WebhookChannel(lambda _host: SECRET, CircuitBreaker(lambda: NOW), lambda: NOW)
        assert ("ReceiverDown", False) == _told(fails(address, sender))
        channel().send(message(address=address))
    first, again = hook.posted
    assert first.body == again.body
    assert first.headers["webhook-id"] == again.headers["webhook-id"]


def _told(error: ApplicationError) -> tuple[str | None, bool]:
    return error.type, error.non_retryable


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_status_that_may_pass_is_worth_another_attempt(status: int) -> None:
    """The round goes on."""
    with hook_server() as (address, hook):
        hook.answers = [(status, {})]
        assert ("ReceiverBusy", False) == _told(fails(address))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 422])
def test_any_other_status_of_4xx_refuses_the_notice_for_good(status: int) -> None:
    """Only a correction will change the answer."""
    with hook_server() as (address, hook):
        hook.answers = [(status, {})]
        assert ("NoticeRefused", True) == _told(fails(address))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    """The directory alone says where a notice goes."""
    with hook_server() as (elsewhere, other), hook_server() as (address, hook):
        hook.answers = [(status, {"Location": elsewhere})]
        assert ("NoticeRefused", True) == _told(fails(address))
    assert [] == other.posted


@pytest.mark.parametrize("status", [429, 503])
def test_a_receiver_that_says_when_ends_the_round_and_the_sentence_waits(status: int) -> None:
    """The seconds travel as a detail of the error."""
    with hook_server() as (address, hook):
        hook.answers = [(status, {"Retry-After": "7200"})]
        error = fails(address)
    assert ("NoticeDeferred", True, (7200.0,)) == (*_told(error), tuple(error.details))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        ("0", 1.0),
        ("999999999", 86_400.0),
        (formatdate(NOW + 90, usegmt=True), 90.0),
        (formatdate(NOW - 90, usegmt=True), 1.0),
        ("soon", None),
        ("-5", None),
        ("9" * 400, 86_400.0),
    ],
    # The ids are fixed: one with the time would differ between the processes of a parallel run.
    ids=["none", "number", "zero", "long", "date", "past date", "word", "negative", "endless"],
)
def test_a_wait_is_between_a_second_and_a_day(header: str | None, seconds: float | None) -> None:
    """In seconds or as a date; what is neither asks for none."""
    assert seconds == retry_delay(header, NOW)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("https://police.example/notices", None),
        ("http://127.0.0.1:8080/notices", None),
        ("http://[::1]:8080/notices", None),
        ("http://localhost/notices", None),
        ("http://police.example/notices", "does not begin with https://"),
        ("ftp://police.example/", "does not begin with https://"),
        ("http://127.0.0.1.police.example/", "does not begin with https://"),
        ("https://me:secret@police.example/", "contains a user name or a password"),
        ("https://police.example/#part", "is no web address"),
        ("https://police.example:many/", "is no web address"),
        ("police.example", "is no web address"),
        ("", "is no web address"),
    ],
)
def test_an_address_is_https_unless_it_is_this_machine(address: str, fault: str | None) -> None:
    """And holds no credentials: a directory is read by many."""
    found = web_address_problem(address)
    assert (fault is None) == (found is None)
    assert (fault or "") in (found or "")


def test_nothing_leaves_in_the_clear() -> None:
    """The channel asks for itself, whatever the directory had let through."""
    assert ("NoticeRefused", True) == _told(fails("http://police.example/notices"))


def test_a_receiver_over_tls_must_be_one_that_the_machine_trusts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that is not gets nothing."""
    with hook_server(tls=True) as (address, hook):
        assert ("ReceiverDown", False) == _told(fails(address))
        assert [] == hook.posted
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        channel().send(message(address=address))
    assert 1 == len(hook.posted)


def test_a_port_where_nobody_listens_is_worth_another_attempt() -> None:
    """A later answer gets it."""
    assert ("ReceiverDown", False) == _told(fails(f"http://127.0.0.1:{free_port()}/"))


def test_a_receiver_without_a_secret_gets_nothing() -> None:
    """A message that cannot be verified is not sent; it waits for the setting."""
    with hook_server() as (address, hook):
        sender = WebhookChannel(lambda _host: None, CircuitBreaker())
        assert ("ChannelNotSet", False) == _told(fails(address, sender))
    assert [] == hook.posted


def test_an_answer_is_not_read() -> None:
    """A body that never ends would hold an activity for ever; the status has said it all."""
    begun = time()
    with socket.create_server(("127.0.0.1", 0)) as endless:
        address = f"http://127.0.0.1:{endless.getsockname()[1]}/"
        endless.settimeout(5)

        def answer() -> None:
            caller, _ = endless.accept()
            with caller:
                caller.recv(65_536)
                caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\nand so on")
                caller.settimeout(3)
                caller.recv(1)

        thread = Thread(target=answer)
        thread.start()
        channel().send(message(address=address))
        thread.join()
    assert time() - begun < 3


@pytest.mark.timeout(20)
def test_a_receiver_that_drips_its_answer_is_cut_off() -> None:
    """Each byte comes in time and the answer never ends: the attempt has a limit of its own."""
    begun = time()
    with dripping_server(b"HTTP/1.1 200 OK\r\nX-Drip: ") as port:
        sender = WebhookChannel(lambda _host: SECRET, CircuitBreaker(), attempt_seconds=0.5)
        assert ("ReceiverDown", False) == _told(fails(f"http://127.0.0.1:{port}/", sender))
    assert time() - begun < 5

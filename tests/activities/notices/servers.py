"""Real servers on loopback that accept notices by e-mail or web hook, and can misbehave."""

import socket
import ssl
from asyncio import Transport
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

CERTIFICATE: Final = Path(__file__).with_name("localhost.pem")
"""Key and certificate of localhost, for tests only: who trusts it trusts anyone."""

USER, PASSWORD = "sentences", "s3cret-of-the-relay"


def server_side() -> ssl.SSLContext:
    """Return what a server of localhost shows its callers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@dataclass
class Mailbox:
    """Messages that an SMTP server accepted, and how it behaves towards the next caller."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuse_recipient: str | None = None
    """Reply to the recipient, in place of taking it."""
    refuse_data: str | None = None
    dies_after_data: int = 0
    """So many times it takes a message and breaks off before it says so."""

    async def handle_RCPT(  # noqa: N802 - the library's names
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        """Take or refuse a recipient."""
        if self.refuse_recipient is not None:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Take or refuse a message."""
        if self.refuse_data is not None:
            return self.refuse_data
        content = envelope.original_content or b""
        self.mails.append(message_from_bytes(content, policy=policy.default))
        if self.dies_after_data:
            self.dies_after_data -= 1
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return "250 taken"


def _knows(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
) -> AuthResult:
    expected = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == expected, handled=False)


def free_port() -> int:
    """Return a port of loopback without a listener."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_server(
    *, security: str = "none", needs_login: bool = False, port: int = 0, box: Mailbox | None = None
) -> Iterator[tuple[int, Mailbox]]:
    """Run an SMTP server on loopback; yield the port, and its mailbox."""
    box = box or Mailbox()
    port = port or free_port()
    options: dict[str, Any] = {"hostname": "127.0.0.1", "port": port}
    if security == "starttls":
        options |= {"tls_context": server_side(), "require_starttls": True}
    if security == "tls":
        options |= {"ssl_context": server_side()}
    if needs_login:
        options |= {
            "auth_required": True,
            "auth_require_tls": security == "starttls",
            "authenticator": _knows,
        }
    controller = Controller(box, **options)
    controller.start()
    try:
        yield port, box
    finally:
        controller.stop()


@contextmanager
def dripping_server(first: bytes = b"") -> Iterator[int]:
    """Run a server that says `first` and then a byte every tenth of a second; yield its port."""
    is_over = Event()

    def drip(caller: socket.socket) -> None:
        with caller, suppress(OSError):
            caller.sendall(first)
            while not is_over.wait(0.1):
                caller.sendall(b"x")

    def serve() -> None:
        with suppress(OSError):
            while True:
                caller, _ = listener.accept()
                Thread(target=drip, args=(caller,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=serve, daemon=True).start()
        yield int(listener.getsockname()[1])
        is_over.set()
        # It ends the wait for the next caller, which closing alone would not.
        listener.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True)
class Posted:
    """One request that a web hook got."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """The requests that a web hook received, and its responses; the last response repeats."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(200, {})])
    posted: list[Posted] = field(default_factory=list)
    dies: int = 0
    """So many times it takes a request and hangs up before it answers."""


def _handler(hook: Hook) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posted.append(Posted(self.path, dict(self.headers), body))
            if hook.dies:
                hook.dies -= 1
                self.close_connection = True
                return
            status, headers = hook.answers.pop(0) if len(hook.answers) > 1 else hook.answers[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def hook_server(*, tls: bool = False, port: int = 0) -> Iterator[tuple[str, Hook]]:
    """Serve a web hook on loopback; give its address, and what it was sent."""
    hook = Hook()
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(hook))
    if tls:
        server.socket = server_side().wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    scheme, host = ("https", "localhost") if tls else ("http", "127.0.0.1")
    try:
        yield f"{scheme}://{host}:{server.server_address[1]}/notices", hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""An authority and its certificates, made here, and a gate with TLS before a server without."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Pair:
    """PEM files of a certificate and its key."""

    certificate: Path
    key: Path


class Authority:
    """Issues certificates into a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._key = (
            folder,
            _named(name),
            generate_private_key(SECP256R1()),
        )
        made = _certificate(self._name, self._name, self._key, self._key, authority=True)
        self.certificate = _write(folder / f"{name}.pem", made.public_bytes(Encoding.PEM))

    def issue(self, name: str) -> Pair:
        """Return a certificate for this machine under a name."""
        key = generate_private_key(SECP256R1())
        made = _certificate(_named(name), self._name, key, self._key, authority=False)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return Pair(
            _write(self._folder / f"{name}.pem", made.public_bytes(Encoding.PEM)),
            _write(self._folder / f"{name}.key", private),
        )


@asynccontextmanager
async def tls_gate(server: Pair, target: str, clients_of: Path | None = None) -> AsyncIterator[str]:
    """Take TLS off connections and pass them on to `target`; give the address.

    Args:
        server: What the gate shows of itself.
        target: `host:port` of the server without TLS.
        clients_of: Authority whose certificate every client must show; None asks for none.
    """
    terms = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    terms.load_cert_chain(server.certificate, server.key)
    terms.set_alpn_protocols(["h2"])
    if clients_of is not None:
        terms.load_verify_locations(clients_of)
        terms.verify_mode = ssl.CERT_REQUIRED
    host, _, port = target.rpartition(":")
    open_: set[asyncio.Task[None]] = set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inside, out = await asyncio.open_connection(host, int(port))
        for source, sink in ((reader, out), (inside, writer)):
            task = asyncio.create_task(_copy(source, sink))
            open_.add(task)
            task.add_done_callback(open_.discard)

    gate = await asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=terms)
    try:
        yield f"127.0.0.1:{gate.sockets[0].getsockname()[1]}"
    finally:
        gate.close()
        for task in list(open_):
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()
    except (OSError, ssl.SSLError):
        pass
    finally:
        sink.close()


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    signer: EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    return builder.sign(signer, SHA256())


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path

"""Intermediaries between a check and a server: a proxy, and TLS."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from tests.openapi.check.family.honest import Server, serving


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that refuse the certificate."""


@contextmanager
def _listening(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    with _Threads(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """The URL of a forward proxy, and the first head on each of its connections (RFC 9110 sections 7.6, 9.3.6)."""
    heads: list[str] = []

    class Forward(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            received = b""
            while b"\r\n\r\n" not in received:
                if not (data := self.request.recv(65_536)):
                    return
                received += data
            heads.append(received.partition(b"\r\n\r\n")[0].decode("latin-1"))
            method, target, _ = heads[-1].split("\r\n")[0].split(" ")
            parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
            with socket.create_connection((parts.hostname or "", parts.port or 80)) as upstream:
                if method == "CONNECT":
                    self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                else:
                    upstream.sendall(received)
                _join(self.request, upstream)

    with _listening(Forward) as port:
        yield f"http://127.0.0.1:{port}", heads


@contextmanager
def tls(url: str, context: ssl.SSLContext) -> Iterator[str]:
    """The https address of a server that speaks plain HTTP at `url`."""
    place = urlsplit(url)

    class Unwrap(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with self.request.dup() as raw:
                try:
                    client = context.wrap_socket(self.request, server_side=True)
                except ssl.SSLError:
                    # Closing with unread bytes would reset the connection, and the alert would be lost.
                    while raw.recv(65_536):
                        pass
                    raise
                with client, socket.create_connection((place.hostname or "", place.port or 80)) as upstream:
                    _join(client, upstream)

    with _listening(Unwrap) as port:
        yield f"https://127.0.0.1:{port}"


def _join(one: socket.socket, other: socket.socket) -> None:
    """Copy bytes in both directions, until both have ended."""

    def copy(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    back = threading.Thread(target=copy, args=(other, one), daemon=True)
    back.start()
    copy(one, other)
    back.join()


class Authority:
    """A certificate authority, with its files in `folder`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = folder / f"{name}.pem"
        own = self._signed(self._name, self._key, ca=True)
        self.certificate.write_bytes(own.public_bytes(Encoding.PEM))

    def issue(self, name: str) -> tuple[Path, Path]:
        """A certificate for this machine, or for a client, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        signed = self._signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key, ca=False)
        certificate, private = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        certificate.write_bytes(signed.public_bytes(Encoding.PEM))
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate, private

    def _signed(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, ca: bool) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        return builder.add_extension(names, critical=False).sign(self._key, SHA256())


@contextmanager
def secure(authority: Authority, clients: Authority | None = None) -> Iterator[str]:
    """A correct server behind TLS, which requires a certificate of `clients` if they are given."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("server"))
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients.certificate)
    with serving(Server()) as plain, tls(plain, context) as url:
        yield url

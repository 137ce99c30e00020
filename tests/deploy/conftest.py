"""The example configurations of deploy/, run on this machine."""

from __future__ import annotations

import datetime
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.loopback import Handler, listening, reserved_port

DEPLOY = Path(__file__).parents[2] / "deploy"
HOST = "relay.example.com"
PATIENCE = 30
# The settings that nginx needs in addition to the example, to run without root and outside a system.
NGINX = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/relay.conf;
}}
"""


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for `HOST`, and its key, both in PEM."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Proxy:
    """A running proxy with its example configuration: `port` speaks TLS, `plain_port` does not."""

    port: int
    plain_port: int
    trust: ssl.SSLContext

    def request(self, method: str, path: str, **options: object) -> httpx.Response:
        """The answer to a request for `HOST` on a new connection."""
        headers = {"Host": HOST, **options.pop("headers", {})}  # type: ignore[dict-item]  # a mapping, if anything
        with httpx.Client(verify=self.trust, trust_env=False, timeout=PATIENCE) as client:
            return client.request(
                method,
                f"https://127.0.0.1:{self.port}{path}",
                headers=headers,
                extensions={"sni_hostname": HOST},
                **options,  # type: ignore[arg-type]
            )

    def connect(self) -> ssl.SSLSocket:
        """A connection, for requests that no HTTP client sends."""
        plain = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        return self.trust.wrap_socket(plain, server_hostname=HOST)


@dataclass
class Upstream:
    """A server behind a proxy that records its requests, and answers while `open` is set."""

    port: int = 0
    requests: list[dict[str, str]] = field(default_factory=list)
    clients: set[tuple[str, int]] = field(default_factory=set)
    longest: int = 0
    open: threading.Event = field(default_factory=threading.Event)


Proxied: TypeAlias = Callable[[int], AbstractContextManager[Proxy]]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate that is valid for an hour."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    return Certificate(folder / "cert.pem", folder / "key.pem")


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def proxied(
    request: pytest.FixtureRequest,
    tool: Callable[[str], str],
    certificate: Certificate,
    tmp_path_factory: pytest.TempPathFactory,
) -> Proxied:
    """``with proxied(port) as proxy``: each of the two proxies in front of a server on a port of this machine."""
    prepare = {"nginx": prepare_nginx, "caddy": prepare_caddy}[request.param]
    program = tool(request.param)

    @contextmanager
    def running(upstream: int) -> Iterator[Proxy]:
        folder = tmp_path_factory.mktemp(request.param)
        with ExitStack() as stack:
            port, plain_port = (stack.enter_context(reserved_port()) for _ in range(2))
            command = prepare(program, folder, certificate, port, plain_port, upstream)
            log = stack.enter_context((folder / "log").open("wb"))
            environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "PATH": os.defpath}
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
            stack.callback(end, process)
            wait_for(process, port, folder / "log")
            yield Proxy(port, plain_port, ssl.create_default_context(cafile=certificate.certificate))

    return running


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """An upstream that answers while its `open` is set."""

    noted = Upstream()
    noted.open.set()

    class Origin(Handler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            noted.requests.append(dict(self.headers.items()))
            noted.clients.add(self.client_address)
            noted.open.wait(PATIENCE)
            self.reply(200, Cache_Control="max-age=60")

        def do_POST(self) -> None:
            noted.longest = max(noted.longest, len(self.rfile.read(int(self.headers["Content-Length"]))))
            self.do_GET()

    with listening(Origin) as address:
        noted.port = int(address.rpartition(":")[2])
        yield noted
        noted.open.set()


def prepare_nginx(
    program: str, folder: Path, certificate: Certificate, port: int, plain_port: int, upstream: int
) -> list[str]:
    """The command that runs nginx with the example, changed only in its addresses, its certificate and its clock."""
    example = replaced(
        (DEPLOY / "nginx.conf").read_text(),
        {
            "server 127.0.0.1:2212;": f"server 127.0.0.1:{upstream};",
            "listen 80;": f"listen 127.0.0.1:{plain_port};",
            "listen 443 ": f"listen 127.0.0.1:{port} ",
            "/etc/letsencrypt/live/relay.example.com/fullchain.pem": str(certificate.certificate),
            "/etc/letsencrypt/live/relay.example.com/privkey.pem": str(certificate.key),
            "client_header_timeout 10s;": "client_header_timeout 1s;",
            "send_timeout 10s;\n    reset": "send_timeout 1s;\n    reset",
            "limit_conn tether_relay_clients 100;": "limit_conn tether_relay_clients 2;",
        },
    )
    (folder / "relay.conf").write_text(example)
    # With its own user, the workers of nginx could not write here.
    main = NGINX.format(folder=folder, user="user root;" if os.geteuid() == 0 else "")
    (folder / "nginx.conf").write_text(main)
    return [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def prepare_caddy(
    program: str, folder: Path, certificate: Certificate, port: int, plain_port: int, upstream: int
) -> list[str]:
    """The command that runs Caddy with the example, changed only in its addresses, its certificate and its clock."""
    ports = f"http_port {plain_port}\n\thttps_port {port}\n\tdefault_bind 127.0.0.1"
    example = replaced(
        (DEPLOY / "Caddyfile").read_text(),
        {
            "{\n\tservers {": f"{{\n\tadmin off\n\t{ports}\n\tservers {{",
            "https://relay.example.com {": f"https://{HOST} {{\n\ttls {certificate.certificate} {certificate.key}",
            "reverse_proxy 127.0.0.1:2212": f"reverse_proxy 127.0.0.1:{upstream}",
            "read_header 10s": "read_header 1s",
            "write 30s": "write 2s",
        },
    )
    (folder / "Caddyfile").write_text(example)
    return [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def replaced(text: str, changes: dict[str, str]) -> str:
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), PATIENCE).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    pytest.fail(f"the proxy did not start:\n{log.read_text()}")


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


@pytest.fixture
def unused() -> Iterator[int]:
    """A port without a listening server."""
    with reserved_port() as port:
        yield port

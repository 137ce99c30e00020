"""Connections to the server under check."""

from __future__ import annotations

import base64
import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote

import h11
import httpcore

from openapi.http.messages import Fields


class TargetUnreachable(Exception):
    """No connection can be made; the text says to what, and why."""


@dataclass(frozen=True)
class ConnectionOptions:
    """How to connect: `tls` for https, the URL of an HTTP `proxy`, and the `timeout` of an exchange in seconds."""

    tls: ssl.SSLContext | None = None
    proxy: SplitResult | None = None
    timeout: float = 10.0


@contextmanager
def connected(origin: SplitResult, connection: ConnectionOptions, deadline: float) -> Iterator[httpcore.NetworkStream]:
    """A connection to `origin`, directly or through the proxy, until the block ends. Raises TargetUnreachable."""
    via = connection.proxy or origin
    host, port = via.hostname or "", via.port or {"https": 443}.get(via.scheme, 80)
    timeout = max(0.001, deadline - time.monotonic())
    try:
        with closing(httpcore.SyncBackend().connect_tcp(host, port, timeout=timeout)) as stream:
            if origin.scheme == "https":
                if connection.proxy is not None:
                    _open_tunnel(stream, origin, connection.proxy, timeout)
                stream = stream.start_tls(connection.tls or ssl.create_default_context(), origin.hostname, timeout)
            with closing(stream):
                yield stream
    except (httpcore.ConnectError, httpcore.ConnectTimeout, ssl.SSLError, UnicodeError) as error:
        reason = reason_of(error)
        if "certificate verify failed" in reason:
            reason += "; give the certificates to trust with --cacert"
        raise TargetUnreachable(f"{host}:{port} cannot be reached: {reason}") from None


def _open_tunnel(stream: httpcore.NetworkStream, origin: SplitResult, proxy: SplitResult, timeout: float) -> None:
    """Open a tunnel through the proxy to the origin (RFC 9110 section 9.3.6)."""
    place = f"{origin.hostname}:{origin.port or 443}"
    tunnel = h11.Connection(h11.CLIENT)
    headers = [("Host", place), *proxy_headers(proxy)]
    stream.write(tunnel.send(h11.Request(method="CONNECT", target=place, headers=headers)) or b"")
    stream.write(tunnel.send(h11.EndOfMessage()) or b"")
    try:
        # Interim answers may come before that of the proxy (RFC 9110 section 15.2).
        while (event := tunnel.next_event()) is h11.NEED_DATA or isinstance(event, h11.InformationalResponse):
            if event is h11.NEED_DATA:
                tunnel.receive_data(stream.read(4096, timeout=timeout))
    except (h11.RemoteProtocolError, httpcore.NetworkError, httpcore.TimeoutException) as error:
        raise httpcore.ConnectError(f"the proxy does not open a tunnel: {error}") from None
    if not isinstance(event, h11.Response) or event.status_code // 100 != 2:
        status = event.status_code if isinstance(event, h11.Response) else "nothing"
        raise httpcore.ConnectError(f"the proxy answers {status} to CONNECT")


def proxy_headers(proxy: SplitResult) -> Fields:
    """The credentials for the proxy that its URL has."""
    if proxy.username is None:
        return ()
    credentials = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return (("Proxy-Authorization", "Basic " + base64.b64encode(credentials.encode()).decode("ascii")),)


def reason_of(error: BaseException) -> str:
    """The first line of the text of an error of a connection."""
    return (str(error) or "timeout").partition("\n")[0]

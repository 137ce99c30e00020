"""One exchange over HTTP/1.1, with the faults of the message.

Usual clients hide such faults: content that is longer than its Content-Length, content after HEAD, a wrong coding. So
each exchange has its own connection, h11 reads the answer, and the faults are recorded.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import SplitResult

import h11
import httpcore

from openapi.check.client.connecting import ConnectionOptions, TargetUnreachable, connected, proxy_headers, reason_of
from openapi.check.client.heads import fault_of_head
from openapi.check.client.sendable import check_sendable
from openapi.http.content_codings import CODINGS, NotDecoded, WronglyCoded, codings_of, decoded
from openapi.http.messages import Fields, Request, Response, fields_from, values_of

_CHUNK: Final = 65_536
# Bytes of an answer, coded or not, that are read: more than any answer of an API, and a small part of the memory.
_LARGEST: Final = 12 * 1024 * 1024
# Bytes that are kept of the content of an answer that cannot be read to its end, for the reports.
KEPT: Final = 65_536
# Seconds to wait for surplus bytes. A server that obeys `Connection: close` closes at once.
_LINGER: Final = 0.2
# The most interim answers (1xx) before an answer, which an endless row of them must not replace.
_MOST_INTERIM: Final = 100
# The codings that browsers accept, and the client of the generated requests too.
_ACCEPTED: Final = "gzip, deflate, br, zstd"


@dataclass(frozen=True, slots=True)
class WireFault:
    """A fault of the message itself: the id of the broken rule, and a sentence."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; `response` is None if there was no readable answer."""

    request: Request
    response: Response | None
    faults: tuple[WireFault, ...] = ()

    @property
    def seconds(self) -> float:
        """The time of the answer; 0 without one."""
        return 0.0 if self.response is None else self.response.seconds

    def shortened(self, longest: int = KEPT) -> Exchange:
        """The same exchange with at most `longest` bytes of the content of the answer, for the reports."""
        return replace(self, response=self.response.shortened(longest)) if self.response is not None else self


# Server-sent events (HTML standard, section 9.2), and the seconds for which they are read.
_EVENTS: Final = "text/event-stream"
_STREAM_SECONDS: Final = 1.0


def exchange(origin: SplitResult, request: Request, connection: ConnectionOptions) -> Exchange:
    """Send `request` to `origin` (scheme, host, optional port) and read the answer, without following redirects.

    Raises NotSendable if HTTP cannot send the request, and TargetUnreachable if no connection can be made.
    """
    check_sendable(request)
    deadline = time.monotonic() + connection.timeout
    with connected(origin, connection, deadline) as stream:
        started = time.perf_counter()
        reading = _Reading(request, stream, deadline, started)
        sent = reading.sent(_target(origin, request, connection), _wire_headers(origin, request, connection))
        # A server may answer and close the connection before it has read the whole request.
        with suppress(httpcore.NetworkError, httpcore.TimeoutException):
            stream.write(sent)
        return reading.exchange()


class _Reading:
    """The answer to one request, read event by event."""

    def __init__(self, request: Request, stream: httpcore.NetworkStream, deadline: float, started: float) -> None:
        self._request = request
        self._stream = stream
        self._deadline = deadline
        self._started = started
        self._h11 = h11.Connection(h11.CLIENT)
        self._head: h11.Response | None = None
        self._body = bytearray()
        self._received = False
        # What was received until the head of the answer was read.
        self._raw_head = bytearray()
        self._is_stream = False
        self._seconds = 0.0

    def sent(self, target: str, headers: Fields) -> bytes:
        """The bytes of the request."""
        head = h11.Request(
            method=self._request.method.encode("ascii"),
            target=target.encode("latin-1"),
            headers=[(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        )
        content = (h11.Data(data=self._request.body),) if self._request.body else ()
        return b"".join(self._h11.send(event) or b"" for event in (head, *content, h11.EndOfMessage()))

    def exchange(self) -> Exchange:
        """The exchange with the answer and its faults."""
        fault = self._read()
        if self._head is None:
            return Exchange(self._request, None, (fault,) if fault else ())
        headers = fields_from(self._head.headers.raw_items())
        faults = [fault] if fault else [] if self._is_stream else [*self._surplus()]
        if (reason := fault_of_head(bytes(self._raw_head))) is not None:
            faults.append(WireFault("http-malformed", reason))
        body, undecodable = _content(bytes(self._body), headers)
        if undecodable and not fault:
            faults.append(undecodable)
        response = Response(self._head.status_code, headers, body, self._seconds)
        # Of content that cannot be read, the beginning is enough for a report.
        is_whole = all(fault.rule not in ("no-answer", "content-encoding") for fault in faults)
        return Exchange(self._request, response if is_whole else response.shortened(KEPT), tuple(faults))

    def _read(self) -> WireFault | None:
        """Read to the end of the message, passing over interim answers (RFC 9110 section 15.2); return the fault that
        prevented this."""
        interim = 0
        try:
            while not isinstance(event := self._next(), h11.EndOfMessage):
                if isinstance(event, h11.InformationalResponse):
                    interim += 1
                    if interim > _MOST_INTERIM:
                        return WireFault("no-answer", f"no answer follows {_MOST_INTERIM} interim ones (1xx)")
                elif isinstance(event, h11.Response):
                    self._begin(event)
                elif isinstance(event, h11.Data):
                    self._body += event.data
                    if len(self._body) > _LARGEST:
                        return WireFault("no-answer", f"the answer does not end after {_LARGEST} bytes")
                elif isinstance(event, h11.ConnectionClosed):
                    return WireFault("no-answer", "the connection was closed without an answer")
        except h11.RemoteProtocolError as error:
            return self._unreadable(error)
        except httpcore.TimeoutException:
            if self._is_stream:
                return None
            return WireFault("no-answer", "no complete answer arrived within the timeout")
        except httpcore.NetworkError as error:
            if isinstance(error.__cause__, ssl.SSLError) and not self._received:
                # In TLS 1.3 a client learns only here that it needs a certificate (RFC 8446 section 4.4.2.4).
                raise TargetUnreachable(f"the server ends the TLS connection: {reason_of(error)}") from None
            return WireFault("no-answer", "the connection was reset before the end of the answer")
        finally:
            self._seconds = time.perf_counter() - self._started
        return None

    def _begin(self, head: h11.Response) -> None:
        self._head = head
        media_types = values_of(fields_from(head.headers.raw_items()), "content-type")
        if any(value.lower().startswith(_EVENTS) for value in media_types):
            # Events may come for ever; what arrives in a short time is an answer.
            self._is_stream = True
            self._deadline = min(self._deadline, time.monotonic() + _STREAM_SECONDS)

    def _next(self) -> object:
        while (event := self._h11.next_event()) is h11.NEED_DATA:
            self._h11.receive_data(self._more(self._deadline))
        return event

    def _more(self, deadline: float) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        data = self._stream.read(_CHUNK, timeout=left)
        self._received = self._received or bool(data)
        if self._head is None:
            self._raw_head += data
        return data

    def _unreadable(self, error: h11.RemoteProtocolError) -> WireFault:
        if not self._received or (self._head is None and "ConnectionClosed" in str(error)):
            return WireFault("no-answer", "the connection was closed without an answer")
        if self._head is not None and self._h11.their_state is not h11.DONE and "closed" in str(error):
            return WireFault("content-length", "the connection was closed before the end of the declared content")
        return WireFault("http-malformed", f"the answer cannot be read as HTTP/1.1: {error}")

    def _surplus(self) -> Iterator[WireFault]:
        """A fault if bytes follow the end of the message, because the connection is for one exchange."""
        surplus, closed = self._h11.trailing_data
        with suppress(httpcore.TimeoutException, httpcore.NetworkError):
            while not closed and len(surplus) < _CHUNK:
                data = self._more(min(self._deadline, time.monotonic() + _LINGER))
                surplus, closed = surplus + data, not data
        if surplus and self._request.method == "HEAD":
            yield WireFault("head-body", f"{len(surplus)} bytes of content follow the answer to HEAD")
        elif surplus:
            yield WireFault("content-length", f"{len(surplus)} bytes follow the end of the answer")


def _content(body: bytes, headers: Fields) -> tuple[bytes, WireFault | None]:
    """The decoded body; if it cannot be decoded, the body unchanged, with the fault."""
    codings = codings_of(values_of(headers, "content-encoding"))
    if unaccepted := next((coding for coding in reversed(codings) if coding not in CODINGS), None):
        return body, WireFault(
            "content-encoding", f"the content is coded as {unaccepted}, which the request did not accept"
        )
    try:
        return decoded(body, codings, _LARGEST), None
    except WronglyCoded as error:
        named = ", ".join(codings)
        return body, WireFault(
            "content-encoding", f"the content is declared as {named}, but cannot be decoded: {error}"
        )
    except NotDecoded as error:
        return body, WireFault("no-answer", f"the content of the answer cannot be read: {error}")


def _wire_headers(origin: SplitResult, request: Request, connection: ConnectionOptions) -> Fields:
    """The headers of a request: its own, and the standard ones that it lacks."""
    given = {name.lower() for name, _ in request.headers}
    length = ("Content-Length", str(len(request.body))) if request.body else None
    standard = (
        ("Host", origin.netloc.rpartition("@")[2]),
        ("User-Agent", "tether-relay-check"),
        # The default of curl, so that a pasted curl line gets the same answer as the check.
        ("Accept", "*/*"),
        ("Accept-Encoding", _ACCEPTED),
        *((length,) if length else ()),
    )
    own = tuple(pair for pair in standard if pair[0].lower() not in given)
    proxy = proxy_headers(connection.proxy) if origin.scheme == "http" and connection.proxy is not None else ()
    return (*own, *request.headers, *proxy, ("Connection", "close"))


def _target(origin: SplitResult, request: Request, connection: ConnectionOptions) -> str:
    """RFC 9112 section 3.2: the absolute form for a proxy, else the origin form."""
    if origin.scheme == "http" and connection.proxy is not None:
        return f"http://{origin.netloc.rpartition('@')[2]}{request.target}"
    return request.target


__all__ = ["ConnectionOptions", "Exchange", "TargetUnreachable", "WireFault", "exchange"]

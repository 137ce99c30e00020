"""Sends the requests of Schemathesis with the client of the check, so that its limits hold for them too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from http.client import responses as reasons
from io import BytesIO
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from openapi.check.budget import OutOfBudget
from openapi.check.client.session import NotSendable, Session, Stopped, TargetUnreachable
from openapi.check.client.wire import Exchange
from openapi.http.messages import Fields, Request, Response, fields_of

# Headers that its client adds to each request, and that the client of the check sets itself.
_ITS_OWN: Final = ("accept-encoding", "connection", "content-length", "user-agent", "x-schemathesis-testcaseid")
# Bytes of a longer answer that Schemathesis gets: it keeps all answers of a scenario.
_MOST_GIVEN: Final = 256 * 1024
# Characters that a header cannot have on the wire (RFC 9110 section 5.5).
_UNSENDABLE: Final = dict.fromkeys(map(ord, "\0\r\n\v\f"), " ")


class Unanswered(requests.ConnectionError):
    """There is no answer to give to Schemathesis; the client of the check has recorded why."""


class CheckTransport(BaseAdapter):
    """Sends each request with `session`, and gives the exchange to `seen`, with the request as Schemathesis made it."""

    def __init__(self, session: Session, seen: Callable[[requests.PreparedRequest, Exchange], object]) -> None:
        super().__init__()
        self._session = session
        self._seen = seen

    def mount(self, session: requests.Session) -> requests.Session:
        """Make a session of `requests` use this transport, without a `.netrc` and proxies of the environment."""
        if session.adapters.get("http://") is not self:
            session.trust_env = False
            session.mount("http://", self)
            session.mount("https://", self)
        return session

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float | None, float | None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """The answer. Raises Unanswered if there is none, or if the check has ended."""
        try:
            exchange = self._session.send(_request(request))
        except (NotSendable, OutOfBudget, Stopped, TargetUnreachable) as error:
            raise Unanswered(str(error), request=request) from error
        self._seen(request, exchange)
        if exchange.response is None:
            raise Unanswered("there is no answer", request=request)
        return _answer(request, exchange.response.shortened(_MOST_GIVEN))

    def close(self) -> None:
        """Do nothing: each exchange has its own connection."""


def _request(prepared: requests.PreparedRequest) -> Request:
    """The request of its client, without the headers that the client adds."""
    body: Any = prepared.body or b""
    return Request(
        prepared.method or "GET",
        prepared.path_url,
        _headers(prepared.headers),
        body.encode() if isinstance(body, str) else body,
    )


def _headers(headers: Mapping[str, Any]) -> Fields:
    kept = {name: value for name, value in headers.items() if name.lower() not in _ITS_OWN}
    texts = {name: value if isinstance(value, str) else value.decode("latin-1") for name, value in kept.items()}
    return fields_of({name: value.translate(_UNSENDABLE).strip() for name, value in texts.items()})


def _answer(request: requests.PreparedRequest, came: Response) -> requests.Response:
    """The answer, as its client would give it: the content is decoded already."""
    answer = requests.Response()
    answer.status_code = came.status
    answer.reason = reasons.get(came.status, "")
    answer.headers.update(came.headers)
    answer.url = request.url or ""
    answer.request = request
    answer.encoding = requests.utils.get_encoding_from_headers(answer.headers)
    answer.elapsed = timedelta(seconds=came.seconds)
    answer._content = came.body  # the client of `requests` would decode it again
    answer._content_consumed = True
    answer.raw = HTTPResponse(
        BytesIO(came.body),
        headers=HTTPHeaderDict(came.headers),
        status=came.status,
        version=11,
        preload_content=False,
        decode_content=False,
    )
    return answer


class _MountedTransport:
    """The transport of Schemathesis, with each of its sessions on a transport of the check."""

    def __init__(self, transport: CheckTransport, usual: Any) -> None:
        self._transport = transport
        self._usual = usual

    def send(self, case: Any, *, session: requests.Session | None = None, **kwargs: Any) -> Any:
        if session is None:
            session = requests.Session()
            session.headers.clear()
        return self._usual.send(case, session=self._transport.mount(session), **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._usual, name)


def use_transport(schema: Any, transport: CheckTransport) -> None:
    """Make a schema of Schemathesis send all its cases with `transport`. Schemathesis has no option for it, and its
    sessions are made where they are used."""
    mounted = _MountedTransport(transport, schema.transport)
    schema.__class__ = type(schema.__class__.__name__, (schema.__class__,), {"transport": mounted})


@contextmanager
def without_own_requests() -> Iterator[None]:
    """Keep Schemathesis from requests of its own, which are no test: those that ask what the
    server can do, and those for examples at other addresses."""
    from schemathesis.engine.run import probes
    from schemathesis.specs.openapi import examples

    def refused(url: str) -> bytes:
        raise Unanswered(f"{url} is not an address of the server under check")

    usual = probes.PROBES, examples.load_external_example
    probes.PROBES, examples.load_external_example = (), refused  # type: ignore[assignment]
    try:
        yield
    finally:
        probes.PROBES, examples.load_external_example = usual

"""Sample requests that the mock accepts, with the credentials that it requires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from openapi.contract import SecurityScheme
from openapi.examples.generation import GenerationError
from openapi.examples.requests import RequestMaker
from openapi.http.messages import Request
from openapi.mock.answers.authentication import Auth, mint
from openapi.mock.scenarios.scenarios import MockedOperation

_TTL: Final = 8 * 3600  # seconds


def request_to_try(operations: Mapping[str, MockedOperation], auth: Auth, now: float) -> Request | None:
    """A request for the operation that is easiest to call, with credentials; None if none can be made."""
    makers: dict[str, RequestMaker] = {}
    for mocked in sorted(operations.values(), key=_effort):
        maker = makers.setdefault(mocked.prefix, RequestMaker(mocked.contract))
        try:
            return request_for(mocked, maker, auth, now)
        except GenerationError:
            continue
    return None


def request_for(mocked: MockedOperation, maker: RequestMaker, auth: Auth, now: float) -> Request:
    """A request that a command line can send; GenerationError if none can be made.

    `now` is in seconds since 1970.
    """
    sample = maker.request(mocked.operation)
    if not _is_text(sample.body):
        media_type = next(value for name, value in sample.headers if name == "Content-Type").partition(";")[0]
        pointer = mocked.operation.as_written(mocked.operation.pointer + "/requestBody")
        raise GenerationError(pointer, f"a sample request must be plain text, and a {media_type} body is not")
    headers, query = list(sample.headers), [sample.query] if sample.query else []
    if auth != "off" and not mocked.operation.public:
        for scheme in mocked.operation.security[0]:
            _authenticate(scheme, auth, now, headers, query)
    target = mocked.prefix + sample.path + ("?" + "&".join(query) if query else "")
    return Request(sample.method, target, tuple(headers), sample.body)


def _effort(mocked: MockedOperation) -> tuple[bool, int]:
    required = [parameter for parameter in mocked.operation.parameters if parameter.required]
    return mocked.operation.method != "get", len(required)


def _is_text(body: bytes) -> bool:
    """Whether a body can be pasted: a carriage return, as in multipart/form-data, would be lost."""
    try:
        return "\r" not in body.decode()
    except UnicodeDecodeError:
        return False


def _authenticate(
    scheme: SecurityScheme, auth: Auth, now: float, headers: list[tuple[str, str]], query: list[str]
) -> None:
    if not scheme.is_api_key:
        kind = scheme.http_scheme.capitalize()
        token = mint(_TTL, now)[0] if auth == "jwt" and kind == "Bearer" else "mock"
        headers.append(("Authorization", f"{kind} {token}"))
    elif scheme.location == "query":
        query.append(urlencode([(scheme.key, "mock")]))
    elif scheme.location == "header":
        headers.append((scheme.key, "mock"))
    else:
        # All cookies are in one header (RFC 6265 section 5.4).
        others = [text for name, text in headers if name == "Cookie"]
        headers[:] = [field for field in headers if field[0] != "Cookie"]
        headers.append(("Cookie", "; ".join([*others, f"{scheme.key}=mock"])))

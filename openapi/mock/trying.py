"""A request that an operation answers, for whoever wants to try the mock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

from openapi.judging import is_json
from openapi.messages import Request
from openapi.mock.bodies import encode, header_text
from openapi.mock.carried import examples_of
from openapi.mock.generation import GenerationError, Generator
from openapi.mock.scenarios import MockedOperation
from openapi.mock.security import Auth, mint
from openapi.schemas import Direction

# What a command line has a body for, beside JSON.
_FORM: Final = "application/x-www-form-urlencoded"
_OTHERS: Final = (_FORM, "text/plain")


def request_to_try(operations: Mapping[str, MockedOperation], auth: Auth, now: float) -> Request | None:
    """A request for the operation that is the easiest to call, with credentials; None when none can be made."""
    generators: dict[str, Generator] = {}
    for mocked in sorted(operations.values(), key=_effort):
        generator = generators.setdefault(mocked.prefix, Generator(mocked.contract))
        try:
            return request_for(mocked, generator, auth, now)
        except GenerationError:
            continue
    return None


def request_for(mocked: MockedOperation, generator: Generator, auth: Auth, now: float) -> Request:
    """A request that has what the operation requires; GenerationError when something of that cannot be made."""
    path = mocked.path
    query: list[tuple[str, str]] = []
    headers: list[tuple[str, str]] = []
    for parameter in mocked.operation.parameters:
        if not parameter.get("required"):
            continue
        value = _value(mocked, generator, parameter)
        if isinstance(value, dict) and parameter.get("style") == "deepObject":
            query += [(f"{parameter['name']}[{key}]", header_text(inner)) for key, inner in value.items()]
            continue
        text = header_text(value)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(text, safe=""))
        elif parameter["in"] == "query":
            query.append((parameter["name"], text))
        else:
            headers.append(_field(parameter["in"], parameter["name"], text))
    _authenticate(mocked, auth, now, headers, query)
    body = _body(mocked, generator, headers)
    target = f"{path}?{urlencode(query)}" if query else path
    return Request(mocked.operation.method.upper(), target, tuple(_with_one_cookie(headers)), body)


def _effort(mocked: MockedOperation) -> tuple[bool, int]:
    required = [parameter for parameter in mocked.operation.parameters if parameter.get("required")]
    return mocked.operation.method != "get", len(required)


def _value(mocked: MockedOperation, generator: Generator, parameter: Mapping[str, Any]) -> Any:
    if examples := examples_of(mocked.contract, parameter, ""):
        return examples[0].value
    schema = parameter.get("schema", {"type": "string"})
    return generator.value(schema, direction=Direction.REQUEST, name=parameter["name"])


def _body(mocked: MockedOperation, generator: Generator, headers: list[tuple[str, str]]) -> bytes:
    body = mocked.contract.resolve(mocked.operation.definition.get("requestBody", {}))
    if not body.get("required"):
        return b""
    for media_type, content in body["content"].items():
        plain = media_type.partition(";")[0].strip().lower()
        if is_json(plain) or plain in _OTHERS:
            headers.append(("Content-Type", media_type))
            value = generator.value(content.get("schema", {}), direction=Direction.REQUEST)
            if plain == _FORM and isinstance(value, dict):
                return urlencode([field for name, inner in value.items() for field in _fields(name, inner)]).encode()
            return encode(value, media_type)
    pointer = mocked.operation.pointer + "/requestBody"
    raise GenerationError(pointer, f"no body is made for {', '.join(body['content'])}")


def _fields(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The fields of a form that build a value: ``a[b]=c``, ``a[0]=c``."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _fields(f"{name}[{key}]", inner)
    else:
        yield name, header_text(value)


def _authenticate(
    mocked: MockedOperation, auth: Auth, now: float, headers: list[tuple[str, str]], query: list[tuple[str, str]]
) -> None:
    """Add what the first security requirement of the operation asks for."""
    if auth == "off" or mocked.operation.public:
        return
    for name in mocked.operation.security[0]:
        scheme = mocked.contract.security_schemes[name]
        if scheme["type"] != "apiKey":
            kind = scheme["scheme"].capitalize() if scheme["type"] == "http" else "Bearer"
            token = mint(8 * 3600, now)[0] if auth == "jwt" and kind == "Bearer" else "mock"
            headers.append(("Authorization", f"{kind} {token}"))
        elif scheme["in"] == "query":
            query.append((scheme["name"], "mock"))
        else:
            headers.append(_field(scheme["in"], scheme["name"], "mock"))


def _field(place: str, name: str, text: str) -> tuple[str, str]:
    return (name, text) if place == "header" else ("Cookie", f"{name}={text}")


def _with_one_cookie(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """All cookies in one header (RFC 6265 section 5.4)."""
    pairs = [text for name, text in headers if name == "Cookie"]
    others = [(name, text) for name, text in headers if name != "Cookie"]
    return [*others, ("Cookie", "; ".join(pairs))] if pairs else others

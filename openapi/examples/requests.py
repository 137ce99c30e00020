"""A request that an operation answers, for whoever wants to try the mock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from openapi.examples.declared import examples_of
from openapi.examples.encoding import encode
from openapi.examples.generation import GenerationError, Generator
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import Request
from openapi.mock.answers.authentication import Auth, mint
from openapi.mock.scenarios.scenarios import MockedOperation
from openapi.parameters.serializing import fields_of, nested_fields, segment_of
from openapi.schemas import Direction, schema_validator

# What a command line has a body for, beside JSON.
_FORM: Final = "application/x-www-form-urlencoded"
_OTHERS: Final = (_FORM, "text/plain")
# Other data that is tried where the first cannot be sent as a form.
_ATTEMPTS: Final = 8


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
    for parameter in mocked.operation.raw_parameters:
        if not parameter.get("required"):
            continue
        value = _value(mocked, generator, parameter)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", segment_of(parameter, value))
        elif parameter["in"] == "query":
            query += fields_of(parameter, value)
        else:
            headers += [_field(parameter["in"], name, text) for name, text in fields_of(parameter, value)]
    _authenticate(mocked, auth, now, headers, query)
    body = _body(mocked, generator, headers)
    target = f"{path}?{urlencode(query)}" if query else path
    return Request(mocked.operation.method.upper(), target, tuple(_with_one_cookie(headers)), body)


def _effort(mocked: MockedOperation) -> tuple[bool, int]:
    required = [parameter for parameter in mocked.operation.raw_parameters if parameter.get("required")]
    return mocked.operation.method != "get", len(required)


def _value(mocked: MockedOperation, generator: Generator, parameter: Mapping[str, Any]) -> Any:
    if examples := examples_of(mocked.contract, parameter, ""):
        return examples[0].value
    described = next(iter(parameter.get("content", {}).values()), parameter)
    schema = described.get("schema", {"type": "string"})
    return generator.value(schema, direction=Direction.REQUEST, name=parameter["name"])


def _body(mocked: MockedOperation, generator: Generator, headers: list[tuple[str, str]]) -> bytes:
    body = mocked.contract.resolve(mocked.operation.definition.get("requestBody", {}))
    if not body.get("required"):
        return b""
    for media_type, content in body["content"].items():
        plain = parse_media_type(media_type).name
        if is_json(plain) or plain in _OTHERS:
            headers.append(("Content-Type", media_type))
            if plain == _FORM:
                return urlencode(_form(mocked, generator, content)).encode()
            return encode(generator.value(content.get("schema", {}), direction=Direction.REQUEST), media_type)
    pointer = mocked.operation.pointer + "/requestBody"
    raise GenerationError(pointer, f"no body is made for {', '.join(body['content'])}")


def _form(mocked: MockedOperation, generator: Generator, content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The fields of a form; GenerationError when none was found that says all that is required."""
    schema = content.get("schema", {})
    pointer = mocked.operation.pointer + "/requestBody"
    validator = schema_validator(mocked.contract, schema, pointer, Direction.REQUEST)
    for key in ("", *map(str, range(_ATTEMPTS))):
        value = _without_empty(generator.value(schema, key=key, direction=Direction.REQUEST))
        if isinstance(value, dict) and validator.is_valid(value):
            return [field for name, inner in value.items() for field in nested_fields(name, inner)]
    raise GenerationError(pointer, "a form cannot say that a list or an object is there and empty")


def _without_empty(value: Any) -> Any:
    """A value without the lists and objects in it that are empty: in a form, those are not there."""
    if isinstance(value, dict):
        return {name: inner for name, each in value.items() if (inner := _without_empty(each)) not in ([], {})}
    return [_without_empty(each) for each in value] if isinstance(value, list) else value


def _authenticate(
    mocked: MockedOperation, auth: Auth, now: float, headers: list[tuple[str, str]], query: list[tuple[str, str]]
) -> None:
    """Add what the first security requirement of the operation asks for."""
    if auth == "off" or mocked.operation.public:
        return
    for name in mocked.operation.raw_security[0]:
        scheme = mocked.contract.raw_security_schemes[name]
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

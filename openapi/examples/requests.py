"""Sample requests for operations, made only from the contract."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

from openapi.contract import Contract, Location, Operation, Parameter, undeclared_parameter
from openapi.contract.router import names_in, pieces_of
from openapi.examples.declared import valid_examples
from openapi.examples.generation import GenerationError, Generator
from openapi.examples.request_bodies import RequestBodies
from openapi.examples.sendable import sendable
from openapi.http.messages import Fields
from openapi.parameters.serializing import fields_of, query_string_of, segment_of
from openapi.schemas import Direction

# The characters of a path besides letters and digits, and the sign of those that are encoded already.
OF_PATHS: Final = "/:@!$&'()*+,;=-._~%"
# Locations of parameters -> the keys of the given values for `RequestMaker.request`.
GIVEN: Final[Mapping[Location, str]] = {
    "path": "path",
    "query": "query",
    "querystring": "querystring",
    "header": "headers",
    "cookie": "cookies",
}
# Attempts to generate a value that can be sent.
_ATTEMPTS: Final = 8
# Methods whose body has no meaning of its own (RFC 9110 sections 9.3.1, 9.3.2, 9.3.5 and 9.3.8).
_BODILESS: Final = ("get", "head", "delete", "trace")


@dataclass(frozen=True)
class SampleRequest:
    """A request without credentials: `path` is filled in and escaped, `query` is escaped.

    `base` precedes the path; None for the base path of all operations.
    """

    method: str
    path: str
    query: str = ""
    headers: Fields = ()
    body: bytes = b""
    base: str | None = None


class RequestMaker:
    """Makes requests that keep one contract; what depends only on a schema is computed once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._generator = Generator(contract)
        self._bodies = RequestBodies(self._generator)

    def request(self, operation: Operation, given: Mapping[str, Any] | None = None) -> SampleRequest:
        """A request that keeps the contract: its required parameters and its body, declared examples before generated
        data.

        `given` overrides generated values: ``path``, ``query``, ``headers``, ``cookies`` (names to values) and ``body``
        (data). Raises GenerationError if a required part cannot be generated.
        """
        given = given or {}
        values: dict[Location, dict[str, Any]] = {
            location: dict(given.get(part, {})) for location, part in GIVEN.items()
        }
        declared = {(parameter.location, parameter.name): parameter for parameter in operation.parameters}
        for (location, name), parameter in declared.items():
            if (parameter.required or location == "path") and name not in values[location]:
                values[location][name] = self._value(parameter)
        for name in names_in(operation.path):
            # A lenient contract may have a parameter in its path that it does not declare.
            values["path"].setdefault(name, "a")
        if "body" in given:
            body = self._bodies.given(operation, given["body"])
        else:
            body = self._bodies.made(operation, may_be_left_out=operation.method in _BODILESS)

        def parameter_at(location: Location, name: str) -> Parameter:
            found = declared.get((location, name))
            return undeclared_parameter(self._contract, location, name) if found is None else found

        def sent(location: Location) -> Iterator[tuple[str, str]]:
            for name, value in values[location].items():
                yield from fields_of(parameter_at(location, name), value)

        def segment(name: str) -> str:
            return segment_of(parameter_at("path", name), values["path"][name])

        whole = [
            query_string_of(parameter_at("querystring", name), value) for name, value in values["querystring"].items()
        ]
        return SampleRequest(
            operation.method.upper(),
            _filled(operation.path, segment),
            _query(list(sent("query")), whole),
            _headers(list(sent("header")), list(sent("cookie")), body.content_type),
            body.content,
        )

    def _value(self, parameter: Parameter) -> Any:
        """A value of a parameter that its location and style can carry."""
        for value in self._candidates(parameter):
            if sendable(parameter, value):
                return value
        reason = f"no value was found that can be sent in the {parameter.location}"
        raise GenerationError(parameter.schema.document.as_written(parameter.pointer), reason)

    def _candidates(self, parameter: Parameter) -> Iterator[Any]:
        yield from valid_examples(parameter, Direction.REQUEST)
        for key in ("", *map(str, range(_ATTEMPTS))):
            yield self._generator.value(
                parameter.schema, key=key, direction=Direction.REQUEST, name=parameter.name, minimal=True
            )


def _filled(template: str, segment: Callable[[str], str]) -> str:
    """A path template with the text of each parameter; the characters of its own that a path must not have are
    percent-encoded (RFC 3986 sections 2.1 and 3.3)."""
    pieces = pieces_of(template)
    return "".join(segment(piece) if index % 2 else quote(piece, safe=OF_PATHS) for index, piece in enumerate(pieces))


def _query(fields: list[tuple[str, str]], whole: list[str]) -> str:
    """The query: its fields, or the query strings that parameters are as a whole."""
    return "&".join(whole) or urlencode(fields)


def _headers(headers: Iterable[tuple[str, str]], cookies: list[tuple[str, str]], content_type: str) -> Fields:
    """The fields of a request; all cookies in one of them (RFC 6265 section 5.4)."""
    fields = list(headers)
    if cookies:
        fields.append(("Cookie", "; ".join(f"{name}={text}" for name, text in cookies)))
    if content_type and not any(name.lower() == "content-type" for name, _ in fields):
        fields.append(("Content-Type", content_type))
    return tuple(fields)

"""Narrowing: which values of a generated request make a server fail, or refuse it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, unquote_plus

from openapi.check.budget import OutOfBudget
from openapi.check.client.session import Session, Stopped
from openapi.check.client.wire import Exchange, TargetUnreachable
from openapi.check.fuzzing.variants import shown
from openapi.contract import Operation
from openapi.contract.router import names_in
from openapi.examples.requests import SampleRequest
from openapi.http.messages import Request

# Narrowed requests of one operation and rule: each takes a request for each of its values.
_MOST: Final = 6
# Bytes of a body in a message.
_SHOWN: Final = 60


@dataclass(frozen=True)
class Culprit:
    """A value that alone makes a request fail: its place, e.g. ``query limit``, its text, and the exchange with it."""

    where: str
    text: str
    exchange: Exchange


@dataclass(frozen=True)
class _Part:
    """A value of a request, and the same request with it and with only required values beside it."""

    where: str
    text: str
    request: Request


class Narrowing:
    """Sends the values of a failed request one by one; `valid` has the valid requests, by the labels of operations."""

    def __init__(self, session: Session, valid: Mapping[str, SampleRequest]) -> None:
        self._session = session
        self._valid = valid
        self._narrowed: dict[tuple[str, str], int] = {}

    def culprits(
        self, operation: Operation, request: Request, fails: Callable[[int], bool], known: Collection[str], rule: str
    ) -> list[Culprit] | None:
        """The values of a request whose answers have a status that `fails`, without those at `known` places.

        Empty if there is no such value; None if a known one is the reason, or if enough requests were narrowed.
        """
        good = self._valid.get(operation.label)
        # What a deletion with another value would delete is unknown.
        if good is None or operation.method == "delete":
            return []
        done = self._narrowed[operation.label, rule] = self._narrowed.get((operation.label, rule), 0) + 1
        if done > _MOST:
            return None if known else []
        try:
            found = list(self._failing(operation, request, good, fails, known))
        except (OutOfBudget, Stopped, TargetUnreachable):
            return []
        has_known = any(part.where in known for part in _parts(operation, request, good))
        return None if not found and has_known else found

    def _failing(
        self,
        operation: Operation,
        request: Request,
        good: SampleRequest,
        fails: Callable[[int], bool],
        known: Collection[str],
    ) -> Iterator[Culprit]:
        plain = self._session.send(_plain(request, good))
        if _status(plain) and fails(_status(plain)):
            for part in _path_parts(operation, request, good):
                # The request without the value succeeds. One for what is not there may only be refused earlier.
                if 0 < _status(self._session.send(part.request)) < 400 and part.where not in known:
                    yield Culprit(part.where, part.text, plain)
            return
        for part in _parts(operation, request, good):
            if not part.where.startswith("path ") and part.where not in known:
                exchange = self._session.send(part.request)
                if _status(exchange) and fails(_status(exchange)):
                    yield Culprit(part.where, part.text, exchange)


def _status(exchange: Exchange) -> int:
    """The status of the answer; 0 without one."""
    return 0 if exchange.response is None else exchange.response.status


def _plain(request: Request, good: SampleRequest) -> Request:
    """A request with only the query and the body of the valid one."""
    return replace(request, target=_target(request.target.partition("?")[0], good.query), body=good.body)


def _target(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _parts(operation: Operation, request: Request, good: SampleRequest) -> Iterator[_Part]:
    yield from _path_parts(operation, request, good)
    yield from _query_parts(operation, request, good)
    yield from _body_parts(operation, request, good)


def _path_parts(operation: Operation, request: Request, good: SampleRequest) -> Iterator[_Part]:
    """The values of the path; the request of each is the one with the valid value in its stead."""
    path, plain = request.target.partition("?")[0], _plain(request, good)
    template, ours = operation.path.split("/"), good.path.split("/")
    whole = path.split("/")
    base, theirs = whole[: -len(template) + 1], ["", *whole[-len(template) + 1 :]]
    if not len(template) == len(ours) == len(theirs):
        return
    for index, segment in enumerate(template):
        if (names := names_in(segment)) and ours[index] != theirs[index]:
            other = [*theirs[:index], ours[index], *theirs[index + 1 :]]
            target = _target("/".join([*base, *other[1:]]), good.query)
            yield _Part(f"path {names[0]}", unquote(theirs[index]), replace(plain, target=target))


def _query_parts(operation: Operation, request: Request, good: SampleRequest) -> Iterator[_Part]:
    """The values of declared parameters that the valid request does not have."""
    path, _, query = request.target.partition("?")
    for parameter in operation.parameters:
        if parameter.location != "query":
            continue
        mine, others = _of_parameter(parameter.name, query), _of_parameter(parameter.name, good.query, without=True)
        if mine and mine != _of_parameter(parameter.name, good.query):
            texts = [shown(value) for _, value in parse_qsl("&".join(mine), keep_blank_values=True)]
            target = _target(path, "&".join([*others, *mine]))
            narrowed = replace(request, target=target, body=good.body)
            yield _Part(f"query {parameter.name}", ", ".join(texts), narrowed)


def _of_parameter(name: str, query: str, *, without: bool = False) -> list[str]:
    """The pairs of a query that belong to a parameter, e.g. ``a=1`` and ``a[b]=1``, or those that do not."""
    pairs = [pair for pair in query.split("&") if pair]
    return [pair for pair in pairs if (re.split(r"[=\[]", unquote_plus(pair))[0] == name) is not without]


def _body_parts(operation: Operation, request: Request, good: SampleRequest) -> Iterator[_Part]:
    """The declared properties that the valid body does not have so, and the others together: their names are chance. A
    body that is no JSON object is one value."""
    theirs, ours = _object(request.body), _object(good.body)
    plain = _plain(request, good)
    if theirs is None or ours is None:
        if request.body not in (b"", good.body):
            yield _Part("body", request.body[:_SHOWN].decode("utf-8", "replace"), replace(plain, body=request.body))
        return
    schemas = operation.body.contents if operation.body is not None else ()
    declared = {name for content in schemas for part in content.schema.parts for name in part.properties}
    others = {name: value for name, value in theirs.items() if name not in declared}
    for name, value in theirs.items():
        if name in declared and (name not in ours or ours[name] != value):
            yield _Part(f"body {name}", shown(value), replace(plain, body=json.dumps({**ours, name: value}).encode()))
    if others:
        yield _Part("body", shown(others), replace(plain, body=json.dumps({**ours, **others}).encode()))


def _object(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body; None if there is none."""
    try:
        data = json.loads(body)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None

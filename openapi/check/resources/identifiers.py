"""The identifier of a resource in an answer, found by the declared links and by names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlsplit

import orjson

from openapi.check.client.wire import Exchange
from openapi.contract import Link
from openapi.documents.pointer import resolve_pointer
from openapi.http.json import is_too_large

_TEMPLATE: Final = re.compile(r"\{([^{}]+)\}")
_NOT_IN_NAMES: Final = re.compile(r"[^a-z0-9]")
# Names of properties that usually identify an object, the best first.
_USUAL: Final = ("uuid", "guid", "id", "key", "slug", "name", "code", "number")


def data_of(body: bytes) -> Any:
    """The JSON data of a body; None if it is not JSON, or too large to be read."""
    try:
        return None if is_too_large(body) else orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def text_of_value(value: Any) -> str | None:
    """An identifier as text; None for a value that cannot be one."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) or None


def below_base(path: str, template: str) -> str:
    """The end of a path that `template` describes, without any base path before it."""
    count = template.rstrip("/").count("/")
    return "/".join(["", *path.rstrip("/").split("/")[-count:]])


def located(location: str, template: str) -> str | None:
    """The path in a Location header, if it is that of `template`, such as ``/things/{id}``; escaped as it was."""
    path = below_base(urlsplit(location).path, template)
    given, segments = path.split("/"), template.split("/")
    if len(given) != len(segments):
        return None
    agree = all("{" in segment or segment == unquote(own) for segment, own in zip(segments, given, strict=True))
    return path if agree and all(given[1:]) else None


def named(data: Any, parameter: str, collection: str) -> str | None:
    """The identifier of the object in `data` that a parameter such as ``thingId`` of ``/things/{thingId}`` takes.

    `collection` is the last segment of the path before it. `data` is the object itself, a list whose first item it is,
    or an object that has either under one of its names.
    """
    for item in _objects(data):
        by_name = {_plain(name): value for name, value in item.items()}
        for name in _candidates(parameter, collection):
            if name in by_name and (text := text_of_value(by_name[name])) is not None:
                return text
    return None


def linked(link: Link, template: str, exchange: Exchange, sent: str) -> str | None:
    """The path of the target of a link, filled with the values of an exchange; None if one of them is missing.

    `sent` is the template of the request of the exchange.
    """
    values = {name.removeprefix("path."): written for name, written in link.parameters.items()}
    filled = template
    for name in _TEMPLATE.findall(template):
        text = None if name not in values else text_of_value(_evaluated(values[name], exchange, sent))
        if text is None:
            return None
        filled = filled.replace(f"{{{name}}}", quote(text, safe=""))
    return filled


def _evaluated(written: Any, exchange: Exchange, sent: str) -> Any:
    """The value of a runtime expression (section "Runtime Expressions"), or the constant itself."""
    if not isinstance(written, str) or not written.startswith("$"):
        return written
    message = exchange.response if written.startswith("$response.") else exchange.request
    part, _, pointer = written.partition("#")
    source = part.partition(".")[2]
    if message is None:
        return None
    if source == "body":
        try:
            return resolve_pointer(data_of(message.body), pointer)
        except LookupError:
            return None
    kind, _, name = source.partition(".")
    if kind == "header":
        return message.header(name)
    if kind == "query":
        return next(iter(parse_qs(exchange.request.query).get(name, [])), None)
    # The end of a path is that of its template, whatever base path precedes it.
    values = zip(reversed(sent.split("/")), reversed(exchange.request.path.split("/")), strict=False)
    return next((unquote(value) for segment, value in values if kind == "path" and segment == f"{{{name}}}"), None)


def _objects(data: Any) -> Iterator[Mapping[str, Any]]:
    """The object that `data` is or contains, the outer one first."""
    if isinstance(data, list):
        data = next(iter(data), None)
    if not isinstance(data, dict):
        return
    yield data
    for value in data.values():
        inner = next(iter(value), None) if isinstance(value, list) else value
        if isinstance(inner, dict):
            yield inner


def _candidates(parameter: str, collection: str) -> Iterator[str]:
    """The names of the property that a parameter takes, the best first."""
    plain, singular = _plain(parameter), _plain(collection).removesuffix("s")
    yield plain
    yield singular + plain
    # `petId` is the `id` of a pet, `userName` the `name` of a user.
    yield from (name for name in _USUAL if plain.endswith(name))
    yield f"{singular}id"
    yield from ("id", "uuid") if plain in ("id", "uuid", "guid", "key") or plain == singular else ()


def _plain(name: str) -> str:
    return _NOT_IN_NAMES.sub("", name.lower())

"""The selection of a declared response and of its media type. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from openapi.contract import Content, DeclaredResponse
from openapi.http.accept import MalformedAccept, preferred
from openapi.http.media_types import is_json, parse_media_type
from openapi.http.messages import has_content
from openapi.mock.answers.refusals import PreferenceRefused, Refusal
from openapi.mock.scenarios.scenarios import MockedOperation, final_keys, status_of

# The media type to send for a declared range.
_CONCRETE: Final = {
    "*/*": "application/json",
    "application/*": "application/json",
    "text/*": "text/plain",
    "image/*": "image/png",
    "audio/*": "audio/mpeg",
    "video/*": "video/mp4",
}


@dataclass(frozen=True, slots=True)
class Selection:
    """A declared response, the status to send, its content and the Content-Type to send. Both of these are None for a
    response without content."""

    response: DeclaredResponse
    status: int
    content: Content | None
    content_type: str | None


def select(mocked: MockedOperation, code: int | None, example: str | None, accept: str | None) -> Selection:
    """The response for a preferred status and example, in a media type that `accept` allows; an error does not depend
    on `accept`, which only chooses between the media types that the contract declares for it.

    Without a status, the usual one (`usual_key`). Raises Refusal, which lists the declared ones, if none matches.
    """
    response, status = _response(mocked, code)
    contents = response.contents
    if example is not None:
        contents = tuple(content for content in contents if example in {each.name for each in content.examples})
        if not contents:
            names = response.example_names()
            declared = f"it has {', '.join(names)}" if names else "it has no examples"
            sentence = f"{mocked.id} has no example {example!r} for {status}; {declared}."
            raise PreferenceRefused(404, "EXAMPLE_NOT_FOUND", sentence)
    if not contents or not has_content(status):
        return Selection(response, status, None, None)
    offered: dict[str, Content] = {}
    for content in sorted(contents, key=_is_not_json):
        offered.setdefault(_concrete(content.media_type), content)
    try:
        chosen = preferred(accept, list(offered))
    except MalformedAccept as error:
        if status < 400:
            raise PreferenceRefused(400, "ACCEPT_MALFORMED", str(error)) from None
        chosen = None
    if chosen is None and status >= 400:
        # An error in a media type that was not accepted says more than an error about the media type.
        chosen = next(iter(offered))
    if chosen is None:
        declared = " or ".join(map(_without_charset, offered))
        sentence = f"{mocked.id} answers {status} with {declared}, but the Accept header excludes these."
        raise PreferenceRefused(406, "NOT_ACCEPTABLE", sentence)
    content = offered[chosen]
    return Selection(response, status, content, chosen if "*" in content.media_type else content.media_type)


def usual_key(keys: Iterable[str]) -> str:
    """The key of the response to requests without preferences: the lowest 2xx, else `default`, else a 3xx, else any.

    Raises Refusal if only informational responses are declared.
    """

    def rank(key: str) -> tuple[int, str]:
        order = {"2": 0, "d": 1, "3": 2}.get(key[0], 3)
        return order, key.upper()

    final = final_keys(keys)
    if not final:
        raise Refusal(500, "NO_RESPONSE", "The contract declares only informational responses (1xx).")
    return min(final, key=rank)


def statuses(mocked: MockedOperation) -> list[str]:
    """The statuses, ranges and `default` that an operation declares, without informational ones."""
    return final_keys(mocked.operation.responses)


def _response(mocked: MockedOperation, code: int | None) -> tuple[DeclaredResponse, int]:
    responses = mocked.operation.responses
    if code is None and not final_keys(responses):
        return mocked.operation.undeclared_response, 200
    if code is None:
        key = usual_key(responses)
        return responses[key], status_of(key, responses)
    if (found := mocked.operation.response_for(code)) is None:
        declared = ", ".join(statuses(mocked))
        raise PreferenceRefused(
            404, "STATUS_NOT_DECLARED", f"{mocked.id} does not declare {code}; it declares {declared}."
        )
    return found, code


def _concrete(media_type: str) -> str:
    """A declared media type or range as a media type, with its parameters."""
    name = parse_media_type(media_type).name
    _, semicolon, parameters = media_type.partition(";")
    return _CONCRETE.get(name, name.replace("*", "octet-stream")) + semicolon + parameters


def _without_charset(media_type: str) -> str:
    parsed = parse_media_type(media_type)
    parameters = (f"{name}={value}" for name, value in parsed.parameters.items() if name != "charset")
    return "; ".join([parsed.name, *parameters])


def _is_not_json(content: Content) -> bool:
    # False comes first.
    return not is_json(parse_media_type(_concrete(content.media_type)).name)

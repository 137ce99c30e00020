"""Which of the declared responses is given, and in which form: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openapi.http.accept import MalformedAccept, preferred
from openapi.mock.answers.refusals import Refusal, WishRefused
from openapi.mock.scenarios.scenarios import MockedOperation, example_names, final_keys, status_of

# What a declared range of media types is made into.
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
    """A declared response: its key in the Responses Object, the status to send, the key of its media type there and the
    Content-Type to send. Both of these are None for a response without content."""

    key: str
    status: int
    media_type: str | None
    content_type: str | None


def select(mocked: MockedOperation, code: int | None, example: str | None, accept: str | None) -> Selection:
    """The response for a wished status and example, in a form that `accept` takes.

    Without a status the lowest 2xx. Refusal says what there is when there is no such response.
    """
    key, status = _response(mocked, code)
    response = mocked.contract.resolve(mocked.operation.definition["responses"][key])
    content = response.get("content", {})
    if example is not None:
        content = {name: value for name, value in content.items() if example in value.get("examples", ())}
        if not content:
            names = example_names(mocked, key)
            there = f"there is {', '.join(names)}" if names else "there is none"
            raise WishRefused(
                404, "EXAMPLE_NOT_FOUND", f"{mocked.id} has no example {example!r} for {status}: {there}."
            )
    if not content:
        return Selection(key, status, None, None)
    offered = {_plain(media_type): media_type for media_type in sorted(content, key=_is_not_json)}
    try:
        chosen = preferred(accept, list(offered))
    except MalformedAccept as error:
        raise WishRefused(400, "ACCEPT_MALFORMED", str(error)) from None
    if chosen is None:
        sentence = f"{mocked.id} answers {status} with {' or '.join(offered)}, and the Accept header takes none of it."
        raise WishRefused(406, "NOT_ACCEPTABLE", sentence)
    written = offered[chosen]
    return Selection(key, status, written, chosen if "*" in written else written)


def usual_key(responses: Mapping[str, Any]) -> str:
    """The response that is given without wishes: the lowest 2xx, then `default`, a 3xx, and whatever there is.

    Refusal when all that is declared is informational.
    """

    def rank(key: str) -> tuple[int, str]:
        order = {"2": 0, "d": 1, "3": 2}.get(key[0], 3)
        return order, key.upper()

    keys = final_keys(responses)
    if not keys:
        raise Refusal(500, "NO_RESPONSE", "The contract declares no response but informational ones.")
    return min(keys, key=rank)


def statuses(mocked: MockedOperation) -> list[str]:
    """The statuses, ranges and `default` that an operation declares and that can be sent."""
    return final_keys(mocked.operation.definition["responses"])


def _response(mocked: MockedOperation, code: int | None) -> tuple[str, int]:
    responses = mocked.operation.definition["responses"]
    if code is None:
        key = usual_key(responses)
        return key, status_of(key, responses)
    if (found := mocked.operation.response_for(code)) is None:
        there = ", ".join(statuses(mocked))
        raise WishRefused(404, "STATUS_NOT_DECLARED", f"{mocked.id} does not declare {code}: there is {there}.")
    return found.key, code


def _plain(media_type: str) -> str:
    plain = media_type.partition(";")[0].strip().lower()
    return _CONCRETE.get(plain, plain.replace("*", "octet-stream"))


def _is_not_json(media_type: str) -> bool:
    # False comes first.
    return not _plain(media_type).endswith("json")

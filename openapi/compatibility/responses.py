"""Compares the responses of an operation: statuses, headers, bodies and links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from openapi.compatibility.changes import ChangeDirection, ChangeLevel
from openapi.compatibility.contents import compare_contents
from openapi.compatibility.flow import OperationPair
from openapi.compatibility.texts import compare_as_text
from openapi.contract import DeclaredHeader, DeclaredResponse

_RESPONSE: Final = ChangeDirection.RESPONSE


def compare_responses(pair: OperationPair) -> None:
    """Compare the responses of each status; a range or `default` covers statuses that are not declared."""
    old, new = _by_key(pair.old.responses), _by_key(pair.new.responses)
    for key, response in old.items():
        other = new.get(key) or _cover(key, new)
        if other is None and _is_split(key, new):
            text = f"of the response {key}, only some statuses are left"
            pair.add("response-range-narrowed", text, old=response.pointer, new=pair.new.pointer + "/responses")
        elif other is None:
            _removed(pair, response, new)
        elif other is not None:
            _compare(pair, response, other)
    for key, response in new.items():
        if key in old:
            continue
        if (other := _cover(key, old)) is not None:
            _compare(pair, other, response)
        elif key != "default" or not old:
            _added(pair, response)
        else:
            _added_default(pair, response)


def _by_key(responses: Mapping[str, DeclaredResponse]) -> dict[str, DeclaredResponse]:
    return {key if key == "default" else key.upper(): response for key, response in responses.items()}


def _cover(key: str, responses: Mapping[str, DeclaredResponse]) -> DeclaredResponse | None:
    """The range or `default` that covers a status or a range without a declaration of its own."""
    return responses.get(f"{key[0]}XX") or responses.get("default") if key != "default" else None


def _is_success(key: str) -> bool:
    return key[0] in "123"


def _is_split(key: str, responses: Mapping[str, DeclaredResponse]) -> bool:
    """Whether only statuses of a range are left of it, each of which is compared with it."""
    return key.endswith("XX") and any(each[0] == key[0] for each in responses)


def _removed(pair: OperationPair, response: DeclaredResponse, new: Mapping[str, DeclaredResponse]) -> None:
    text = f"the response {response.key} was removed"
    if not pair.is_from_server:
        rule = "response-success-removed"
    elif not _is_success(response.key):
        rule = "response-error-removed"
    else:
        is_other_left = any(key[0] == "2" for key in new)
        rule = f"response-{'other-success' if is_other_left else 'success'}-removed"
    pair.add(rule, text, old=response.pointer)


def _added(pair: OperationPair, response: DeclaredResponse) -> None:
    text = f"the response {response.key} was added"
    is_harmful = _is_success(response.key) and pair.is_from_server
    rule = f"response-{'success' if is_harmful else 'error'}-added"
    pair.add(rule, text, new=response.pointer, level=_reversed(pair, ChangeLevel.COMPATIBLE))


def _added_default(pair: OperationPair, response: DeclaredResponse) -> None:
    pair.add("response-error-added", "a default response was added", new=response.pointer)


def _compare(pair: OperationPair, old: DeclaredResponse, new: DeclaredResponse) -> None:
    subject = f"the response {new.key}"
    compare_contents(pair, _RESPONSE, old.contents, new.contents, (old.pointer, new.pointer), subject)
    _compare_headers(pair, old, new)
    _compare_links(pair, old, new)


def _compare_headers(pair: OperationPair, old: DeclaredResponse, new: DeclaredResponse) -> None:
    before = {header.name.lower(): header for header in old.headers}
    after = {header.name.lower(): header for header in new.headers}
    for name, header in before.items():
        if name in after:
            _compare_header(pair, header, after[name])
        else:
            rule = "response-required-header-removed" if header.required else "response-header-removed"
            text = f"the header {header.name} of the response {new.key} was removed"
            pair.add(rule, text, old=header.pointer, key=name, level=_reversed(pair, ChangeLevel.COMPATIBLE))
    for name, header in after.items():
        if name not in before:
            text = f"the header {header.name} of the response {new.key} was added"
            harm = ChangeLevel.BREAKING if header.required else ChangeLevel.COMPATIBLE
            pair.add("response-header-added", text, new=header.pointer, key=name, level=_reversed(pair, harm))


def _reversed(pair: OperationPair, level: ChangeLevel) -> ChangeLevel | None:
    """The level if clients send the response, None if the server does."""
    return None if pair.is_from_server else level


def _compare_header(pair: OperationPair, old: DeclaredHeader, new: DeclaredHeader) -> None:
    subject = f"the header {new.name}"
    if old.required != new.required:
        text = f"{subject} became {'required' if new.required else 'optional'}"
        harmful = new.required is not pair.is_from_server
        level = ChangeLevel.BREAKING if harmful else ChangeLevel.COMPATIBLE
        rule = f"response-header-{'required' if new.required else 'optional'}"
        pair.add(rule, text, old=old.pointer, new=new.pointer, level=level)
    # Lists look the same in the style simple, exploded or not.
    is_exploded_otherwise = old.explode != new.explode and "object" in old.schema.named_types
    if is_exploded_otherwise or old.media_type != new.media_type:
        text = f"{subject} is written otherwise"
        pair.add("response-header-serialization", text, old=old.pointer, new=new.pointer)
    if old.media_type is None and new.media_type is None:
        compare_as_text(pair, _RESPONSE, old.schema, new.schema, subject)
    else:
        pair.compare_schemas(_RESPONSE, (old.schema,), (new.schema,), subject)


def _compare_links(pair: OperationPair, old: DeclaredResponse, new: DeclaredResponse) -> None:
    before, after = {link.name for link in old.links}, {link.name for link in new.links}
    for name in sorted(before - after):
        pair.add("response-link-removed", f"the link {name} was removed", old=old.pointer, new=new.pointer, key=name)
    for name in sorted(after - before):
        pair.add("response-link-added", f"the link {name} was added", old=old.pointer, new=new.pointer, key=name)

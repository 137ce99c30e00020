"""Decoding the text of an element: to a record, or to the list of its problems."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from store.errors import Problem, shown
from store.importing.elements import Element
from store.importing.positions import Path, dotted, positions
from store.records import (
    E164_PATTERN,
    IDENTIFIER_PATTERN,
    NAME_PATTERN,
    PROVIDERS,
    Organization,
    TableRows,
    Unattached,
)

_FORMS = {
    E164_PATTERN: "must be a phone number in E.164 form, such as +14165550100",
    IDENTIFIER_PATTERN: "must be 1 to 128 visible ASCII characters without spaces",
    NAME_PATTERN: "must be 1 to 200 characters without control characters",
}
_MESSAGES = {
    "bool_type": "must be true or false",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "literal_error": 'must be "twilio" or "sinch"',
    "model_type": "must be an object",
    "string_type": "must be a string",
    "string_unicode": "must be text without lone surrogates",
}

_Complaint = tuple[Path, str]


class BadElement(Exception):
    """An element is not a valid record; `problems` says why, `value` is the JSON value as far as it could be read."""

    def __init__(self, problems: list[Problem], value: Any = None) -> None:
        super().__init__(problems)
        self.problems = problems
        self.value = value


class _DoubledKey(ValueError):
    pass


def decode(element: Element) -> Organization | Unattached | TableRows:
    """Return the record of an element. Raises BadElement with all problems of the element, by line."""
    text = _text(element)
    value, problems = _value(element, text)
    if not isinstance(value, dict):
        message = f"an organization must be an object, not {shown(value)}"
        raise BadElement([Problem(element.line, "", message)], value)
    model = _model_of(value)
    complaints = list(_contradictions(value))
    record: Organization | Unattached | TableRows | None = None
    try:
        record = model.model_validate(value)
    except ValidationError as error:
        complaints += [_complaint(detail) for detail in error.errors(include_url=False)]
    if complaints:
        problems += _placed(complaints, element, text)
    if record is None or problems:
        raise BadElement(sorted(problems), value)
    return record


def _model_of(value: Mapping[str, Any]) -> type[Organization | Unattached | TableRows]:
    if "table" in value:
        return TableRows
    return Unattached if "id" in value and value["id"] is None else Organization


def lines_of(element: Element) -> dict[Path, int]:
    """Return the line in the file of every value of a valid element."""
    return {path: element.line + line for path, line in positions(element.text.decode())}


def _text(element: Element) -> str:
    try:
        return element.text.decode()
    except UnicodeDecodeError as error:
        line = element.line + element.text.count(b"\n", 0, error.start)
        raise BadElement([Problem(line, "", "is not valid UTF-8; save the file as UTF-8")]) from error


def _value(element: Element, text: str) -> tuple[Any, list[Problem]]:
    try:
        return json.loads(text, object_pairs_hook=_object), []
    except json.JSONDecodeError as error:
        line = element.line + error.lineno - 1
        message = f"is not valid JSON: {error.msg} at column {error.colno}"
        raise BadElement([Problem(line, "", message)]) from error
    except _DoubledKey:
        return json.loads(text), _doubled_keys(element, text)
    except (ValueError, RecursionError) as error:
        # A number with thousands of digits, or thousands of nested brackets.
        message = "cannot be read: a number is too long, or lists are nested too deep"
        raise BadElement([Problem(element.line, "", message)]) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise _DoubledKey
    return value


def _doubled_keys(element: Element, text: str) -> list[Problem]:
    seen: set[Path] = set()
    problems = []
    for path, line in positions(text):
        if path in seen:
            problems.append(Problem(element.line + line, dotted(path), "appears twice in the same object"))
        seen.add(path)
    return problems


def _complaint(detail: ErrorDetails) -> _Complaint:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    kind = detail["type"]
    if kind == "missing":
        return path, "is missing"
    if kind == "extra_forbidden":
        return path, "is not a known key"
    if kind == "string_pattern_mismatch":
        message = _FORMS[detail["ctx"]["pattern"]]
    else:
        message = _MESSAGES.get(kind, detail["msg"])
    return path, f"{message}, not {shown(detail['input'])}"


def _contradictions(value: Mapping[str, Any]) -> Iterator[_Complaint]:
    """Find contradictions between the parts of an organization, even if it has other problems."""
    accounts = [account.get("provider") for _, account in objects(value, "accounts")]
    yield from _repeated(value, "accounts", "provider")
    yield from _repeated(value, "phone_numbers", "e164")
    yield from _repeated(value, "users", "id")
    active = value.get("active_provider")
    if active is not None and active not in accounts:
        yield ("active_provider",), f"the organization has no account with {shown(active)}"
    numbers = [(number.get("provider"), number.get("e164")) for _, number in objects(value, "phone_numbers")]
    known = {number for number in numbers if all(isinstance(part, str) for part in number)}
    for index, user in objects(value, "users"):
        defaults = user.get("default_numbers")
        for provider, e164 in defaults.items() if isinstance(defaults, dict) else ():
            if provider in PROVIDERS and isinstance(e164, str) and (provider, e164) not in known:
                message = f"{shown(e164)} is not one of the organization's {provider} numbers"
                yield ("users", index, "default_numbers", provider), message


def _repeated(value: Mapping[str, Any], part: str, key: str) -> Iterator[_Complaint]:
    seen: set[str] = set()
    for index, item in objects(value, part):
        found = item.get(key)
        if isinstance(found, str) and found in seen:
            yield (part, index, key), f"{shown(found)} is listed twice in this organization"
        elif isinstance(found, str):
            seen.add(found)


def objects(value: Mapping[str, Any], part: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects in a list of an organization that is not validated yet, with their indexes."""
    items = value.get(part)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _placed(complaints: Sequence[_Complaint], element: Element, text: str) -> list[Problem]:
    lines = {path: element.line + line for path, line in positions(text)}
    problems = []
    for path, message in complaints:
        place = path
        # A missing value has no line: use that of the object that lacks it.
        while place not in lines:
            place = place[:-1]
        problems.append(Problem(lines[place], dotted(path), message))
    return problems

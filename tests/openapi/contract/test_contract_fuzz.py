"""Any file is a contract or raises a ContractError of one line."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openapi.contract import PUBLISHED, Contract, load_contract, parse_contract
from openapi.documents.errors import ContractError
from openapi.documents.reading import read_document

bounded = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
PUBLISHED_BYTES = PUBLISHED.read_bytes()
LINES = PUBLISHED_BYTES.splitlines(keepends=True)
DOCUMENT = load_contract().root

# The pieces that are most likely to be misread.
PIECES = [b"\t", b"\0", b"\xff", b"[", b"{", b"]", b"- ", b"? ", b": ", b"&a ", b"*a", b"<<: ", b"!!int ", b"!!set ",
          b"---\n", b"'", b'"', b"|\n", b"%YAML 9\n", b"0x_", b"$ref: '#'\n", b"\xef\xbb\xbf"]  # fmt: skip
VALUES = [None, True, -1, 1.5, 10**30, "", "get", "#/info", "(", "3.1.0", [], [None], {}, {"a": None},
          {"$ref": "#"}, {"$ref": 5}, {"$ref": "#/paths"}, {"$ref": "#/info"}, {"$ref": "#x"}, {"$ref": "http://[x"},
          {"$ref": "#/components/schemas/CallsErrorResponse"}, {"type": "array"}]  # fmt: skip


def outcome(content: bytes) -> Contract | None:
    """The contract, or None if it is refused with a ContractError; any other error is raised."""
    try:
        contract = parse_contract(content, "c.yaml")
    except ContractError as error:
        text = str(error)
    else:
        assert all(operation.operation_id for operation in contract.operations)
        return contract
    assert text.startswith(("c.yaml: ", "c.yaml#/"))
    assert "\n" not in text
    return None


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for step, child in children for found in ((*path, step), *places(child, (*path, step)))]


PLACES = places(DOCUMENT)


@given(st.binary(max_size=200))
@bounded
def test_arbitrary_bytes_are_a_contract_or_an_error(content: bytes) -> None:
    assert outcome(content) is None


@given(st.text(alphabet="a1:-?&*!|>%@`'\"#,[]{}<=~. \t\n", max_size=80))
@bounded
def test_arbitrary_punctuation_is_a_contract_or_an_error(text: str) -> None:
    assert outcome(text.encode()) is None


@given(st.lists(st.tuples(st.integers(0, len(PUBLISHED_BYTES)), st.sampled_from(PIECES)), min_size=1, max_size=3))
@bounded
def test_the_published_text_with_insertions_is_a_contract_or_an_error(insertions: list[tuple[int, bytes]]) -> None:
    content = PUBLISHED_BYTES
    for place, piece in insertions:
        content = content[:place] + piece + content[place:]

    outcome(content)


@given(st.integers(0, len(LINES)), st.integers(0, 5), st.integers(0, len(LINES)))
@bounded
def test_the_published_text_with_moved_lines_is_a_contract_or_an_error(start: int, count: int, target: int) -> None:
    rest = LINES[:start] + LINES[start + count :]

    outcome(b"".join(rest[:target] + LINES[start : start + count] + rest[target:]))


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(VALUES)), min_size=1, max_size=3))
@bounded
def test_the_published_document_with_replaced_values_is_a_contract_or_an_error(
    changes: list[tuple[tuple[str | int, ...], Any]],
) -> None:
    document: Any = copy.deepcopy(dict(DOCUMENT))
    for (*above, last), value in changes:
        target = document
        for step in above:
            target = target[step] if isinstance(target, dict) and step in target else {}
        if isinstance(target, dict):
            target[last] = copy.deepcopy(value)

    outcome(json.dumps(document).encode())


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["C"])),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab/~", max_size=3), inner)))  # fmt: skip
@bounded
def test_json_is_read_unchanged(value: object) -> None:
    assert read_document(json.dumps({"a": value}, ensure_ascii=False).encode(), "c.yaml") == {"a": value}

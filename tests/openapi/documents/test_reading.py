"""YAML is read as JSON: the value of each scalar, and the documents that are refused."""

from typing import Any

import pytest

from openapi.documents.errors import ContractError
from openapi.documents.mistakes import Mistake
from openapi.documents.reading import read_document


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("2020-01-01", "2020-01-01"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0b_", "0b_"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("=", "="),
        ("200", 200),
        ("-7", -7),
        ("010", 10),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("~", None),
        ("null", None),
        ("", None),
        ("'null'", "null"),
        ("!!str 5", "5"),
        ("[1, a, {b: c}]", [1, "a", {"b": "c"}]),
    ],
)
def test_a_scalar_is_read_as_in_yaml_1_2(text: str, value: object) -> None:
    assert read_document(f"a: {text}\n".encode(), "f.yaml") == {"a": value}


@pytest.mark.parametrize("key", ["200", "true", "null", "1.0", "2020-01-01", "''"])
def test_a_key_is_a_string_as_written(key: str) -> None:
    assert list(read_document(f"{key}: 1\n".encode(), "f.yaml")) == [key.strip("'")]


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ('{"a": [1, 2.5, true, null], "b": {"c": "\\u00e9\\/"}}', {"a": [1, 2.5, True, None], "b": {"c": "é/"}}),
        ('{\n\t"a": 1\n}', {"a": 1}),
        ("\ufeffa: 1", {"a": 1}),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 1}, "c": {"b": 1}}),
        ("a: &x {b: 1}\nc: {<<: *x, d: 2}\n", {"a": {"b": 1}, "c": {"b": 1, "d": 2}}),
        ("a: &x {b: 1}\nc: {<<: *x, b: 2}\n", {"a": {"b": 1}, "c": {"b": 2}}),
        ("a: >-\n  b\n  c\n", {"a": "b c"}),
        ("a:\tb\nc: [1,\t2]\n", {"a": "b", "c": [1, 2]}),
    ],
    ids=["json", "tabs", "byte order mark", "alias", "merge", "merge under its own key", "folded", "tabs in YAML"],
)
def test_a_document_is_read(text: str, document: dict[str, Any]) -> None:
    assert read_document(text.encode(), "f.yaml") == document


NOT_A_MAPPING = "an OpenAPI document must be a mapping with `openapi`, `info` and `paths`"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", NOT_A_MAPPING),
        (b"# nothing\n", NOT_A_MAPPING),
        (b"- a\n", NOT_A_MAPPING),
        (b"text\n", NOT_A_MAPPING),
        (b"a: \xff\n", "byte 3 is not UTF-8; save the file in UTF-8"),
        (b"a: 1\nb: [1\n", "line 3: did not find expected ',' or ']'"),
        (b"a: 1\n\tb: 2\n", "line 2: YAML is indented with spaces; replace the tab"),
        (b"a:\n\t- b\n", "line 2: YAML is indented with spaces; replace the tab"),
        (
            b"a: \0\n",
            'unacceptable character #x0000: control characters are not allowed in "<unicode string>", position 3',
        ),
        (b"a: 1\n---\nb: 2\n", "line 2: but found another document"),
        (b"a: 1\nb: 2\na: 3\n", "line 3: the mapping has the key 'a' twice; remove one"),
        (b"a: {200: x, '200': y}\n", "line 1: the mapping has the key '200' twice; remove one"),
        (b"a: 1\n? [b]\n: 2\n", "line 2: a key must be a scalar, not a list or a mapping"),
        (b"a: *b\n", "line 1: found undefined alias"),
        (b"a: {<<: 5}\n", "line 1: expected a mapping or list of mappings for merging, but found scalar"),
        (b"a: !!map b\n", "line 1: this must be a mapping"),
        (b"a: !!int b\n", "line 1: 'b' is not a valid JSON value"),
        (b"a: !!float b\n", "line 1: 'b' is not a valid JSON value"),
        (b"a: !!bool b\n", "line 1: 'b' is not a valid JSON value"),
        (b"a: 1e999\n", "line 1: '1e999' is not a valid JSON value"),
        (b"a: " + b"9" * 5000, f"line 1: '{'9' * 40}' is not a valid JSON value"),
        (b"a: !!binary aGk=\n", "line 1: could not determine a constructor for the tag 'tag:yaml.org,2002:binary'"),
        (b"a: !!set {b}\n", "line 1: could not determine a constructor for the tag 'tag:yaml.org,2002:set'"),
        (b"a: !!timestamp b\n", "line 1: could not determine a constructor for the tag 'tag:yaml.org,2002:timestamp'"),
        (b"a: !python b\n", "line 1: could not determine a constructor for the tag '!python'"),
        (b"a: 1\nb: &c {d: *c}\n", "line 2: found unconstructable recursive node"),
        (b"a: &c [*c]\n", "line 1: found unconstructable recursive node"),
    ],
)
def test_an_unreadable_document_is_reported_on_one_line(content: bytes, reason: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_document(content, "f.yaml")

    assert str(caught.value) == f"f.yaml: {reason}"


def test_100_levels_of_nesting_are_read() -> None:
    text = b"a: " + b"[" * 99 + b"]" * 99

    assert list(read_document(text, "f.yaml")) == ["a"]


@pytest.mark.parametrize("text", ["[", "{a: ", "- ", "? "], ids=["lists", "mappings", "block lists", "keys"])
@pytest.mark.parametrize("depth", [101, 100_000])
def test_deeper_nesting_is_reported_on_one_line(text: str, depth: int) -> None:
    """Also at a depth that overruns the stack of libyaml."""
    with pytest.raises(ContractError, match=r"^f\.yaml: line 2: the nesting is deeper than 100 levels$"):
        read_document(b"a:\n " + text.encode() * depth, "f.yaml")


def test_deeper_nesting_by_aliases_is_reported_on_one_line() -> None:
    lines = ["a0: &a0 []", *(f"a{n}: &a{n} [[*a{n - 1}]]" for n in range(1, 60))]

    with pytest.raises(ContractError, match=r"^f\.yaml#/a\d+/0/0: the nesting is deeper than 100 levels$"):
        read_document("\n".join(lines).encode(), "f.yaml")


def test_too_many_values_by_aliases_are_reported_on_one_line() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    with pytest.raises(ContractError, match=r"^f\.yaml: the document has more than 1000000 values, aliases expanded$"):
        read_document("\n".join(lines).encode(), "f.yaml")


@pytest.mark.parametrize(
    ("text", "value", "line", "pointer", "reason"),
    [
        ("a: {b: 1}\na: 2", {"a": 2}, 2, "/a", "the mapping has the key 'a' twice; the last one counts"),
        ('{"a": 1,\n"a": 2}', {"a": 2}, 2, "/a", "the mapping has the key 'a' twice; the last one counts"),
        ("a: [{200: x,\n'200': y}]", {"a": [{"200": "y"}]}, 2, "/a/0/200",
         "the mapping has the key '200' twice; the last one counts"),
        ("a: 1\n? [b]\n: 2", {"a": 1}, 2, "", "a key must be a scalar, not a list or a mapping; it is left out"),
        ("a: 1\nb: 1e999", {"a": 1, "b": "1e999"}, 2, "/b", "'1e999' is not a valid JSON value; it is read as text"),
        ("a: !!int b", {"a": "b"}, 1, "/a", "'b' is not a valid JSON value; it is read as text"),
        ("a: !python {b: 1}", {"a": {"b": 1}}, 1, "/a",
         "could not determine a constructor for the tag '!python'; the tag is ignored"),
        ("a: !!map b", {"a": "b"}, 1, "/a", "this must be a mapping; the tag is ignored"),
        ("a: !!seq b", {"a": "b"}, 1, "/a", "this must be a list; the tag is ignored"),
    ],
)  # fmt: skip
def test_what_json_does_not_have_is_told_and_read_as_meant(
    text: str, value: dict[str, Any], line: int, pointer: str, reason: str
) -> None:
    mistakes: list[Mistake] = []

    assert read_document(text.encode(), "f.yaml", mistakes) == value
    assert mistakes == [Mistake(pointer, reason, "f.yaml", line)]

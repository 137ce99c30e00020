"""YAML is read as JSON: the table of what becomes what, and of what is refused."""

from typing import Any

import pytest

from openapi.documents.errors import ContractError
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
def test_a_value_is_what_yaml_1_2_makes_of_it(text: str, value: object) -> None:
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
        ("a: >-\n  b\n  c\n", {"a": "b c"}),
    ],
    ids=["json", "tabs", "byte order mark", "alias", "merge", "folded"],
)
def test_a_document_is_read(text: str, document: dict[str, Any]) -> None:
    assert read_document(text.encode(), "f.yaml") == document


NOT_A_MAPPING = "an OpenAPI document is a mapping with `openapi`, `info` and `paths`"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", NOT_A_MAPPING),
        (b"# nothing\n", NOT_A_MAPPING),
        (b"- a\n", NOT_A_MAPPING),
        (b"text\n", NOT_A_MAPPING),
        (b"a: \xff\n", "byte 3 is not UTF-8"),
        (b"a: 1\nb: [1\n", "line 3: did not find expected ',' or ']'"),
        (b"a: 1\n\tb: 2\n", "line 2: found a tab character that violates indentation"),
        (
            b"a: \0\n",
            'unacceptable character #x0000: control characters are not allowed in "<unicode string>", position 3',
        ),
        (b"a: 1\n---\nb: 2\n", "line 2: but found another document"),
        (b"a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands twice in one mapping"),
        (b"a: {200: x, '200': y}\n", "line 1: the key '200' stands twice in one mapping"),
        (b"a: 1\n? [b]\n: 2\n", "line 2: a key must be a plain scalar"),
        (b"a: *b\n", "line 1: found undefined alias"),
        (b"a: {<<: 5}\n", "line 1: expected a mapping or list of mappings for merging, but found scalar"),
        (b"a: !!map b\n", "line 1: a mapping is expected here"),
        (b"a: !!int b\n", "line 1: 'b' has no form in JSON"),
        (b"a: !!float b\n", "line 1: 'b' has no form in JSON"),
        (b"a: !!bool b\n", "line 1: 'b' has no form in JSON"),
        (b"a: 1e999\n", "line 1: '1e999' has no form in JSON"),
        (b"a: " + b"9" * 5000, f"line 1: '{'9' * 40}' has no form in JSON"),
        (b"a: !!binary aGk=\n", "line 1: could not determine a constructor for the tag 'tag:yaml.org,2002:binary'"),
        (b"a: !!set {b}\n", "line 1: could not determine a constructor for the tag 'tag:yaml.org,2002:set'"),
        (b"a: !!timestamp b\n", "line 1: could not determine a constructor for the tag 'tag:yaml.org,2002:timestamp'"),
        (b"a: !python b\n", "line 1: could not determine a constructor for the tag '!python'"),
        (b"a: 1\nb: &c {d: *c}\n", "line 2: found unconstructable recursive node"),
        (b"a: &c [*c]\n", "line 1: found unconstructable recursive node"),
    ],
)
def test_what_is_no_json_is_one_line(content: bytes, reason: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_document(content, "f.yaml")

    assert str(caught.value) == f"f.yaml: {reason}"


def test_what_is_nested_deeply_is_read() -> None:
    text = b"a: " + b"[" * 99 + b"]" * 99

    assert list(read_document(text, "f.yaml")) == ["a"]


@pytest.mark.parametrize("text", ["[", "{a: ", "- ", "? "], ids=["lists", "mappings", "block lists", "keys"])
@pytest.mark.parametrize("depth", [101, 100_000])
def test_what_is_nested_too_deeply_is_one_line(text: str, depth: int) -> None:
    """Of the depth that overruns the stack of libyaml, too."""
    with pytest.raises(ContractError, match=r"^f\.yaml: line 2: it is nested too deeply$"):
        read_document(b"a:\n " + text.encode() * depth, "f.yaml")


def test_what_is_nested_too_deeply_by_aliases_is_one_line() -> None:
    lines = ["a0: &a0 []", *(f"a{n}: &a{n} [[*a{n - 1}]]" for n in range(1, 60))]

    with pytest.raises(ContractError, match=r"^f\.yaml#/a\d+/0/0: it is nested too deeply$"):
        read_document("\n".join(lines).encode(), "f.yaml")


def test_aliases_of_aliases_that_fill_the_memory_are_one_line() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]

    with pytest.raises(ContractError, match=r"^f\.yaml: its aliases stand for more than 1000000 values$"):
        read_document("\n".join(lines).encode(), "f.yaml")

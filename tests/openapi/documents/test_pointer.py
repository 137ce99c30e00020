"""JSON pointers, with the document and the pointers of RFC 6901 section 5."""

from typing import Any

import pytest

from openapi.documents.pointer import pointer_to, resolve_pointer, steps_of

DOCUMENT: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "m~n": 8,
    " ": 7,
    "k": {"l": [{"x": None}]},
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", DOCUMENT),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/", 0),
        ("/a~1b", 1),
        ("/a%2Fb", None),
        ("/c%25d", 2),
        ("/m~0n", 8),
        ("/%20", 7),
        ("/k/l/0/x", None),
    ],
)
def test_a_pointer_finds_its_value(pointer: str, value: object) -> None:
    """Percent escapes are decoded before the pointer is split, so %2F is a separator."""
    document = {**DOCUMENT, "a": {"b": None}}
    expected = document if pointer == "" else value

    assert resolve_pointer(document, pointer) == expected


@pytest.mark.parametrize(
    "pointer",
    ["/nowhere", "/foo/2", "/foo/-", "/foo/-1", "/foo/00", "/foo/x", "/foo/²", "/foo/" + "9" * 5000, "/m~0n/a"],
)
def test_a_pointer_to_nothing_is_a_lookup_error(pointer: str) -> None:
    with pytest.raises(LookupError):
        resolve_pointer(DOCUMENT, pointer)


def test_a_pointer_is_written_with_its_escapes() -> None:
    assert pointer_to("paths", "/a~b/{c}", "get", 0) == "/paths/~1a~0b~1{c}/get/0"


def test_a_written_pointer_is_read_back() -> None:
    steps = ["", "~1", "/", "~0~1", "a b", "a%20b", "%2F", "100%"]

    assert steps_of(pointer_to(*steps)) == steps

"""The lines of a JSON text are those that a YAML reader finds."""

from __future__ import annotations

import pytest

from openapi.documents.json_lines import JsonLines
from openapi.documents.lines import line_of

TEXT = """{
  "paths": {"/a~b": {
    "get": [1,
      {"x": "}"}, []]}},
  "empty": {}
}
"""


@pytest.mark.parametrize(
    ("pointer", "line"),
    [
        ("", 1),
        ("/paths", 2),
        ("/paths/~1a~0b/get", 3),
        ("/paths/~1a~0b/get/0", 3),
        ("/paths/~1a~0b/get/1/x", 4),
        ("/paths/~1a~0b/get/2", 4),
        ("/empty", 5),
        ("/empty/none", None),
        ("/paths/~1a~0b/get/7", None),
    ],
)
def test_line_is_that_of_the_key_or_item(pointer: str, line: int | None) -> None:
    assert line_of(TEXT.encode(), pointer) == line


def test_text_that_is_no_json_object_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        JsonLines("openapi: 3.0.3")

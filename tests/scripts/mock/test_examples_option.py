"""A real `tether-relay mock --examples`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Running

# The first example breaks only the format of its schema, the second one its type.
CONTRACT = """\
openapi: 3.0.3
info: {title: Examples, version: '1'}
paths:
  /format: {get: {responses: {'200': {description: A, content: {application/json: {schema: {$ref: '#/components/schemas/Link'}, example: /7}}}}}}
  /type: {get: {responses: {'200': {description: A, content: {application/json: {schema: {type: integer}, example: seven}}}}}}
components:
  schemas:
    Link: {type: string, format: uri}
"""  # noqa: E501


@pytest.mark.parametrize(
    ("options", "is_sent"),
    [
        (["--examples", "strict"], (False, False)),
        (["--examples", "lenient"], (True, False)),
        ([], (True, False)),
        (["--examples", "always"], (True, True)),
    ],
)
def test_the_option_chooses_which_examples_are_sent(
    running_server: Running, tmp_path: Path, options: list[str], is_sent: tuple[bool, bool]
) -> None:
    file = tmp_path / "examples.yaml"
    file.write_text(CONTRACT)
    with running_server(str(file), *options, command=("tether-relay", "mock")) as mock:
        bodies = [mock.client.get(path).json() for path in ("/format", "/type")]

    assert (bodies[0] == "/7", bodies[1] == "seven") == is_sent

"""Coroutines are added to modules without a change to what is there, and with the imports that they need."""

from __future__ import annotations

import ast

import pytest

from openapi.scaffolding.modules import extended, read_module

BLOCK = ["async def added() -> operations.X:", "    raise NotImplementedError"]
TYPES = "if TYPE_CHECKING:\n    from package.types import operations\n"


def added_to(source: str) -> str:
    return extended(read_module(source, "module.py"), "package.types", [BLOCK])


@pytest.mark.parametrize(
    ("source", "head"),
    [
        (
            '"""Doc."""\n\nfrom __future__ import annotations\n\nimport store\n',
            '"""Doc."""\n\nfrom __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\nimport store\n\n',
        ),
        ('"""Doc."""\n', '"""Doc."""\n\nfrom typing import TYPE_CHECKING\n\n'),
        ("import os\n", "import os\nfrom typing import TYPE_CHECKING\n\n"),
        ("from zlib import crc32\n", "from typing import TYPE_CHECKING\nfrom zlib import crc32\n\n"),
        ("from typing import Final, cast\n", "from typing import TYPE_CHECKING, Final, cast\n\n"),
        ("from typing import TYPE_CHECKING\n", "from typing import TYPE_CHECKING\n\n"),
        ("import store\n", "from typing import TYPE_CHECKING\n\nimport store\n\n"),
    ],
)
def test_the_import_of_the_types_is_where_sorted_imports_have_it(source: str, head: str) -> None:
    assert added_to(source) == f"{head}{TYPES}\n\n{chr(10).join(BLOCK)}\n"


def test_the_types_are_added_to_imports_for_type_checkers() -> None:
    source = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from store import Reader\n\nX = 1\n"

    assert "    from store import Reader\n    from package.types import operations\n\nX = 1\n" in added_to(source)


def test_what_is_there_stays() -> None:
    source = "import os\n\n\ndef odd( a ):  # mine\n    return 'a\x0cb\u2028'\n"
    result = added_to(source)

    assert [line for line in source.split("\n") if line and line not in result.split("\n")] == []
    assert [type(node) for node in ast.parse(result).body[-2:]] == [ast.FunctionDef, ast.AsyncFunctionDef]


def test_a_module_with_the_import_gets_the_coroutine_alone() -> None:
    source = f"from typing import TYPE_CHECKING\n\n{TYPES}"

    assert added_to(source) == f"{source}\n\n{chr(10).join(BLOCK)}\n"

"""References in other files of a document of OpenAPI 3.1 are resolved by the identifiers of their file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openapi.contract import load_contract
from openapi.schemas import Direction, SchemaValidator

ROOT = """
openapi: 3.1.0
info: {title: Split, version: '1'}
paths: {}
components:
  schemas:
    Thing: {$ref: parts/thing.yaml}
    Card: {$ref: 'parts/thing.yaml#card'}
    Mapped: {$ref: 'parts/map.yaml#/Mapped'}
"""
THING = """
$id: https://example.com/schemas/thing
$schema: https://json-schema.org/draft/2020-12/schema
type: object
properties:
  text: {$ref: '#/$defs/text'}
  short: {$ref: '#/$defs/text', maxLength: 3}
  card: {$ref: '#card'}
  absolute: {$ref: 'https://example.com/schemas/thing#/$defs/text'}
  inner: {$ref: 'inner#/$defs/number'}
$defs:
  text: {type: string}
  card: {$anchor: card, type: integer}
  inner: {$id: inner, $defs: {number: {$ref: '#/$defs/base', minimum: 5}, base: {type: integer}}}
"""
MAP = "Mapped: {$ref: '#/Base', maxLength: 2}\nBase: {type: string}\n"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/thing.yaml").write_text(THING)
    (tmp_path / "parts/map.yaml").write_text(MAP)
    (tmp_path / "api.yaml").write_text(ROOT)
    return tmp_path / "api.yaml"


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("name", "value", "is_valid"),
    [
        ("Thing", {"text": "a", "short": "abc", "card": 1, "absolute": "a", "inner": 5}, True),
        ("Thing", {"text": 1}, False),
        ("Thing", {"short": "abcd"}, False),
        ("Thing", {"card": "a"}, False),
        ("Thing", {"absolute": 1}, False),
        ("Thing", {"inner": 4}, False),
        ("Thing", {"inner": "a"}, False),
        ("Card", 1, True),
        ("Card", "a", False),
        ("Mapped", "ab", True),
        ("Mapped", "abc", False),
    ],
)
def test_references_of_a_file_are_resolved_within_it(
    document: Path, lenient: bool, name: str, value: Any, is_valid: bool
) -> None:
    contract = load_contract(document, lenient=lenient)

    assert contract.warnings == ()
    assert SchemaValidator(contract.schemas[name], Direction.REQUEST).is_valid(value) is is_valid


def test_a_file_of_a_document_of_3_0_keeps_its_references(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("Mapped: {$ref: '#/Base', maxLength: 2}\nBase: {type: string}\n")
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.0.3\ninfo: {title: S, version: '1'}\npaths: {}\n"
        "components: {schemas: {Mapped: {$ref: 'map.yaml#/Mapped'}}}\n"
    )
    contract = load_contract(tmp_path / "api.yaml")

    assert SchemaValidator(contract.schemas["Mapped"], Direction.REQUEST).is_valid("abc")

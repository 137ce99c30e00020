"""Discriminators (OpenAPI 3.0.3, Discriminator Object)."""

from __future__ import annotations

from typing import Any, Final

from tests.openapi.check.table.row import Row
from tests.openapi.check.table.server import Site, says

_BREAKS: Final = ("body-schema",)
UNION: Final = """
GET /x:
  200: {oneOf: [Cat, Dog], discriminator: {propertyName: kind}}
schemas:
  Cat: {kind: string, meow: boolean}
  Dog: {kind: string, bark: boolean}
"""
MAPPED: Final = """
GET /x:
  200: {oneOf: [Cat, Dog], discriminator: {propertyName: kind, mapping: {kitty: '#/components/schemas/Cat'}}}
schemas:
  Cat: {kind: string, meow: boolean}
  Dog: {kind: string, bark: boolean}
"""
INHERITED: Final = """
GET /x: {200: Animal}
schemas:
  Animal: {type: object, required: [kind], properties: {kind: string}, discriminator: {propertyName: kind}}
  Bird: {allOf: [Animal, {wings: integer}]}
  Fish: {allOf: [Animal, {fins: integer}]}
"""


def animal(name: str, document: str, value: dict[str, Any], *finds: str) -> Row:
    """An operation that answers with an animal."""
    return Row(f"discriminators: {name}", document, Site({"GET /x": says(value)}), finds)


ROWS: Final = (
    animal("the name of a schema", UNION, {"kind": "Cat", "meow": True}),
    animal("the other schema", UNION, {"kind": "Dog", "bark": False}),
    animal("a name of the mapping", MAPPED, {"kind": "kitty", "meow": True}),
    animal("the name of a schema that the mapping leaves out", MAPPED, {"kind": "Dog", "bark": True}),
    animal("a schema that inherits", INHERITED, {"kind": "Bird", "wings": 2}),
    animal("the value names a schema that the body breaks", UNION, {"kind": "Dog", "meow": True}, *_BREAKS),
    animal("the mapping names a schema that the body breaks", MAPPED, {"kind": "kitty", "bark": True}, *_BREAKS),
    # OpenAPI 3.0.3 does not say that it is invalid; later versions do.
    animal("the value names no schema", UNION, {"kind": "Cow", "meow": True}),
    animal("the property is missing", UNION, {"meow": True}, *_BREAKS),
    animal("the body breaks the schema that inherits", INHERITED, {"kind": "Bird", "fins": 2}, *_BREAKS),
)

"""Schemas that several groups of the table declare, as the `schema` of a Parameter or Media Type Object."""

from __future__ import annotations

from typing import Final

INTEGER: Final = "schema: {type: integer}"
TEXT: Final = "schema: {type: string}"
CHOICE: Final = "schema: {type: string, enum: [a, b]}"
INTEGERS: Final = "schema: {type: array, items: {type: integer}}"
TEXTS: Final = "schema: {type: array, maxItems: 2, items: {type: string}}"
COLOR: Final = "schema: {type: object, required: [r], properties: {r: {type: integer}, g: {type: string}}}"

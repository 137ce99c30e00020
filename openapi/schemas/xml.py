"""The form of data as XML that a schema declares (OpenAPI 3.0.3, "XML Object")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from openapi.schemas.schema import Schema


class XMLForm(NamedTuple):
    """The XML Object of an element, from a schema and its branches; that of the schema itself comes first."""

    xml: Mapping[str, Any]
    properties: Mapping[str, Schema]
    items: Schema | None


_UNKNOWN: Final = XMLForm({}, {}, None)


def xml_form(schema: Schema | None) -> XMLForm:
    """The form of a value of `schema`; that of any value without one."""
    if schema is None:
        return _UNKNOWN
    return XMLForm(
        xml=next((part.xml for part in schema.parts if part.xml), {}),
        properties={name: inner for part in reversed(schema.parts) for name, inner in part.properties.items()},
        items=next((part.items for part in schema.parts if part.items is not None), None),
    )

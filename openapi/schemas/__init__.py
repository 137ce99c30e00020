"""Schema Objects: a view that is the same for all dialects, and validators for data."""

from openapi.schemas.discriminators import selected_by
from openapi.schemas.schema import Schema
from openapi.schemas.synthetic import anything, one_of_values, together
from openapi.schemas.translation import Direction
from openapi.schemas.validators import SchemaValidator, SchemaViolation

__all__ = [
    "Direction",
    "Schema",
    "SchemaValidator",
    "SchemaViolation",
    "anything",
    "one_of_values",
    "selected_by",
    "together",
]

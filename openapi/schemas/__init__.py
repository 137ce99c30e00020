"""Schema Objects: a view that is the same for all dialects, and validators for data."""

from openapi.schemas.discriminators import selected_by
from openapi.schemas.patterns import is_regex, portable
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
    "is_regex",
    "one_of_values",
    "portable",
    "selected_by",
    "together",
]

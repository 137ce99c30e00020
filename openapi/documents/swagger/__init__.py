"""Documents of Swagger 2.0 as OpenAPI 3.0 (https://spec.openapis.org/oas/v2.0)."""

from openapi.documents.swagger.conversion import Converted, convert
from openapi.documents.swagger.sections import SECTION_OF, is_swagger
from openapi.documents.swagger.structure import first_swagger_error

__all__ = ["SECTION_OF", "Converted", "convert", "first_swagger_error", "is_swagger"]

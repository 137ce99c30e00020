"""The contract: an OpenAPI document and its operations."""

from openapi.contract.contract import PUBLISHED, STRICT, Contract, load_contract, parse_contract
from openapi.contract.declared_examples import DeclaredExample
from openapi.contract.links import Link
from openapi.contract.operations import Operation, label_of
from openapi.contract.parts import (
    Content,
    DeclaredHeader,
    DeclaredResponse,
    Encoding,
    Example,
    Location,
    Parameter,
    RequestBody,
    undeclared_parameter,
)
from openapi.contract.security import SecurityRequirement, SecurityScheme

__all__ = [
    "PUBLISHED",
    "STRICT",
    "Content",
    "Contract",
    "DeclaredExample",
    "DeclaredHeader",
    "DeclaredResponse",
    "Encoding",
    "Example",
    "Link",
    "Location",
    "Operation",
    "Parameter",
    "RequestBody",
    "SecurityRequirement",
    "SecurityScheme",
    "label_of",
    "load_contract",
    "parse_contract",
    "undeclared_parameter",
]

"""The one reading of requests and responses: data, and how they break the contract. Pure, on values."""

from openapi.validation.refusals import refusal_of
from openapi.validation.requests import Reading, RequestReader
from openapi.validation.validator import ContractValidator
from openapi.validation.violations import MISSING, Violation

__all__ = ["MISSING", "ContractValidator", "Reading", "RequestReader", "Violation", "refusal_of"]

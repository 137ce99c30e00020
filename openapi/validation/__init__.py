"""Reads requests and responses: their data, and their violations of the contract. Pure; all parts of the program use
it."""

from openapi.validation.refusals import refusal_of
from openapi.validation.requests import Reading, RequestReader
from openapi.validation.responses import OF_THE_MOCK
from openapi.validation.validator import ContractValidator
from openapi.validation.violations import MISSING, Violation

__all__ = ["MISSING", "OF_THE_MOCK", "ContractValidator", "Reading", "RequestReader", "Violation", "refusal_of"]

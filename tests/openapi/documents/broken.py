"""Walks everything of a contract that the mock, the check and the proxy use."""

from __future__ import annotations

from openapi.contract import Contract
from openapi.contract.router import Router
from openapi.examples.checks import faulty_examples
from openapi.examples.generation import GenerationError, Generator
from openapi.schemas import Direction, Schema, SchemaValidator
from openapi.validation import ContractValidator


def walk(contract: Contract) -> int:
    """Use every part of every operation, and return the number of operations. Any exception is a fault."""
    generator = Generator(contract)
    router: Router[str] = Router(lenient=True)
    schemas: list[Schema] = [*contract.schemas.values()]
    for operation in contract.operations:
        router.add(operation.method, operation.path + operation.method, operation.operation_id)
        schemas += [parameter.schema for parameter in operation.parameters]
        contents = list(operation.body.contents) if operation.body else []
        for response in operation.responses.values():
            contents += response.contents
            schemas += [header.schema for header in response.headers]
            _ = (response.links, response.example_names(), response.description)
        schemas += [content.schema for content in contents]
        _ = (operation.public, operation.tags, operation.servers, operation.summary)
    for schema in schemas:
        validator = SchemaValidator(schema, Direction.RESPONSE)
        try:
            value = generator.value(schema)
        except GenerationError:
            value = None
        validator.is_valid(value)
    faulty_examples(contract)
    _ = (contract.title, contract.base_path, ContractValidator(contract))
    return len(contract.operations)

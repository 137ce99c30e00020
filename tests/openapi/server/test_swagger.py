"""A contract of Swagger 2.0 is served: Connexion binds the handlers from the converted document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.errors import failure_of
from openapi.contract import parse_contract
from openapi.server import create_server
from tests.openapi.conftest import Client

if TYPE_CHECKING:
    from tests.openapi.conftest import PackageOf

CONTRACT = b"""\
swagger: '2.0'
info: {title: Small, version: '1'}
paths:
  /things/{ids}:
    post:
      operationId: echo
      parameters:
        - {in: path, name: ids, required: true, type: array, items: {type: integer}}
        - {in: query, name: tags, type: array, collectionFormat: pipes, items: {type: string}}
        - {in: body, name: thing, required: true, schema: {$ref: '#/definitions/Thing'}}
      responses:
        '200': {description: The same, schema: {type: object}}
definitions:
  Thing: {type: object, required: [name], properties: {name: {type: string}}}
"""


def test_a_handler_gets_the_values_of_parameters_and_body(package_of: PackageOf) -> None:
    package = package_of(
        things="async def echo(ids, body, tags=()):\n    return {'ids': ids, 'tags': tags, 'body': body}\n"
    )
    client = Client(create_server([parse_contract(CONTRACT, "small.yaml")], package, errors=failure_of))

    answer = client.post("/things/1,2?tags=a%7Cb", json={"name": "x"})

    assert answer.json() == {"ids": [1, 2], "tags": ["a", "b"], "body": {"name": "x"}}
    assert client.post("/things/1,2", json={}).status_code == 400
    assert client.get("/openapi.yaml").content == CONTRACT

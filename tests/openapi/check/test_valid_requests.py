"""Requests that follow the contract: a server has to accept them, and a check that saw only refusals is not a pass."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openapi.check import Options, Verdict, run_check
from openapi.contract import Contract, parse_contract
from openapi.findings.findings import Certainty

ERROR = {"description": "No", "content": {"application/json": {"schema": {"type": "object"}}}}
CODE = re.compile("[A-Z]{3}[0-9]{4}")
Handler = Callable[[Request], Any]


def contract_of(schema: dict[str, Any], *paths: str) -> Contract:
    """Operations on these paths, each with a parameter `id` of a schema."""
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Invented", "version": "1"},
        "paths": {
            path: {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": schema}],
                "get": {
                    "operationId": f"get_{number}",
                    "responses": {"200": ERROR, **dict.fromkeys(("400", "404", "405", "422"), ERROR)},
                },
            }
            for number, path in enumerate(paths or ("/parts/{id}",))
        },
    }
    return parse_contract(json.dumps(document).encode(), "invented.json")


PATTERNED = contract_of({"type": "string", "pattern": "^[A-Z]{3}[0-9]{4}$"})


async def strict(request: Request) -> Response:
    """A handler that keeps the contract with the pattern."""
    return JSONResponse({}, 200 if CODE.fullmatch(request.path_params["id"]) else 400)


def refusing(status: int) -> Handler:
    async def refuse(request: Request) -> Response:
        return JSONResponse({}, status)

    return refuse


def checked(contract: Contract, *handlers: Handler, **options: Any) -> Verdict:
    """The verdict on a server with a handler for each operation."""
    routes = [Route(o.path, handler) for o, handler in zip(contract.operations, handlers, strict=True)]
    return run_check(contract, Starlette(routes=routes), Options(**{"generate": False, **options}))


def test_parameter_with_a_pattern_is_sent_with_a_matching_value() -> None:
    verdict = checked(PATTERNED, strict)

    assert 200 in verdict.coverage[0].seen
    assert (verdict.findings, verdict.obstacles, verdict.exit_code) == ((), (), 0)


@pytest.mark.parametrize("status", [400, 422])
def test_check_that_saw_only_refusals_exits_with_2(status: int) -> None:
    verdict = checked(PATTERNED, refusing(status))

    assert (verdict.findings, verdict.exit_code) == ((), 2)
    assert verdict.obstacles == (
        "the server refused all requests that follow the contract as invalid: GET /parts/{id} is answered with "
        f"{status}; describe a request that succeeds in a file for --provocations",
    )


def test_valid_request_refused_as_invalid_is_a_probable_finding() -> None:
    contract = contract_of({"type": "integer", "minimum": 1}, "/parts/{id}", "/boxes/{id}")
    verdict = checked(contract, refusing(200), refusing(422))
    (finding,) = verdict.findings

    assert (finding.rule.id, finding.operation, finding.certainty) == (
        "valid-refused",
        "GET /boxes/{id}",
        Certainty.PROBABLE,
    )
    assert (verdict.obstacles, verdict.exit_code) == ((), 1)


@pytest.mark.parametrize("status", [404, 409])
def test_refusal_with_another_status_is_not_a_finding(status: int) -> None:
    contract = contract_of({"type": "integer", "minimum": 1}, "/parts/{id}", "/boxes/{id}")
    found = [finding.rule.id for finding in checked(contract, refusing(200), refusing(status)).findings]

    assert "valid-refused" not in found


def test_provocation_that_breaks_the_contract_may_be_refused(tmp_path: Path) -> None:
    contract = contract_of({"type": "integer", "minimum": 1}, "/parts/{id}", "/boxes/{id}")
    file = tmp_path / "provocations.yaml"
    file.write_text("provocations: [{operation: get_1, status: 200, request: {path: {id: none}}}]")
    verdict = checked(contract, refusing(200), refusing(400), provocations=file)

    assert [finding.rule.id for finding in verdict.findings] == []


def test_provocation_with_status_2xx_replaces_the_generated_request(tmp_path: Path) -> None:
    async def known(request: Request) -> Response:
        return JSONResponse({}, 200 if request.path_params["id"] == "ABC0007" else 400)

    file = tmp_path / "provocations.yaml"
    file.write_text("provocations: [{operation: get_0, status: 200, request: {path: {id: ABC0007}}}]")
    verdict = checked(PATTERNED, known, provocations=file)

    assert (verdict.findings, verdict.obstacles, verdict.exit_code) == ((), (), 0)


def test_operation_without_a_possible_request_exits_with_2() -> None:
    contract = contract_of({"type": "integer", "minimum": 3, "maximum": 1})
    verdict = checked(contract, refusing(200))

    assert verdict.exit_code == 2
    assert verdict.obstacles[0].startswith("GET /parts/{id}: no request that follows the contract can be generated: ")


@pytest.mark.parametrize("value", ["a${HOME}b", "${NOT_SET}", "$${HOME}"])
def test_header_with_a_placeholder_is_sent_as_given(value: str) -> None:
    """Schemathesis would put a variable of the environment in its place."""
    seen = set()

    async def remember(request: Request) -> Response:
        seen.add(request.headers.get("x-note"))
        return await strict(request)

    verdict = checked(PATTERNED, remember, headers=(("X-Note", value),), generate=True)

    assert (verdict.obstacles, seen - {None}) == ((), {value})

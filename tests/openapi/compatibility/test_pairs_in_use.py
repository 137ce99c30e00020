"""The verdict about each pair of the corpus holds for generated requests and responses, and for its witnesses.

Where the comparison says that nothing breaks, the newer contract accepts the requests of the older one, and the older
contract accepts the responses of the newer one. Where it says that something breaks and gives a witness, the validators
of both contracts agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from openapi.compatibility.changes import Change, ChangeDirection, ChangeLevel
from openapi.contract import Contract, Operation
from openapi.documents.pointer import pointer_to
from openapi.http.messages import Request, Response
from openapi.schemas import Direction, Schema, SchemaValidator
from openapi.validation.validator import ContractValidator
from openapi.validation.violations import Violation
from tests.openapi.compatibility.corpus import read_derived_pairs, read_pairs
from tests.openapi.compatibility.exchanges import ExchangeMaker
from tests.openapi.compatibility.test_pairs import compared, contract

PAIRS: Final = [*read_pairs(), *read_derived_pairs()]
# Requests of each operation, and responses to each.
_EXCHANGES: Final = 12
# Keywords whose schemas are for a part of the value: several, or one.
_NAMED: Final = ("properties", "patternProperties", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties", "contains", "propertyNames")
# Credentials are not generated, and clients are sent only the media types that they ask for.
_NEGOTIATED: Final = ("credentials-missing", "media-type-undeclared")


@pytest.mark.long
def test_nothing_that_keeps_to_a_contract_breaks_a_compatible_one() -> None:
    tried = refused = 0
    told: list[str] = []
    for pair in PAIRS:
        old, new = contract(pair.old, "old.json"), contract(pair.new, "new.json")
        if compared(pair.old, pair.new).level > ChangeLevel.COMPATIBLE:
            continue
        for reason in surprises(old, new):
            tried += 1
            if reason is not None:
                refused += 1
                told.append(f"{pair.id}: {reason}")

    assert tried > 3000
    assert told == []


@pytest.mark.long
def test_witnesses_prove_what_breaks() -> None:
    proved = 0
    told: list[str] = []
    for pair in PAIRS:
        old, new = contract(pair.old, "old.json"), contract(pair.new, "new.json")
        for change in compared(pair.old, pair.new).changes:
            if change.level is ChangeLevel.BREAKING and (verdict := is_proved(old, new, change)) is not None:
                proved += verdict
                told += [] if verdict else [f"{pair.id}: {change.message}"]

    assert proved > 100
    assert told == []


def surprises(old: Contract, new: Contract) -> Iterator[str | None]:
    """For each generated request and response, why the other contract does not accept it, or None."""
    makers = ExchangeMaker(old), ExchangeMaker(new)
    validators = ContractValidator(old), ContractValidator(new)
    for operation in old.operations:
        if is_exempt(operation):
            continue
        for number in range(_EXCHANGES):
            request = makers[0].request(operation, number)
            if request is None:
                continue
            request = replace(request, target=(old.base_path + request.target).removeprefix(new.base_path))
            yield first(validators[1].request(request), request)
            answering = validators[1].operation(request)
            if answering is None:
                continue
            for response in makers[1].responses(answering, number):
                if response.status < 400 or operation.response_for(response.status) is not None:
                    yield first(validators[0].response(operation, request.method, response), response)


def is_exempt(operation: Operation) -> bool:
    """Whether an operation promises nothing any more, or not yet."""
    return operation.extension("x-stability") == "draft" or operation.extension("x-sunset") is not None


def first(violations: list[Violation], message: Request | Response) -> str | None:
    """The first violation that is certain."""
    for violation in violations:
        if violation.rule not in _NEGOTIATED and not violation.is_probable and not violation.is_undecided:
            return f"{violation.rule}: {violation} {message}"
    return None


def is_proved(old: Contract, new: Contract, change: Change) -> bool | None:
    """Whether the witness of a change proves it; None if the change has none, or not one of a schema at its place."""
    if change.witness is None or change.old is None or change.new is None:
        return None
    before, after = schemas_to(old, change.old.pointer), schemas_to(new, change.new.pointer)
    if not before.keys() & after.keys():
        return None
    is_request = change.direction is ChangeDirection.REQUEST
    direction = Direction.REQUEST if is_request else Direction.RESPONSE

    def accepted(schema: Schema) -> bool:
        return SchemaValidator(schema, direction).is_valid(change.witness.value) if change.witness else False

    verdicts = {(accepted(before[depth]), accepted(after[depth])) for depth in before.keys() & after.keys()}
    return ((True, False) if is_request else (False, True)) in verdicts


def schemas_to(document: Contract, pointer: str) -> dict[int, Schema]:
    """The schemas on the way to a place, by their depth from the outermost one: a witness is an instance of the schema
    at its place, or of the object that has the property there. A branch has the instances of its owner."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if document.converted_from is not None or "webhooks" in steps or "callbacks" in steps:
        return {}
    start = 3 if steps[:2] == ["components", "schemas"] else steps.index("schema") + 1 if "schema" in steps else 0
    value: Any = document.root
    for step in steps[:start]:
        value = value[int(step)] if isinstance(value, list) else value.get(step, {})
    found: dict[int, Schema] = {}
    place = start
    while isinstance(value, dict) and start:
        found[len(found)] = Schema(document, value, pointer_to(*steps[:place]))
        keyword = steps[place] if place < len(steps) else ""
        size = 2 if keyword in _NAMED else 1 if keyword in _SINGLE else 0
        if size == 0 or place + size > len(steps):
            break
        value = value.get(keyword, {})
        if size == 2:
            name = steps[place + 1]
            value = value[int(name)] if isinstance(value, list) else value[name]
        place += size
    return found

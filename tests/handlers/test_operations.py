"""The package of handlers offers its handlers alone."""

from __future__ import annotations

import handlers
from openapi.contract import load_contract
from openapi.engine.binding import HandlerPackage, handler_name


def test_the_names_offered_are_the_operation_ids_of_the_published_contract() -> None:
    names = {handler_name(operation.operation_id) for operation in load_contract().operations}

    assert HandlerPackage(handlers).names == names

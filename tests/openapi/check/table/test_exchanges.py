"""The proxy finds the rules that an exchange breaks, or counts it as not judged; and nothing in right exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from openapi.check.client.targets import served
from openapi.contract import Contract, parse_contract
from openapi.gateway.forwarder import Forwarder, Upstream
from openapi.proxy.app import Proxy
from openapi.proxy.traffic import Traffic
from openapi.validation import ContractValidator
from tests.openapi.check.table.exchanges import DOCUMENT, EXCHANGES, Passing
from tests.openapi.check.table.notation import document
from tests.openapi.check.table.server import listening


@pytest.fixture(scope="module")
def contract() -> Contract:
    return parse_contract(document(DOCUMENT), "contract.yaml", lenient=True)


@contextmanager
def passed(contract: Contract, exchange: Passing) -> Iterator[Traffic]:
    """The record of a proxy that one exchange has passed."""
    with listening(lambda request: exchange.answer) as upstream:
        traffic = Traffic(contract, upstream)
        app = Proxy(Forwarder(Upstream(upstream)), ContractValidator(contract), traffic)
        request = exchange.request
        with served(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
            headers = {"Accept-Encoding": "identity", **dict(request.headers)}
            with client.stream(request.method, request.target, headers=headers, content=request.body or None) as came:
                # A body that is not coded as its header says is left as it is.
                b"".join(came.iter_raw())
        yield traffic


@pytest.mark.parametrize("exchange", EXCHANGES, ids=str)
def test_rules_that_an_exchange_breaks_are_found(exchange: Passing, contract: Contract) -> None:
    with passed(contract, exchange) as traffic:
        verdict = traffic.verdict()
    found = {finding.rule.id for finding in verdict.findings}

    assert traffic.requests == 1
    assert [entry for entry in exchange.breaks if not found & {*entry.split("|")}] == []
    assert found <= {rule for entry in exchange.breaks for rule in entry.split("|")}
    assert bool(traffic.unjudged) is not exchange.is_judged


def test_names_of_exchanges_are_unique() -> None:
    names = [exchange.name for exchange in EXCHANGES]

    assert sorted({*names}) == sorted(names)

"""Sample requests, held to the contract that they were made from by the contract's own reading."""

from __future__ import annotations

from openapi.contract import Contract, SecurityScheme
from openapi.examples.requests import RequestMaker, SampleRequest
from openapi.http.messages import Request
from openapi.validation import ContractValidator


def violations_of(contract: Contract) -> list[str]:
    """How the sample requests of a contract break it, with the credentials that its operations ask for."""
    maker, judge = RequestMaker(contract), ContractValidator(contract)
    return [
        f"{operation.label}: {request.target} {request.body!r}: {violation}"
        for operation in contract.operations
        for request in (with_credentials(maker.request(operation), next(iter(operation.security), ())),)
        for violation in judge.request(request)
    ]


def with_credentials(sample: SampleRequest, schemes: tuple[SecurityScheme, ...]) -> Request:
    """A sample request with made-up credentials of some schemes."""
    headers, query = list(sample.headers), [sample.query] if sample.query else []
    for scheme in schemes:
        if not scheme.is_api_key:
            headers.append(("Authorization", f"{scheme.http_scheme} x"))
        elif scheme.location == "query":
            query.append(f"{scheme.key}=x")
        else:
            headers.append((scheme.key, "x") if scheme.location == "header" else ("Cookie", f"{scheme.key}=x"))
    target = sample.path + ("?" + "&".join(query) if query else "")
    return Request(sample.method, target, tuple(headers), sample.body)

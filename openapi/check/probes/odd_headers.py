"""Malformed headers, which a server may ignore or refuse, but must not fail on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from openapi.check.client.session import Session
from openapi.check.credentials import Carried
from openapi.check.response_checks import ResponseChecks
from openapi.contract import Operation
from openapi.examples.requests import SampleRequest

# Each breaks the grammar of its field: RFC 9110 (sections 12.5, 13.1 and 14.2), RFC 6265 section 4.2.1.
ODD: Final = (
    ("Accept-Language", "-;q=much"),
    ("If-Modified-Since", "yesterday"),
    ("If-None-Match", "unquoted"),
    ("Range", "bytes=z-a"),
    ("Cookie", "=; unnamed; ="),
    ("Accept", "json"),
)


def odd_headers(
    session: Session, checks: ResponseChecks, operation: Operation, good: SampleRequest, carried: Carried
) -> None:
    """Send the valid request of an operation with each of them. Any answer but a 5xx is right."""
    given = {name.lower() for name, _ in (*good.headers, *carried.headers)}
    for name, value in ODD:
        if name.lower() in given:
            continue
        odd = replace(good, headers=(*good.headers, (name, value)))
        exchange = session.send(session.request_of(odd, carried))
        checks.unharmed(operation, exchange, f"{name}: {value}", where=name)

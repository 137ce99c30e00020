"""The configuration of Schemathesis for a check: everything on, and no files read or written."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, Final

from openapi.check.options import Options, Profile

_EXAMPLES: Final = {Profile.FAST: 25, Profile.DEEP: 500}
# Operations that Schemathesis checks in the fast profile: each takes some 30 requests.
_MOST_OPERATIONS: Final = 200
_TEST_CASE: Final = "X-Schemathesis-TestCaseId"
_SAFE: Final = ["GET", "TRACE", "OPTIONS"]
_UNSAFE: Final = ["POST", "PUT", "PATCH", "DELETE"]


def without_schemathesis(operations: int, options: Options) -> str | None:
    """Why Schemathesis does not run on so many operations, for the report; None if it does."""
    if options.profile is not Profile.FAST or operations <= _MOST_OPERATIONS:
        return None
    return (
        "the requests that Schemathesis generates were not sent, because they take too long for "
        f"{operations:,} operations: use --profile deep, or --operation"
    )


def configuration(options: Options, url: str, headers: Mapping[str, str], seed: int) -> dict[str, Any]:
    """The content of `schemathesis.toml`, for the server at `url`, with `headers` in every request."""
    methods = [*_SAFE, *(_UNSAFE if options.allow_writes else ())]
    result: dict[str, Any] = {
        "seed": seed,
        "base-url": url,
        "continue-on-failure": True,
        "workers": options.workers,
        "max-redirects": 0,
        "request-timeout": options.timeout,
        "headers": {**headers, _TEST_CASE: "check"},
        # A cache would repeat requests of earlier runs, so that the seed alone would not determine the requests.
        "cache": {"enabled": False},
        "generation": {
            "database": "none",
            "deterministic": options.profile is Profile.FAST,
            "max-examples": _EXAMPLES[options.profile],
            "no-shrink": True,
        },
        # Without `fill-missing`, a contract without examples of requests would skip the phase.
        "phases": {"examples": {"fill-missing": True}, "coverage": {"unexpected-methods": methods}},
        "checks": {"enabled": True},
        "tls-verify": _trusted(options),
    }
    if options.rate:
        result["rate-limit"] = f"{max(1, round(options.rate * 60))}/m"
    if options.proxy:
        result["proxy"] = options.proxy
    if options.client_cert:
        certificate, key = options.client_cert
        result |= {"request-cert": str(certificate)} | ({"request-cert-key": str(key)} if key else {})
    return result


def _trusted(options: Options) -> bool | str:
    """The certificates to trust: those that the other requests trust. By default its client has a separate list."""
    if options.insecure:
        return False
    usual = ssl.get_default_verify_paths()
    return str(options.ca_bundle or usual.cafile or usual.capath or "") or True

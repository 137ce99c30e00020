"""The configuration of Schemathesis for a check: everything on that the check does not judge itself, and no files read
or written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openapi.check.fuzzing.checks import JUDGED_TOO
from openapi.check.options import Options, Profile

_EXAMPLES: Final = {Profile.FAST: 25, Profile.DEEP: 500}
_TEST_CASE: Final = "X-Schemathesis-TestCaseId"
_SAFE: Final = ["GET", "TRACE", "OPTIONS"]
_UNSAFE: Final = ["POST", "PUT", "PATCH", "DELETE"]


def configuration(options: Options, url: str, headers: Mapping[str, str], seed: int) -> dict[str, Any]:
    """The content of `schemathesis.toml`, for the server at `url`, with `headers` in every request."""
    methods = [*_SAFE, *(_UNSAFE if options.allow_writes else ())]
    return {
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
        "checks": {"enabled": True, **{check: {"enabled": False} for check in JUDGED_TOO}},
    }

"""A verdict before the first request: what is known of a check from its options alone."""

from __future__ import annotations

from datetime import UTC, datetime

from openapi.check.options import Options
from openapi.check.planning import seed_of
from openapi.contract import Contract
from openapi.findings.findings import Verdict
from openapi.http.curl import curl_options


def draft_verdict(contract: Contract, url: str, options: Options) -> Verdict:
    """The verdict of a check of the server at `url` that has just started; it has judged nothing."""
    return Verdict(
        contract=contract.source,
        base_url=url.rstrip("/"),
        profile=options.profile.value,
        seed=seed_of(options),
        started=datetime.now(UTC),
        seconds=0.0,
        requests=0,
        cases=(),
        coverage=(),
        curl_options=curl_options(
            url,
            proxy=options.proxy,
            ca_bundle=options.ca_bundle,
            insecure=options.insecure,
            client_cert=options.client_cert,
        ),
    )

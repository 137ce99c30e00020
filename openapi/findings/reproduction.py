"""The `curl` line that reproduces a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from openapi.findings.findings import Finding
from openapi.http.curl import curl
from openapi.http.masking import Secrets

# Rules about codings, which curl undoes, and about faults that it only shows with -v.
_CODED: Final = frozenset({"content-encoding", "content-length"})
_VERBOSE: Final = frozenset({"head-body", "no-answer", "http-malformed"})
_CODINGS: Final = ("Accept-Encoding", "gzip, deflate, br, zstd")


def reproduction(
    finding: Finding, base_url: str, secrets: Secrets | None = None, connecting: Sequence[str] = ()
) -> str:
    """The line that sends the request of a finding to the server at `base_url` again; "" if it has no request.

    The arguments are those of `openapi.http.curl.curl`.
    """
    request, rule = finding.request, finding.rule.id
    if request is None:
        return ""
    if rule in _CODED and request.header("accept-encoding") is None:
        request = replace(request, headers=(*request.headers, _CODINGS))
    return curl(request, base_url, secrets, connecting, verbose=rule in _VERBOSE)

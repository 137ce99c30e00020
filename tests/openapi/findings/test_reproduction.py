"""The `curl` line that reproduces a finding."""

from __future__ import annotations

import pytest

from openapi.findings.reproduction import reproduction
from openapi.http.masking import Secrets
from tests.openapi.findings.verdicts import TOKEN, finding

SECRETS = Secrets(tokens=(TOKEN,))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("content-encoding", ["-H", "'Accept-Encoding:", "gzip,", "deflate,", "br,", "zstd'"]),
        ("no-answer", ["-v"]),
        ("body-schema", ["-i"]),
    ],
)
def test_curl_line_has_the_options_that_its_rule_needs(rule: str, words: list[str]) -> None:
    line = reproduction(finding(rule), "http://h", SECRETS)

    assert set(words) <= set(line.split())


def test_finding_without_a_request_has_no_curl_line() -> None:
    assert reproduction(finding(request=None), "http://h") == ""

"""The check accepts the content codings that browsers accept, and judges the decoded content."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace

import brotli
import pytest

from openapi.check import Options, Verdict, run_check
from openapi.contract import load_contract
from openapi.http.messages import Request
from tests.frozen import FROZEN
from tests.openapi.check.family.honest import Reply, Server, good_token, serving

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Pack = Callable[[bytes], bytes]
CODINGS: dict[str, Pack] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "gzip, br": lambda body: brotli.compress(gzip.compress(body)),
}
codings = pytest.mark.parametrize(("coding", "pack"), CODINGS.items(), ids=CODINGS)


class Coding(Server):
    """A server that codes each answer, if the request accepts the coding."""

    def __init__(self, coding: str, pack: Pack, answer: object = None) -> None:
        self._coding = coding
        self._pack = pack
        self._answer = answer

    def success(self, request: Request) -> Reply:
        reply = super().success(request)
        return reply if self._answer is None else reply.saying(self._answer)

    def finish(self, request: Request, reply: Reply) -> Reply:
        accepted = {coding.strip() for coding in (request.header("accept-encoding") or "").split(",")}
        if not reply.body or not accepted.issuperset(self._coding.split(", ")):
            return reply
        return replace(reply, body=self._pack(reply.body)).with_header("Content-Encoding", self._coding)


def found(server: Server, *, generate: bool = False) -> set[str]:
    with serving(server) as url:
        verdict: Verdict = run_check(load_contract(FROZEN), url, Options(token=good_token, generate=generate))
    assert verdict.requests
    return {finding.rule.id for finding in verdict.findings}


@codings
def test_valid_coded_answer_has_no_findings(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, pack)) == set()


@codings
def test_violation_in_a_coded_answer_is_found(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, pack, {"provider": "telnyx", "phoneNumber": "+14165550100"})) == {"body-schema"}


@pytest.mark.long
@codings
def test_generated_requests_decode_the_same_codings(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, pack), generate=True) == set()


@codings
def test_content_that_is_not_coded_as_declared_is_found(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, lambda body: body)) == {"content-encoding"}


class Compress(Server):
    def finish(self, request: Request, reply: Reply) -> Reply:
        return reply.with_header("Content-Encoding", "compress")


def test_unrequested_coding_is_found() -> None:
    assert found(Compress()) == {"content-encoding"}


@pytest.mark.long
def test_too_large_decoded_answer_is_a_finding() -> None:
    """The check also sends no generated requests to this server, because their client has no limit."""
    bomb = brotli.compress(b" " * (64 * 1024 * 1024 + 1), quality=1)

    assert found(Coding("br", lambda body: bomb), generate=True) == {"no-answer"}

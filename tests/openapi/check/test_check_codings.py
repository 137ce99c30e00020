"""The check asks for the codings that browsers ask for, and judges what is in them."""

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
    """Codes each answer, if its coding was asked for."""

    def __init__(self, coding: str, pack: Pack, answer: object = None) -> None:
        self._coding = coding
        self._pack = pack
        self._answer = answer

    def success(self, request: Request) -> Reply:
        reply = super().success(request)
        return reply if self._answer is None else reply.saying(self._answer)

    def finish(self, request: Request, reply: Reply) -> Reply:
        asked = {coding.strip() for coding in (request.header("accept-encoding") or "").split(",")}
        if not reply.body or not asked.issuperset(self._coding.split(", ")):
            return reply
        return replace(reply, body=self._pack(reply.body)).with_header("Content-Encoding", self._coding)


def found(server: Server, *, generate: bool = False) -> set[str]:
    with serving(server) as url:
        verdict: Verdict = run_check(load_contract(), url, Options(token=good_token, generate=generate))
    assert verdict.requests
    return {finding.rule.id for finding in verdict.findings}


@codings
def test_a_coded_answer_that_is_right_is_right(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, pack)) == set()


@codings
def test_a_coded_answer_that_is_wrong_is_found(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, pack, {"provider": "telnyx", "phoneNumber": "+14165550100"})) == {"body-schema"}


@pytest.mark.long
@codings
def test_generated_requests_read_the_same_codings(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, pack), generate=True) == set()


@codings
def test_a_coding_that_is_only_named_is_found(coding: str, pack: Pack) -> None:
    assert found(Coding(coding, lambda body: body)) == {"content-encoding"}


class Compress(Server):
    def finish(self, request: Request, reply: Reply) -> Reply:
        return reply.with_header("Content-Encoding", "compress")


def test_a_coding_that_nobody_asked_for_is_found() -> None:
    assert found(Compress()) == {"content-encoding"}


@pytest.mark.long
def test_an_answer_that_grows_without_end_is_not_read_to_its_end() -> None:
    """Nor is that server asked for more, by a client that knows no bounds."""
    bomb = brotli.compress(b" " * (64 * 1024 * 1024 + 1), quality=1)

    assert found(Coding("br", lambda body: bomb), generate=True) == {"no-answer"}

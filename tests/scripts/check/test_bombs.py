"""No answer of a server, and no contract of one, makes a check need much memory or more than its time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.memory import Ended, measured
from tests.openapi.gateway.bytewise import Answer, behind
from tests.scripts.check.bombs import BOMBS, MIB, OK, coded, compressed, dripping, endless, whole

pytestmark = pytest.mark.long

# MiB over the peak of a check of a small answer.
MOST = 200
# Seconds of --timeout and --time-limit, and for the start and the reports on a busy machine.
TIMEOUT, TIME_LIMIT, REST = 2, 10, 45
FIELDS = {"id": {"type": "integer"}, "a": {"type": "array", "items": {"type": "integer"}}}
LIMITED = ("--timeout", str(TIMEOUT), "--time-limit", str(TIME_LIMIT))


def _get(schema: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    answer = {"description": "d", "content": {"application/json": {"schema": schema}}}
    return {"get": {"parameters": list(parameters), "responses": {"200": answer}}}


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    query = {"name": "q", "in": "query", "schema": {"type": "string"}}
    identifier = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths = {
        "/a": _get({"type": "object", "required": ["id"], "properties": FIELDS}, query),
        "/a/{id}": _get({"type": "array", "items": {"type": "object"}}, identifier),
        "/c": _get({}),
    }
    path = tmp_path_factory.mktemp("contract") / "contract.json"
    path.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths}))
    return path


def checked(answer: Answer, contract: Path, reports: Path, *options: str) -> tuple[Ended, float]:
    """The end of a check with all reports, and the seconds that it took."""
    files = [f"--{kind}={reports / kind}" for kind in ("html", "jsonl", "junit", "sarif")]
    with behind(answer) as url:
        began = time.monotonic()
        ended = measured("check", url, "--contract", str(contract), *files, *LIMITED, *options, timeout=120)
    return ended, time.monotonic() - began


@pytest.fixture(scope="module")
def usual(contract: Path, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The peak of a check of a server with small answers, in MiB."""
    ended, _ = checked(whole(b'{"id":1,"a":[1]}'), contract, tmp_path_factory.mktemp("usual"))
    return ended.peak


# One bomb of each kind: generated requests take ten seconds for each.
GENERATED = (
    *("gzip", "br", "zstd", "gzip in gzip", "a large array", "a large object", "deep JSON"),
    *("endless body", "endless headers", "endless interim answers", "dripping body"),
)


@pytest.mark.parametrize("name", GENERATED)
def test_check_of_a_bomb_needs_little_memory_and_ends_in_time(
    name: str, contract: Path, usual: int, tmp_path: Path
) -> None:
    ended, seconds = checked(BOMBS[name](), contract, tmp_path)

    assert ended.peak - usual <= MOST
    assert seconds <= TIME_LIMIT + TIMEOUT + REST
    assert ended.status == 1
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("name", BOMBS)
def test_check_of_a_bomb_without_generated_requests_needs_little_memory(
    name: str, contract: Path, usual: int, tmp_path: Path
) -> None:
    ended, _ = checked(BOMBS[name](), contract, tmp_path, "--max-requests", "6")

    assert ended.peak - usual <= MOST
    assert ended.status in (1, 2)
    assert "Traceback" not in ended.stderr


CONTRACTS: dict[str, Callable[[], Answer]] = {
    "gzip": lambda: coded("gzip"),
    "many values": lambda: compressed(b'{"a":[' + b"[]," * (8 * MIB) + b"0]}"),
    "many lines": lambda: compressed(b"openapi: 3.0.3\na:\n" + b"  - a\n" * (4 * MIB)),
    "aliases": lambda: whole(b"a0: &a0 [x]\n" + b"".join(_aliases(number) for number in range(1, 30))),
    "deep": lambda: whole(b'{"a":' * 100_000 + b"0" + b"}" * 100_000),
    "endless": lambda: endless(OK + b"\r\n", b"a: b\n" * 10_000),
    "dripping": lambda: dripping(OK + b"Content-Length: 100000\r\n\r\n", b" "),
}


def _aliases(number: int) -> bytes:
    return b"a%d: &a%d [%s]\n" % (number, number, b", ".join([b"*a%d" % (number - 1)] * 10))


@pytest.mark.parametrize("bomb", CONTRACTS.values(), ids=CONTRACTS)
def test_contract_that_is_a_bomb_is_refused_in_one_line(bomb: Callable[[], Answer], usual: int) -> None:
    with behind(bomb()) as url:
        began = time.monotonic()
        ended = measured("check", url, "--contract", f"{url}/openapi.yaml", *LIMITED, timeout=120)

    assert ended.status == 2
    assert ended.stderr.startswith("tether-relay: ")
    assert len(ended.stderr.splitlines()) == 1
    assert ended.peak - usual <= MOST
    assert time.monotonic() - began <= TIMEOUT + REST


@pytest.mark.parametrize("command", ["yes", "cat /dev/zero", "head -c 1000000000 /dev/zero"])
def test_token_command_that_prints_without_end_is_stopped(command: str, usual: int) -> None:
    with behind(whole(b"{}")) as url:
        ended = measured("check", url, "--token-command", command, timeout=60)

    assert ended.status == 2
    assert ended.stderr == "tether-relay: --token-command printed more than 65536 bytes; it must print only the token\n"
    assert ended.peak <= usual

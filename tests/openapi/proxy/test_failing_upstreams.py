"""An upstream that ends the connection early: a partial answer never looks complete, in either mode."""

from __future__ import annotations

import io
import re
import socket
import struct
import threading

import httpx
import pytest
from rich.console import Console

from openapi.findings.reports.terminal import TerminalReport
from openapi.proxy.app import Mode
from tests.loopback import Handler
from tests.openapi.proxy.program import PATH, PATIENCE, TOKEN
from tests.openapi.proxy.within import GOOD, Reply, proxying


def cut(passed: threading.Event, *, reset: bool) -> Reply:
    """A partial answer, after which the connection is reset or closed, once the part has `passed`."""

    def reply(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(GOOD)))
        handler.end_headers()
        handler.wfile.write(GOOD[:10])
        assert passed.wait(PATIENCE)
        if reset:
            # Closing with SO_LINGER and a time of 0 resets the connection (socket(7)).
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True

    return reply


@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
def test_in_report_mode_a_partial_answer_ends_with_a_protocol_error(reset: bool) -> None:
    passed = threading.Event()
    with proxying(cut(passed, reset=reset)) as proxy, proxy.client.stream("GET", PATH, headers=TOKEN) as answer:
        parts = answer.iter_raw()
        came = next(parts)
        passed.set()
        with pytest.raises(httpx.RemoteProtocolError):
            next(parts)

    assert (answer.status_code, came) == (200, GOOD[:10])
    assert proxy.traffic.failures == {"UPSTREAM_BROKEN": 1}


@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
def test_in_enforce_mode_a_partial_answer_is_a_502(reset: bool) -> None:
    passed = threading.Event()
    passed.set()
    with proxying(cut(passed, reset=reset), Mode.ENFORCE) as proxy:
        came = proxy.client.get(PATH, headers=TOKEN)

    assert (came.status_code, came.json()["code"]) == (502, "UPSTREAM_BROKEN")
    assert proxy.traffic.failures == {"UPSTREAM_BROKEN": 1}
    assert proxy.violations == []


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def test_request_without_an_answer_is_neither_refused_nor_accepted() -> None:
    with proxying(hang_up) as proxy:
        came = proxy.client.get(PATH)

    assert came.status_code == 502
    assert [(violation["rule"], violation["status"], violation["refused"]) for violation in proxy.violations] == [
        ("credentials-missing", None, False)
    ]
    assert proxy.traffic.refused == {}


def test_report_lists_unanswered_requests_without_an_operation() -> None:
    with proxying(hang_up) as proxy:
        proxy.client.get(PATH, headers=TOKEN)
    stream = io.StringIO()
    TerminalReport(Console(file=stream, width=80)).print(proxy.traffic.verdict())
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]

    assert "  1 without an answer: UPSTREAM_BROKEN" in lines
    assert re.fullmatch(r"1 request in \d+\.\d s through the proxy", lines[1])

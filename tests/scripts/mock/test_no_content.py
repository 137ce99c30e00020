"""A real `tether-relay mock` and statuses that never have content, on one connection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Running

CONTRACT = """\
openapi: 3.0.3
info: {title: Nothing, version: '1'}
paths:
  /a:
    post: {responses: {'204': {description: Done, content: {application/json: {schema: {type: object}}}}}}
    put: {responses: {'304': {description: Same, content: {application/json: {example: {a: 1}}}}}}
    patch: {responses: {'205': {description: Reset, content: {text/plain: {example: Reset}}}}}
    get: {responses: {'200': {description: Here, content: {application/json: {example: {a: 1}}}}}}
"""


@pytest.mark.parametrize("fault", [None, "malform"])
def test_no_answer_on_a_connection_is_lost(running_server: Running, tmp_path: Path, fault: str | None) -> None:
    file = tmp_path / "nothing.yaml"
    file.write_text(CONTRACT)
    with running_server(str(file), command=("tether-relay", "mock")) as mock:
        mock.client.put("/__mock/fault", json={"fault": {"kind": fault} if fault else None})
        methods = ["POST", "PUT", "PATCH", "GET"] * 10
        answers = [mock.client.request(method, "/a") for method in methods]
        log = mock.client.get("/__mock/requests").json()

    assert [answer.status_code for answer in answers] == [204, 304, 205, 200] * 10
    assert [answer.content for answer in answers[:3]] == [b"", b"", b""]
    assert [entry for entry in log if "never has any" in entry["reason"]]

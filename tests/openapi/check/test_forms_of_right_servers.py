"""A right server whose forms have arrays is kept: its own mock."""

from __future__ import annotations

from pathlib import Path

import pytest

from openapi.check.testing import ContractCheck
from openapi.contract import load_contract
from openapi.mock.app import create_mock
from openapi.mock.mocking import Mock

DOCUMENT = """
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /x:
    post:
      requestBody:
        required: true
        content:
          CONTENT_TYPE:
            schema:
              type: object
              required: [ids]
              properties: {ids: {type: array, minItems: 1, items: {type: integer}}, name: {type: string}}
      responses:
        '200': {description: d, content: {application/json: {schema: {type: object, required: [a]}}}}
        '400': {description: d}
        '415': {description: d}
"""


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_right_server_with_an_array_in_a_form_is_kept(content_type: str, tmp_path: Path) -> None:
    file = tmp_path / "form.yaml"
    file.write_text(DOCUMENT.replace("CONTENT_TYPE", content_type))
    check = ContractCheck(create_mock(Mock({"": file})), contract=load_contract(file, lenient=True), allow_writes=True)

    assert [str(finding) for finding in check.verdict.findings] == []
    assert check.verdict.exit_code == 0

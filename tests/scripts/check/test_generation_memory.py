"""Generated requests need little memory, although several workers generate them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.memory import measured
from tests.openapi.check.family.honest import serving
from tests.openapi.check.family.small import Small, contract_of, reply, responses

pytestmark = pytest.mark.long

# MiB. A table of all characters, made by each worker, would take 160 more for each.
LARGEST = 220
TEXTS = [{"name": name, "in": "query", "schema": {"type": "string"}} for name in ("a", "b")]
PATHS = ["/x", "/y", "/z"]


def test_two_workers_that_generate_texts_need_little_memory(tmp_path: Path) -> None:
    contract = contract_of({path: {"get": {"parameters": TEXTS, "responses": responses()}} for path in PATHS})
    document = tmp_path / "texts.json"
    document.write_text(json.dumps(contract.as_dict()))
    with serving(Small({f"GET {path}": reply() for path in PATHS})) as url:
        check = measured("check", url, "--contract", str(document), "--workers", "2")

    assert check.status == 0
    assert check.peak < LARGEST
